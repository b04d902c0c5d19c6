package mlp

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/nn"
)

type colour uint8

// String hides which colour it is: files must not rely on it.
func (colour) String() string { return "colour" }

func TestSaveAndLoad(t *testing.T) {
	t.Run("string", func(t *testing.T) { saveAndLoad(t, "", `quotes " and ünïcode`, "b") })
	t.Run("bool", func(t *testing.T) { saveAndLoad(t, true, false) })
	t.Run("int8", func(t *testing.T) { saveAndLoad[int8](t, -128, 127, 3) })
	t.Run("uint64", func(t *testing.T) { saveAndLoad[uint64](t, 1<<64-1, 1<<63+1) })
	t.Run("named", func(t *testing.T) { saveAndLoad[colour](t, 200, 3, 100) })
}

func saveAndLoad[L Label](t *testing.T, classes ...L) {
	x, y := labelled(classes)
	c := NewClassifier[L]()
	c.HiddenLayerSizes = []int{3}
	c.MaxIter = 4
	c.EarlyStopping = true
	saved := mustFit(t, c, x, y)
	path := filepath.Join(t.TempDir(), "model.safetensors")
	if err := saved.SaveFile(path); err != nil {
		t.Fatal(err)
	}
	loaded, err := LoadClassifier[L](path)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Hash() != saved.Hash() || !slices.Equal(loaded.Classes(), saved.Classes()) || !reflect.DeepEqual(loaded.history, saved.history) {
		t.Errorf("loaded %v %v %+v, saved %v %v %+v", loaded.Hash(), loaded.Classes(), loaded.history, saved.Hash(), saved.Classes(), saved.history)
	}
	want, err := saved.PredictProba(Rows(x))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := loaded.PredictProba(Rows(x)); err != nil || !slices.Equal(got.Data, want.Data) {
		t.Errorf("the loaded model predicts %v, %v, the saved one %v", got, err, want)
	}
}

// labelled returns rows with the given labels in turn.
func labelled[L Label](classes []L) (x [][]float64, y []L) {
	names := []string{setosa, versicolor, virginica}[:len(classes)]
	x, _ = flowers(60, names...)
	for i := range x {
		y = append(y, classes[i%len(classes)])
	}
	return x, y
}

func TestSaveAndLoadLogisticRegression(t *testing.T) {
	for _, intercept := range []bool{true, false} {
		x, y := flowers(60, setosa, versicolor, virginica)
		r := NewLogisticRegression[string]()
		r.FitIntercept = intercept
		r.MaxIter = 2
		saved := mustFitLogistic(t, r, x, y)
		path := filepath.Join(t.TempDir(), "model.safetensors")
		if err := saved.SaveFile(path); err != nil {
			t.Fatal(err)
		}
		loaded, err := LoadLogisticRegression[string](path)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(loaded.Coef(), saved.Coef()) || !slices.Equal(loaded.Intercept(), saved.Intercept()) ||
			!reflect.DeepEqual(loaded.Warnings(), saved.Warnings()) {
			t.Errorf("loaded %v %v %v, saved %v %v %v", loaded.Coef(), loaded.Intercept(), loaded.Warnings(), saved.Coef(), saved.Intercept(), saved.Warnings())
		}
	}
}

