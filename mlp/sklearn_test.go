package mlp

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// fixture holds results of scikit-learn, see testdata/fixture.py.
type fixture struct {
	Networks map[string]struct {
		Folds         [][]int // the rows to test with
		Accuracy      float64 // of MLPClassifier, the mean over folds and 10 seeds
		EarlyStopping float64 `json:"early_stopping"`
		SGD, LBFGS    float64
	}
	Linear map[string]struct {
		Coef      [][]float64
		Intercept []float64
	}
}

func readFixture(t *testing.T) (f fixture) {
	t.Helper()
	content, err := os.ReadFile("testdata/sklearn.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// readTable reads NAME.csv, a table with the label in the last column, from the
// folder "tabular" beside the folder of MNIST that LOCKSTEP_DATA names.
func readTable(t *testing.T, name string) (x [][]float64, y []string) {
	t.Helper()
	data := os.Getenv("LOCKSTEP_DATA")
	if data == "" {
		t.Skip("LOCKSTEP_DATA names no folder, beside which there could be the folder tabular")
	}
	path := filepath.Join(data, "..", "tabular", name+".csv")
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		t.Skipf("there is no %s", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		last := len(row) - 1
		numbers := make([]float64, last)
		for j := range numbers {
			if numbers[j], err = strconv.ParseFloat(row[j], 64); err != nil {
				t.Fatal(err)
			}
		}
		x, y = append(x, numbers), append(y, row[last])
	}
	return x, y
}

// TestClassifierAgainstSklearn compares the accuracy on the same folds with
// MLPClassifier's, the mean over ten seeds. Without LOCKSTEP_LONG it takes two seeds
// of the default solver.
func TestClassifierAgainstSklearn(t *testing.T) {
	seeds, long := uint64(2), os.Getenv("LOCKSTEP_LONG") != ""
	if long {
		seeds = 10
	}
	for _, name := range []string{"iris", "breast_cancer"} {
		want := readFixture(t).Networks[name]
		x, y := readTable(t, name)
		splits := splitsOf(want.Folds, len(x))
		for _, c := range []struct {
			name   string
			want   float64
			change func(*Classifier[string])
		}{
			{"adam", want.Accuracy, func(*Classifier[string]) {}},
			{"early stopping", want.EarlyStopping, func(c *Classifier[string]) { c.EarlyStopping = true }},
			{"sgd", want.SGD, func(c *Classifier[string]) { c.Solver, c.LearningRateInit = SGD, 0.05 }},
			{"lbfgs", want.LBFGS, func(c *Classifier[string]) { c.Solver = LBFGS }},
		} {
			if !long && c.name != "adam" {
				continue
			}
			sum := 0.0
			for seed := range seeds {
				classifier := NewClassifier[string]()
				c.change(classifier)
				classifier.Scaler = NewStandardScaler()
				classifier.Seed = seed
				classifier.Workers = 1
				results, err := CrossValidate(t.Context(), classifier, Rows(x), y, splits, CrossValidation{})
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range results {
					sum += r.Score
				}
			}
			got := sum / float64(int(seeds)*len(splits))
			t.Logf("%s, %s: accuracy %.4f, scikit-learn's %.4f", name, c.name, got, c.want)
			if got < c.want-0.01 {
				t.Errorf("%s, %s: accuracy %.4f, want scikit-learn's %.4f or a point less", name, c.name, got, c.want)
			}
		}
	}
}

// splitsOf returns the splits with the given test rows.
func splitsOf(folds [][]int, rows int) []Split {
	splits := make([]Split, len(folds))
	for i, fold := range folds {
		isTest := make([]bool, rows)
		for _, row := range fold {
			isTest[row] = true
		}
		splits[i].Test = fold
		for row := range isTest {
			if !isTest[row] {
				splits[i].Train = append(splits[i].Train, row)
			}
		}
	}
	return splits
}

// TestLogisticRegressionAgainstSklearn compares coefficients with scikit-learn's,
// found to a tolerance of 1e-12.
func TestLogisticRegressionAgainstSklearn(t *testing.T) {
	for name, want := range readFixture(t).Linear {
		table, settings, _ := strings.Cut(name, " ")
		x, y := readTable(t, table)
		r := NewLogisticRegression[string]()
		r.Scaler = NewStandardScaler()
		r.Tol = 1e-9
		r.MaxIter = 10000
		solvers := []Solver{LBFGS, NewtonCG, Proximal}
		r.Balanced = strings.HasSuffix(settings, "balanced")
		switch {
		case strings.HasPrefix(settings, "l1"):
			r.Penalty, solvers = L1, []Solver{Proximal}
			if table == "breast_cancer" {
				r.C = 0.5
			}
		case settings == "elasticnet":
			r.Penalty, r.L1Ratio, r.C, solvers = ElasticNet, 0.3, 0.5, []Solver{Proximal}
		}
		for _, r.Solver = range solvers {
			m := mustFitLogistic(t, r, x, y)
			if len(m.Warnings()) > 0 {
				t.Errorf("%s, %s: %v", name, r.Solver, m.Warnings())
			}
			largest, apart, zeros := 0.0, 0.0, 0
			for k, row := range want.Coef {
				for j, w := range row {
					got := m.Coef().Row(k)[j]
					largest = max(largest, math.Abs(w))
					apart = max(apart, math.Abs(w-float64(got)))
					if got == 0 {
						zeros++
					}
					if (math.Abs(w) < 1e-9) != (got == 0) {
						t.Errorf("%s, %s: coefficient %d of %d is %v, scikit-learn's is %v", name, r.Solver, j, k, got, w)
					}
				}
				apart = max(apart, math.Abs(want.Intercept[k]-float64(m.Intercept()[k])))
			}
			t.Logf("%s, %s: %d iterations, |dw| up to %.1e of |w| up to %.3g, %d zeros", name, r.Solver, m.Iterations(), apart/largest, largest, zeros)
			if apart > 1e-4*largest {
				t.Errorf("%s, %s: a coefficient is %v from scikit-learn's, want at most 1e-4 times %v", name, r.Solver, apart, largest)
			}
		}
	}
}
