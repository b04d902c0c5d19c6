package interop

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/mlp"
	"github.com/lockstep-ml/lockstep/nn"
)

// python returns a Python that can import the given module.
func python(t *testing.T, module string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starting Python takes seconds")
	}
	for _, candidate := range []string{"python3", "/usr/bin/python3", "python"} {
		// To import it would take as long as the test.
		if exec.Command(candidate, "-c", "import importlib.util; assert importlib.util.find_spec('"+module+"')").Run() == nil {
			return candidate
		}
	}
	t.Skipf("no Python here that has %s", module)
	return ""
}

// TestPyTorchReadsOurFiles has PyTorch compute what a network of ours does.
func TestPyTorchReadsOurFiles(t *testing.T) {
	interpreter := python(t, "torch")
	net, err := nn.Sequential(3, 7, nn.Dense(5), nn.BatchNorm(), nn.Tanh(), nn.Dense(2))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "model.safetensors")
	if err := net.SaveFile(path, map[string]string{"purpose": "tést"}); err != nil {
		t.Fatal(err)
	}
	const program = `
import json, sys, torch
from torch import nn
from lockstep_to_torch import load
model = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 2)).eval()
model.load_state_dict(load(sys.argv[1]), strict=False) # ours counts no batches
print(json.dumps(model(torch.tensor([[1, -2, 0.5], [0.25, 0, 3]])).tolist()))
`
	command := exec.Command(interpreter, "-c", program, path)
	command.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "OMP_NUM_THREADS=1")
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want [][]float64
	if err := json.Unmarshal(output, &want); err != nil {
		t.Fatal(err)
	}
	x, got := kernels.MatrixOf([][]float32{{1, -2, 0.5}, {0.25, 0, 3}}), kernels.NewMatrix(2, 2)
	net.Predictor().Predict(got, x)
	for i := range want {
		expectClose(t, "row", got.Row(i), want[i], 1e-5)
	}
}

func expectClose(t *testing.T, name string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", name, got, want)
	}
	for j, v := range want {
		if !(math.Abs(float64(got[j])-v) <= tolerance*max(1, math.Abs(v))) {
			t.Errorf("%s: number %d is %v, want %v", name, j, got[j], v)
		}
	}
}

// predictions are those of scikit-learn, from testdata/fixture.py.
type predictions struct {
	X                                         [][]float64
	Classifier, Binary, Unscaled              [][]float64
	Regressor                                 []float64
	Logistic, LogisticBinary, LogisticSoftmax [][]float64
}

func readPredictions(t *testing.T) (p predictions) {
	t.Helper()
	text, err := os.ReadFile("testdata/predictions.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(text), "logistic_", "logistic")), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// A classModel predicts probabilities.
type classModel interface {
	PredictProba(mlp.Features) (kernels.Matrix, error)
}

// TestSklearnModels loads what sklearn_to_lockstep.py wrote.
func TestSklearnModels(t *testing.T) {
	p := readPredictions(t)
	for _, test := range []struct {
		name string
		load func(path string) (classModel, error)
		want [][]float64
	}{
		{"classifier", func(path string) (classModel, error) { return mlp.LoadClassifier[string](path) }, p.Classifier},
		{"binary", func(path string) (classModel, error) { return mlp.LoadClassifier[bool](path) }, p.Binary},
		{"unscaled", func(path string) (classModel, error) { return mlp.LoadClassifier[int](path) }, p.Unscaled},
		{"logistic", func(path string) (classModel, error) { return mlp.LoadLogisticRegression[string](path) }, p.Logistic},
		{"logistic_binary", func(path string) (classModel, error) { return mlp.LoadLogisticRegression[bool](path) }, p.LogisticBinary},
		{"logistic_softmax", func(path string) (classModel, error) { return mlp.LoadLogisticRegression[string](path) }, p.LogisticSoftmax},
	} {
		model, err := test.load("testdata/" + test.name + ".safetensors")
		if err != nil {
			t.Error(err)
			continue
		}
		got, err := model.PredictProba(mlp.Rows(p.X))
		if err != nil || got.Rows != len(test.want) {
			t.Errorf("%s: %d rows, %v; want %d", test.name, got.Rows, err, len(test.want))
			continue
		}
		for i, want := range test.want {
			expectClose(t, test.name, got.Row(i), want, 1e-6)
		}
	}
}

func TestSklearnRegressor(t *testing.T) {
	p := readPredictions(t)
	model, err := mlp.LoadRegressor("testdata/regressor.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range p.X {
		if got, err := model.PredictRow(row[:3]); err != nil || math.Abs(got-p.Regressor[i]) > 1e-6*max(1, math.Abs(p.Regressor[i])) {
			t.Errorf("row %d: %v, %v; want %v", i, got, err, p.Regressor[i])
		}
	}
}
