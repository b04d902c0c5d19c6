package nn

import (
	"math"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/kernels"
)

// The tests below train networks on small problems whose answer is known, and
// judge them on points that they were not trained on where there are any. With
// -short, or the race detector, the problems are easier and tried with one seed.

// A lesson is a problem with a network that should be able to learn it.
type lesson struct {
	name        string
	train, test func(short bool) (x, y kernels.Matrix)
	layers      func() []Layer
	options     func() TrainerOptions
	score       func(predicted, y kernels.Matrix) float64

	// How long to train, and what the mean score over the seeds must be.
	epochs, shortEpochs int
	want, shortWant     float64
}

var lessons = []lesson{
	{
		name: "XOR", train: xor, test: xor,
		layers:  func() []Layer { return []Layer{Dense(8), Tanh(), Dense(1)} },
		options: func() TrainerOptions { return TrainerOptions{Loss: BCEWithLogits(), Optimizer: NewAdam(0.05)} },
		score:   accuracy,
		epochs:  150, shortEpochs: 150,
		want: 1, shortWant: 1,
	},
	{
		name: "two spirals", train: spirals(0), test: spirals(0.5),
		layers: func() []Layer { return []Layer{Dense(32), ReLU(), Dense(32), ReLU(), Dense(2)} },
		options: func() TrainerOptions {
			return TrainerOptions{Loss: CrossEntropy(), Optimizer: NewAdam(0.01), BatchSize: 32, Schedule: Cosine()}
		},
		score:  accuracy,
		epochs: 100, shortEpochs: 15,
		want: 0.995, shortWant: 0.95,
	},
	{
		name: "sine", train: sine(0), test: sine(0.5),
		layers: func() []Layer {
			return []Layer{Dense(24, WithInit(Uniform(3)), WithBiasInit(Uniform(3))), Tanh(), Dense(1)}
		},
		options: func() TrainerOptions {
			return TrainerOptions{Loss: MSE(), Optimizer: &SGD{LearningRate: 0.03, Momentum: 0.9}, BatchSize: 16, Schedule: Cosine()}
		},
		score:  r2,
		epochs: 150, shortEpochs: 20,
		want: 0.999, shortWant: 0.9,
	},
}

func TestLearning(t *testing.T) {
	for _, l := range lessons {
		t.Run(l.name, func(t *testing.T) {
			seeds, short := 10, quick()
			if short {
				seeds, l.epochs, l.want = 1, l.shortEpochs, l.shortWant
			}
			sum := 0.0
			for seed := range seeds {
				sum += l.learn(t, uint64(seed+1), short)
			}
			mean := sum / float64(seeds)
			t.Logf("mean score over %d seeds: %.5f", seeds, mean)
			if !(mean >= l.want) {
				t.Errorf("mean score %.5f over %d seeds, want at least %v", mean, seeds, l.want)
			}
		})
	}
}

// learn trains a network from a seed and returns its score on the test points.
func (l lesson) learn(t *testing.T, seed uint64, short bool) float64 {
	t.Helper()
	x, y := l.train(short)
	data, err := Rows(x, y)
	if err != nil {
		t.Fatal(err)
	}
	net := mustSequential(t, x.Cols, seed, l.layers()...)
	options := l.options()
	options.Seed, options.Workers = seed, 1
	runEpochs(t, net, data, l.epochs, options)
	testX, testY := l.test(short)
	predicted := kernels.NewMatrix(testX.Rows, net.Outputs())
	net.Predictor().Predict(predicted, testX)
	return l.score(predicted, testY)
}

func xor(bool) (x, y kernels.Matrix) {
	return kernels.MatrixOf([][]float32{{0, 0}, {0, 1}, {1, 0}, {1, 1}}), kernels.MatrixOf([][]float32{{0}, {1}, {1}, {0}})
}

