package nn

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/safetensors"
)

// torchNetworks are the networks that testdata/weights.py had PyTorch save, with what their
// files do not say.
var torchNetworks = []struct {
	name    string
	options TorchOptions
	want    string // types of the layers
}{
	{"sequential", TorchOptions{}, "Dense ReLU Dense ReLU Dense"},
	{"named", TorchOptions{Activation: func(string) Layer { return Tanh() }}, "Dense BatchNorm Tanh Dense BatchNorm Tanh Dense"},
	{"behind", TorchOptions{Norm: []NormOption{WithEpsilon(1e-3)}}, "Dense ReLU BatchNorm Dense BatchNorm ReLU Dense"},
	{"slopes", TorchOptions{}, "LayerNorm Dense PReLU Dense PReLU Dense"},
	{"ten", TorchOptions{}, strings.Repeat("Dense ReLU ", 9) + "Dense"},
}

// TestLoadTorch compares with the logits that PyTorch computes in float64.
func TestLoadTorch(t *testing.T) {
	text, err := os.ReadFile("testdata/torch/logits.json")
	if err != nil {
		t.Fatal(err)
	}
	var fixture map[string]struct{ X, Logits batch }
	if err := json.Unmarshal(text, &fixture); err != nil {
		t.Fatal(err)
	}
	for _, test := range torchNetworks {
		net, err := LoadTorchFile("testdata/torch/"+test.name+".safetensors", test.options)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got := layerTypes(net); got != test.want {
			t.Errorf("%s: layers %s, want %s", test.name, got, test.want)
		}
		want := fixture[test.name]
		got := kernels.NewMatrix(len(want.X), net.Outputs())
		net.Predictor().Predict(got, toMatrix(want.X))
		worst := 0.0
		for i, row := range want.Logits {
			for j, logit := range row {
				worst = max(worst, math.Abs(float64(got.Row(i)[j])-logit)/math.Abs(logit))
			}
		}
		t.Logf("%s: up to %.1e relative", test.name, worst)
		if !(worst <= 1e-5) {
			t.Errorf("%s: a logit is %.1e relative from PyTorch's, want at most 1e-5", test.name, worst)
		}
	}
}

func layerTypes(net *Network) string {
	var names []string
	for _, layer := range net.layers {
		names = append(names, layerName(layer))
	}
	return strings.Join(names, " ")
}

// torchFile returns a file of tensors of zeros with the given shapes.
func torchFile(t testing.TB, shapes map[string][]int) []byte {
	t.Helper()
	f := &safetensors.File{}
	for name, shape := range shapes {
		size := 1
		for _, length := range shape {
			size *= length
		}
		f.Tensors = append(f.Tensors, safetensors.New(name, shape, make([]float32, size)))
	}
	slices.SortFunc(f.Tensors, func(a, b safetensors.Tensor) int { return strings.Compare(a.Name, b.Name) })
	return written(t, f)
}

