package mlp

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// small returns settings that learn flowers in a moment.
func small() *Classifier[string] {
	c := NewClassifier[string]()
	c.HiddenLayerSizes = []int{12, 8}
	c.LearningRateInit = 0.02
	c.MaxIter = 60
	return c
}

// TestSettingsLearn shows that what scikit-learn lacks learns, too, and gives the same
// model for any number of workers.
func TestSettingsLearn(t *testing.T) {
	leaky := func() nn.Layer {
		return nn.Activation("halfway", func(y, x []float32) {
			for i, v := range x {
				y[i] = max(v, v/2)
			}
		}, func(dx, dy, x, _ []float32) {
			for i, v := range x {
				dx[i] = dy[i]
				if v < 0 {
					dx[i] /= 2
				}
			}
		})
	}
	x, y := flowers(300, setosa, versicolor, virginica)
	for name, change := range map[string]func(*Classifier[string]){
		"dropout":         func(c *Classifier[string]) { c.Dropout = 0.2 },
		"batch norm":      func(c *Classifier[string]) { c.BatchNorm = true },
		"best batch norm": func(c *Classifier[string]) { c.BatchNorm, c.EarlyStopping = true, true },
		"each its own": func(c *Classifier[string]) {
			c.NewActivation = func(i int) nn.Layer { return []nn.Layer{nn.GELU(), nn.Tanh()}[i] }
		},
		"one's own": func(c *Classifier[string]) {
			c.NewActivation, c.EarlyStopping = func(int) nn.Layer { return leaky() }, true
		},
		"optimizer":  func(c *Classifier[string]) { c.NewOptimizer = func() nn.Optimizer { return nn.NewAdamW(0.02, 0.01) } },
		"schedule":   func(c *Classifier[string]) { c.NewSchedule = nn.OneCycle },
		"rules":      func(c *Classifier[string]) { c.Rules = []nn.Rule{nn.ClipNorm(1), nn.MaxNorm(3)} },
		"balanced":   func(c *Classifier[string]) { c.Balanced = true },
		"invscaling": func(c *Classifier[string]) { c.Solver, c.LearningRate, c.PowerT = SGD, InvScaling, 0.05 },
		"adaptive":   func(c *Classifier[string]) { c.Solver, c.LearningRate = SGD, Adaptive },
		"lbfgs":      func(c *Classifier[string]) { c.Solver = LBFGS },
	} {
		c := small()
		change(c)
		var hash string
		for _, workers := range []int{1, 3} {
			c.Workers = workers
			m := mustFit(t, c, x[:200], y[:200])
			if score, err := m.Score(Rows(x[200:]), y[200:]); err != nil || score < 0.9 {
				t.Errorf("%s: accuracy %v, %v on new rows, want at least 0.9", name, score, err)
			}
			if hash != "" && m.Hash() != hash {
				t.Errorf("%s: the model depends on the workers", name)
			}
			hash = m.Hash()
		}
	}
}

func TestClassifierLayers(t *testing.T) {
	c := small()
	c.BatchNorm = true
	c.Dropout = 0.5
	network, err := c.newNetwork(4, 3)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Dense", "BatchNorm", "ReLU", "Dropout", "Dense", "BatchNorm", "ReLU", "Dropout", "Dense"}
	for i, line := range strings.Split(network.Summary(), "\n")[1 : 1+len(want)] {
		if !strings.Contains(line, " "+want[i]+" ") {
			t.Errorf("layer %d: %q, want %s", i, line, want[i])
		}
	}
}

func TestBatchNormNeedsTwoRows(t *testing.T) {
	x, y := flowers(41, setosa, versicolor)
	c := small()
	c.BatchNorm = true
	for _, c.BatchSize = range []int{1, 20, 40} {
		_, err := c.Fit(context.Background(), Rows(x), y)
		var setting *SettingError
		if !errors.As(err, &setting) || setting.Name != "BatchSize" {
			t.Errorf("steps of %d: error %v, want one about BatchSize", c.BatchSize, err)
		}
	}
	c.BatchSize = 39
	mustFit(t, c, x, y)
}

