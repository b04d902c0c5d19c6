package mlp

import (
	"errors"
	"math"
	"runtime"
	"slices"
	"sync"
	"testing"
)

func TestProbabilities(t *testing.T) {
	for _, classes := range [][]string{{setosa, versicolor}, {setosa, versicolor, virginica}} {
		model, x, _ := fitFlowers(t, classes...)
		labels, err := model.Predict(Rows(x))
		if err != nil {
			t.Fatal(err)
		}
		probabilities, err := model.PredictProba(Rows(x))
		if err != nil {
			t.Fatal(err)
		}
		if probabilities.Rows != len(x) || probabilities.Cols != len(classes) {
			t.Fatalf("%d x %d probabilities, want %d x %d", probabilities.Rows, probabilities.Cols, len(x), len(classes))
		}
		for i, label := range labels {
			sum, best := 0.0, 0
			for k, p := range probabilities.Row(i) {
				sum += float64(p)
				if p > probabilities.Row(i)[best] {
					best = k
				}
			}
			if math.Abs(sum-1) > 1e-6 || model.Classes()[best] != label {
				t.Fatalf("row %d: probabilities %v, predicted %s", i, probabilities.Row(i), label)
			}
		}
	}
}

func TestProbabilityOfOneLogit(t *testing.T) {
	p := make([]float32, 2)
	toProbabilities(p, []float32{20})
	if want := float32(1 / (1 + math.Exp(20))); p[0] != want || p[1] != 1 {
		t.Errorf("probabilities %v, want [%v 1]: the small one is exact, too", p, want)
	}
	if mostProbable([]float32{0}) != 0 || mostProbable([]float32{1e-30}) != 1 || mostProbable([]float32{2, 2}) != 0 {
		t.Error("of equally probable classes the first is to be chosen")
	}
}

// TestRowsAlone checks that the predictions for a row do not depend on the rows
// beside it.
func TestRowsAlone(t *testing.T) {
	model, _, _ := fitFlowers(t, setosa, versicolor, virginica)
	x, _ := flowers(2*modelBlock+3, setosa, versicolor, virginica)
	labels, err := model.Predict(Rows(x))
	if err != nil {
		t.Fatal(err)
	}
	probabilities, err := model.PredictProba(Rows(x))
	if err != nil {
		t.Fatal(err)
	}
	alone := make([]float32, 3)
	for i, row := range x {
		label, err := model.PredictRow(row)
		if err != nil || label != labels[i] {
			t.Fatalf("row %d: %s, %v alone, %s among others", i, label, err, labels[i])
		}
		if err := model.PredictProbaRow(alone, row); err != nil || !slices.Equal(alone, probabilities.Row(i)) {
			t.Fatalf("row %d: %v, %v alone, %v among others", i, alone, err, probabilities.Row(i))
		}
	}
}

// TestAnySplitOfRows predicts the rows in parts of different sizes.
func TestAnySplitOfRows(t *testing.T) {
	model, _, _ := fitFlowers(t, setosa, versicolor, virginica)
	x, _ := flowers(3*modelBlock+5, setosa, versicolor, virginica)
	want, err := model.PredictProba(Rows(x))
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{1, 3, 63, 64, 65, 130} {
		for lo := 0; lo < len(x); lo += size {
			hi := min(lo+size, len(x))
			got, err := model.PredictProba(Rows(x[lo:hi]))
			if err != nil || !slices.Equal(got.Data, want.Data[3*lo:3*hi]) {
				t.Fatalf("rows %d to %d alone: other probabilities than among all, %v", lo, hi, err)
			}
		}
	}
}

// TestManyRows predicts enough rows for several processors.
func TestManyRows(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	c := NewClassifier[string]()
	c.HiddenLayerSizes = []int{1000}
	c.MaxIter = 1
	x, y := flowers(3000, setosa, versicolor, virginica)
	model := mustFit(t, c, x[:90], y[:90])
	labels, err := model.Predict(Rows(x))
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range x {
		if label, err := model.PredictRow(row); err != nil || label != labels[i] {
			t.Fatalf("row %d: %s, %v alone, %s among others", i, label, err, labels[i])
		}
	}

	x[2900], x[2800] = nil, nil
	for _, want := range []int{2800, 1500, 20} {
		x[want] = nil
		_, err := model.Predict(Rows(x))
		var data *DataError
		if !errors.As(err, &data) || data.Row != want {
			t.Errorf("error %v, want one about row %d, the first that does not fit", err, want)
		}
	}
}

