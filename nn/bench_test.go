package nn

import (
	"context"
	"fmt"
	"testing"

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

// BenchmarkLayer runs each layer forward and back on a batch.
func BenchmarkLayer(b *testing.B) {
	const rows, width = 64, 128
	for _, piece := range layerPieces {
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
		})
	}
}

// BenchmarkOptimizer takes steps in each optimizer, and under each rule.
func BenchmarkOptimizer(b *testing.B) {
	step := func(b *testing.B, optimizer Optimizer, rules ...Rule) {
		net := benchNetwork(b)
		updater := must(net.NewUpdater(optimizer, rules...))
		b.ReportAllocs()
		for b.Loop() {
			updater.Step()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(net.ParamCount()), "ns/parameter")
	}
	for _, piece := range optimizerPieces {
		b.Run("optimizer="+piece.name, func(b *testing.B) { step(b, piece.build()) })
	}
	for _, piece := range rulePieces {
		if piece.name != "Group" && piece.name != "All" { // the names are those of another network
			b.Run("rule="+piece.name, func(b *testing.B) { step(b, NewSGD(1e-6), piece.rules()...) })
		}
	}
}