func TestRates(t *testing.T) {
	c := small()
	c.Solver = SGD
	c.LearningRate = InvScaling
	inv := c.newRate(100, 4) // t is 0, 100, 200, ... at the beginning of the epochs
	for step, want := range map[int]float64{0: 1, 3: 1, 4: 1 / math.Sqrt(101), 7: 1 / math.Sqrt(101), 8: 1 / math.Sqrt(201)} {
		if got := inv.Factor(step, 1000); math.Abs(got-want) > 1e-15 {
			t.Errorf("invscaling: factor %v in step %d, want %v", got, step, want)
		}
	}
	if inv.lower() {
		t.Error("invscaling can be lowered")
	}
	c.LearningRate = Adaptive
	c.LearningRateInit = 1e-5
	adaptive := c.newRate(100, 4)
	// scikit-learn divides while the rate is above 1e-6.
	for i, want := range []float64{1. / 5, 1. / 25} {
		if !adaptive.lower() || math.Abs(adaptive.Factor(0, 0)-want) > 1e-15 {
			t.Errorf("adaptive: factor %v after %d times, want %v", adaptive.Factor(0, 0), i+1, want)
		}
	}
	if adaptive.lower() {
		t.Error("adaptive goes below 1e-6")
	}
}

func TestAdaptiveStops(t *testing.T) {
	x, y := flowers(90, setosa, versicolor)
	c := small()
	c.Solver = SGD
	c.LearningRate = Adaptive
	c.LearningRateInit = 1e-5
	c.Tol = 1000 // no epoch is an improvement but the first
	c.NIterNoChange = 3
	// The first epoch, four without improvement, and twice four more.
	if m := mustFit(t, c, x, y); m.Iterations() != 1+3*4 {
		t.Errorf("%d iterations, want 13", m.Iterations())
	}
}

func TestLBFGSReachesTheMinimum(t *testing.T) {
	x, y := flowers(150, setosa, versicolor, virginica)
	c := NewClassifier[string]()
	c.HiddenLayerSizes = nil
	c.Solver = LBFGS
	c.Alpha = 1
	c.Tol = 1e-5
	r := NewLogisticRegression[string]() // its objective is C times n times that one
	r.Tol = 1e-8
	got, want := mustFit(t, c, x, y), mustFitLogistic(t, r, x, y)
	if len(got.Warnings()) != 0 {
		t.Error(got.Warnings())
	}
	coefs := got.Coefs()[0]
	for k := range 3 {
		for j, v := range want.Coef().Row(k) {
			if w := coefs.Row(j)[k]; math.Abs(float64(w-v)) > 1e-3 {
				t.Errorf("weight %d of class %d is %v, want %v", j, k, w, v)
			}
		}
	}
	if last := got.LossCurve()[got.Iterations()-1]; math.Abs(last-want.LossCurve()[want.Iterations()-1]) > 1e-6 {
		t.Errorf("loss %v, want %v", last, want.LossCurve())
	}
	c.EarlyStopping, c.Dropout, c.BatchNorm = true, 0.1, true
	_, err := c.Fit(context.Background(), Rows(x), y)
	for _, name := range []string{"EarlyStopping", "Dropout", "BatchNorm"} {
		if err == nil || !strings.Contains(err.Error(), "Classifier."+name) {
			t.Errorf("error %v, want one about %s", err, name)
		}
	}
}

// TestSampleWeights compares rows of weight 2 with rows that are there twice.
func TestSampleWeights(t *testing.T) {
	x, y := flowers(120, setosa, versicolor, virginica)
	var twiceX [][]float64
	var twiceY []string
	weights := make([]float64, len(x))
	for i := range x {
		weights[i] = float64(i / 3 % 3)
		for range i / 3 % 3 {
			twiceX, twiceY = append(twiceX, x[i]), append(twiceY, y[i])
		}
	}
	r := NewLogisticRegression[string]()
	r.Tol = 1e-9
	for _, solver := range []Solver{LBFGS, NewtonCG, Proximal} {
		r.Solver = solver
		r.MaxIter = 1000
		got, err := r.Fit(context.Background(), Rows(x), y, SampleWeight(weights))
		if err != nil {
			t.Fatal(err)
		}
		if want := mustFitLogistic(t, r, twiceX, twiceY); !near(got.Coef(), want.Coef(), 1e-6) {
			t.Errorf("%s: coefficients %v, want %v", solver, got.Coef(), want.Coef())
		}
	}
	c := NewClassifier[string]()
	c.Solver = LBFGS
	c.HiddenLayerSizes = nil
	c.Alpha = 1
	got, err := c.Fit(context.Background(), Rows(x), y, SampleWeight(weights))
	if err != nil {
		t.Fatal(err)
	}
	if want := mustFit(t, c, twiceX, twiceY); !near(got.Coefs()[0], want.Coefs()[0], 0.01) {
		t.Errorf("classifier: weights %v, want %v", got.Coefs()[0], want.Coefs()[0])
	}
}