func TestPredictErrors(t *testing.T) {
	model, x, y := fitFlowers(t, setosa, versicolor)
	narrow := [][]float64{x[0], {1, 2, 3}}
	_, errPredict := model.Predict(Rows(narrow))
	_, errProba := model.PredictProba(Rows(narrow))
	_, errScore := model.Score(Rows(narrow), y[:2])
	for _, err := range []error{errPredict, errProba, errScore} {
		var data *DataError
		if !errors.As(err, &data) || data.Row != 1 || data.Reason != "3 columns, want 4" {
			t.Errorf("error %v, want one about the columns of row 1", err)
		}
	}
	_, errRow := model.PredictRow([]float64{1, math.NaN(), 3, 4})
	errProbaRow := model.PredictProbaRow(make([]float32, 2), []float64{1, math.NaN(), 3, 4})
	for _, err := range []error{errRow, errProbaRow} {
		var data *DataError
		if !errors.As(err, &data) || data.Row != -1 || data.Column != 1 {
			t.Errorf("error %v, want one about column 1", err)
		}
	}
	if err := model.PredictProbaRow(make([]float32, 3), x[0]); err == nil {
		t.Error("no error for room for 3 probabilities of 2")
	}
	if _, err := model.Score(Rows(x), y[1:]); err == nil {
		t.Error("no error for a label too few")
	}
	if _, err := model.Score(Rows([][]float64{}), nil); err == nil {
		t.Error("no error for the score of no rows")
	}
	if labels, err := model.Predict(Rows([][]float64{})); err != nil || len(labels) != 0 {
		t.Errorf("no rows: %v, %v, want no labels", labels, err)
	}
}

// TestModelIsImmutable checks that what a model hands out is a copy.
func TestModelIsImmutable(t *testing.T) {
	model, _, _ := fitFlowers(t, setosa, versicolor)
	model.Classes()[0] = "nettle"
	model.LossCurve()[0] = -1
	if model.Classes()[0] != setosa || model.LossCurve()[0] == -1 {
		t.Error("the model was changed from outside")
	}
}

func TestModelInManyGoroutines(t *testing.T) {
	model, x, _ := fitFlowers(t, setosa, versicolor, virginica)
	want, err := model.Predict(Rows(x))
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			for i := range x {
				if got, err := model.PredictRow(x[i]); err != nil || got != want[i] {
					t.Errorf("row %d: %s, %v, want %s", i, got, err, want[i])
				}
			}
			if got, err := model.Predict(Rows(x)); err != nil || !slices.Equal(got, want) {
				t.Errorf("%v, %v, want %v", got, err, want)
			}
		})
	}
	group.Wait()
}

// TestCoefs computes a prediction from what Coefs and Intercepts return.
func TestCoefs(t *testing.T) {
	x, y := hills(60)
	r := fastRegressor()
	r.HiddenLayerSizes = []int{5, 3}
	m := mustFitRegressor(t, r, x, y)
	coefs, intercepts := m.Coefs(), m.Intercepts()
	if len(coefs) != 3 || len(intercepts) != 3 {
		t.Fatalf("%d and %d layers, want 3", len(coefs), len(intercepts))
	}
	values := x[7]
	for l, coef := range coefs {
		next := make([]float64, coef.Cols)
		for k := range next {
			next[k] = float64(intercepts[l][k])
			for j, v := range values {
				next[k] += v * float64(coef.Row(j)[k])
			}
			if l < 2 {
				next[k] = max(0, next[k])
			}
		}
		values = next
	}
	if got, err := m.PredictRow(x[7]); err != nil || math.Abs(got-values[0]) > 1e-5 {
		t.Errorf("prediction %v, %v, by hand %v", got, err, values[0])
	}
	coefs[0].Data[0], intercepts[0][0] = 99, 99
	if m.Coefs()[0].Data[0] == 99 || m.Intercepts()[0][0] == 99 {
		t.Error("Coefs or Intercepts are no copies")
	}
}
