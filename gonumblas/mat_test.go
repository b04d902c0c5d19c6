package gonumblas

import (
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	lapackgonum "gonum.org/v1/gonum/lapack/gonum"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// TestMat compares what package mat computes on this BLAS and LAPACK and on gonum's own, at an order
// at which everything is blocked, split and shared.
func TestMat(t *testing.T) {
	const n = 150
	a, b := general(n), general(n)
	s := positive(n)
	for name, work := range map[string]func(t *testing.T) *mat.Dense{
		"Mul": func(t *testing.T) *mat.Dense {
			var c mat.Dense
			c.Mul(a, b.T())
			return &c
		},
		"LU": func(t *testing.T) *mat.Dense {
			var lu mat.LU
			var x mat.Dense
			lu.Factorize(a)
			check(t, lu.SolveTo(&x, false, b))
			return &x
		},
		"Cholesky": func(t *testing.T) *mat.Dense {
			var c mat.Cholesky
			var x mat.Dense
			if !c.Factorize(s) {
				t.Fatal("the matrix is not positive definite")
			}
			check(t, c.SolveTo(&x, b))
			return &x
		},
		"QR": func(t *testing.T) *mat.Dense {
			var qr mat.QR
			var x mat.Dense
			qr.Factorize(a.Slice(0, n, 0, n/2))
			check(t, qr.SolveTo(&x, false, b))
			return &x
		},
		"SVD": func(t *testing.T) *mat.Dense {
			var svd mat.SVD
			if !svd.Factorize(a, mat.SVDThin) {
				t.Fatal("the factorization failed")
			}
			return mat.NewDense(n, 1, svd.Values(nil))
		},
		"EigenSym": func(t *testing.T) *mat.Dense {
			var eigen mat.EigenSym
			if !eigen.Factorize(s, false) {
				t.Fatal("the factorization failed")
			}
			return mat.NewDense(n, 1, eigen.Values(nil))
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := work(t)
			blas64.Use(Implementation{})
			lapack64.Use(LAPACK{})
			defer blas64.Use(gonum.Implementation{})
			defer lapack64.Use(lapackgonum.Implementation{})
			if got := work(t); !mat.EqualApprox(got, want, 1e-8) {
				t.Error("the result is not that of gonum")
			}
		})
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
