package nn

import (
	"fmt"
	"math"
	"testing"
)

// An optimizerOracle returns the value of a parameter w with gradient g after
// step t, counted from 1, in float64. state is zero before the first step.
type optimizerOracle func(t int, w, g float64, state *[maxSlots]float64) float64

// sgdOracle is torch.optim.SGD.
func sgdOracle(lr, momentum float64) optimizerOracle {
	return func(_ int, w, g float64, state *[maxSlots]float64) float64 {
		state[0] = momentum*state[0] + g
		return w - lr*state[0]
	}
}

// adamOracle is torch.optim.Adam.
func adamOracle(lr, beta1, beta2, epsilon float64) optimizerOracle {
	return func(t int, w, g float64, state *[maxSlots]float64) float64 {
		state[0] = beta1*state[0] + (1-beta1)*g
		state[1] = beta2*state[1] + (1-beta2)*g*g
		mean := state[0] / (1 - math.Pow(beta1, float64(t)))
		square := state[1] / (1 - math.Pow(beta2, float64(t)))
		return w - lr*mean/(math.Sqrt(square)+epsilon)
	}
}

// TestOptimizersAgainstOracle takes ten steps with random gradients of very
// different sizes. Each step may be off by 1e-5 of the learning rate times the
// oracle's step, and by the rounding of the parameter.
func TestOptimizersAgainstOracle(t *testing.T) {
	const steps, inputs, outputs = 10, 7, 5
	for _, piece := range optimizerPieces {
		t.Run(piece.name, func(t *testing.T) {
			net := mustSequential(t, inputs, 1, Dense(outputs))
			updater, err := net.NewUpdater(piece.build())
			if err != nil {
				t.Fatal(err)
			}
			s := newSource(3)
			want := toFloat64(net.values)
			allowed := make([]float64, len(want))
			states := make([][maxSlots]float64, len(want))
			for step := 1; step <= steps; step++ {
				for i := range want {
					net.grads[i] = s.uniform() * float32(math.Pow(10, float64(i%5-3)))
				}
				for i, w := range want {
					want[i] = piece.oracle(step, w, float64(net.grads[i]), &states[i])
					allowed[i] += 1e-5*math.Abs(want[i]-w) + 0x1p-24*math.Abs(w)
				}
				updater.Step()
			}
			for k, p := range net.params {
				for i, got := range p.Value.Data {
					i := i + p.offset
					if !(math.Abs(float64(got)-want[i]) <= allowed[i]) {
						t.Errorf("element %d of %s is %v, want %v within %.2g", i-p.offset, net.names[k], got, want[i], allowed[i])
					}
				}
			}
		})
	}
}

// TestUpdaterCoversEveryParameter takes a step with gradients of 1 on a network
// of odd sizes: a value that stays was forgotten.
func TestUpdaterCoversEveryParameter(t *testing.T) {
	for _, piece := range optimizerPieces {
		net := mustSequential(t, 7, 1, Dense(3), newGain(), Dense(19), Dense(1))
		updater, err := net.NewUpdater(piece.build())
		if err != nil {
			t.Fatal(err)
		}
		before := append([]float32(nil), net.values...)
		for _, p := range net.params {
			for i := range p.Grad.Data {
				p.Grad.Data[i] = 1
			}
		}
		updater.Step()
		for k, p := range net.params {
			for i, v := range p.Value.Data {
				if !(v < before[p.offset+i]) {
					t.Errorf("%s: element %d of %s went from %v to %v", piece.name, i, net.names[k], before[p.offset+i], v)
				}
			}
		}
	}
}

// TestL2 compares a step of gradient descent with and without L2: weights move
// by lr*L2*w more, biases do not.
func TestL2(t *testing.T) {
	const lr, l2 = 0.5, 0.125
	train := func(l2 float64) *Network {
		net := mustSequential(t, 4, 1, Dense(3, WithBiasInit(Uniform(1))), Sigmoid(), Dense(2, WithBiasInit(Uniform(1))))
		data := newSource(1).data(8, 4, 2, lossPieces[3])
		runEpochs(t, net, data, 1, TrainerOptions{Loss: MSE(), Optimizer: NewSGD(lr), L2: l2, BatchSize: 8})
		return net
	}
	start := mustSequential(t, 4, 1, Dense(3, WithBiasInit(Uniform(1))), Sigmoid(), Dense(2, WithBiasInit(Uniform(1))))
	without, with := train(0), train(l2)
	for k, p := range start.params {
		for i, w := range p.Value.Data {
			want := 0.0
			if !p.Shape.Vector {
				want = lr * l2 * float64(w)
			}
			got := float64(without.params[k].Value.Data[i]) - float64(with.params[k].Value.Data[i])
			if math.Abs(got-want) > 0x1p-22 {
				t.Errorf("L2 moves element %d of %s by %v, want %v", i, start.names[k], got, want)
			}
		}
	}
}