// spirals returns points on two spirals that wind into each other: one and a
// half turns, or half a turn. Points with another shift lie between
// those without.
func spirals(shift float64) func(short bool) (x, y kernels.Matrix) {
	return func(short bool) (x, y kernels.Matrix) {
		const points = 100 // a spiral
		turns := 1.5
		if short {
			turns = 0.5
		}
		x, y = kernels.NewMatrix(2*points, 2), kernels.NewMatrix(2*points, 1)
		for i := range 2 * points {
			label, along := i%2, (float64(i/2)+shift)/points
			radius := 0.15 + along
			angle := 2*math.Pi*turns*along + math.Pi*float64(label)
			x.Row(i)[0] = float32(radius * detmath.Cos(angle))
			x.Row(i)[1] = float32(radius * detmath.Sin(angle))
			y.Row(i)[0] = float32(label)
		}
		return x, y
	}
}

// sine returns points of a period of the sine.
func sine(shift float64) func(short bool) (x, y kernels.Matrix) {
	return func(bool) (x, y kernels.Matrix) {
		const points = 128
		x, y = kernels.NewMatrix(points, 1), kernels.NewMatrix(points, 1)
		for i := range points {
			v := 2*(float64(i)+shift)/points - 1
			x.Data[i], y.Data[i] = float32(v), float32(detmath.Sin(math.Pi*v))
		}
		return x, y
	}
}

// accuracy returns the share of rows whose class is predicted: by the largest of
// several logits, or by the sign of a single one.
func accuracy(predicted, y kernels.Matrix) float64 {
	right := 0
	for i := range y.Rows {
		z := predicted.Row(i)
		class := 0
		for j, v := range z {
			if len(z) == 1 && v > 0 {
				class = 1
			} else if v > z[class] {
				class = j
			}
		}
		if float32(class) == y.Row(i)[0] {
			right++
		}
	}
	return float64(right) / float64(y.Rows)
}

// r2 returns the coefficient of determination.
func r2(predicted, y kernels.Matrix) float64 {
	mean, residual, total := 0.0, 0.0, 0.0
	for _, v := range y.Data {
		mean += float64(v) / float64(len(y.Data))
	}
	for i, v := range y.Data {
		residual += (float64(v) - float64(predicted.Data[i])) * (float64(v) - float64(predicted.Data[i]))
		total += (float64(v) - mean) * (float64(v) - mean)
	}
	return 1 - residual/total
}

// TestClassWeightsHelp learns a class of which there are few rows among those of
// another one: with class weights the balanced accuracy, the mean of those of
// both classes, is above that without.
func TestClassWeightsHelp(t *testing.T) {
	const rows, rare, better = 400, 20, 0.1
	clouds := func(seed uint64) (x, y kernels.Matrix) {
		s := newSource(seed)
		x, y = s.matrix(rows, 2), kernels.NewMatrix(rows, 1)
		for i := 0; i < rows; i += rare {
			y.Row(i)[0] = 1
			for j := range 2 {
				x.Row(i)[j] = 1 + x.Row(i)[j]/2 // overlaps
			}
		}
		return x, y
	}
	seeds := uint64(10)
	if quick() {
		seeds = 2
	}
	score := func(loss Loss) (mean float64) {
		for seed := range seeds {
			x, y := clouds(seed)
			net := mustSequential(t, 2, seed, Dense(8), Tanh(), Dense(2))
			runEpochs(t, net, must(Rows(x, y)), 20, TrainerOptions{Loss: loss, Optimizer: NewAdam(0.02), BatchSize: 50, Seed: seed, Workers: 1})
			x, y = clouds(seed + 100)
			z := kernels.NewMatrix(rows, 2)
			net.Predictor().Predict(z, x)
			mean += balancedAccuracy(z, y) / float64(seeds)
		}
		return mean
	}
	without, with := score(CrossEntropy()), score(CrossEntropy(ClassWeights(1, rare-1)))
	t.Logf("balanced accuracy %.3f without weights, %.3f with", without, with)
	if !(with >= without+better) {
		t.Errorf("balanced accuracy %.3f without weights, %.3f with; want %v more", without, with, better)
	}
}

func balancedAccuracy(z, y kernels.Matrix) float64 {
	var right, rows [2]float64
	for i := range z.Rows {
		label := int(y.Row(i)[0])
		rows[label]++
		if kernels.ArgMax(z.Row(i)) == label {
			right[label]++
		}
	}
	return (right[0]/rows[0] + right[1]/rows[1]) / 2
}
