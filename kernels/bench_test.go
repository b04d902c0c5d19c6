package kernels

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// The names are key=value pairs, as benchstat wants them:
//
//	go test -bench Dot -count 6 ./kernels | benchstat -col /impl -
//
// The grids here are small, so that all of it ends within a minute; bench/ has the large
// ones, and the peers. More activations, and the derivatives, are timed in nn, beside the
// layers that consist of them.

// sink keeps results alive.
var sink float32

// benchTiers runs a benchmark in every tier with assembly, and in the generic
// one if that is the active one.
func benchTiers(b *testing.B, sizes string, f func(b *testing.B)) {
	for _, x := range tier.Supported() {
		if x == tier.Generic && tier.Active() != tier.Generic {
			continue
		}
		b.Run(fmt.Sprintf("impl=%v/%s", x, sizes), func(b *testing.B) {
			inTier(x, func() { f(b) })
		})
	}
}

// benchActive runs a benchmark in the active tier, which LOCKSTEP_TIER lowers.
func benchActive(b *testing.B, sizes string, f func(b *testing.B)) {
	b.Run(fmt.Sprintf("impl=%v/%s", tier.Active(), sizes), f)
}

// reportElements reports the time for one of the n elements of an operation.
func reportElements(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/element")
}

func benchmarkGemm(b *testing.B, pool *Pool, p product[float32]) {
	sizes := fmt.Sprintf("m=%d/n=%d/k=%d", p.m, p.n, p.k)
	benchTiers(b, sizes, func(b *testing.B) {
		x, y, z := p.operands(newRand(1), ordinary[float32]())
		for b.Loop() {
			p.runParallel(pool, x, y, z)
		}
		operations := 2 * float64(p.m) * float64(p.n) * float64(p.k) * float64(b.N)
		b.ReportMetric(operations/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
	})
}

// The products of a layer of 784 inputs and 128 units, 64 samples at a time:
// forward, and the gradient of the weights.

func BenchmarkGemm(b *testing.B) {
	benchmarkGemm(b, nil, product[float32]{m: 64, n: 128, k: 784, alpha: 1})
}

func BenchmarkGemmTN(b *testing.B) {
	benchmarkGemm(b, nil, product[float32]{transA: true, m: 784, n: 128, k: 64, alpha: 1})
}

func BenchmarkGemmNT(b *testing.B) {
	benchmarkGemm(b, nil, product[float32]{transB: true, m: 64, n: 784, k: 128, alpha: 1})
}

func BenchmarkGemmParallel(b *testing.B) {
	pool := NewPool(0)
	defer pool.Close()
	benchmarkGemm(b, pool, product[float32]{m: 64, n: 128, k: 784, alpha: 1})
}

func BenchmarkDot(b *testing.B) {
	for _, n := range []int{100, 4096} {
		benchTiers(b, fmt.Sprintf("n=%d", n), func(b *testing.B) {
			r := newRand(1)
			x, y := ordinary[float32]().slice(n, r), ordinary[float32]().slice(n, r)
			b.SetBytes(int64(8 * n))
			for b.Loop() {
				sink += Dot(x, y)
			}
		})
	}
}

func BenchmarkExp(b *testing.B)     { benchmarkUnary(b, Exp) }
func BenchmarkSigmoid(b *testing.B) { benchmarkUnary(b, Sigmoid) }
func BenchmarkTanh(b *testing.B)    { benchmarkUnary(b, Tanh) }
func BenchmarkReLU(b *testing.B)    { benchmarkUnary(b, ReLU) }
func BenchmarkExpm1(b *testing.B)   { benchmarkUnary(b, Expm1) }
func BenchmarkLog(b *testing.B) {
	benchmarkUnary(b, func(dst, x []float32) { Abs(dst, x); Log(dst, dst) })
}
func BenchmarkLog1p(b *testing.B) {
	benchmarkUnary(b, func(dst, x []float32) { Abs(dst, x); Log1p(dst, dst) })
}
func BenchmarkSoftplus(b *testing.B) { benchmarkUnary(b, Softplus) }
func BenchmarkSiLU(b *testing.B)     { benchmarkUnary(b, SiLU) }
func BenchmarkGELU(b *testing.B)     { benchmarkUnary(b, GELU) }

func BenchmarkAsum(b *testing.B)     { benchmarkReduction(b, Asum[float32]) }
func BenchmarkMax(b *testing.B)      { benchmarkReduction(b, Max[float32]) }
func BenchmarkNrm2(b *testing.B)     { benchmarkReduction(b, Nrm2[float32]) }
func BenchmarkVariance(b *testing.B) { benchmarkReduction(b, Variance[float32]) }

func benchmarkReduction(b *testing.B, f func(x []float32) float32) {
	benchmarkUnary(b, func(_, x []float32) { sink += f(x) })
}

func BenchmarkSqrt(b *testing.B)  { benchmarkUnary(b, Sqrt[float32]) }
func BenchmarkScale(b *testing.B) { benchmarkUnary(b, func(dst, x []float32) { Scale(dst, x, 2) }) }
func BenchmarkAdd(b *testing.B)   { benchmarkUnary(b, func(dst, x []float32) { Add(dst, dst, x) }) }

func benchmarkUnary(b *testing.B, f func(dst, x []float32)) {
	const n = 4096
	benchActive(b, fmt.Sprintf("n=%d", n), func(b *testing.B) {
		x := ordinary[float32]().slice(n, newRand(1))
		dst := make([]float32, n)
		for b.Loop() {
			f(dst, x)
		}
		reportElements(b, n)
	})
}

func BenchmarkSoftmax(b *testing.B) {
	const rows, cols = 64, 10
	benchActive(b, fmt.Sprintf("rows=%d/cols=%d", rows, cols), func(b *testing.B) {
		x := Matrix{rows, cols, cols, ordinary[float32]().slice(rows*cols, newRand(1))}
		dst := NewMatrix(rows, cols)
		for b.Loop() {
			Softmax(dst, x)
		}
		reportElements(b, rows*cols)
	})
}

func BenchmarkAdam(b *testing.B) {
	const n = 4096
	step := AdamStep{Beta1: 0.9, Beta2: 0.999, OneMinus1: 0.1, OneMinus2: 0.001, Lr: 0.001, Epsilon: 1e-8}
	benchActive(b, fmt.Sprintf("n=%d", n), func(b *testing.B) {
		r := newRand(1)
		w, g := ordinary[float32]().slice(n, r), ordinary[float32]().slice(n, r)
		m, v := make([]float32, n), make([]float32, n)
		for b.Loop() {
			Adam(w, m, v, g, step)
		}
		reportElements(b, n)
	})
}

func BenchmarkFillUniform(b *testing.B) {
	benchmarkUnary(b, func(dst, _ []float32) { FillUniform(dst, RandomKey{}, 0, -1, 1) })
}

// BenchmarkUpdates compares updates of weights that learn with those of weights
// whose gradient is always 0, such as those of a pixel that is never set: their
// state decays until it is flushed, and must not become denormal, which would make
// them slow.
func BenchmarkUpdates(b *testing.B) {
	const n, steps = 1024, 200 // both kinds of operands stay in the nearest cache
	adam := AdamStep{Beta1: 0.9, Beta2: 0.999, OneMinus1: 0.1, OneMinus2: 0.001, Lr: 0.001, Epsilon: 1e-8}
	rms := RMSpropStep{Lr: 0.001, Alpha: 0.99, OneMinus: 0.01, Epsilon: 1e-8}
	for _, c := range []struct {
		name string
		step func(w, m, v, g []float32)
	}{
		{"Momentum", func(w, m, _, g []float32) { Momentum(w, m, g, 0.001, 0.9) }},
		{"Nesterov", func(w, m, _, g []float32) { Nesterov(w, m, g, 0.001, 0.9) }},
		{"Adagrad", func(w, _, v, g []float32) { Adagrad(w, v, g, 0.001, 1e-10) }},
		{"RMSprop", func(w, _, v, g []float32) { RMSprop(w, v, g, rms) }},
		{"Adam", func(w, m, v, g []float32) { Adam(w, m, v, g, adam) }},
		{"AdamW", func(w, m, v, g []float32) { AdamW(w, m, v, g, adam, 0.99999) }},
	} {
		b.Run(fmt.Sprintf("rule=%s/impl=%s/n=%d", c.name, Tier(), n), func(b *testing.B) {
			// Operands a power of two apart would slow each other down.
			const apart = n + 80
			r, slab := newRand(1), make([]float32, 8*apart)
			operand := func(i int) []float32 { return slab[i*apart:][:n] }
			gradients := [2][]float32{operand(0), operand(1)}
			ordinary[float32]().fill(gradients[0], r)
			var w, m, v [2][]float32
			for i := range w {
				w[i], m[i], v[i] = operand(2+i), operand(4+i), operand(6+i)
				ordinary[float32]().fill(w[i], r)
				ordinary[float32]().fill(m[i], r)
				Abs(v[i], m[i])
			}
			var spent [2][]float64
			for b.Loop() {
				for i, g := range gradients {
					start := time.Now()
					for range steps {
						c.step(w[i], m[i], v[i], g)
					}
					spent[i] = append(spent[i], float64(time.Since(start).Nanoseconds())/(n*steps))
				}
			}
			median := func(x []float64) float64 { slices.Sort(x); return x[len(x)/2] }
			live, dead := median(spent[0]), median(spent[1])
			b.ReportMetric(live, "ns/live-element")
			b.ReportMetric(dead, "ns/dead-element")
			b.ReportMetric(dead/live, "dead/live")
		})
	}
}
