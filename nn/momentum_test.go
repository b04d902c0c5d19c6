package nn

import (
	"math"
	"testing"
)

// zigzag is a schedule of a user's own that changes the momentum.
type zigzag struct{}

func (zigzag) Factor(_, _ int) float64           { return 0.5 }
func (zigzag) Momentum(step, _ int) float64      { return []float64{0.5, 0.875}[step%2] }
func zigzagVelocity(v, g float64, i int) float64 { return zigzag{}.Momentum(i, 0)*v + g }

// TestMomentumSchedule follows a velocity whose momentum changes, with and
// without a group of parameters.
func TestMomentumSchedule(t *testing.T) {
	const rate, steps = 0.25, 6
	for _, rules := range [][]Rule{nil, {Group(&SGD{LearningRate: rate, Momentum: 0.25}, "0")}} {
		// The loss of a single input 1 with a target 0 is w^2, its gradient 2w.
		net := mustSequential(t, 1, 1, Dense(1, WithoutBias(), WithInit(Constant(1))))
		x, y := newSource(1).matrix(1, 1), newSource(1).matrix(1, 1)
		x.Data[0], y.Data[0] = 1, 0
		runEpochs(t, net, must(Rows(x, y)), steps, TrainerOptions{
			Loss: MSE(), Optimizer: &SGD{LearningRate: rate, Momentum: 0.1}, Schedule: zigzag{}, Rules: rules, InOrder: true,
		})
		w, v := 1.0, 0.0
		for i := range steps {
			v = zigzagVelocity(v, 2*w, i)
			w -= rate * 0.5 * v
		}
		if got := float64(net.values[0]); math.Abs(got-w) > 1e-6 {
			t.Errorf("%d rules: the weight is %v, want %v", len(rules), got, w)
		}
	}
}

// TestMomentumEnds: an optimizer that served a schedule has its own momentum again
// in the next training.
func TestMomentumEnds(t *testing.T) {
	train := func(optimizer Optimizer, schedule Schedule) string {
		net := classifier(t, 1)
		options := inOrder(1)
		options.Optimizer, options.Schedule = optimizer, schedule
		runEpochs(t, net, classes(30), 2, options)
		return net.Hash()
	}
	for _, build := range []func() Optimizer{
		func() Optimizer { return &SGD{LearningRate: 0.1, Momentum: 0.75} },
		func() Optimizer { return NewAdam(0.01) },
		func() Optimizer { return &RMSprop{LearningRate: 0.01, Alpha: 0.9, Epsilon: 1e-4, Momentum: 0.75} },
	} {
		used := build()
		cycled := train(used, OneCycleMomentum(0.25, 0.5))
		if got, want := train(used, OneCycle()), train(build(), OneCycle()); got != want || got == cycled {
			t.Errorf("%v: hash %s after a cycle, want %s; with it %s", used, got, want, cycled)
		}
	}
}

func TestMomentumErrors(t *testing.T) {
	for _, optimizer := range []Optimizer{NewSGD(0.1), NewRMSprop(0.1), NewAdagrad(0.1), NewNAdam(0.1)} {
		for _, s := range []Schedule{OneCycleMomentum(0.85, 0.95), Warmup(3, OneCycleMomentum(0.85, 0.95))} {
			options := inOrder(1)
			options.Optimizer, options.Schedule = optimizer, s
			_, err := classifier(t, 1).NewTrainer(options)
			expectError(t, err, "nn: ", describe(s)+" changes the momentum", optimizer.String(), "use SGD or RMSprop with Momentum, or Adam")
		}
	}
	options := inOrder(1)
	options.Schedule, options.Rules = zigzag{}, []Rule{Group(NewSGD(0.1), "2.bias")}
	_, err := classifier(t, 1).NewTrainer(options)
	expectError(t, err, "nn.zigzag changes the momentum, which SGD(lr=0.1)")
}