func TestLoadErrors(t *testing.T) {
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	model, x, y := fitFlowers(t, setosa, versicolor)
	logistic := mustFitLogistic(t, NewLogisticRegression[string](), x, y)
	for _, err := range []error{
		model.SaveFile(path("classifier")),
		logistic.SaveFile(path("logistic")),
		model.network.SaveFile(path("network"), nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(path("classifier"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path("half"), content[:len(content)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	second := func(_ any, err error) error { return err }
	cases := []struct {
		name string
		err  error
		want []string
	}{
		{"missing", second(LoadClassifier[string](path("none"))), []string{"none"}},
		{"label kind", second(LoadClassifier[int](path("classifier"))), []string{"string, not int", "[string]"}},
		{"estimator", second(LoadClassifier[string](path("logistic"))), []string{"holds a logistic regression, not a classifier"}},
		{"the other estimator", second(LoadLogisticRegression[string](path("classifier"))), []string{"holds a classifier, not a logistic regression"}},
		{"regressor", second(LoadRegressor(path("classifier"))), []string{"holds a classifier, not a regressor"}},
		{"network", second(LoadClassifier[string](path("network"))), []string{"nn.LoadFile"}},
		{"truncated", second(LoadClassifier[string](path("half"))), []string{"half"}},
	}
	for _, c := range cases {
		if c.err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		var misfit *FileError
		if complete := c.name != "missing" && c.name != "truncated"; errors.As(c.err, &misfit) != complete {
			t.Errorf("%s: error %v, a FileError: %v, want %v", c.name, c.err, !complete, complete)
		}
		for _, want := range c.want {
			if !strings.Contains(c.err.Error(), want) {
				t.Errorf("%s: error %q, want one with %q", c.name, c.err, want)
			}
		}
	}
	if err := model.SaveFile(path("no/folder/model")); err == nil {
		t.Error("no error for a folder that does not exist")
	}
}

func TestBadRecords(t *testing.T) {
	cases := []struct{ name, record, want string }{
		{"no JSON", `{"estimator":`, "record"},
		{"label", `{"estimator":"classifier","label_kind":"int16","classes":["1","70000"]}`, `class "70000" is not of type int16`},
		{"order", `{"estimator":"classifier","label_kind":"int16","classes":["2","1"]}`, "ascending order"},
		{"twice", `{"estimator":"classifier","label_kind":"int16","classes":["1","1"]}`, "ascending order"},
		{"scaling", `{"estimator":"classifier","label_kind":"int16","classes":["1","2"],"scaling":{"offset":[1],"scale":[1,2]}}`, "1 offsets and 2 scales, want 2"},
		{"scaling by 0", `{"estimator":"classifier","label_kind":"int16","classes":["1","2"],"scaling":{"offset":[1,1],"scale":[1,0]}}`, "column 1"},
		{"one class", `{"estimator":"classifier","label_kind":"int16","classes":["1"]}`, "at least 2"},
		{"outputs", `{"estimator":"classifier","label_kind":"int16","classes":["1","2","3"]}`, "1 outputs, want 3"},
	}
	for _, c := range cases {
		network, err := nn.Sequential(2, 0, nn.Dense(1))
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := network.Save(&file, map[string]string{metadataKey: c.record}); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadClassifier[int16](&file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
}

func TestLogisticRegressionNeedsOneLayer(t *testing.T) {
	network, err := nn.Sequential(2, 0, nn.Dense(3), nn.ReLU(), nn.Dense(1))
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	record := `{"estimator":"logistic regression","label_kind":"bool","classes":["false","true"]}`
	if err := network.Save(&file, map[string]string{metadataKey: record}); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadLogisticRegression[bool](&file); err == nil || !strings.Contains(err.Error(), "single dense layer") {
		t.Errorf("error %v", err)
	}
}

func TestBadRegressors(t *testing.T) {
	for _, c := range []struct {
		outputs      int
		record, want string
	}{
		{2, `{"estimator":"regressor"}`, "2 outputs, want 1"},
		{1, `{"estimator":"regressor","target_scaling":{"offset":[],"scale":[1]}}`, "target scaling"},
	} {
		network, err := nn.Sequential(2, 0, nn.Dense(c.outputs))
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := network.Save(&file, map[string]string{metadataKey: c.record}); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadRegressor(&file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}

// TestLoad loads models of all kinds without a word about what they are, and saves
// them again.
func TestLoad(t *testing.T) {
	x, y := flowers(60, setosa, versicolor, virginica)
	var digits []int
	for _, class := range y {
		digits = append(digits, map[string]int{setosa: -3, versicolor: 2, virginica: 10}[class])
	}
	c := NewClassifier[int]()
	c.MaxIter = 5
	r := NewRegressor()
	r.MaxIter = 5
	hillX, hillY := hills(60)
	classifier := mustFit(t, c, x, digits)
	logistic := mustFitLogistic(t, NewLogisticRegression[string](), x, y)
	regressor := mustFitRegressor(t, r, hillX, hillY)
	again := func(m Model) Model {
		t.Helper()
		for range 2 {
			path := filepath.Join(t.TempDir(), "model")
			if err := m.SaveFile(path); err != nil {
				t.Fatal(err)
			}
			loaded, err := Load(path)
			if err != nil || loaded.Hash() != m.Hash() {
				t.Fatalf("loaded %v, %v", loaded, err)
			}
			m = loaded
		}
		return m
	}
	asText := again(classifier).(*ClassifierModel[string])
	if got, want := asText.Classes(), []string{"-3", "2", "10"}; !slices.Equal(got, want) {
		t.Errorf("classes %q, want %q", got, want)
	}
	path := filepath.Join(t.TempDir(), "model")
	if err := asText.SaveFile(path); err != nil {
		t.Fatal(err)
	}
	if m, err := LoadClassifier[int](path); err != nil || m.Hash() != classifier.Hash() {
		t.Errorf("the type of the labels is lost: %v", err)
	}
	if m := again(logistic).(*LogisticModel[string]); !reflect.DeepEqual(m.Coef(), logistic.Coef()) {
		t.Errorf("coefficients %v", m.Coef())
	}
	again(regressor).(*RegressorModel).PredictRow(hillX[0])

	for record, want := range map[string]string{
		`{"estimator":"forest","classes":["a","b"]}`:               "unknown kind",
		`{"estimator":"classifier","classes":["a","a"]}`:           "1 different",
		`{"estimator":"classifier","classes":["a"]}`:               "at least 2",
		`{"estimator":"logistic regression","classes":["a","b"]}`:  "single dense layer",
		`{"estimator":"regressor","target_scaling":{"scale":[1]}}`: "target scaling",
		`{"estimator":"classifier","classes":["a","b","c"]}`:       "want 3",
	} {
		network, err := nn.Sequential(2, 0, nn.Dense(3), nn.ReLU(), nn.Dense(1))
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := network.Save(&file, map[string]string{metadataKey: record}); err != nil {
			t.Fatal(err)
		}
		var misfit *FileError
		if m, err := Read(&file); m != nil || !errors.As(err, &misfit) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: model %v, error %v, want one with %q", record, m, err, want)
		}
	}
}
