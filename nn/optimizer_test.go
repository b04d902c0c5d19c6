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

// decayed adds decay*w to the gradient.
func decayed(decay float64, oracle optimizerOracle) optimizerOracle {
	return func(t int, w, g float64, state *[maxSlots]float64) float64 { return oracle(t, w, g+decay*w, state) }
}

// decoupled multiplies w by 1 - decay before the step.
func decoupled(decay float64, oracle optimizerOracle) optimizerOracle {
	return func(t int, w, g float64, state *[maxSlots]float64) float64 { return oracle(t, w*(1-decay), g, state) }
}

// nesterovOracle is torch.optim.SGD with nesterov.
func nesterovOracle(lr, momentum float64) optimizerOracle {
	return func(_ int, w, g float64, state *[maxSlots]float64) float64 {
		state[0] = momentum*state[0] + g
		return w - lr*(g+momentum*state[0])
	}
}

// adagradOracle is torch.optim.Adagrad.
func adagradOracle(lr, epsilon float64) optimizerOracle {
	return func(_ int, w, g float64, state *[maxSlots]float64) float64 {
		state[0] += g * g
		return w - lr*g/(math.Sqrt(state[0])+epsilon)
	}
}

// rmspropOracle is torch.optim.RMSprop.
func rmspropOracle(lr, alpha, epsilon, momentum float64) optimizerOracle {
	return func(_ int, w, g float64, state *[maxSlots]float64) float64 {
		state[0] = alpha*state[0] + (1-alpha)*g*g
		state[1] = momentum*state[1] + g/(math.Sqrt(state[0])+epsilon)
		return w - lr*state[1]
	}
}

// centeredOracle is torch.optim.RMSprop with centered.
func centeredOracle(lr, alpha, epsilon, momentum float64) optimizerOracle {
	return func(_ int, w, g float64, state *[maxSlots]float64) float64 {
		state[0] = alpha*state[0] + (1-alpha)*g*g
		state[1] = alpha*state[1] + (1-alpha)*g
		state[2] = momentum*state[2] + g/(math.Sqrt(state[0]-state[1]*state[1])+epsilon)
		return w - lr*state[2]
	}
}

// TestCenteredRMSpropOfConstants: the variance of equal gradients is 0 but for
// rounding, which may not make it negative.
func TestCenteredRMSpropOfConstants(t *testing.T) {
	net := mustSequential(t, 3, 1, Dense(3))
	updater := must(net.NewUpdater(&RMSprop{LearningRate: 1e-3, Alpha: 0.5, Epsilon: 1e-3, Centered: true}))
	for range 60 {
		for i := range net.grads {
			net.grads[i] = 1 + float32(i)/7
		}
		updater.Step()
	}
	if i := notFinite(net.values); i >= 0 {
		t.Errorf("value %d is %v", i, net.values[i])
	}
}

// amsGradOracle is torch.optim.Adam with amsgrad.
func amsGradOracle(lr, beta1, beta2, epsilon float64) optimizerOracle {
	return func(t int, w, g float64, state *[maxSlots]float64) float64 {
		state[0] = beta1*state[0] + (1-beta1)*g
		state[1] = beta2*state[1] + (1-beta2)*g*g
		state[2] = max(state[2], state[1])
		mean := state[0] / (1 - math.Pow(beta1, float64(t)))
		root := math.Sqrt(state[2]) / math.Sqrt(1-math.Pow(beta2, float64(t)))
		return w - lr*mean/(root+epsilon)
	}
}

// nadamOracle is torch.optim.NAdam.
func nadamOracle(lr, beta1, beta2, epsilon, momentumDecay float64) optimizerOracle {
	mu := func(t int) float64 { return beta1 * (1 - 0.5*math.Pow(0.96, float64(t)*momentumDecay)) }
	return func(t int, w, g float64, state *[maxSlots]float64) float64 {
		state[0] = beta1*state[0] + (1-beta1)*g
		state[1] = beta2*state[1] + (1-beta2)*g*g
		product := 1.0
		for step := 1; step <= t; step++ {
			product *= mu(step)
		}
		root := math.Sqrt(state[1]/(1-math.Pow(beta2, float64(t)))) + epsilon
		return w - lr*(1-mu(t))/(1-product)*g/root - lr*mu(t+1)/(1-product*mu(t+1))*state[0]/root
	}
}

