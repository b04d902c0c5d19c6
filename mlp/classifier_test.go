package mlp

import (
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/random"
	"github.com/lockstep-ml/lockstep/nn"
)

func TestClassifierDefaults(t *testing.T) {
	want := &Classifier[int]{Settings: Settings{
		HiddenLayerSizes: []int{100}, Activation: "relu", Solver: "adam", Alpha: 0.0001, BatchSize: 0,
		LearningRate: "constant", LearningRateInit: 0.001, PowerT: 0.5, MaxIter: 200, Shuffle: true, Tol: 0.0001,
		Momentum: 0.9, NesterovsMomentum: true, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8,
		NIterNoChange: 10, ValidationFraction: 0.1,
	}}
	if got := NewClassifier[int](); !reflect.DeepEqual(got, want) {
		t.Errorf("NewClassifier = %+v, want scikit-learn's %+v", got, want)
	}
}

func TestClassifierLearnsXOR(t *testing.T) {
	x := [][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}}
	y := []bool{false, true, true, false}
	for _, test := range []struct {
		activation Activation
		solver     Solver
	}{{ReLU, Adam}, {Tanh, Adam}, {Logistic, Adam}, {ReLU, SGD}, {Tanh, SGD}} {
		c := NewClassifier[bool]()
		c.HiddenLayerSizes = []int{16}
		c.Activation = test.activation
		c.Solver = test.solver
		c.LearningRateInit = 0.1
		if got, err := mustFit(t, c, x, y).Score(Rows(x), y); err != nil || got != 1 {
			t.Errorf("%s, %s: accuracy %v, %v, want 1", test.activation, test.solver, got, err)
		}
	}
}

func TestClassifierLearnsFlowers(t *testing.T) {
	for _, classes := range [][]string{{setosa, versicolor}, {virginica, setosa, versicolor}} {
		model, _, _ := fitFlowers(t, classes...)
		x, y := flowers(300, classes...)
		got, err := model.Score(Rows(x[90:]), y[90:])
		if err != nil || got < 0.95 {
			t.Errorf("%d classes: accuracy %v, %v on new rows, want at least 0.95", len(classes), got, err)
		}
		if !slices.IsSorted(model.Classes()) || len(model.Classes()) != len(classes) {
			t.Errorf("Classes = %v", model.Classes())
		}
	}
}

func TestClassifierWithoutHiddenLayers(t *testing.T) {
	x, y := flowers(90, setosa, versicolor, virginica)
	c := NewClassifier[string]()
	c.HiddenLayerSizes = nil
	c.LearningRateInit = 0.1
	m := mustFit(t, c, x, y)
	if got := len(m.network.Params()); got != 2 {
		t.Errorf("%d parameters, want weights and biases of one layer", got)
	}
	if score, _ := m.Score(Rows(x), y); score < 0.95 {
		t.Errorf("accuracy %v, want at least 0.95", score)
	}
}

// TestClassifierStep compares one step of gradient descent with the formulas:
// the gradient of the mean loss plus Alpha/(2n) times the squared weights, and
// with Nesterov's momentum a first step that is longer by the momentum.
func TestClassifierStep(t *testing.T) {
	const alpha, rate = 0.5, 0.25
	x := [][]float64{{1, 2}, {-1, 0.5}, {3, -2}}
	y := []int{0, 1, 1}
	c := NewClassifier[int]()
	c.HiddenLayerSizes = nil
	c.Solver = SGD
	c.Alpha = alpha
	c.LearningRateInit = rate
	c.MaxIter = 1
	m := mustFit(t, c, x, y)

	network, err := c.newNetwork(2, 1)
	if err != nil {
		t.Fatal(err)
	}
	initial := parameters(network)
	w, b := initial[0], float64(initial[1][0])
	loss, penalty := 0.0, 0.0
	gradient := []float64{alpha / 3 * float64(w[0]), alpha / 3 * float64(w[1]), 0}
	for i, row := range x {
		z := row[0]*float64(w[0]) + row[1]*float64(w[1]) + b
		p, target := 1/(1+math.Exp(-z)), float64(y[i])
		loss -= (target*math.Log(p) + (1-target)*math.Log(1-p)) / 3
		gradient[0] += (p - target) * row[0] / 3
		gradient[1] += (p - target) * row[1] / 3
		gradient[2] += (p - target) / 3
	}
	got := parameters(m.network)
	for j, value := range []float32{got[0][0], got[0][1], got[1][0]} {
		before := float64(append(slices.Clone(w), initial[1][0])[j])
		if want := before - (1+c.Momentum)*rate*gradient[j]; math.Abs(float64(value)-want) > 1e-6 {
			t.Errorf("parameter %d is %v, want %v", j, value, want)
		}
	}
	for _, v := range got[0] {
		penalty += alpha / 6 * float64(v) * float64(v)
	}
	if curve := m.LossCurve(); len(curve) != 1 || math.Abs(curve[0]-loss-penalty) > 1e-6 {
		t.Errorf("LossCurve = %v, want [%v]", curve, loss+penalty)
	}
}

