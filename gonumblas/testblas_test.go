package gonumblas

import (
	"testing"

	"gonum.org/v1/gonum/blas/testblas"

	"github.com/lockstep-ml/lockstep/kernels"
)

// forAll runs a test on every way through this package: with everything on the kernels
// and split down to single elements, and with the thresholds that users have.
func forAll(t *testing.T, test func(t *testing.T, impl Implementation)) {
	pool := kernels.NewPool(3)
	t.Cleanup(pool.Close)
	usual := limits
	t.Cleanup(func() { limits = usual })
	t.Run("kernels", func(t *testing.T) {
		limits = thresholds{leaf: 1, square: 1}
		test(t, Implementation{Pool: pool})
	})
	t.Run("squares", func(t *testing.T) {
		limits = thresholds{leaf: 2, square: 3, shared: 1 << 19}
		test(t, Implementation{Pool: pool})
	})
	t.Run("usual", func(t *testing.T) {
		limits = usual
		test(t, Implementation{})
	})
}

// TestTestblas runs gonum's own tests of what is overridden here.
func TestTestblas(t *testing.T) {
	for name, test := range map[string]func(t *testing.T, impl Implementation){
		"Ddot":   func(t *testing.T, impl Implementation) { testblas.DdotTest(t, impl) },
		"Daxpy":  func(t *testing.T, impl Implementation) { testblas.DaxpyTest(t, impl) },
		"Dscal":  func(t *testing.T, impl Implementation) { testblas.DscalTest(t, impl) },
		"Dasum":  func(t *testing.T, impl Implementation) { testblas.DasumTest(t, impl) },
		"Dnrm2":  func(t *testing.T, impl Implementation) { testblas.Dnrm2Test(t, impl) },
		"Dgemv":  func(t *testing.T, impl Implementation) { testblas.DgemvTest(t, impl) },
		"Dger":   func(t *testing.T, impl Implementation) { testblas.DgerTest(t, impl) },
		"Dtxmv":  func(t *testing.T, impl Implementation) { testblas.DtxmvTest(t, impl) },
		"Dgemm":  func(t *testing.T, impl Implementation) { testblas.TestDgemm(t, impl) },
		"Dsymm":  func(t *testing.T, impl Implementation) { testblas.DsymmTest(t, impl) },
		"Dsyrk":  func(t *testing.T, impl Implementation) { testblas.DsyrkTest(t, impl) },
		"Dsyr2k": func(t *testing.T, impl Implementation) { testblas.Dsyr2kTest(t, impl) },
		"Dtrmm":  func(t *testing.T, impl Implementation) { testblas.DtrmmTest(t, impl) },
		"Dtrsm":  func(t *testing.T, impl Implementation) { testblas.DtrsmTest(t, impl) },
	} {
		t.Run(name, func(t *testing.T) { forAll(t, test) })
	}
}
