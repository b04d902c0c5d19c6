package nn

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/lockstep-ml/lockstep/kernels"
)

// The network of the benchmarks, an MLP for images of 28 x 28 pixels.
func benchNetwork(b *testing.B) *Network {
	return mustSequential(b, 784, 1, Dense(128, WithInit(HeNormal())), ReLU(), Dense(10))
}

// endless is data of any number of rows: those of x and y, again and again.
type endless struct {
	x, y kernels.Matrix
	rows int
}

func (d endless) Len() int         { return d.rows }
func (d endless) Dims() (int, int) { return d.x.Cols, d.y.Cols }

func (d endless) Gather(rows []int, x, y kernels.Matrix) {
	for i, row := range rows {
		copy(x.Row(i), d.x.Row(row%d.x.Rows))
		copy(y.Row(i), d.y.Row(row%d.x.Rows))
	}
}

func BenchmarkTrainStep(b *testing.B) {
	const batchSize = 64
	s := newSource(1)
	x, y := s.matrix(4096, 784), s.labels(4096, 10)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("net=784-128-10/batch=%d/opt=adam/workers=%d", batchSize, workers), func(b *testing.B) {
			net := benchNetwork(b)
			trainer := mustTrainer(b, net, TrainerOptions{
				Loss: CrossEntropy(), Optimizer: NewAdam(1e-3), BatchSize: batchSize, Workers: workers,
			})
			steps := func(n int) {
				for _, err := range trainer.Epochs(context.Background(), endless{x, y, n * batchSize}, 1) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			steps(1) // takes the memory
			b.ReportAllocs()
			b.ResetTimer()
			steps(b.N)
			b.StopTimer()
			nanoseconds := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			b.ReportMetric(batchSize*1e9/nanoseconds, "samples/s")
			b.ReportMetric(batchSize*stepFlops(net)/nanoseconds, "GFLOP/s")
		})
	}
}

// stepFlops returns the floating-point operations that the matrix products of a
// training step take for a sample: forward, gradient, and deltas but for the
// first layer.
func stepFlops(net *Network) float64 {
	flops := 0
	for i, p := range net.params {
		switch {
		case p.Shape.Vector:
		case i == 0:
			flops += 4 * len(p.Value.Data)
		default:
			flops += 6 * len(p.Value.Data)
		}
	}
	return float64(flops)
}