func TestClassifierInitialParameters(t *testing.T) {
	for activation, factor := range map[Activation]float64{ReLU: 6, Logistic: 2} {
		c := NewClassifier[int]()
		c.HiddenLayerSizes = []int{200}
		c.Activation = activation
		network, err := c.newNetwork(100, 1)
		if err != nil {
			t.Fatal(err)
		}
		limits := []float64{math.Sqrt(factor / 300), math.Sqrt(factor / 300), math.Sqrt(factor / 201), math.Sqrt(factor / 201)}
		for i, p := range network.Params() {
			largest := 0.0
			for _, v := range p.Value.Data {
				largest = max(largest, math.Abs(float64(v)))
			}
			few := len(p.Value.Data) < 100
			if largest > limits[i]*(1+1e-6) || largest == 0 || !few && largest < 0.9*limits[i] {
				t.Errorf("%s: largest value of parameter %d is %v, want about %v", activation, i, largest, limits[i])
			}
		}
	}
}

func TestPatience(t *testing.T) {
	const limit, tol = 2, 0.1
	inf := math.Inf(1)
	cases := []struct {
		name   string
		losses []float64
		stop   int // index of the loss after which to stop, -1 if none
	}{
		{"falling", []float64{5, 4, 3, 2, 1, 0}, -1},
		{"constant", []float64{1, 1, 1, 1, 1}, 3},
		{"falling by less than tol", []float64{1, 0.95, 0.9, 0.85, 0.8}, 3},
		{"falling by more than tol", []float64{1, 0.85, 0.7, 0.55, 0.4}, -1},
		{"a rest in between", []float64{2, 2, 2, 1, 1, 1, 0, 0, 0, 0}, 9},
		{"compared with the best", []float64{1, 5, 4, 3, 2}, 3},
		{"infinite", []float64{inf, inf, inf}, -1},
	}
	for _, c := range cases {
		p := newPatience(limit, tol)
		stop := -1
		for i, loss := range c.losses {
			p.observe(loss)
			if stop < 0 && p.exhausted() {
				stop = i
			}
		}
		if stop != c.stop {
			t.Errorf("%s: stops after %d, want %d", c.name, stop, c.stop)
		}
	}
}

func TestClassifierStopsByLoss(t *testing.T) {
	x, y := flowers(90, setosa, versicolor)
	c := NewClassifier[string]()
	c.HiddenLayerSizes = []int{4}
	c.Tol = 1000 // no epoch is an improvement but the first
	c.NIterNoChange = 3
	m := mustFit(t, c, x, y)
	if m.Iterations() != 5 || len(m.LossCurve()) != 5 || len(m.Warnings()) != 0 {
		t.Errorf("%d iterations, %d losses, warnings %v; want 5, 5, none", m.Iterations(), len(m.LossCurve()), m.Warnings())
	}
}

func TestClassifierWarnsAtMaxIter(t *testing.T) {
	x, y := flowers(90, setosa, versicolor)
	c := NewClassifier[string]()
	c.MaxIter = 3
	warnings := mustFit(t, c, x, y).Warnings()
	if len(warnings) != 1 {
		t.Fatalf("warnings %v, want one", warnings)
	}
	w, ok := warnings[0].(ConvergenceWarning)
	if !ok || w.Iterations != 3 || !strings.Contains(w.String(), "MaxIter") {
		t.Errorf("warning %#v", warnings[0])
	}
}

func TestClassifierEarlyStopping(t *testing.T) {
	x, y := flowers(200, setosa, versicolor, virginica)
	c := NewClassifier[string]()
	c.HiddenLayerSizes = []int{8}
	c.LearningRateInit = 0.03
	c.EarlyStopping = true
	c.ValidationFraction = 0.3
	m := mustFit(t, c, x, y)
	scores := m.ValidationScores()
	if len(scores) != m.Iterations() || m.Iterations() == c.MaxIter || len(m.Warnings()) != 0 {
		t.Fatalf("%d scores, %d iterations, warnings %v", len(scores), m.Iterations(), m.Warnings())
	}
	best := slices.Index(scores, slices.Max(scores)) + 1
	if best == len(scores) {
		t.Fatalf("the last epoch is the best: the test shows nothing")
	}

	// The model is the one that training for just as long gives.
	c.MaxIter = best
	if want := mustFit(t, c, x, y); m.Hash() != want.Hash() {
		t.Errorf("the model is not that of the best epoch, %d of %d", best, len(scores))
	}
	held := x[:0:0]
	var labels []string
	_, class := indexClasses(y)
	_, rows := hold(class, len(x), c.ValidationFraction, random.Key{Seed: c.Seed, Stream: streamValidation})
	for _, row := range rows {
		held, labels = append(held, x[row]), append(labels, y[row])
	}
	if got, err := m.Score(Rows(held), labels); err != nil || got != scores[best-1] {
		t.Errorf("accuracy on the validation rows is %v, %v, want %v", got, err, scores[best-1])
	}
}

// parameters returns a copy of the network's parameters.
func parameters(network *nn.Network) [][]float32 {
	var values [][]float32
	for _, p := range network.Params() {
		values = append(values, slices.Clone(p.Value.Data))
	}
	return values
}

