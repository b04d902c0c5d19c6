package metrics

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

func TestClasses(t *testing.T) {
	if got := Classes([]string{"pear", "fig"}, []string{"fig", "apple"}); !slices.Equal(got, []string{"apple", "fig", "pear"}) {
		t.Errorf("strings: %v", got)
	}
	if got := Classes([]bool{true, false, true}); !slices.Equal(got, []bool{false, true}) {
		t.Errorf("booleans: %v", got)
	}
	if got := Classes([]int8{3, -128, 127, 0, 3}); !slices.Equal(got, []int8{-128, 0, 3, 127}) {
		t.Errorf("integers: %v", got)
	}
	if got := Classes([]uint64{math.MaxUint64, 1, 1 << 63}); !slices.Equal(got, []uint64{1, 1 << 63, math.MaxUint64}) {
		t.Errorf("unsigned integers: %v", got)
	}
	type grade string
	if got := Classes([]grade{"b", "a"}); !slices.Equal(got, []grade{"a", "b"}) {
		t.Errorf("named type: %v", got)
	}
	if got := Classes[int](); len(got) != 0 {
		t.Errorf("no labels: %v", got)
	}
}

func TestAccuracy(t *testing.T) {
	got, err := Accuracy([]int{1, 2, 3, 4}, []int{1, 2, 3, 0})
	if err != nil || got != 0.75 {
		t.Errorf("Accuracy = %v, %v, want 0.75", got, err)
	}
}

// TestTopKTies: of equal scores the first class wins, as in predictions.
func TestTopKTies(t *testing.T) {
	scores := kernels.MatrixOf([][]float32{{1, 1, 0}, {1, 1, 0}, {2, 2, 2}})
	for k, want := range []float64{1. / 3, 2. / 3, 1} {
		got, err := TopKAccuracy([]string{"a", "b", "c"}, scores, []string{"a", "b", "c"}, k+1)
		if err != nil || got != want {
			t.Errorf("k = %d: %v, %v, want %v", k+1, got, err, want)
		}
	}
}

// TestAgreementOfOneClass: a constant has no correlation.
func TestAgreementOfOneClass(t *testing.T) {
	for _, predicted := range [][]bool{{true, true}, {false, true}} {
		if got, err := MatthewsCorrelation([]bool{true, true}, predicted); err != nil || got != 0 {
			t.Errorf("Matthews' correlation with %v is %v, %v, want 0", predicted, got, err)
		}
	}
	if got, err := CohenKappa([]bool{true, true}, []bool{false, true}); err != nil || got != 0 {
		t.Errorf("kappa %v, %v, want 0", got, err)
	}
}

func TestConfusionMatrix(t *testing.T) {
	c, err := ConfusionMatrix([]int{0, 0, 1, 2, 2, 2}, []int{0, 1, 1, 2, 2, 7})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(c.Classes, []int{0, 1, 2, 7}) {
		t.Errorf("Classes = %v, want those of truth and predictions", c.Classes)
	}
	want := [][]int{{1, 1, 0, 0}, {0, 1, 0, 0}, {0, 0, 2, 1}, {0, 0, 0, 0}}
	if !slices.EqualFunc(c.Counts, want, slices.Equal) {
		t.Errorf("Counts = %v, want %v", c.Counts, want)
	}
}

func TestConfusionString(t *testing.T) {
	c := &Confusion[string]{
		Classes: []string{"ananas comosus ssp.", "öl"},
		Counts:  [][]int{{12345, 0}, {7, 100}},
	}
	want := strings.Join([]string{
		`true \ predicted     ananas comosus ssp.   öl`,
		`ananas comosus ssp.                12345    0`,
		`öl                                     7  100`,
	}, "\n")
	if got := c.String(); got != want {
		t.Errorf("String:\n%s\nwant:\n%s", got, want)
	}
}

func TestLogLoss(t *testing.T) {
	p := kernels.MatrixOf([][]float32{{0.5, 0.5}, {0.25, 0.75}})
	got, err := LogLoss([]bool{false, true}, p, []bool{false, true})
	want := (math.Ln2 - math.Log(0.75)) / 2
	if err != nil || math.Abs(got-want) > 1e-15 {
		t.Errorf("LogLoss = %v, %v, want %v", got, err, want)
	}
}

func TestLogLossOfCertainty(t *testing.T) {
	p := kernels.MatrixOf([][]float32{{0, 1}})
	wrong, err := LogLoss([]string{"no"}, p, []string{"no", "yes"})
	if want := 23 * math.Ln2; err != nil || math.Abs(wrong-want) > 1e-14 {
		t.Errorf("wrong certainty: %v, %v, want %v", wrong, err, want)
	}
	right, err := LogLoss([]string{"yes"}, p, []string{"no", "yes"})
	if want := -math.Log1p(-0x1p-23); err != nil || math.Abs(right-want) > 1e-20 {
		t.Errorf("right certainty: %v, %v, want %v", right, err, want)
	}
}