// radamOracle is torch.optim.RAdam.
func radamOracle(lr, beta1, beta2, epsilon float64) optimizerOracle {
	return func(t int, w, g float64, state *[maxSlots]float64) float64 {
		state[0] = beta1*state[0] + (1-beta1)*g
		state[1] = beta2*state[1] + (1-beta2)*g*g
		mean := state[0] / (1 - math.Pow(beta1, float64(t)))
		power := math.Pow(beta2, float64(t))
		end := 2/(1-beta2) - 1
		now := end - 2*float64(t)*power/(1-power)
		if now <= 5 {
			return w - lr*mean
		}
		r := math.Sqrt((now - 4) * (now - 2) * end / ((end - 4) * (end - 2) * now))
		return w - lr*mean*r*math.Sqrt(1-power)/(math.Sqrt(state[1])+epsilon)
	}
}

// adamaxOracle is torch.optim.Adamax.
func adamaxOracle(lr, beta1, beta2, epsilon float64) optimizerOracle {
	return func(t int, w, g float64, state *[maxSlots]float64) float64 {
		state[0] = beta1*state[0] + (1-beta1)*g
		state[1] = max(beta2*state[1], math.Abs(g)+epsilon)
		return w - lr/(1-math.Pow(beta1, float64(t)))*state[0]/state[1]
	}
}

// adadeltaOracle is torch.optim.Adadelta.
func adadeltaOracle(lr, rho, epsilon float64) optimizerOracle {
	return func(_ int, w, g float64, state *[maxSlots]float64) float64 {
		state[0] = rho*state[0] + (1-rho)*g*g
		step := math.Sqrt((state[1]+epsilon)/(state[0]+epsilon)) * g
		state[1] = rho*state[1] + (1-rho)*step*step
		return w - lr*step
	}
}

// lionOracle is program 1 of Chen et al., without its decay.
func lionOracle(lr, beta1, beta2 float64) optimizerOracle {
	return func(_ int, w, g float64, state *[maxSlots]float64) float64 {
		direction := beta1*state[0] + (1-beta1)*g
		state[0] = beta2*state[0] + (1-beta2)*g
		return w - lr*sign(direction)
	}
}

// TestLionOfNothing: a parameter without gradient has no direction.
func TestLionOfNothing(t *testing.T) {
	w, m := []float32{2, 2, 2, 2}, []float32{0, 1, -1, 0}
	o := NewLion(0.5)
	o.Begin(1, 1)
	o.Update(w, []float32{0, 0, 0, nan32}, Slots{m})
	expectSameBits(t, "Lion", w, []float32{2, 1.5, 2.5, nan32})
}

