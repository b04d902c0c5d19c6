package mlp

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

func TestStandardScaler(t *testing.T) {
	x := [][]float64{{1, 7, 1e9 + 1}, {2, 7, 1e9 + 2}, {6, 7, 1e9 + 3}}
	s, err := NewStandardScaler().Fit(Rows(x))
	if err != nil {
		t.Fatal(err)
	}
	want := &Scaling{
		Offset: []float64{3, 7, 1e9 + 2},
		Scale:  []float64{math.Sqrt(14. / 3), 1, math.Sqrt(2. / 3)},
	}
	if !slices.Equal(s.Offset, want.Offset) || !slices.Equal(s.Scale, want.Scale) || s.Low != 0 {
		t.Errorf("scaling %+v, want %+v", s, want)
	}
	scaled, err := Rows(x).matrix(s)
	if err != nil {
		t.Fatal(err)
	}
	for j := range 3 {
		for i := range 3 {
			// Rounded once: in float32 the last column would be constant.
			if want := float32((x[i][j] - s.Offset[j]) / s.Scale[j]); scaled.Row(i)[j] != want {
				t.Errorf("row %d, column %d is %v, want %v", i, j, scaled.Row(i)[j], want)
			}
		}
	}
	plain, err := (&StandardScaler{}).Fit(Rows(x))
	if err != nil || !slices.Equal(plain.Offset, []float64{0, 0, 0}) || !slices.Equal(plain.Scale, []float64{1, 1, 1}) {
		t.Errorf("without mean and deviation: %+v, %v", plain, err)
	}
}

func TestMinMaxScaler(t *testing.T) {
	x := [][]float32{{1, 7}, {2, 7}, {5, 7}}
	s, err := (&MinMaxScaler{Low: -1, High: 3}).Fit(Rows(x))
	if err != nil {
		t.Fatal(err)
	}
	scaled, err := Rows(x).matrix(s)
	if want := []float32{-1, -1, 0, -1, 3, -1}; err != nil || !slices.Equal(scaled.Data, want) {
		t.Errorf("scaled %v, %v, want %v", scaled.Data, err, want)
	}
	if v := s.invert(0, s.apply(0, 4)); v != 4 {
		t.Errorf("scaled back %v, want 4", v)
	}
}

func TestScalerErrors(t *testing.T) {
	for name, scaler := range map[string]Scaler{"standard": NewStandardScaler(), "min-max": NewMinMaxScaler()} {
		for _, c := range []struct {
			x           [][]float64
			row, column int
		}{
			{nil, -1, -1},
			{[][]float64{{1, 2}, {3}}, 1, -1},
			{[][]float64{{1, 2}, {3, math.NaN()}}, 1, 1},
			{[][]float64{{1, 1e308}, {1, -1e308}}, -1, 1},
		} {
			_, err := scaler.Fit(Rows(c.x))
			var data *DataError
			if !errors.As(err, &data) || data.Row != c.row || data.Column != c.column {
				t.Errorf("%s: error %v, want one about row %d, column %d", name, err, c.row, c.column)
			}
		}
	}
	if _, err := (&MinMaxScaler{Low: 1, High: 1}).Fit(Rows([][]float64{{1}})); err == nil {
		t.Error("no error for an empty range")
	}
}

// TestScalerTravelsWithTheModel fits each estimator to columns that need scaling,
// and compares with the same columns scaled by hand.
func TestScalerTravelsWithTheModel(t *testing.T) {
	x, y := flowers(90, setosa, versicolor, virginica)
	scaling := &Scaling{Offset: []float64{3, -2e5, 0, 7}, Scale: []float64{1e-3, 4e4, 64, 0.125}}
	raw := make([][]float64, len(x))
	for i, row := range x {
		for j, v := range row {
			v = float64(float32(v))
			row[j] = v
			raw[i] = append(raw[i], v*scaling.Scale[j]+scaling.Offset[j])
		}
	}
	c := NewClassifier[string]()
	c.MaxIter = 20
	want := mustFit(t, c, x, y)
	c.Scaler = fixedScaler{scaling}
	got := mustFit(t, c, raw, y)
	r := NewLogisticRegression[string]()
	wantLogistic := mustFitLogistic(t, r, x, y)
	r.Scaler = c.Scaler
	gotLogistic := mustFitLogistic(t, r, raw, y)

	var file bytes.Buffer
	if err := got.Save(&file); err != nil {
		t.Fatal(err)
	}
	loaded, err := ReadClassifier[string](&file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range x {
		for name, pair := range map[string][2]interface {
			PredictProbaRow([]float32, []float64) error
		}{"classifier": {want, got}, "loaded": {want, loaded}, "logistic": {wantLogistic, gotLogistic}} {
			p, q := make([]float32, 3), make([]float32, 3)
			if err := errors.Join(pair[0].PredictProbaRow(p, x[i]), pair[1].PredictProbaRow(q, raw[i])); err != nil {
				t.Fatal(err)
			}
			for k := range p {
				if math.Abs(float64(p[k]-q[k])) > 1e-4 {
					t.Fatalf("%s, row %d: probabilities %v, want %v", name, i, q, p)
				}
			}
		}
	}
	loaded.Scaling().Offset[0] = 99
	if loaded.Scaling().Offset[0] != 3 || want.Scaling() != nil {
		t.Error("Scaling is no copy, or there is one without a scaler")
	}
}

// fixedScaler is a scaler of one's own.
type fixedScaler struct{ scaling *Scaling }

func (s fixedScaler) Fit(Features) (*Scaling, error) { return s.scaling, nil }

func TestScalingOfOtherWidth(t *testing.T) {
	x, y := flowers(30, setosa, versicolor)
	r := NewLogisticRegression[string]()
	r.Scaler = fixedScaler{&Scaling{Offset: []float64{1}, Scale: []float64{1}}}
	if _, err := r.Fit(t.Context(), Rows(x), y); err == nil {
		t.Error("no error for a scaling of one column")
	}
}

func TestSelect(t *testing.T) {
	m := kernels.MatrixOf([][]float32{{1, 2}, {3, 4}, {5, float32(math.NaN())}})
	got, err := Rows(m).Select([]int{1, 0, 1}).matrix(nil)
	if want := []float32{3, 4, 1, 2, 3, 4}; err != nil || !slices.Equal(got.Data, want) {
		t.Errorf("selected %v, %v, want %v", got.Data, err, want)
	}
	_, err = Rows(m).Select([]int{0, 2}).matrix(nil)
	var data *DataError
	if !errors.As(err, &data) || data.Row != 2 || data.Column != 1 {
		t.Errorf("error %v, want one about row 2 of all", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for a row that is not there")
		}
	}()
	Rows(m).Select([]int{3})
}
