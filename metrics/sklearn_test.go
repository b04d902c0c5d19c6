package metrics

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// fixture holds values of scikit-learn, see testdata/fixture.py.
type fixture struct {
	Labels []struct {
		Name             string
		Truth, Predicted []string
		Scores           map[string]float64
		Confusion        [][]int
		Report           string
	}
	Binary []struct {
		Name             string
		Truth            []bool
		Probabilities    []float64
		ROCAUC           float64 `json:"roc_auc"`
		AveragePrecision float64 `json:"average_precision"`
		Brier            float64
	}
	Table struct {
		Truth         []int
		Probabilities [][]float32
		LogLoss       float64   `json:"log_loss"`
		TopK          []float64 `json:"top_k"`
		Macro         float64   `json:"ovr_macro"`
		Weighted      float64   `json:"ovr_weighted"`
	}
	Regression []struct {
		Name             string
		Truth, Predicted []float64
		Scores           map[string]float64
	}
}

func readFixture(t *testing.T) fixture {
	t.Helper()
	content, err := os.ReadFile("testdata/sklearn.json")
	if err != nil {
		t.Fatal(err)
	}
	var f fixture
	if err := json.Unmarshal(content, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// checkValue compares a value with scikit-learn's, which adds in another order.
func checkValue(t *testing.T, name string, got float64, err error, want float64) {
	t.Helper()
	if err != nil || !(math.Abs(got-want) <= 1e-14*max(1, math.Abs(want))) {
		t.Errorf("%s: %v, %v, want scikit-learn's %v", name, got, err, want)
	}
}

func TestLabelsAgainstSklearn(t *testing.T) {
	for _, c := range readFixture(t).Labels {
		type metric func(truth, predicted []string) (float64, error)
		of := func(f func(truth, predicted []string, a Average) (float64, error), a Average) metric {
			return func(truth, predicted []string) (float64, error) { return f(truth, predicted, a) }
		}
		metrics := map[string]metric{"accuracy": Accuracy[string], "balanced_accuracy": BalancedAccuracy[string],
			"matthews": MatthewsCorrelation[string], "kappa": CohenKappa[string]}
		for _, a := range []Average{Macro, Micro, Weighted} {
			metrics["precision_"+a.String()] = of(Precision, a)
			metrics["recall_"+a.String()] = of(Recall, a)
			metrics["f1_"+a.String()] = of(F1, a)
		}
		if len(metrics) != len(c.Scores) {
			t.Fatalf("%d metrics, the fixture has %d", len(metrics), len(c.Scores))
		}
		for name, metric := range metrics {
			got, err := metric(c.Truth, c.Predicted)
			checkValue(t, c.Name+", "+name, got, err, c.Scores[name])
		}
		confusion, err := ConfusionMatrix(c.Truth, c.Predicted)
		if err != nil || !slices.EqualFunc(confusion.Counts, c.Confusion, slices.Equal) {
			t.Errorf("%s: confusion matrix %v, %v, want %v", c.Name, confusion, err, c.Confusion)
		}
		report, err := ClassificationReport(c.Truth, c.Predicted)
		if err != nil || report.String() != c.Report {
			t.Errorf("%s: report, %v\n%v\nwant\n%s", c.Name, err, report, c.Report)
		}
	}
}

func TestScoresAgainstSklearn(t *testing.T) {
	f := readFixture(t)
	for _, c := range f.Binary {
		got, err := ROCAUC(c.Truth, c.Probabilities, true)
		checkValue(t, c.Name+", ROCAUC", got, err, c.ROCAUC)
		got, err = AveragePrecision(c.Truth, c.Probabilities, true)
		checkValue(t, c.Name+", AveragePrecision", got, err, c.AveragePrecision)
		got, err = Brier(c.Truth, c.Probabilities, true)
		checkValue(t, c.Name+", Brier", got, err, c.Brier)
	}
	classes, p := []int{0, 1, 2}, kernels.MatrixOf(f.Table.Probabilities)
	got, err := ROCAUCOneVsRest(f.Table.Truth, p, classes, Macro)
	checkValue(t, "ROCAUCOneVsRest, macro", got, err, f.Table.Macro)
	got, err = ROCAUCOneVsRest(f.Table.Truth, p, classes, Weighted)
	checkValue(t, "ROCAUCOneVsRest, weighted", got, err, f.Table.Weighted)
	for i, want := range f.Table.TopK {
		got, err = TopKAccuracy(f.Table.Truth, p, classes, i+1)
		checkValue(t, "TopKAccuracy", got, err, want)
	}
	// scikit-learn divides the float32 rows by their sums first.
	got, err = LogLoss(f.Table.Truth, p, classes)
	if err != nil || math.Abs(got-f.Table.LogLoss) > 1e-7 {
		t.Errorf("LogLoss: %v, %v, want scikit-learn's %v", got, err, f.Table.LogLoss)
	}
}

// TestExplainedConstant has numbers whose mean is rounded.
func TestExplainedConstant(t *testing.T) {
	truth := []float64{0.1, 0.1, 0.1}
	for _, metric := range []func(truth, predicted []float64) (float64, error){R2[float64], ExplainedVariance[float64]} {
		got, err := metric(truth, truth)
		checkValue(t, "perfect", got, err, 1)
		got, err = metric(truth, []float64{0.1, 0.1, 0.2})
		checkValue(t, "imperfect", got, err, 0)
	}
	got, err := ExplainedVariance(truth, []float64{0.2, 0.2, 0.2})
	checkValue(t, "off by a constant", got, err, 1)
}

var numberMetrics = map[string]func(truth, predicted []float64) (float64, error){
	"MSE": MSE[float64], "RMSE": RMSE[float64], "MAE": MAE[float64], "MAPE": MAPE[float64],
	"MedianAbsoluteError": MedianAbsoluteError[float64], "MaxError": MaxError[float64],
	"R2": R2[float64], "ExplainedVariance": ExplainedVariance[float64],
}

func TestRegressionAgainstSklearn(t *testing.T) {
	for _, c := range readFixture(t).Regression {
		if len(c.Scores) != len(numberMetrics) {
			t.Fatalf("%d metrics, the fixture has %d", len(numberMetrics), len(c.Scores))
		}
		for name, metric := range numberMetrics {
			got, err := metric(c.Truth, c.Predicted)
			checkValue(t, c.Name+", "+name, got, err, c.Scores[name])
		}
	}
}

// TestNaN: no metric of numbers hides one.
func TestNaN(t *testing.T) {
	nan := math.NaN()
	for name, metric := range numberMetrics {
		for _, c := range [][2][]float64{{{nan}, {1}}, {{1, 1}, {1, nan}}, {{1, 2, nan}, {1, 2, 3}}, {{1, 2, 3}, {nan, 2, 3}}} {
			if got, err := metric(c[0], c[1]); err != nil || got == got {
				t.Errorf("%s of %v is %v, %v, want NaN", name, c, got, err)
			}
		}
	}
}
