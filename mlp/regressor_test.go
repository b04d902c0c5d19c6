package mlp

import (
	"bytes"
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/nn"
)

// hills returns rows of two inputs with a smooth function of them.
func hills(rows int) (x [][]float64, y []float64) {
	for i := range rows {
		a, b := math.Mod(float64(i)*0.618, 2)-1, math.Mod(float64(i)*0.414, 2)-1
		x = append(x, []float64{a, b})
		y = append(y, a*a-b+0.5*a*b)
	}
	return x, y
}

func mustFitRegressor(t testing.TB, r *Regressor, x [][]float64, y []float64, options ...FitOption) *RegressorModel {
	t.Helper()
	m, err := r.Fit(context.Background(), Rows(x), y, options...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// fastRegressor returns settings that learn hills in a moment.
func fastRegressor() *Regressor {
	r := NewRegressor()
	r.HiddenLayerSizes = []int{16}
	r.LearningRateInit = 0.02
	r.BatchSize = 20
	return r
}

func TestRegressorDefaults(t *testing.T) {
	if got, want := NewRegressor(), (&Regressor{Settings: defaultSettings()}); !reflect.DeepEqual(got, want) {
		t.Errorf("NewRegressor = %+v", got)
	}
}

func TestRegressorLearns(t *testing.T) {
	x, y := hills(200)
	m := mustFitRegressor(t, fastRegressor(), x, y)
	more, want := hills(300)
	if got, err := m.Score(Rows(more[200:]), want[200:]); err != nil || got < 0.98 {
		t.Errorf("R2 = %v, %v on new rows, want at least 0.98", got, err)
	}
	predictions, err := m.Predict(Rows(x))
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range x {
		if got, err := m.PredictRow(row); err != nil || got != predictions[i] {
			t.Fatalf("row %d: %v, %v alone, %v among others", i, got, err, predictions[i])
		}
	}
}

// TestRegressorStep compares one step of gradient descent with the formulas: of
// half the squared error plus Alpha/(2n) times the squared weights.
func TestRegressorStep(t *testing.T) {
	const alpha, rate = 0.5, 0.25
	x, y := [][]float64{{1}, {-2}}, []float64{3, 5}
	r := NewRegressor()
	r.HiddenLayerSizes = nil
	r.Solver = SGD
	r.Momentum = 0
	r.Alpha = alpha
	r.LearningRateInit = rate
	r.MaxIter = 1
	network, err := r.newNetwork(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	initial := parameters(network)
	w, b := float64(initial[0][0]), float64(initial[1][0])
	loss, slopeW, slopeB := 0.0, alpha/2*w, 0.0
	for i, row := range x {
		d := w*row[0] + b - y[i]
		loss += d * d / 4
		slopeW += d * row[0] / 2
		slopeB += d / 2
	}
	m := mustFitRegressor(t, r, x, y)
	got := parameters(m.network)
	if want := w - rate*slopeW; math.Abs(float64(got[0][0])-want) > 1e-6 {
		t.Errorf("weight %v, want %v", got[0][0], want)
	}
	if want := b - rate*slopeB; math.Abs(float64(got[1][0])-want) > 1e-6 {
		t.Errorf("bias %v, want %v", got[1][0], want)
	}
	loss += alpha / 4 * float64(got[0][0]) * float64(got[0][0])
	if curve := m.LossCurve(); len(curve) != 1 || math.Abs(curve[0]-loss) > 1e-6 {
		t.Errorf("LossCurve = %v, want [%v]", curve, loss)
	}
}

func TestRegressorTargetScaler(t *testing.T) {
	x, y := hills(200)
	for i := range y {
		y[i] = 1e6 + 1e4*y[i]
	}
	r := fastRegressor()
	r.TargetScaler = NewStandardScaler()
	m := mustFitRegressor(t, r, x, y)
	if got, err := m.Score(Rows(x), y); err != nil || got < 0.98 {
		t.Errorf("R2 = %v, %v, want at least 0.98", got, err)
	}
	var file bytes.Buffer
	if err := m.Save(&file); err != nil {
		t.Fatal(err)
	}
	loaded, err := ReadRegressor(&file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.Predict(Rows(x))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := loaded.Predict(Rows(x)); err != nil || !slices.Equal(got, want) {
		t.Errorf("the loaded model predicts other values, %v", err)
	}
}

func TestRegressorEarlyStopping(t *testing.T) {
	x, y := hills(200)
	r := fastRegressor()
	r.EarlyStopping = true
	m := mustFitRegressor(t, r, x, y)
	if scores := m.ValidationScores(); len(scores) != m.Iterations() || slices.Max(scores) < 0.9 {
		t.Errorf("%d validation scores up to %v in %d epochs", len(scores), slices.Max(scores), m.Iterations())
	}
}

func TestRegressorOtherLoss(t *testing.T) {
	x, y := hills(200)
	y[0] = 1000 // an outlier, which the median ignores
	r := fastRegressor()
	r.Loss = nn.MAE()
	m := mustFitRegressor(t, r, x, y)
	if got, err := m.Score(Rows(x[1:]), y[1:]); err != nil || got < 0.9 {
		t.Errorf("R2 = %v, %v, want at least 0.9", got, err)
	}
}

func TestRegressorErrors(t *testing.T) {
	two := [][]float64{{1}, {2}}
	scaled := NewRegressor()
	scaled.TargetScaler = NewStandardScaler()
	for _, r := range []*Regressor{NewRegressor(), scaled} {
		for _, c := range []struct {
			y   []float64
			row int
		}{
			{[]float64{1}, -1},
			{[]float64{1, math.NaN()}, 1},
			{[]float64{math.Inf(1), 1}, 0},
		} {
			_, err := r.Fit(context.Background(), Rows(two), c.y)
			var data *DataError
			if !errors.As(err, &data) || data.Row != c.row {
				t.Errorf("targets %v: error %v, want one about row %d", c.y, err, c.row)
			}
		}
	}
	bad := NewRegressor()
	bad.Alpha = -1
	if _, err := bad.Fit(context.Background(), Rows(two), []float64{1, 2}); err == nil || !strings.Contains(err.Error(), "Regressor.Alpha") {
		t.Errorf("error %v, want one about Regressor.Alpha", err)
	}
	model := mustFitRegressor(t, fastRegressor(), two, []float64{1, 2})
	if _, err := model.Score(Rows(two), []float64{1}); err == nil {
		t.Error("no error for a target too few")
	}
	if _, err := model.PredictRow([]float64{1, 2}); err == nil {
		t.Error("no error for an input too many")
	}
}