func written(t testing.TB, f *safetensors.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := safetensors.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The order of modules, and where activations may be.
func TestLoadTorchOrder(t *testing.T) {
	linear, vector := []int{2, 2}, []int{2}
	for _, test := range []struct {
		shapes map[string][]int
		order  []string
		want   string // names of the modules behind which an activation is asked for
	}{
		{map[string][]int{"weight": linear}, nil, ""},
		{map[string][]int{"0.weight": linear, "2.weight": linear, "10.weight": linear, "11.weight": linear}, nil, "0 2"},
		{map[string][]int{"fc1.weight": linear, "fc2.weight": linear, "fc10.weight": linear, "out.weight": linear}, nil, "fc1 fc2 fc10"},
		{map[string][]int{"bn1.running_mean": vector, "bn1.running_var": vector, "fc1.weight": linear, "fc2.weight": linear}, nil, "bn1"},
		{map[string][]int{"enc.0.weight": linear, "enc.2.weight": linear, "head.weight": linear}, nil, "enc.0 enc.2"},
		{map[string][]int{"b2.fc.weight": linear, "b10.fc.weight": linear, "b1.fc.weight": linear}, nil, "b1.fc b2.fc"},
		{map[string][]int{"z.weight": linear, "a.weight": linear}, []string{"z", "a"}, "z"},
		{map[string][]int{"0.weight": vector, "0.bias": vector, "2.weight": linear, "4.weight": linear}, nil, "2"},
	} {
		var asked []string
		_, err := LoadTorch(bytes.NewReader(torchFile(t, test.shapes)), TorchOptions{Order: test.order, Activation: func(module string) Layer {
			asked = append(asked, module)
			return nil
		}})
		if got := strings.Join(asked, " "); err != nil || got != test.want {
			t.Errorf("%v: activations behind %q, %v; want them behind %q", test.shapes, got, err, test.want)
		}
	}
}

func TestLoadTorchRejects(t *testing.T) {
	net := predictable(t, 4)
	half := &safetensors.File{Tensors: []safetensors.Tensor{safetensors.New("0.weight", []int{1, 1}, []int32{1})}}
	large := &safetensors.File{Tensors: []safetensors.Tensor{safetensors.New("0.weight", []int{1, 2}, []float64{1, 1e39})}}
	for _, test := range []struct {
		name    string
		file    []byte
		options TorchOptions
		want    string
	}{
		{"no file", nil, TorchOptions{}, "truncated"},
		{"no tensors", torchFile(t, nil), TorchOptions{}, "the file holds no tensors"},
		{"our own file", saved(t, net, nil), TorchOptions{}, "read it with nn.Load"},
		{"tensors left over", torchFile(t, map[string][]int{"0.weight": {2, 2}, "0.scale": {2}, "conv.weight": {1, 1, 3, 3}, "conv.bias": {1}}), TorchOptions{},
			`no use for the tensors "0.scale", "conv.bias", "conv.weight":`},
		{"a bias alone", torchFile(t, map[string][]int{"0.bias": {2}}), TorchOptions{}, `"0.bias"`},
		{"modules that do not fit", torchFile(t, map[string][]int{"fc1.weight": {3, 2}, "fc2.weight": {2, 4}}), TorchOptions{},
			`module "fc2" takes 4 columns, but "fc1" before it gives 3: if the order fc1, fc2 is not theirs, set TorchOptions.Order`},
		{"a bias of another width", torchFile(t, map[string][]int{"0.weight": {3, 2}, "0.bias": {2}}), TorchOptions{}, `tensor "0.bias" has the shape [2], want [3]`},
		{"a variance too few", torchFile(t, map[string][]int{"0.weight": {3}, "0.bias": {3}, "0.running_mean": {3}, "0.running_var": {2}}), TorchOptions{}, `tensor "0.running_var" has the shape [2], want [3]`},
		{"a mean without variance", torchFile(t, map[string][]int{"0.running_mean": {3}}), TorchOptions{}, `no use for the tensors "0.running_mean"`},
		{"no outputs", torchFile(t, map[string][]int{"0.weight": {0, 2}}), TorchOptions{}, "has 0 outputs"},
		{"no inputs", torchFile(t, map[string][]int{"0.weight": {2, 0}}), TorchOptions{}, "0 inputs"},
		{"whole numbers", written(t, half), TorchOptions{}, `tensor "0.weight" is of type I32, want F32, F64, F16 or BF16`},
		{"numbers that are too large", written(t, large), TorchOptions{}, `tensor "0.weight": element 1 is 1e+39, beyond the range of float32`},
		{"an order that lacks one", torchFile(t, map[string][]int{"a.weight": {1, 1}, "b.weight": {1, 1}}), TorchOptions{Order: []string{"a"}}, `lacks the module "b"`},
		{"an order with one twice", torchFile(t, map[string][]int{"a.weight": {1, 1}}), TorchOptions{Order: []string{"a", "a"}}, "has 2 modules, want each of a once"},
	} {
		n, err := LoadTorch(bytes.NewReader(test.file), test.options)
		if err == nil || n != nil || !strings.HasPrefix(err.Error(), "nn: load PyTorch's weights: ") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}

// FuzzLoadTorch checks that any bytes make a network or an error.
func FuzzLoadTorch(f *testing.F) {
	for _, test := range torchNetworks {
		content, err := os.ReadFile("testdata/torch/" + test.name + ".safetensors")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Add(torchFile(f, map[string][]int{"0.weight": {2}, "1.weight": {1}, "1.bias": {1}, "x.running_mean": {}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := LoadTorch(bytes.NewReader(data), TorchOptions{})
		if (n == nil) == (err == nil) {
			t.Fatalf("returned (%v, %v), want one of them", n, err)
		}
		if n != nil {
			n.Predictor().Predict(kernels.NewMatrix(1, n.Outputs()), kernels.NewMatrix(1, n.Inputs()))
		}
	})
}