func TestOptimizerSettings(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		optimizer Optimizer
		want      string
	}{
		{NewSGD(0), "SGD: LearningRate is 0"},
		{NewSGD(-0.1), "SGD: LearningRate is -0.1"},
		{NewSGD(nan), "SGD: LearningRate is NaN"},
		{NewSGD(inf), "SGD: LearningRate is +Inf"},
		{&SGD{LearningRate: 1, Momentum: 1}, "SGD: Momentum is 1"},
		{&SGD{LearningRate: 1, Momentum: -0.5}, "SGD: Momentum is -0.5"},
		{&SGD{LearningRate: 1, Momentum: nan}, "SGD: Momentum is NaN"},
		{NewAdam(0), "Adam: LearningRate is 0"},
		{NewAdam(nan), "Adam: LearningRate is NaN"},
		{&Adam{LearningRate: 1, Beta1: 1, Beta2: 0.9, Epsilon: 1}, "Adam: Beta1 is 1"},
		{&Adam{LearningRate: 1, Beta1: -1, Beta2: 0.9, Epsilon: 1}, "Adam: Beta1 is -1"},
		{&Adam{LearningRate: 1, Beta1: 0.9, Beta2: 1.5, Epsilon: 1}, "Adam: Beta2 is 1.5"},
		{&Adam{LearningRate: 1, Beta1: 0.9, Beta2: nan, Epsilon: 1}, "Adam: Beta2 is NaN"},
		{&Adam{LearningRate: 1, Beta1: 0.9, Beta2: 0.9, Epsilon: 0}, "Adam: Epsilon is 0"},
		{&Adam{LearningRate: 1, Beta1: 0.9, Beta2: 0.9, Epsilon: inf}, "Adam: Epsilon is +Inf"},
		{&Adam{LearningRate: 1}, "Adam: Epsilon is 0"},
	} {
		_, err := mustSequential(t, 1, 1, Dense(1)).NewUpdater(c.optimizer)
		expectError(t, err, c.want, "want")
	}
	for _, piece := range optimizerPieces {
		if err := piece.build().Check(); err != nil {
			t.Errorf("%s: %v", piece.name, err)
		}
	}
}

// TestOptimizerRate checks that a factor of the learning rate is in the rate
// that error messages tell, and scales the step.
func TestOptimizerRate(t *testing.T) {
	for _, piece := range optimizerPieces {
		move := func(factor float64) (step, rate float64) {
			o := piece.build()
			w, g := []float32{0}, []float32{1}
			o.Begin(1, factor)
			o.Update(w, g, Slots{make([]float32, 1), make([]float32, 1)})
			return float64(w[0]), o.Rate()
		}
		fullStep, fullRate := move(1)
		halfStep, halfRate := move(0.5)
		if math.Abs(halfRate/fullRate-0.5) > 1e-6 || math.Abs(halfStep/fullStep-0.5) > 1e-6 {
			t.Errorf("%s: a factor of 0.5 changes the rate from %v to %v, the step from %v to %v", piece.name, fullRate, halfRate, fullStep, halfStep)
		}
	}
}

func TestStrings(t *testing.T) {
	for _, c := range []struct {
		value fmt.Stringer
		want  string
	}{
		{NewSGD(0.1), "SGD(lr=0.1)"},
		{&SGD{LearningRate: 0.1, Momentum: 0.9}, "SGD(lr=0.1, momentum=0.9)"},
		{NewAdam(1e-3), "Adam(lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08)"},
		{CrossEntropy(), "CrossEntropy"},
		{BCEWithLogits(), "BCEWithLogits"},
		{MSE(), "MSE"},
		{GlorotUniform(), "glorot-uniform"},
	} {
		if got := c.value.String(); got != c.want {
			t.Errorf("String() = %q, want %q", got, c.want)
		}
	}
}

// TestCosine checks the ends and the middle of the schedule, and that it falls.
func TestCosine(t *testing.T) {
	const steps = 100
	for _, c := range []struct {
		step int
		want float64
	}{{0, 1}, {steps / 2, 0.5}, {steps, 0}} {
		if got := Cosine().Factor(c.step, steps); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("Factor(%d, %d) = %v, want %v", c.step, steps, got, c.want)
		}
	}
	for i := range steps {
		if now, next := Cosine().Factor(i, steps), Cosine().Factor(i+1, steps); !(next < now) {
			t.Errorf("the factor goes from %v in step %d to %v", now, i, next)
		}
	}
}