func near(a, b kernels.Matrix, tolerance float64) bool {
	return slices.EqualFunc(a.Data, b.Data, func(v, w float32) bool { return math.Abs(float64(v-w)) <= tolerance })
}

// TestClassWeights compares the weights of classes with those of their rows.
func TestClassWeights(t *testing.T) {
	x, y := flowers(120, setosa, versicolor, virginica)
	x, y = x[:100], y[:100]
	for i := range y[:40] { // 14 of class virginica become 0
		if y[i] == virginica {
			y[i] = setosa
		}
	}
	named := map[string]float64{setosa: 0.25, virginica: 3}
	balanced, given := make([]float64, len(y)), make([]float64, len(y))
	for i, class := range y {
		balanced[i] = 100 / (3 * float64(count(y, class)))
		given[i] = 1
		if w, ok := named[class]; ok {
			given[i] = w
		}
	}
	c := small()
	byRows := func(weights []float64) string {
		m, err := c.Fit(context.Background(), Rows(x), y, SampleWeight(weights))
		if err != nil {
			t.Fatal(err)
		}
		return m.Hash()
	}
	wantBalanced, wantNamed := byRows(balanced), byRows(given)
	c.Balanced = true
	if got := mustFit(t, c, x, y).Hash(); got != wantBalanced {
		t.Error("Balanced gives another model than the weights of the rows")
	}
	c.Balanced, c.ClassWeight = false, named
	if got := mustFit(t, c, x, y).Hash(); got != wantNamed {
		t.Error("ClassWeight gives another model than the weights of the rows")
	}
}

func TestWeightErrors(t *testing.T) {
	x, y := flowers(4, setosa, versicolor)
	c, r := small(), NewLogisticRegression[string]()
	fit := func(options ...FitOption) error {
		_, errC := c.Fit(context.Background(), Rows(x), y, options...)
		_, errR := r.Fit(context.Background(), Rows(x), y, options...)
		if (errC == nil) != (errR == nil) {
			t.Errorf("errors %v and %v differ", errC, errR)
		}
		return errC
	}
	for _, test := range []struct {
		weights []float64
		want    string
	}{
		{[]float64{1, 2}, "2 sample weights for 4 rows"},
		{[]float64{1, 2, -1, 1}, "row 2: its weight is -1"},
		{[]float64{1, 2, 1, math.NaN()}, "row 3: its weight is NaN"},
		{[]float64{0, 0, 0, 0}, "all rows are 0"},
		{[]float64{1e-60, 1e-60, 1e-60, 1e-60}, "all rows are 0"}, // in float32
	} {
		var data *DataError
		if err := fit(SampleWeight(test.weights)); !errors.As(err, &data) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("weights %v: error %v, want one with %q", test.weights, err, test.want)
		}
	}
	for _, weight := range []map[string]float64{{setosa: -1}, {"nettle": 1}} {
		c.ClassWeight, r.ClassWeight = weight, weight
		var setting *SettingError
		if err := fit(); !errors.As(err, &setting) {
			t.Errorf("class weights %v: error %v, want a SettingError", weight, err)
		}
	}
}

func TestWarmStartWithoutModel(t *testing.T) {
	x, y := flowers(30, setosa, versicolor)
	want := mustFit(t, small(), x, y).Hash()
	var none *ClassifierModel[string]
	for name, option := range map[string]FitOption{"nil": WarmStart(nil), "nil pointer": WarmStart(none)} {
		m, err := small().Fit(context.Background(), Rows(x), y, option)
		if err != nil || m.Hash() != want {
			t.Errorf("%s: error %v, or another model than without the option", name, err)
		}
	}
}

