package bench

import (
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/testblas"

	"github.com/lockstep-ml/lockstep/kernels"
)

// dgemmer has the interface of gonum's BLAS.
type dgemmer struct{}

func (dgemmer) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	kernels.Gemm(tA != blas.NoTrans, tB != blas.NoTrans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// TestTestblas runs gonum's own tests of Dgemm.
func TestTestblas(t *testing.T) { testblas.TestDgemm(t, dgemmer{}) }
