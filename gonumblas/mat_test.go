package gonumblas

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/mat"

	"github.com/lockstep-ml/lockstep/kernels"
)

// TestMat compares what package mat computes on this BLAS and on gonum's own, at an order
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
			defer blas64.Use(gonum.Implementation{})
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

// TestWorkers makes sure that the number of workers changes no bit.
func TestWorkers(t *testing.T) {
	const n = 300
	pool := kernels.NewPool(3)
	defer pool.Close()
	one := kernels.NewPool(1)
	defer one.Close()
	a, b := values[float64](n*n), values[float64](n*n)
	for i := range n {
		a[i*n+i] += n // well conditioned
	}
	for name, work := range map[string]func(impl Implementation, c []float64){
		"Dgemm": func(impl Implementation, c []float64) {
			impl.Dgemm(blas.NoTrans, blas.Trans, n, n, n, 1, a, n, b, n, 1, c, n)
		},
		"Dsyrk": func(impl Implementation, c []float64) {
			impl.Dsyrk(blas.Lower, blas.Trans, n, n, 1, a, n, 1, c, n)
		},
		"Dsymm": func(impl Implementation, c []float64) {
			impl.Dsymm(blas.Right, blas.Upper, n, n, 1, a, n, b, n, 1, c, n)
		},
		"Dtrmm": func(impl Implementation, c []float64) {
			impl.Dtrmm(blas.Left, blas.Upper, blas.Trans, blas.NonUnit, n, n, 1, a, n, c, n)
		},
		"Dtrsm": func(impl Implementation, c []float64) {
			impl.Dtrsm(blas.Right, blas.Lower, blas.NoTrans, blas.NonUnit, n, n, 1, a, n, c, n)
		},
	} {
		x, y := slices.Clone(b), slices.Clone(b)
		work(Implementation{Pool: one}, x)
		work(Implementation{Pool: pool}, y)
		if !slices.Equal(x, y) {
			t.Errorf("%s: one worker and three do not agree", name)
		}
	}
}

// TestGoroutines uses one implementation from several goroutines.
func TestGoroutines(t *testing.T) {
	const n = 800 // large enough for everything to be shared
	a, x := values[float64](n*n), values[float64](n)
	work := func(c, y []float64) {
		Implementation{}.Dsyrk(blas.Lower, blas.NoTrans, n, 8, 1, a, n, 0, c, n)
		Implementation{}.Dger(n, n, 1, x, 1, x, 1, c, n)
		Implementation{}.Dgemv(blas.NoTrans, n, n, 1, c, n, x, 1, 0, y, 1)
	}
	want := make([]float64, n)
	work(make([]float64, n*n), want)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			got := make([]float64, n)
			work(make([]float64, n*n), got)
			if !slices.Equal(got, want) {
				t.Error("the result is not that of a single goroutine")
			}
		})
	}
	group.Wait()
}

// TestAllocations makes sure that only large gemv, which start goroutines, allocate.
func TestAllocations(t *testing.T) {
	for _, contest := range contests {
		if strings.HasPrefix(contest.name, "mat.") {
			continue
		}
		work := contest.prepare(200)
		if n := testing.AllocsPerRun(10, func() { work(Implementation{}) }); n > 0 {
			t.Errorf("%s allocates %v times", contest.name, n)
		}
	}
}