// TestStateIsFlushed: means that gradients have left decay to 0, not to denormals.
func TestStateIsFlushed(t *testing.T) {
	const tiny = 0x1p-99
	for _, piece := range optimizerPieces {
		o := piece.build()
		o.Begin(1, 1)
		state := Slots{}
		for i := range o.Slots() {
			state[i] = []float32{tiny, tiny}
		}
		w := []float32{0, 0} // so that nothing decays into the gradient
		for range 60 {
			o.Update(w, []float32{0, 0}, state)
			clear(w)
		}
		for i := range o.Slots() {
			if v := state[i][0]; v != 0 && v < 0x1p-100 {
				t.Errorf("%s: state %d decays to %g", piece.name, i, v)
			}
		}
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
		runEpochs(t, net, data, 1, TrainerOptions{Loss: MSE(), Optimizer: NewSGD(lr), Rules: []Rule{L2(l2)}, BatchSize: 8})
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
		{&SGD{LearningRate: 1, Nesterov: true}, "SGD: Nesterov needs Momentum"},
		{&SGD{LearningRate: 1, WeightDecay: -1}, "SGD: WeightDecay is -1"},
		{NewAdamW(0.1, nan), "Adam: WeightDecay is NaN"},
		{NewAdagrad(-1), "Adagrad: LearningRate is -1"},
		{&Adagrad{LearningRate: 1}, "Adagrad: Epsilon is 0"},
		{NewRMSprop(0), "RMSprop: LearningRate is 0"},
		{&RMSprop{LearningRate: 1, Alpha: 1, Epsilon: 1}, "RMSprop: Alpha is 1"},
		{&RMSprop{LearningRate: 1, Alpha: 0.9, Epsilon: 1, Momentum: 1}, "RMSprop: Momentum is 1"},
		{NewNAdam(inf), "NAdam: LearningRate is +Inf"},
		{&NAdam{LearningRate: 1, Beta1: 2, Epsilon: 1}, "NAdam: Beta1 is 2"},
		{&NAdam{LearningRate: 1, Epsilon: 1, MomentumDecay: -1}, "NAdam: MomentumDecay is -1"},
		{NewRAdam(0), "RAdam: LearningRate is 0"},
		{&RAdam{LearningRate: 1, Beta2: 1, Epsilon: 1}, "RAdam: Beta2 is 1"},
		{NewAdamax(-1), "Adamax: LearningRate is -1"},
		{&Adamax{LearningRate: 1}, "Adamax: Epsilon is 0"},
		{NewAdadelta(nan), "Adadelta: LearningRate is NaN"},
		{&Adadelta{LearningRate: 1, Rho: 1, Epsilon: 1}, "Adadelta: Rho is 1"},
		{NewLion(inf), "Lion: LearningRate is +Inf"},
		{&Lion{LearningRate: 1, Beta1: -1}, "Lion: Beta1 is -1"},
		{&Lion{LearningRate: 1, WeightDecay: nan}, "Lion: WeightDecay is NaN"},
	} {
		_, err := mustSequential(t, 1, 1, Dense(1)).NewUpdater(c.optimizer)
		expectError(t, err, "nn: ", c.want)
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
			o.Update(w, g, Slots{make([]float32, 1), make([]float32, 1), make([]float32, 1)})
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
		{&SGD{LearningRate: 0.1, Momentum: 0.9, Nesterov: true, WeightDecay: 0.01}, "SGD(lr=0.1, momentum=0.9, nesterov, decay=0.01)"},
		{NewAdamW(1e-3, 0.01), "AdamW(lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08, decay=0.01)"},
		{&Adam{LearningRate: 1, AMSGrad: true}, "Adam(lr=1, beta1=0, beta2=0, epsilon=0, amsgrad)"},
		{NewNAdam(0.002), "NAdam(lr=0.002, beta1=0.9, beta2=0.999, epsilon=1e-08, momentum decay=0.004)"},
		{NewAdagrad(0.01), "Adagrad(lr=0.01, epsilon=1e-10)"},
		{NewRAdam(0.001), "RAdam(lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08)"},
		{NewAdamax(0.002), "Adamax(lr=0.002, beta1=0.9, beta2=0.999, epsilon=1e-08)"},
		{NewAdadelta(1), "Adadelta(lr=1, rho=0.9, epsilon=1e-06)"},
		{&Lion{LearningRate: 1e-4, Beta1: 0.9, Beta2: 0.99, WeightDecay: 0.1}, "Lion(lr=0.0001, beta1=0.9, beta2=0.99, decay=0.1)"},
		{MultiStep(0.1, 30, 60).(fmt.Stringer), "MultiStep(0.1, [30 60])"},
		{MultiMargin(1), "MultiMargin(1)"},
		{NewRMSprop(0.01), "RMSprop(lr=0.01, alpha=0.99, epsilon=1e-08)"},
		{&RMSprop{LearningRate: 1, Momentum: 0.5, WeightDecay: 0.1}, "RMSprop(lr=1, alpha=0, epsilon=0, momentum=0.5, decay=0.1)"},
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
