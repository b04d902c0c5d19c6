package gonumblas

import (
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/blas"

	"github.com/lockstep-ml/lockstep/kernels"
)

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
