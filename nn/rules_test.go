package nn

import (
	"context"
	"math"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// stepped takes one step of gradient descent with the rate 1 on a network whose
// parameters and gradients are drawn, and returns them as they were, and as
// the parameters became.
func stepped(t *testing.T, rules ...Rule) (net *Network, w, g, after []float64) {
	t.Helper()
	net = mustSequential(t, 11, 1, Dense(9, WithBiasInit(Uniform(1))), newGain(), Dense(5, WithBiasInit(Uniform(1))))
	updater, err := net.NewUpdater(NewSGD(1), rules...)
	if err != nil {
		t.Fatal(err)
	}
	s := newSource(23)
	for _, p := range net.params {
		for i := range p.Grad.Data {
			p.Grad.Data[i] = 2 * s.uniform()
		}
	}
	net.params[0].Value.Data[3] = 0
	w, g = toFloat64(net.values), toFloat64(net.grads)
	updater.Step()
	return net, w, g, toFloat64(net.values)
}

// isWeight reports whether value i is one of a matrix.
func isWeight(net *Network, i int) bool {
	for _, p := range net.params {
		if i >= p.offset && i < p.offset+len(p.Value.Data) {
			return !p.Shape.Vector
		}
	}
	return false
}

// TestRulesAgainstOracle compares steps of gradient descent with the rules'
// formulas.
func TestRulesAgainstOracle(t *testing.T) {
	norm := func(g []float64) float64 {
		return math.Sqrt(sum(len(g), func(i int) float64 { return g[i] * g[i] }).value)
	}
	for _, c := range []struct {
		name string
		rule Rule
		step func(w, g, norm float64, weight bool) float64
	}{
		{"ClipValue", ClipValue(0.5), func(_, g, _ float64, _ bool) float64 { return max(-0.5, min(g, 0.5)) }},
		{"ClipNorm", ClipNorm(2), func(_, g, norm float64, _ bool) float64 { return g * 2 / (norm + 1e-6) }},
		{"ClipNorm above", ClipNorm(1000), func(_, g, _ float64, _ bool) float64 { return g }},
		{"L2", L2(0.25), func(w, g, _ float64, weight bool) float64 {
			if weight {
				return g + 0.25*w
			}
			return g
		}},
		{"L1", L1(0.25), func(w, g, _ float64, weight bool) float64 {
			if weight && w != 0 {
				return g + math.Copysign(0.25, w)
			}
			return g
		}},
		{"Average", Average(0.5), func(_, g, _ float64, _ bool) float64 { return g }},
	} {
		t.Run(c.name, func(t *testing.T) {
			net, w, g, after := stepped(t, c.rule)
			for i := range w {
				if want := w[i] - c.step(w[i], g[i], norm(g), isWeight(net, i)); math.Abs(after[i]-want) > 1e-6 {
					t.Fatalf("value %d goes from %v with gradient %v to %v, want %v", i, w[i], g[i], after[i], want)
				}
			}
		})
	}
}

// TestMaxNorm compares the lengths of columns with and without the limit.
func TestMaxNorm(t *testing.T) {
	const limit = 3
	free, _, _, _ := stepped(t)
	limited, _, _, _ := stepped(t, MaxNorm(limit))
	shortened := 0
	for k, p := range limited.params {
		want, got := free.params[k].Value, p.Value
		for j := range p.Shape.Cols {
			factor := 1.0
			length := math.Sqrt(sum(got.Rows, func(i int) float64 { return float64(want.Row(i)[j]) * float64(want.Row(i)[j]) }).value)
			if length > limit && !p.Shape.Vector {
				factor = limit / length
				shortened++
			}
			for i := range p.Shape.Rows {
				if want := factor * float64(want.Row(i)[j]); math.Abs(float64(got.Row(i)[j])-want) > 1e-6 {
					t.Errorf("%s (%d, %d) is %v, want %v", limited.names[k], i, j, got.Row(i)[j], want)
				}
			}
		}
	}
	if shortened == 0 || shortened == 14 {
		t.Errorf("%d of 14 columns were shortened: the limit tests nothing", shortened)
	}
}

// TestGroups compares a network whose layers have optimizers of their own with
// networks trained by each of them alone.
func TestGroups(t *testing.T) {
	step := func(optimizer Optimizer, rules ...Rule) *Network {
		net := classifier(t, 1)
		updater, err := net.NewUpdater(optimizer, rules...)
		if err != nil {
			t.Fatal(err)
		}
		s := newSource(2)
		for range 3 {
			for i := range net.grads {
				net.grads[i] = s.uniform()
			}
			updater.Step()
		}
		return net
	}
	sgd, adam := step(NewSGD(0.1)), step(NewAdam(0.1))
	both := step(NewSGD(0.1), Group(NewAdam(0.1), "0.bias", "2"))
	for k, want := range []*Network{sgd, adam, adam, adam} {
		expectSameBits(t, both.names[k], both.params[k].Value.Data, want.params[k].Value.Data)
	}
}

// TestRulesByHand compares the trainer with a loop by hand under all rules.
func TestRulesByHand(t *testing.T) {
	const rows = 25
	for _, piece := range rulePieces {
		if piece.name == "Group" || piece.name == "All" {
			continue // the names are those of another network
		}
		for _, workers := range []int{1, 3} {
			trained, net := classifier(t, 1), classifier(t, 1)
			options := inOrder(workers)
			options.Rules = piece.rules()
			runEpochs(t, trained, classes(rows), 1, options)
			byHand(t, net, classes(rows), CrossEntropy(), NewAdam(0.01), 10, [][]int{ascending(rows)}, piece.rules()...)
			if trained.Hash() != net.Hash() {
				t.Errorf("%s, %d workers: the trainer and a loop by hand end in different weights", piece.name, workers)
			}
		}
	}
}

// TestAverage compares the averages with those of the parameters after each
// step.
func TestAverage(t *testing.T) {
	const decay = 0.75
	data := classes(12)
	trainer := mustTrainer(t, classifier(t, 1), TrainerOptions{
		Loss: CrossEntropy(), Optimizer: NewSGD(0.5), BatchSize: 12, Workers: 2, Rules: []Rule{Average(decay)},
	})
	if _, err := trainer.Averaged(); err == nil {
		t.Error("there is an average before the first step")
	}
	var want []float64
	for _, err := range trainer.Epochs(context.Background(), data, 5) {
		if err != nil {
			t.Fatal(err)
		}
		now := toFloat64(trainer.net.values)
		if want == nil {
			want = now
		}
		for i := range want {
			want[i] = decay*want[i] + (1-decay)*now[i]
		}
	}
	net, err := trainer.Averaged()
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range net.values {
		if math.Abs(float64(v)-want[i]) > 1e-6 {
			t.Fatalf("average %d is %v, want %v", i, v, want[i])
		}
	}
	if net.Hash() == trainer.net.Hash() {
		t.Error("the average is the network itself")
	}
	_, err = mustTrainer(t, classifier(t, 1), inOrder(1)).Averaged()
	expectError(t, err, "nn.Average")
}

// TestSquareSum compares the sum with a plain one, and that of one element more
// than the lanes hold.
func TestSquareSum(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 1000} {
		x := newSource(1).matrix(1, max(n, 1)).Row(0)[:n]
		want := sum(n, func(i int) float64 { return float64(x[i]) * float64(x[i]) }).value
		if got := squareSum(x); math.Abs(got-want) > 1e-12*want {
			t.Errorf("sum of %d squares is %v, want %v", n, got, want)
		}
	}
}