func BenchmarkPredict(b *testing.B) {
	predictor := benchNetwork(b).Predictor()
	for _, rows := range []int{1, 64} {
		b.Run(fmt.Sprintf("net=784-128-10/rows=%d", rows), func(b *testing.B) {
			x, y := newSource(1).matrix(rows, 784), kernels.NewMatrix(rows, 10)
			b.ReportAllocs()
			for b.Loop() {
				predictor.Predict(y, x)
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
		})
	}
}

// bareKernels are the calls of kernels that the layers consist of, forward and back,
// but for blocks, users' own layers and Identity.
func bareKernels(rows, width int) map[string]func() {
	s := newSource(1)
	matrix := func() kernels.Matrix { return kernels.NewMatrix(rows, width) }
	x, dy, y, dx := s.matrix(rows, width), s.matrix(rows, width), matrix(), matrix()
	x.Data, x.Stride, dy.Data, dy.Stride = packed(x), width, packed(dy), width
	w, dw := kernels.NewMatrix(width, width), kernels.NewMatrix(width, width)
	copy(w.Data, x.Data)
	weight, bias, grad := make([]float32, width), make([]float32, width), make([]float32, width)
	var column [6][]float64
	for i := range column {
		column[i] = make([]float64, width)
	}
	of := func(forward func(y, x []float32), backward func(dx, dy, z []float32), z []float32) func() {
		return func() {
			forward(y.Data, x.Data)
			backward(dx.Data, dy.Data, z)
		}
	}
	product := func() {
		kernels.MatMul(y, x, w)
		kernels.Gemm(false, true, rows, width, width, 1, dy.Data, width, w.Data, width, 0, dx.Data, width)
		kernels.Gemm(true, false, width, width, rows, 1, x.Data, width, dy.Data, width, 0, dw.Data, width)
	}
	leaky := of(
		func(y, x []float32) { kernels.LeakyReLU(y, x, 0.25) },
		func(dx, dy, x []float32) { kernels.LeakyReLUBackward(dx, dy, x, 0.25) }, x.Data)
	return map[string]func(){
		"Dense": func() {
			product()
			kernels.AddBias(y, bias)
			kernels.AddColumnSums(grad, dy)
		},
		"DenseNoBias": product,
		"LeakyReLU":   leaky,
		"PReLU":       leaky, // and the slope's gradient, which no kernel computes
		"ELU": of(
			func(y, x []float32) { kernels.ELU(y, x, 0.75) },
			func(dx, dy, y []float32) { kernels.ELUBackward(dx, dy, y, 0.75) }, y.Data),
		"Softmax": func() {
			kernels.Softmax(y, x)
			for i := range rows {
				kernels.AddScalar(dx.Row(i), dy.Row(i), -kernels.Dot(dy.Row(i), y.Row(i)))
			}
			kernels.Mul(dx.Data, dx.Data, y.Data)
		},
		"LogSoftmax": func() {
			kernels.LogSoftmax(y, x)
			kernels.Exp(dx.Data, y.Data)
			for i := range rows {
				kernels.Scale(dx.Row(i), dx.Row(i), kernels.Sum(dy.Row(i)))
			}
			kernels.Sub(dx.Data, dy.Data, dx.Data)
		},
		"Dropout": func() { // its mask is drawn anew on the way back
			for range 2 {
				kernels.FillMask(dx.Data, kernels.RandomKey{}, 0, 0.3, 1/0.7)
				kernels.Mul(y.Data, x.Data, dx.Data)
			}
		},
		"ReLU": of(kernels.ReLU, kernels.ReLUBackward, y.Data), "Sigmoid": of(kernels.Sigmoid, kernels.SigmoidBackward, y.Data),
		"Tanh": of(kernels.Tanh, kernels.TanhBackward, y.Data), "SELU": of(kernels.SELU, kernels.SELUBackward, y.Data),
		"GELU": of(kernels.GELU, kernels.GELUBackward, x.Data), "GELUTanh": of(kernels.GELUTanh, kernels.GELUTanhBackward, x.Data),
		"SiLU": of(kernels.SiLU, kernels.SiLUBackward, x.Data), "Mish": of(kernels.Mish, kernels.MishBackward, x.Data),
		"Softplus":    of(kernels.Softplus, kernels.SoftplusBackward, x.Data),
		"HardSigmoid": of(kernels.HardSigmoid, kernels.HardSigmoidBackward, x.Data),
		"ColumnPReLU": func() {
			kernels.PReLU(y, x, weight)
			kernels.PReLUBackward(dx, dy, x, weight)
			kernels.PReLUGrad(grad, dy, x)
		},
		"LayerNorm": func() {
			kernels.LayerNorm(y, x, weight, bias, 1e-5)
			kernels.LayerNormBackward(dx, dy, x, weight, 1e-5)
			kernels.LayerNormGrad(grad, dy, x, 0, 1e-5)
			kernels.AddColumnSums(grad, dy)
		},
		"BatchNorm": func() {
			kernels.ColumnMoments(column[0], column[1], x)
			kernels.BatchNorm(y, x, column[0], column[1], weight, bias)
			kernels.BatchNormSums(column[2], column[3], dy, x, column[0], column[1])
			kernels.BatchNormBackward(dx, dy, x, column[0], column[1], column[2], column[3], column[4])
		},
	}
}

// bareSteps are the kernels that the optimizers consist of.
func bareSteps(n int) map[string]func() {
	w, g, m, v, x := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	step := kernels.AdamStep{Beta1: 0.9, OneMinus1: 0.1, Beta2: 0.999, OneMinus2: 0.001, Lr: 1e-3, Epsilon: 1e-8}
	rms := kernels.RMSpropStep{Lr: 1e-3, Alpha: 0.99, OneMinus: 0.01, Epsilon: 1e-8}
	nadam := kernels.NAdamStep{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
	decayed := func(step func()) func() {
		return func() {
			kernels.Axpy(1e-4, w, g)
			step()
		}
	}
	return map[string]func(){
		"SGDDecay":     decayed(func() { kernels.SGD(w, g, 1e-3) }),
		"AdamDecay":    decayed(func() { kernels.Adam(w, m, v, g, step) }),
		"NAdamDecay":   decayed(func() { kernels.NAdam(w, m, v, g, nadam) }),
		"AdamSettings": func() { kernels.Adam(w, m, v, g, step) },
		"RMSpropMomentum": func() {
			kernels.RMSpropDirection(g, v, rms)
			kernels.Momentum(w, m, g, 1e-3, 0.9)
		},
		"RMSpropCentered": func() {
			kernels.RMSpropCentered(g, v, m, rms)
			kernels.SGD(w, g, 1e-3)
		},
		"RMSpropCenteredMomentum": func() {
			kernels.RMSpropCentered(g, v, m, rms)
			kernels.Momentum(w, x, g, 1e-3, 0.9)
		},
		"SGD":      func() { kernels.SGD(w, g, 1e-3) },
		"Momentum": func() { kernels.Momentum(w, m, g, 1e-3, 0.9) },
		"Nesterov": func() { kernels.Nesterov(w, m, g, 1e-3, 0.9) },
		"Adagrad":  func() { kernels.Adagrad(w, v, g, 1e-3, 1e-10) },
		"RMSprop":  func() { kernels.RMSprop(w, v, g, rms) },
		"Adam":     func() { kernels.Adam(w, m, v, g, step) },
		"AdamW":    func() { kernels.AdamW(w, m, v, g, step, 0.9999) },
		"AMSGrad":  func() { kernels.AMSGrad(w, m, v, x, g, step) },
		"NAdam":    func() { kernels.NAdam(w, m, v, g, nadam) },
	}
}

// reportBare reports the time of a bare kernel, the least of some runs, beside that of
// the benchmark.
func reportBare(b *testing.B, f func(), elements int, unit string) {
	if f == nil {
		return
	}
	const runs, calls = 10, 10
	least := math.Inf(1)
	for range runs {
		start := time.Now()
		for range calls {
			f()
		}
		least = min(least, float64(time.Since(start).Nanoseconds())/calls)
	}
	b.ReportMetric(least/float64(elements), "kernel-ns/"+unit)
}

// BenchmarkLayer runs each layer that kernels make up forward and back on a batch.
func BenchmarkLayer(b *testing.B) {
	const rows, width = 64, 128
	bare := bareKernels(rows, width)
	for _, piece := range layerPieces {
		if bare[piece.name] == nil {
			continue
		}
		b.Run("layer="+piece.name, func(b *testing.B) {
			net := mustSequential(b, width, 1, piece.build(width))
			w := net.newWorkspace(rows, -1)
			x := newSource(1).matrix(rows, width)
			b.ReportAllocs()
			for b.Loop() {
				w.Forward(x)
				w.Backward()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(rows*width), "ns/element")
			reportBare(b, bare[piece.name], rows*width, "element")
		})
	}
}

// BenchmarkOptimizer takes steps in each optimizer that kernels make up, and under each
// rule.
func BenchmarkOptimizer(b *testing.B) {
	bare := bareSteps(benchNetwork(b).ParamCount())
	step := func(b *testing.B, name string, optimizer Optimizer, rules ...Rule) {
		net := benchNetwork(b)
		updater := must(net.NewUpdater(optimizer, rules...))
		b.ReportAllocs()
		for b.Loop() {
			updater.Step()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(net.ParamCount()), "ns/parameter")
		reportBare(b, bare[name], net.ParamCount(), "parameter")
	}
	for _, piece := range optimizerPieces {
		if bare[piece.name] == nil {
			continue
		}
		b.Run("optimizer="+piece.name, func(b *testing.B) { step(b, piece.name, piece.build()) })
	}
	for _, piece := range rulePieces {
		if piece.name != "Group" && piece.name != "All" { // the names are those of another network
			b.Run("rule="+piece.name, func(b *testing.B) { step(b, piece.name, NewSGD(1e-6), piece.rules()...) })
		}
	}
}
