package mlp

import (
	"context"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

func TestLogisticRegressionDefaults(t *testing.T) {
	want := &LogisticRegression[int]{
		Penalty: "l2", C: 1, L1Ratio: 0.5, FitIntercept: true, Solver: "lbfgs", Tol: 0.0001, MaxIter: 100, LearningRate: 0.1,
	}
	if got := NewLogisticRegression[int](); !reflect.DeepEqual(got, want) {
		t.Errorf("NewLogisticRegression = %+v, want scikit-learn's %+v", got, want)
	}
}

// gradientOracle returns the largest element of the gradient of
// C * sum(loss) + |coef|^2/2 with respect to coefficients and intercepts,
// divided by C times the rows, straight from the formulas.
func gradientOracle(x [][]float64, class []int, coef kernels.Matrix, intercept []float32, c float64, fitIntercept bool) float64 {
	gradient := make([][]float64, coef.Rows)
	constant := make([]float64, coef.Rows)
	for k := range gradient {
		gradient[k] = make([]float64, coef.Cols)
		for j, w := range coef.Row(k) {
			gradient[k][j] = float64(w)
		}
	}
	for i, row := range x {
		scores := make([]float64, coef.Rows)
		for k := range scores {
			scores[k] = float64(intercept[k])
			for j, v := range row {
				scores[k] += v * float64(coef.Row(k)[j])
			}
		}
		for k, residual := range residualOracle(scores, class[i]) {
			constant[k] += c * residual
			for j, v := range row {
				gradient[k][j] += c * residual * v
			}
		}
	}
	largest := 0.0
	for k := range gradient {
		for _, g := range gradient[k] {
			largest = max(largest, math.Abs(g))
		}
		if fitIntercept {
			largest = max(largest, math.Abs(constant[k]))
		}
	}
	return largest / (c * float64(len(x)))
}

// residualOracle returns probabilities less the true ones.
func residualOracle(scores []float64, class int) []float64 {
	if len(scores) == 1 {
		return []float64{1/(1+math.Exp(-scores[0])) - float64(class)}
	}
	sum := 0.0
	for _, s := range scores {
		sum += math.Exp(s)
	}
	residuals := make([]float64, len(scores))
	for k, s := range scores {
		residuals[k] = math.Exp(s) / sum
	}
	residuals[class]--
	return residuals
}

// TestLogisticRegressionFindsTheMinimum checks that the gradient vanishes,
// which it does at the minimum of a convex function only.
func TestLogisticRegressionFindsTheMinimum(t *testing.T) {
	for _, classes := range [][]string{{setosa, versicolor}, {virginica, versicolor}, {setosa, versicolor, virginica}} {
		for _, c := range []float64{0.01, 1, 100} {
			for _, intercept := range []bool{true, false} {
				x, y := flowers(150, classes...)
				r := NewLogisticRegression[string]()
				r.C = c
				r.FitIntercept = intercept
				r.Tol = 1e-9
				m := mustFitLogistic(t, r, x, y)
				_, class := indexClasses(y)
				coef := m.Coef()
				if want := outputs(len(classes)); coef.Rows != want || coef.Cols != 4 || len(m.Intercept()) != want {
					t.Fatalf("%d x %d coefficients, %d intercepts", coef.Rows, coef.Cols, len(m.Intercept()))
				}
				// What is left comes from rounding inputs and coefficients to float32.
				const tolerance = 2e-6
				if got := gradientOracle(x, class, coef, m.Intercept(), c, intercept); got > tolerance {
					t.Errorf("%v, C = %v, intercept %v: largest element of the gradient is %v", classes, c, intercept, got)
				}
				if len(m.Warnings()) != 0 {
					t.Errorf("%v, C = %v, intercept %v: %v", classes, c, intercept, m.Warnings())
				}
				if !intercept && m.Intercept()[0] != 0 {
					t.Errorf("intercept %v, want 0", m.Intercept())
				}
			}
		}
	}
}

func TestLogisticRegressionSolversAgree(t *testing.T) {
	x, y := flowers(150, setosa, versicolor, virginica)
	r := NewLogisticRegression[string]()
	r.Tol, r.MaxIter = 1e-9, 1000
	checkSolversAgree(t, "flowers", r, x, y)
}

// TestLogisticRegressionByHand solves a case with a minimum in closed form: of
// rows 1 and -1 with opposite classes, w = C * 2/(1 + exp(w)).
func TestLogisticRegressionByHand(t *testing.T) {
	const w = 1.5
	r := NewLogisticRegression[bool]()
	r.C = w * (1 + math.Exp(w)) / 2
	r.Tol = 1e-12
	m := mustFitLogistic(t, r, [][]float64{{1}, {-1}}, []bool{true, false})
	if got := m.Coef().Row(0)[0]; got != w {
		t.Errorf("coefficient %v, want %v", got, w)
	}
	if got := m.Intercept()[0]; math.Abs(float64(got)) > 1e-9 {
		t.Errorf("intercept %v, want 0", got)
	}
}

// TestLogisticRegressionOfUnscaledInputs reaches the minimum although the
// columns differ by orders of magnitude.
func TestLogisticRegressionOfUnscaledInputs(t *testing.T) {
	x, y := flowers(150, setosa, versicolor, virginica)
	for _, row := range x {
		row[1] = 1000*row[1] + 5000
		row[2] *= 0.01
	}
	for _, solver := range []Solver{LBFGS, NewtonCG} {
		r := NewLogisticRegression[string]()
		r.Solver = solver
		m := mustFitLogistic(t, r, x, y)
		if len(m.Warnings()) != 0 {
			t.Errorf("%s, after %d iterations: %v", solver, m.Iterations(), m.Warnings())
		}
	}
}

func TestLogisticRegressionOfSeparableClasses(t *testing.T) {
	x, y := flowers(60, setosa, virginica)
	r := NewLogisticRegression[string]()
	r.C = 1e12
	m := mustFitLogistic(t, r, x, y)
	if score, err := m.Score(Rows(x), y); err != nil || score != 1 {
		t.Errorf("accuracy %v, %v, want 1", score, err)
	}
}

func TestLogisticRegressionWarnsAtMaxIter(t *testing.T) {
	x, y := flowers(60, setosa, versicolor, virginica)
	r := NewLogisticRegression[string]()
	r.MaxIter = 1
	m := mustFitLogistic(t, r, x, y)
	want := ConvergenceWarning{Iterations: 1, Reason: maxIterReached}
	if warnings := m.Warnings(); len(warnings) != 1 || warnings[0] != want {
		t.Errorf("warnings %v, want [%v]", warnings, want)
	}
}

func TestLogisticRegressionCancelled(t *testing.T) {
	x, y := flowers(60, setosa, versicolor)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m, err := NewLogisticRegression[string]().Fit(ctx, Rows(x), y)
	if !errors.Is(err, context.Canceled) || m == nil {
		t.Fatalf("model %v, error %v, want both", m, err)
	}
	if _, err := m.Predict(Rows(x)); err != nil {
		t.Error(err)
	}
}

func TestLogisticRegressionSettings(t *testing.T) {
	cases := []struct {
		name   string
		change func(*LogisticRegression[int])
	}{
		{"C", func(r *LogisticRegression[int]) { r.C = 0 }},
		{"C", func(r *LogisticRegression[int]) { r.C = math.Inf(1) }},
		{"C", func(r *LogisticRegression[int]) { r.C = 1e-310 }},
		{"Penalty", func(r *LogisticRegression[int]) { r.Penalty = "l3" }},
		{"L1Ratio", func(r *LogisticRegression[int]) { r.L1Ratio = 2 }},
		{"Solver", func(r *LogisticRegression[int]) { r.Solver = Adam }},
		{"Solver", func(r *LogisticRegression[int]) { r.Penalty = L1 }},
		{"LearningRate", func(r *LogisticRegression[int]) { r.LearningRate = 0 }},
		{"Tol", func(r *LogisticRegression[int]) { r.Tol = math.NaN() }},
		{"MaxIter", func(r *LogisticRegression[int]) { r.MaxIter = 0 }},
		{"Workers", func(r *LogisticRegression[int]) { r.Workers = -2 }},
	}
	for _, test := range cases {
		r := NewLogisticRegression[int]()
		test.change(r)
		_, err := r.Fit(context.Background(), Rows([][]float64{{1}, {2}}), []int{1, 2})
		var setting *SettingError
		if !errors.As(err, &setting) || setting.Name != "LogisticRegression."+test.name {
			t.Errorf("%s: error %v", test.name, err)
		}
	}
}

func TestLogisticRegressionBeyondFloat32(t *testing.T) {
	r := NewLogisticRegression[int]()
	r.Solver = NewtonCG
	r.C = 1e80
	r.Tol = 1e-50
	_, err := r.Fit(context.Background(), Rows([][]float64{{1e-40}, {-1e-40}}), []int{1, 0})
	if err == nil || !strings.Contains(err.Error(), "beyond the range of float32") {
		t.Errorf("error %v, want one about a coefficient", err)
	}
}
