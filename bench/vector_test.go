package bench

import (
	"fmt"
	"math"
	"testing"

	"github.com/viterin/vek/vek32"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lockstep-ml/lockstep/kernels"
)

// dots are implementations of the dot product.
var dots = []struct {
	name string
	run  func(x, y []float32) float32
}{
	{"lockstep", kernels.Dot[float32]},
	{"gonum", func(x, y []float32) float32 { return gonum.Implementation{}.Sdot(len(x), x, 1, y, 1) }},
	{"vek", vek32.Dot},
}

var sink float32

func BenchmarkDot(b *testing.B) {
	for _, n := range []int{16, 256, 4096, 1 << 20} {
		x, y := matrix(1, n).Data, matrix(1, n).Data
		for _, dot := range dots {
			b.Run(fmt.Sprintf("impl=%s/n=%d", dot.name, n), func(b *testing.B) {
				b.SetBytes(int64(8 * n))
				for b.Loop() {
					sink = dot.run(x, y)
				}
			})
		}
	}
}

// exps are implementations of the exponential.
var exps = []struct {
	name string
	run  func(dst, x []float32)
}{
	{"lockstep", kernels.Exp},
	{"math", func(dst, x []float32) {
		for i, v := range x {
			dst[i] = float32(math.Exp(float64(v)))
		}
	}},
}

func BenchmarkExp(b *testing.B) {
	const n = 4096
	x, dst := matrix(1, n).Data, make([]float32, n)
	for _, exp := range exps {
		b.Run(fmt.Sprintf("impl=%s/n=%d", exp.name, n), func(b *testing.B) {
			for b.Loop() {
				exp.run(dst, x)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
		})
	}
}
