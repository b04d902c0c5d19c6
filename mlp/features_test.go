package mlp

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

func TestSourcesAgree(t *testing.T) {
	want := kernels.MatrixOf([][]float32{{1, 2, 0.1}, {3, 4, -5}})
	wide := kernels.Matrix{Rows: 2, Cols: 3, Stride: 4, Data: []float32{1, 2, 0.1, 9, 3, 4, -5}}
	for name, x := range map[string]Features{
		"[][]float64":    Rows([][]float64{{1, 2, 0.1}, {3, 4, -5}}),
		"[][]float32":    Rows([][]float32{{1, 2, 0.1}, {3, 4, -5}}),
		"kernels.Matrix": Rows(wide),
	} {
		got, err := x.matrix(nil)
		if err != nil || got.Rows != 2 || !slices.Equal(got.Row(0), want.Row(0)) || !slices.Equal(got.Row(1), want.Row(1)) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, want)
		}
	}
}

func TestBadData(t *testing.T) {
	nan := math.NaN()
	long := []int{1, 2, 1}
	cases := []struct {
		name        string
		x           Features
		y           []int
		row, column int
		reason      string
	}{
		{"no features", Features{}, nil, -1, -1, "no rows"},
		{"no rows", Rows([][]float64{}), nil, -1, -1, "no rows"},
		{"no columns", Rows([][]float32{{}, {}}), []int{1, 2}, -1, -1, "no columns"},
		{"lengths", Rows([][]float64{{1}, {2}}), long, -1, -1, "3 labels for 2 rows"},
		{"ragged", Rows([][]float64{{1, 2}, {3, 4}, {5}}), long, 2, -1, "1 columns, want 2"},
		{"NaN", Rows([][]float64{{1, 2}, {3, nan}, {5, 6}}), long, 1, 1, "NaN"},
		{"infinity", Rows([][]float32{{1}, {2}, {float32(math.Inf(-1))}}), long, 2, 0, "-Inf"},
		{"beyond float32", Rows([][]float64{{1e39}, {2}, {3}}), long, 0, 0, "1e+39"},
		{"NaN in a matrix", Rows(kernels.MatrixOf([][]float32{{1}, {float32(nan)}, {3}})), long, 1, 0, "NaN"},
		{"short matrix", Rows(kernels.Matrix{Rows: 3, Cols: 2, Stride: 2, Data: make([]float32, 5)}), long, -1, -1, "does not fit"},
		{"narrow stride", Rows(kernels.Matrix{Rows: 3, Cols: 2, Stride: 1, Data: make([]float32, 9)}), long, -1, -1, "does not fit"},
		{"zero stride", Rows(kernels.Matrix{Rows: 3, Cols: 2, Data: make([]float32, 9)}), long, -1, -1, "does not fit"},
		{"negative matrix", Rows(kernels.Matrix{Rows: -3, Cols: 2, Stride: 2}), nil, -1, -1, "no rows"},
		{"one row", Rows([][]float64{{1}}), []int{7}, -1, -1, "all rows are of class 7"},
		{"one class", Rows([][]float64{{1}, {2}, {3}}), []int{7, 7, 7}, -1, -1, "all rows are of class 7"},
	}
	for _, c := range cases {
		_, classifierErr := NewClassifier[int]().Fit(context.Background(), c.x, c.y)
		_, logisticErr := NewLogisticRegression[int]().Fit(context.Background(), c.x, c.y)
		for _, err := range []error{classifierErr, logisticErr} {
			var data *DataError
			if !errors.As(err, &data) || data.Row != c.row || data.Column != c.column || !strings.Contains(data.Reason, c.reason) {
				t.Errorf("%s: error %v, want one about row %d, column %d with %q", c.name, err, c.row, c.column, c.reason)
			}
		}
	}
}

func TestBadLabels(t *testing.T) {
	_, err := NewClassifier[string]().Fit(context.Background(), Rows([][]float64{{1}, {2}}), []string{"a", "\xff"})
	if err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("error %v, want one about UTF-8", err)
	}
}

func TestEarlyStoppingWithoutRows(t *testing.T) {
	c := NewClassifier[int]()
	c.EarlyStopping = true
	_, err := c.Fit(context.Background(), Rows([][]float64{{1}, {2}, {3}}), []int{1, 2, 2})
	var data *DataError
	if !errors.As(err, &data) || !strings.Contains(data.Reason, "ValidationFraction") {
		t.Errorf("error %v, want one about validation", err)
	}
}

func TestDataErrorText(t *testing.T) {
	for _, c := range []struct {
		err  DataError
		want string
	}{
		{DataError{3, 1, "NaN"}, "mlp: row 3, column 1: NaN"},
		{DataError{3, -1, "short"}, "mlp: row 3: short"},
		{DataError{-1, 1, "NaN"}, "mlp: column 1: NaN"},
		{DataError{-1, -1, "none"}, "mlp: none"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestFeatureNames keeps the names of the columns with a model, which refuses others.
func TestFeatureNames(t *testing.T) {
	ctx := t.Context()
	x, y := flowers(30, setosa, versicolor)
	names := []string{"a", "b", "c", "d"}
	named := Rows(x).Named(names...)
	m, err := small().PartialFit(ctx, named.Select([]int{0, 1, 2, 3}), y[:4], []string{setosa, versicolor})
	if err != nil {
		t.Fatal(err)
	}
	if m, err = m.PartialFit(ctx, Rows(x), y); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := m.Save(&file); err != nil {
		t.Fatal(err)
	}
	loaded, err := ReadClassifier[string](&file)
	if err != nil || !slices.Equal(loaded.FeatureNames(), names) {
		t.Fatalf("names %v, %v, want %v", loaded.FeatureNames(), err, names)
	}
	for _, x := range []Features{named, Rows(x)} {
		if _, err := loaded.Predict(x); err != nil {
			t.Error(err)
		}
	}
	var data *DataError
	swapped := Rows(x).Named("a", "c", "b", "d")
	if _, err := loaded.Predict(swapped); !errors.As(err, &data) || data.Column != 1 {
		t.Errorf("columns in another order: error %v", err)
	}
	if _, err := m.PartialFit(ctx, swapped, y); !errors.As(err, &data) || data.Column != 1 {
		t.Errorf("more rows in another order: error %v", err)
	}
	if _, err := small().Fit(ctx, Rows(x).Named("a"), y); !errors.As(err, &data) {
		t.Errorf("too few names: error %v", err)
	}
	if _, err := loaded.Predict(Rows(x).Named("a")); !errors.As(err, &data) {
		t.Errorf("too few names to predict: error %v", err)
	}
}