func TestWarmStart(t *testing.T) {
	x, y := flowers(90, setosa, versicolor, virginica)
	c := small()
	c.Scaler = NewStandardScaler()
	c.BatchNorm = true
	first := mustFit(t, c, x, y)
	c.MaxIter = 1
	c.LearningRateInit = 1e-12
	again, err := c.Fit(context.Background(), Rows(x), y, WarmStart(first))
	if err != nil || !near(again.Coefs()[1], first.Coefs()[1], 1e-6) {
		t.Errorf("the training does not begin with the model: %v", err)
	}
	r := NewLogisticRegression[string]()
	r.Tol = 1e-8
	logistic := mustFitLogistic(t, r, x, y)
	r.Tol = 1e-6
	for _, solver := range []Solver{LBFGS, NewtonCG, Proximal, GradientDescent} {
		r.Solver = solver
		again, err := r.Fit(context.Background(), Rows(x), y, WarmStart(logistic))
		if err != nil || again.Iterations() != 0 {
			t.Errorf("%s: %d iterations from the minimum, %v", solver, again.Iterations(), err)
		}
	}
	other := small()
	other.HiddenLayerSizes = []int{5}
	for name, test := range map[string]struct {
		c *Classifier[string]
		x [][]float64
		y []string
		m Model
	}{
		"estimator": {c, x, y, logistic},
		"layers":    {other, x, y, first},
		"classes":   {c, x[:2], y[:2], first},
	} {
		_, err := test.c.Fit(context.Background(), Rows(test.x), test.y, WarmStart(test.m))
		var setting *SettingError
		if !errors.As(err, &setting) || setting.Name != "WarmStart" {
			t.Errorf("%s: error %v, want one about WarmStart", name, err)
		}
	}
	_, err = c.Fit(context.Background(), Rows([][]float64{{1}, {2}, {3}}), y[:3], WarmStart(first))
	var data *DataError
	if !errors.As(err, &data) || data.Row != 0 || data.Reason != "1 columns, want 4" {
		t.Errorf("error %v, want one about the columns", err)
	}
}

func TestProgress(t *testing.T) {
	x, y := flowers(90, setosa, versicolor, virginica)
	c := small()
	c.MaxIter = 4
	c.EarlyStopping = true
	var reports []Progress
	var log bytes.Buffer
	c.OnProgress = func(p Progress) { reports = append(reports, p) }
	c.Logger = slog.New(slog.NewTextHandler(&log, nil))
	m := mustFit(t, c, x, y)
	for i, p := range reports {
		if p.Iteration != i+1 || p.MaxIter != 4 || p.Loss != m.LossCurve()[i] || !p.Validated || p.ValidationScore != m.ValidationScores()[i] {
			t.Errorf("report %d is %+v", i, p)
		}
	}
	if len(reports) != 4 || strings.Count(log.String(), "\n") != 4 || !strings.Contains(log.String(), "iteration=4 max_iter=4 loss=") || !strings.Contains(log.String(), "validation_score=") {
		t.Errorf("%d reports, log:\n%s", len(reports), &log)
	}
	r := NewLogisticRegression[string]()
	reports = nil
	r.OnProgress = c.OnProgress
	logistic := mustFitLogistic(t, r, x, y)
	if len(reports) != logistic.Iterations() || len(logistic.LossCurve()) != logistic.Iterations() || reports[0].Loss != logistic.LossCurve()[0] {
		t.Errorf("%d reports, %d losses of %d iterations", len(reports), len(logistic.LossCurve()), logistic.Iterations())
	}
}

// TestCancelledInProgress stops from within, and finds the model as it is then.
func TestCancelledInProgress(t *testing.T) {
	x, y := flowers(90, setosa, versicolor, virginica)
	for _, solver := range []Solver{Adam, LBFGS} {
		ctx, cancel := context.WithCancel(context.Background())
		c := small()
		c.Solver = solver
		c.OnProgress = func(p Progress) {
			if p.Iteration == 3 {
				cancel()
			}
		}
		m, err := c.Fit(ctx, Rows(x), y)
		if !errors.Is(err, context.Canceled) || m == nil || m.Iterations() != 3 || len(m.Warnings()) != 1 {
			t.Errorf("%s: model %v, error %v", solver, m, err)
		}
	}
}