func TestClassifierSeedAndShuffle(t *testing.T) {
	x, y := flowers(60, setosa, versicolor)
	hash := func(seed uint64, shuffle bool) string {
		c := NewClassifier[string]()
		c.HiddenLayerSizes = []int{5}
		c.BatchSize = 10
		c.MaxIter = 2
		c.Seed = seed
		c.Shuffle = shuffle
		return mustFit(t, c, x, y).Hash()
	}
	if hash(1, true) == hash(2, true) {
		t.Error("the model does not depend on the seed")
	}
	if hash(1, true) == hash(1, false) {
		t.Error("the model does not depend on Shuffle")
	}
}

func TestFitChangesNothing(t *testing.T) {
	x, y := flowers(30, setosa, versicolor)
	sameX, sameY := flowers(30, setosa, versicolor)
	c, same := NewClassifier[string](), NewClassifier[string]()
	c.MaxIter, same.MaxIter = 2, 2
	first := mustFit(t, c, x, y)
	if !reflect.DeepEqual(c, same) {
		t.Errorf("settings are %+v, were %+v", c, same)
	}
	if !reflect.DeepEqual(x, sameX) || !slices.Equal(y, sameY) {
		t.Error("the data were changed")
	}
	if second := mustFit(t, c, x, y); first.Hash() != second.Hash() {
		t.Error("the second Fit gives another model than the first")
	}
}

func TestClassifierCancelled(t *testing.T) {
	x, y := flowers(30, setosa, versicolor)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m, err := NewClassifier[string]().Fit(ctx, Rows(x), y)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	if m == nil {
		t.Fatal("no model")
	}
	if _, err := m.Predict(Rows(x)); err != nil {
		t.Error(err)
	}
	if warnings := m.Warnings(); len(warnings) != 1 || !strings.Contains(warnings[0].String(), "interrupted") {
		t.Errorf("warnings %v", warnings)
	}
}

func TestClassifierDiverges(t *testing.T) {
	x, y := flowers(30, setosa, versicolor, virginica)
	c := NewClassifier[string]()
	c.Solver = SGD
	c.LearningRateInit = 1e30
	m, err := c.Fit(context.Background(), Rows(x), y)
	var diverged *nn.DivergenceError
	if m != nil || !errors.As(err, &diverged) {
		t.Errorf("model %v, error %v, want a DivergenceError", m, err)
	}
}

func TestClassifierSettings(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	cases := []struct {
		name   string
		change func(*Classifier[int])
	}{
		{"HiddenLayerSizes", func(c *Classifier[int]) { c.HiddenLayerSizes = []int{5, 0} }},
		{"Activation", func(c *Classifier[int]) { c.Activation = "rulu" }},
		{"Solver", func(c *Classifier[int]) { c.Solver = "newton" }},
		{"Alpha", func(c *Classifier[int]) { c.Alpha = -1 }},
		{"Alpha", func(c *Classifier[int]) { c.Alpha = nan }},
		{"BatchSize", func(c *Classifier[int]) { c.BatchSize = -1 }},
		{"LearningRate", func(c *Classifier[int]) { c.LearningRate = "falling" }},
		{"PowerT", func(c *Classifier[int]) { c.PowerT = -1 }},
		{"Dropout", func(c *Classifier[int]) { c.Dropout = 1 }},
		{"LearningRateInit", func(c *Classifier[int]) { c.LearningRateInit = 0 }},
		{"LearningRateInit", func(c *Classifier[int]) { c.LearningRateInit = inf }},
		{"MaxIter", func(c *Classifier[int]) { c.MaxIter = 0 }},
		{"Tol", func(c *Classifier[int]) { c.Tol = -1 }},
		{"Momentum", func(c *Classifier[int]) { c.Momentum = 1 }},
		{"Beta1", func(c *Classifier[int]) { c.Beta1 = -0.1 }},
		{"Beta2", func(c *Classifier[int]) { c.Beta2 = nan }},
		{"Epsilon", func(c *Classifier[int]) { c.Epsilon = 0 }},
		{"NIterNoChange", func(c *Classifier[int]) { c.NIterNoChange = 0 }},
		{"ValidationFraction", func(c *Classifier[int]) { c.ValidationFraction = 1 }},
		{"Workers", func(c *Classifier[int]) { c.Workers = -1 }},
	}
	x := Rows([][]float64{{1}, {2}})
	for _, test := range cases {
		c := NewClassifier[int]()
		test.change(c)
		_, err := c.Fit(context.Background(), x, []int{1, 2})
		var setting *SettingError
		if !errors.As(err, &setting) || setting.Name != "Classifier."+test.name {
			t.Errorf("%s: error %v", test.name, err)
		}
	}
	if _, err := new(Classifier[int]).Fit(context.Background(), x, []int{1, 2}); !strings.Contains(err.Error(), "MaxIter is 0") || !strings.Contains(err.Error(), `Solver is ""`) {
		t.Errorf("the zero value: error %v, want all that is wrong", err)
	}
}
