package gonumblas

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	blasgonum "gonum.org/v1/gonum/blas/gonum"
	lapackgonum "gonum.org/v1/gonum/lapack/gonum"
	"gonum.org/v1/gonum/lapack/testlapack"
)

// TestTestlapack runs gonum's own tests of its factorizations, solvers and what they
// are made of with this BLAS below them; -short leaves out those that take seconds.
func TestTestlapack(t *testing.T) {
	blas64.Use(Implementation{})
	t.Cleanup(func() { blas64.Use(blasgonum.Implementation{}) })
	impl := lapackgonum.Implementation{}
	for name, test := range map[string]func(t *testing.T){
		"Dgebrd": func(t *testing.T) { testlapack.DgebrdTest(t, impl) },
		"Dgecon": func(t *testing.T) { testlapack.DgeconTest(t, impl) },
		"Dgeev":  func(t *testing.T) { testlapack.DgeevTest(t, impl) },
		"Dgehrd": func(t *testing.T) { testlapack.DgehrdTest(t, impl) },
		"Dgelqf": func(t *testing.T) { testlapack.DgelqfTest(t, impl) },
		"Dgels":  func(t *testing.T) { testlapack.DgelsTest(t, impl) },
		"Dgeqp3": func(t *testing.T) { testlapack.Dgeqp3Test(t, impl) },
		"Dgeqrf": func(t *testing.T) { testlapack.DgeqrfTest(t, impl) },
		"Dgerqf": func(t *testing.T) { testlapack.DgerqfTest(t, impl) },
		"Dgesv":  func(t *testing.T) { testlapack.DgesvTest(t, impl) },
		"Dgesvd": func(t *testing.T) { testlapack.DgesvdTest(t, LAPACK{}, 1e-13) },
		"Dgetri": func(t *testing.T) { testlapack.DgetriTest(t, impl) },
		"Dgetrf": func(t *testing.T) { testlapack.DgetrfTest(t, impl) },
		"Dgetrs": func(t *testing.T) { testlapack.DgetrsTest(t, impl) },
		"Dlarf":  func(t *testing.T) { testlapack.DlarfTest(t, impl) },
		"Dlarfb": func(t *testing.T) { testlapack.DlarfbTest(t, impl) },
		"Dlarft": func(t *testing.T) { testlapack.DlarftTest(t, impl) },
		"Dlatrd": func(t *testing.T) { testlapack.DlatrdTest(t, impl) },
		"Dlauum": func(t *testing.T) { testlapack.DlauumTest(t, impl) },
		"Dorgbr": func(t *testing.T) { testlapack.DorgbrTest(t, impl) },
		"Dorgqr": func(t *testing.T) { testlapack.DorgqrTest(t, impl) },
		"Dormbr": func(t *testing.T) { testlapack.DormbrTest(t, impl) },
		"Dormqr": func(t *testing.T) { testlapack.DormqrTest(t, impl) },
		"Dpbtrf": func(t *testing.T) { testlapack.DpbtrfTest(t, impl) },
		"Dpocon": func(t *testing.T) { testlapack.DpoconTest(t, impl) },
		"Dpotrf": func(t *testing.T) { testlapack.DpotrfTest(t, impl) },
		"Dpotri": func(t *testing.T) { testlapack.DpotriTest(t, impl) },
		"Dpotrs": func(t *testing.T) { testlapack.DpotrsTest(t, impl) },
		"Dpstrf": func(t *testing.T) { testlapack.DpstrfTest(t, impl) },
		"Dsyev":  func(t *testing.T) { testlapack.DsyevTest(t, LAPACK{}) },
		"Dsytrd": func(t *testing.T) { testlapack.DsytrdTest(t, impl) },
		"Dtrcon": func(t *testing.T) { testlapack.DtrconTest(t, impl) },
		"Dtrtri": func(t *testing.T) { testlapack.DtrtriTest(t, impl) },
		"Dtrtrs": func(t *testing.T) { testlapack.DtrtrsTest(t, impl) },
	} {
		if testing.Short() && slices.Contains([]string{"Dgeev", "Dgerqf", "Dgesvd", "Dormbr"}, name) {
			continue
		}
		t.Run(name, test)
	}
}
