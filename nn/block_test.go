package nn

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// TestResidual compares a residual block with the sum of its input and what its
// layers make of it, forward and backward.
func TestResidual(t *testing.T) {
	const rows, width = 7, 5
	s := newSource(4)
	x := s.matrix(rows, width)
	net := mustSequential(t, width, 1, Tanh(), newGain(), Residual(newGain(), Residual(Sigmoid()), Tanh()), Dense(3))
	w := net.NewWorkspace(rows)
	w.Forward(x)
	if _, err := w.Loss(MSE(), s.matrix(rows, 3)); err != nil {
		t.Fatal(err)
	}
	w.Backward()

	// Layers 0 Tanh, 1 gain, 2 gain, 3 Sigmoid, 4 end of the inner block,
	// 5 Tanh, 6 end of the outer one, 7 Dense.
	if got, want := fmt.Sprint(net.joins), "[-1 -1 -1 -1 3 -1 2 -1]"; got != want {
		t.Fatalf("joins %s, want %s", got, want)
	}
	sum := func(a, b kernels.Matrix) []float32 {
		c := packedRows(a)
		for i := range c.Data {
			c.Data[i] += b.Data[i]
		}
		return c.Data
	}
	expectSameBits(t, "inner sum", w.activations[5].Data, sum(w.activations[4], w.activations[3]))
	expectSameBits(t, "outer sum", w.activations[7].Data, sum(w.activations[6], w.activations[2]))
	through := kernels.NewMatrix(rows, width)
	net.layers[3].Delta(Context{}, through, w.deltas[4], w.activations[3], w.activations[4])
	expectSameBits(t, "inner delta", w.deltas[3].Data, sum(through, w.deltas[5]))
	net.layers[2].Delta(Context{}, through, w.deltas[3], w.activations[2], w.activations[3])
	expectSameBits(t, "outer delta", w.deltas[2].Data, sum(through, w.deltas[7]))

	got := kernels.NewMatrix(rows, 3)
	net.Predictor().Predict(got, x)
	expectSameBits(t, "prediction", got.Data, elements(w.activations[8]))
}

// TestStack compares a network in parts with the same one in a row.
func TestStack(t *testing.T) {
	flat := mustSequential(t, 4, 1, Dense(5), Tanh(), Dense(6), ReLU(), Dense(3))
	parts := mustSequential(t, 4, 1, Stack(Dense(5), Stack(Tanh(), Dense(6))), ReLU(), Dense(3))
	for _, net := range []*Network{flat, parts} {
		runEpochs(t, net, classes(25), 2, inOrder(2))
	}
	if flat.Hash() != parts.Hash() {
		t.Error("they end in different weights")
	}
	if got, want := fmt.Sprint(parts.names), "[0.0.weight 0.0.bias 0.1.1.weight 0.1.1.bias 2.weight 2.bias]"; got != want {
		t.Errorf("parameters %s, want %s", got, want)
	}
	if got, want := string(must(parts.describe())), `{"inputs":4,"layers":[{"type":"Stack","layers":[{"type":"Dense","settings":{"out":5}},`+
		`{"type":"Stack","layers":[{"type":"Tanh"},{"type":"Dense","settings":{"out":6}}]}]},{"type":"ReLU"},{"type":"Dense","settings":{"out":3}}]}`; got != want {
		t.Errorf("architecture %s, want %s", got, want)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestBlockErrors(t *testing.T) {
	deep := ReLU()
	for range maxNesting + 1 {
		deep = Stack(deep)
	}
	twice := Stack(Dense(3))
	for _, c := range []struct {
		layers []Layer
		want   string
	}{
		{[]Layer{Stack()}, "layer 0 (Stack): has no layers"},
		{[]Layer{Dense(4), Residual(Stack(Dense(5)), ReLU())}, "layer 1 (Residual): its layers turn 4 columns into 5"},
		{[]Layer{Dense(4), Residual(ReLU(), Dense(0))}, "layer 1.1 (Dense): has 0 outputs"},
		{[]Layer{deep}, "(Stack): stands in 32 others"},
		{[]Layer{twice, twice}, "layer 1.0 (Dense): belongs to a network already"},
	} {
		_, err := Sequential(3, 1, c.layers...)
		expectError(t, err, "nn: Sequential: ", c.want)
	}
	expectPanic(t, `"Stack" is registered already`, func() { registerSimple("Stack", ReLU) })

	f := must(mustSequential(t, 2, 1, Dense(3)).file(nil))
	f.Metadata[metadataArchitecture] = `{"inputs":2,"layers":[` + strings.Repeat(`{"type":"Stack","layers":[`, 2000) + `{"type":"ReLU"}` + strings.Repeat("]}", 2000) + "]}"
	_, _, err := Load(bytes.NewReader(sealed(t, f)))
	expectError(t, err, "stands in more than 32 others")
	f.Metadata[metadataArchitecture] = `{"inputs":2,"layers":[{"type":"Stack","layers":[{"type":"Convolution"}]}]}`
	_, _, err = Load(bytes.NewReader(sealed(t, f)))
	expectError(t, err, `layer 0.0: unknown type "Convolution"`)
}

// TestDivergenceInBlock names the outer layer.
func TestDivergenceInBlock(t *testing.T) {
	net := mustSequential(t, 4, 1, ReLU(), Stack(ReLU(), Dense(3)))
	net.params[0].Value.Data[0] = nan32
	_, err := epochError(t, mustTrainer(t, net, inOrder(1)), context.Background(), classes(5), 1)
	var diverged *DivergenceError
	if !errors.As(err, &diverged) || diverged.Layer != 1 || diverged.LayerName != "Dense" || diverged.Parameter != "1.1.weight" {
		t.Errorf("%#v, want one of 1.1.weight in layer 1", err)
	}
}