func TestErrors(t *testing.T) {
	nan := float32(math.NaN())
	half := kernels.MatrixOf([][]float32{{0.5, 0.5}})
	logLoss := func(label int, row ...float32) error {
		_, err := LogLoss([]int{label}, kernels.MatrixOf([][]float32{row}), []int{0, 1})
		return err
	}
	second := func(_ any, err error) error { return err }
	cases := []struct {
		name string
		err  error
		want string
	}{
		{"accuracy of nothing", second(Accuracy([]int{}, []int{})), "no true labels"},
		{"accuracy, lengths", second(Accuracy([]int{1, 2}, []int{1})), "1 predictions for 2 true labels"},
		{"confusion, lengths", second(ConfusionMatrix([]int{1}, nil)), "0 predictions for 1 true labels"},
		{"log loss, rows", second(LogLoss([]int{0, 1}, half, []int{0, 1})), "1 rows of probabilities for 2"},
		{"log loss, columns", second(LogLoss([]int{0}, half, []int{0})), "2 columns of probabilities for 1"},
		{"balanced accuracy of nothing", second(BalancedAccuracy([]int{}, []int{})), "no true labels"},
		{"precision, lengths", second(Precision([]int{1, 2}, []int{1}, Macro)), "Precision: 1 predictions for 2 true labels"},
		{"recall, average", second(Recall([]int{1}, []int{1}, Average(3))), "Recall: the average is unknown average"},
		{"report of nothing", second(ClassificationReport([]int{}, []int{})), "no true labels"},
		{"ROC AUC, lengths", second(ROCAUC([]int{1, 2}, []float32{1}, 1)), "1 scores for 2 true labels"},
		{"ROC AUC of one class", second(ROCAUC([]int{1, 1}, []float32{1, 2}, 1)), "2 rows of class 1 and 0 of others"},
		{"ROC AUC, NaN", second(ROCAUC([]int{1, 2}, []float32{1, nan}, 1)), "row 1 is NaN"},
		{"ROC AUC, average", second(ROCAUCOneVsRest([]int{0}, half, []int{0, 1}, Micro)), "average is micro"},
		{"ROC AUC, missing class", second(ROCAUCOneVsRest([]int{0}, half, []int{0, 1}, Macro)), "1 rows of class 0 and 0 of others"},
		{"average precision without positives", second(AveragePrecision([]int{1}, []float32{1}, 2)), "no row is of class 2"},
		{"Brier score of logits", second(Brier([]int{1}, []float32{2}, 1)), "probability 2 of row 0"},
		{"MSE of nothing", second(MSE([]float64{}, nil)), "at least one"},
		{"MAE, lengths", second(MAE([]float64{1}, []float64{1, 2})), "MAE: 2 predictions for 1"},
		{"R2, lengths", second(R2([]float64{1}, []float64{1, 2})), "R2: 2 predictions for 1"},
		{"RMSE of nothing", second(RMSE([]float64{}, nil)), "RMSE: 0 predictions for 0"},
		{"MAPE, lengths", second(MAPE([]float64{1}, []float64{1, 2})), "MAPE: 2 predictions for 1"},
		{"median, lengths", second(MedianAbsoluteError([]float64{1}, nil)), "MedianAbsoluteError: 0 predictions for 1"},
		{"largest of nothing", second(MaxError([]float64{}, nil)), "at least one"},
		{"explained variance, lengths", second(ExplainedVariance([]float64{1}, nil)), "ExplainedVariance: 0 predictions"},
		{"Matthews, lengths", second(MatthewsCorrelation([]int{1}, nil)), "MatthewsCorrelation: 0 predictions for 1 true labels"},
		{"kappa, lengths", second(CohenKappa([]int{}, nil)), "CohenKappa: there are no true labels"},
		{"kappa of one class", second(CohenKappa([]int{7, 7}, []int{7, 7})), "all rows are of class 7"},
		{"top k, rows", second(TopKAccuracy([]int{0, 1}, half, []int{0, 1}, 1)), "1 rows of scores for 2"},
		{"top k of none", second(TopKAccuracy([]int{0}, half, []int{0, 1}, 0)), "k is 0, want a number from 1 to 2"},
		{"top k of too many", second(TopKAccuracy([]int{0}, half, []int{0, 1}, 3)), "k is 3"},
		{"top k, label", second(TopKAccuracy([]int{5}, half, []int{0, 1}, 1)), "label 5 of row 0"},
		{"top k, NaN", second(TopKAccuracy([]int{0}, kernels.MatrixOf([][]float32{{1, nan}}), []int{0, 1}, 1)), "row 0 in column 1 is NaN"},
		{"unknown label", logLoss(7, 0.5, 0.5), "label 7 of row 0"},
		{"NaN", logLoss(0, 0.5, nan), "column 1"},
		{"logits", logLoss(0, -3, 2), "probability -3 in column 0"},
		{"no distribution", logLoss(0, 0.5, 0.25), "add up to 0.75"},
	}
	for _, c := range cases {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, c.err, c.want)
		}
	}
}

// TestManyClasses takes metrics of so many classes that no confusion matrix of them
// should be made.
func TestManyClasses(t *testing.T) {
	const classes = 50_000
	truth, predicted := make([]int, classes), make([]int, classes)
	for i := range truth {
		truth[i], predicted[i] = i, i/2*2 // every other one is right
	}
	precision, err := Precision(truth, predicted, Macro)
	if err != nil || precision != 0.25 {
		t.Errorf("precision %v, %v, want 0.25", precision, err)
	}
	if recall, err := BalancedAccuracy(truth, predicted); err != nil || recall != 0.5 {
		t.Errorf("balanced accuracy %v, %v, want 0.5", recall, err)
	}
	if report, err := ClassificationReport(truth, predicted); err != nil || report.Accuracy != 0.5 || len(report.Scores) != classes {
		t.Errorf("accuracy %v, %v, want 0.5", report.Accuracy, err)
	}
}