func TestRuleErrors(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		rule Rule
		want string
	}{
		{ClipValue(0), "ClipValue: limit is 0"},
		{ClipValue(nan), "ClipValue: limit is NaN"},
		{ClipNorm(-1), "ClipNorm: limit is -1"},
		{L1(-1), "L1: factor is -1"},
		{L2(nan), "L2: factor is NaN"},
		{MaxNorm(0), "MaxNorm: limit is 0"},
		{Average(1), "Average: decay is 1"},
		{Group(NewSGD(-1), "0"), "Group: SGD: LearningRate is -1"},
		{Group(NewSGD(1), "1"), `Group: there is no parameter "1", the network has ["0.weight" "0.bias" "2.weight" "2.bias"]`},
		{Group(NewSGD(1), "0.weight", "0"), `Group: parameter "0.weight" is in two groups`},
	} {
		options := inOrder(1)
		options.Rules = []Rule{c.rule}
		_, err := classifier(t, 1).NewTrainer(options)
		expectError(t, err, "nn: ", c.want)
	}
}

// TestRulesAllocateNothing compares epochs of one and of many steps.
func TestRulesAllocateNothing(t *testing.T) {
	skipUnderRace(t)
	allocations := func(rows int) float64 {
		net := mustSequential(t, 40, 1, Dense(33), ReLU(), newGain(), Dense(20), Tanh(), Dense(3))
		data := newSource(3).weighted(newSource(1).data(rows, 40, 3, lossPieces[0]))
		trainer := mustTrainer(t, net, TrainerOptions{
			Loss: CrossEntropy(ClassWeights(1, 2, 3)), Optimizer: NewSGD(0.1), BatchSize: 8, Workers: 2,
			Rules: []Rule{MaxNorm(2), L1(0.01), L2(0.01), ClipNorm(1), ClipValue(0.5), Average(0.9), Group(NewAdam(0.1), "0")},
		})
		return epochAllocations(t, trainer, data)
	}
	if few, many := allocations(8), allocations(8*20); many > few {
		t.Errorf("an epoch of 20 steps allocates %v times, one of a step %v times", many, few)
	}
}

// TestClone changes a copy and looks at the original.
func TestClone(t *testing.T) {
	net := predictable(t, 5)
	before := net.Hash()
	clone, err := net.Clone()
	if err != nil {
		t.Fatal(err)
	}
	if clone.Hash() != before {
		t.Error("a clone has other weights")
	}
	clear(clone.values)
	if net.Hash() != before {
		t.Error("the clone shares its weights")
	}
	_, err = mustSequential(t, 4, 2, Dense(3), unwritable{ReLU()}).Clone()
	expectError(t, err, "nn: Clone: ", "Unwritable")
	x := kernels.NewMatrix(1, 5)
	clone.Predictor().Predict(kernels.NewMatrix(1, 3), x)
}
