package gonumblas

import (
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	blasgonum "gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/lapack/testlapack"
)

// TestDgesvd runs gonum's own test.
func TestDgesvd(t *testing.T) {
	blas64.Use(Implementation{})
	t.Cleanup(func() { blas64.Use(blasgonum.Implementation{}) })
	testlapack.DgesvdTest(t, LAPACK{}, 1e-13)
}
