// Package safetensors shows that a reader which is not ours opens our files.
package safetensors

import (
	"context"
	"encoding/binary"
	"io"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ollama/ollama/x/imagegen/safetensors"

	"github.com/lockstep-ml/lockstep/mlp"
	"github.com/lockstep-ml/lockstep/nn"
)

// TestPeerReadsNetwork compares what the peer finds in the file of a network with
// PyTorch's names, shapes and natural order.
func TestPeerReadsNetwork(t *testing.T) {
	network, err := nn.Sequential(3, 1, nn.Dense(4), nn.ReLU(), nn.Dense(2))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "network.safetensors")
	if err := network.SaveFile(path, nil); err != nil {
		t.Fatal(err)
	}
	params := network.Params()
	for i, want := range []struct {
		name  string
		shape []int32
	}{
		{"0.weight", []int32{4, 3}}, {"0.bias", []int32{4}},
		{"2.weight", []int32{2, 4}}, {"2.bias", []int32{2}},
	} {
		shape, values := read(t, path, want.name)
		if !slices.Equal(shape, want.shape) {
			t.Errorf("%s has the shape %v, want %v", want.name, shape, want.shape)
		}
		in := params[i].Value
		for k, got := range values {
			row, column := k/in.Cols, k%in.Cols
			if params[i].Shape.Transposed {
				row, column = k%in.Rows, k/in.Rows
			}
			if want := in.Row(row)[column]; got != want {
				t.Fatalf("%s: element %d is %v, want %v", params[i].Name, k, got, want)
			}
		}
	}
}

// TestPeerReadsModel does so with the file of an estimator, which has a scaling and
// labels beside its network.
func TestPeerReadsModel(t *testing.T) {
	r := mlp.NewLogisticRegression[string]()
	r.Scaler = mlp.NewStandardScaler()
	model, err := r.Fit(context.Background(), mlp.Rows([][]float64{{1, 20}, {2, 50}, {3, 10}, {5, 70}}), []string{"no", "yes", "no", "yes"})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "model.safetensors")
	if err := model.SaveFile(path); err != nil {
		t.Fatal(err)
	}
	shape, values := read(t, path, "0.weight")
	if !slices.Equal(shape, []int32{1, 2}) || !slices.Equal(values, model.Coef().Row(0)) {
		t.Errorf("the peer finds %v in the shape %v, want %v", values, shape, model.Coef())
	}
}

// read returns a tensor of a file of float32, by the peer.
func read(t *testing.T, path, name string) (shape []int32, values []float32) {
	t.Helper()
	file, err := safetensors.OpenForExtraction(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tensor, err := file.GetTensor(name)
	if err != nil {
		t.Fatalf("%v; there are %v", err, file.ListTensors())
	}
	data, err := io.ReadAll(tensor.Reader())
	if err != nil {
		t.Fatal(err)
	}
	if tensor.Dtype != "F32" {
		t.Fatalf("%s is of type %s, want F32", name, tensor.Dtype)
	}
	for ; len(data) > 0; data = data[4:] {
		values = append(values, math.Float32frombits(binary.LittleEndian.Uint32(data)))
	}
	return tensor.Shape, values
}
