package bench

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lockstep-ml/lockstep/kernels"
)

// gemmShapes are products of small nets and a few cubes.
var gemmShapes = []struct{ m, n, k int }{
	{32, 32, 32}, {64, 64, 64}, {256, 256, 256}, {512, 512, 512}, {64, 128, 784}, {128, 512, 784}, {64, 10, 128},
}

// gemms are implementations of C = A*B in float32, row-major, on as many cores as
// GOMAXPROCS allows.
var gemms = []struct {
	name string
	run  func(pool *kernels.Pool, c, a, b kernels.Matrix)
}{
	{"lockstep", func(pool *kernels.Pool, c, a, b kernels.Matrix) {
		kernels.GemmParallel(pool, false, false, a.Rows, b.Cols, a.Cols, 1, a.Data, a.Stride, b.Data, b.Stride, 0, c.Data, c.Stride)
	}},
	{"gonum", func(_ *kernels.Pool, c, a, b kernels.Matrix) {
		gonum.Implementation{}.Sgemm(blas.NoTrans, blas.NoTrans, a.Rows, b.Cols, a.Cols, 1, a.Data, a.Stride, b.Data, b.Stride, 0, c.Data, c.Stride)
	}},
}

func BenchmarkGemm(b *testing.B) {
	for _, s := range gemmShapes {
		x, y, z := matrix(s.m, s.k), matrix(s.k, s.n), matrix(s.m, s.n)
		for _, gemm := range gemms {
			b.Run(fmt.Sprintf("impl=%s/m=%d/n=%d/k=%d", gemm.name, s.m, s.n, s.k), func(b *testing.B) {
				pool := kernels.NewPool(0)
				defer pool.Close()
				for b.Loop() {
					gemm.run(pool, z, x, y)
				}
				flop := 2 * float64(s.m) * float64(s.n) * float64(s.k)
				b.ReportMetric(flop*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}

// TestGemmsAgree makes sure that the products that are timed are the same one.
func TestGemmsAgree(t *testing.T) {
	x, y := matrix(37, 53), matrix(53, 71)
	want := matrix(37, 71)
	kernels.MatMul(want, x, y)
	for _, gemm := range gemms {
		got := matrix(37, 71)
		gemm.run(nil, got, x, y)
		for i, v := range got.Data {
			if d := v - want.Data[i]; d > 1e-4 || d < -1e-4 {
				t.Fatalf("%s: element %d is %v, want %v", gemm.name, i, v, want.Data[i])
			}
		}
	}
}

// matrix returns a matrix of numbers in [-1, 1].
func matrix(rows, cols int) kernels.Matrix {
	m := kernels.NewMatrix(rows, cols)
	for i := range m.Data {
		m.Data[i] = float32(i*7919%2001-1000) / 1000
	}
	return m
}

// Matrix has the fields of gonum's blas32.General and converts into it.
var _ = blas32.General(kernels.Matrix{})
