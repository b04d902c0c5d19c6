package nn

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Dense is a fully connected layer: y = x W + b, with x of rows x in, W of
// in x out and b of out values. By default W is drawn by [GlorotUniform] and b
// is zero.
func Dense(out int, options ...DenseOption) Layer {
	d := &dense{settings: denseSettings{Out: out}, init: GlorotUniform(), biasInit: Zeros()}
	for _, option := range options {
		option(d)
	}
	return d
}

// A DenseOption changes a setting of [Dense].
type DenseOption func(*dense)

// WithInit draws the initial weights by the given initialiser.
func WithInit(init Init) DenseOption { return func(d *dense) { d.init = init } }

// WithBiasInit draws the initial bias by the given initialiser, which is given
// the numbers of inputs and outputs of the layer, as it is for the weights.
func WithBiasInit(init Init) DenseOption { return func(d *dense) { d.biasInit = init } }

// WithoutBias leaves out the bias: y = x W.
func WithoutBias() DenseOption { return func(d *dense) { d.settings.NoBias = true } }

type denseSettings struct {
	Out    int  `json:"out"`
	NoBias bool `json:"no_bias,omitempty"`
}

type dense struct {
	settings       denseSettings
	init, biasInit Init
	weight, bias   *Param // bias is nil without one
}

func init() {
	RegisterLayer("Dense", func(settings json.RawMessage) (Layer, error) {
		d := &dense{init: Zeros(), biasInit: Zeros()}
		return d, json.Unmarshal(settings, &d.settings)
	})
}

func (d *dense) Config() (string, any) { return "Dense", d.settings }

func (d *dense) Build(in int) (int, error) {
	out := d.settings.Out
	if d.weight != nil {
		return 0, errBuiltTwice
	}
	if out < 1 {
		return 0, fmt.Errorf("has %d outputs, want at least 1", out)
	}
	d.weight = &Param{
		Name: "weight", Shape: Shape{Rows: in, Cols: out, Transposed: true},
		Init: d.init, FanIn: in, FanOut: out,
	}
	if !d.settings.NoBias {
		d.bias = &Param{
			Name: "bias", Shape: Shape{Rows: out, Cols: 1, Vector: true},
			Init: d.biasInit, FanIn: in, FanOut: out,
		}
	}
	return out, nil
}

func (d *dense) Params() []*Param {
	if d.bias == nil {
		return []*Param{d.weight}
	}
	return []*Param{d.weight, d.bias}
}

func (d *dense) Forward(_ Context, y, x kernels.Matrix) {
	kernels.MatMul(y, x, d.weight.Value)
	if d.bias != nil {
		kernels.AddBias(y, d.bias.Value.Data)
	}
}

// Delta computes dx = dy W^T.
func (d *dense) Delta(_ Context, dx, dy, _, _ kernels.Matrix) {
	w := d.weight.Value
	kernels.Gemm(false, true, dy.Rows, w.Rows, w.Cols, 1, dy.Data, dy.Stride, w.Data, w.Stride, 0, dx.Data, dx.Stride)
}

// Grad computes rows of dW = x^T dy or elements of db, the column sums of dy.
func (d *dense) Grad(t Tile, x, dy kernels.Matrix) {
	grad := t.grad()
	if t.Param == d.bias {
		if !t.Accumulate {
			clear(grad.Data)
		}
		kernels.AddColumnSums(grad.Data, columns(dy, t.Lo, t.Hi))
		return
	}
	var beta float32
	if t.Accumulate {
		beta = 1
	}
	kernels.Gemm(true, false, t.Hi-t.Lo, dy.Cols, x.Rows, 1, x.Data[t.Lo:], x.Stride, dy.Data, dy.Stride, beta, grad.Data, grad.Stride)
}

func (d *dense) Freeze() func(y, x kernels.Matrix) {
	if d.bias == nil {
		return frozenDense(d.weight.Value, nil)
	}
	return frozenDense(d.weight.Value, slices.Clone(d.bias.Value.Data))
}

// frozenDense computes x W + b; b is nil if there is none.
func frozenDense(w kernels.Matrix, b []float32) func(y, x kernels.Matrix) {
	weight := kernels.Pack(w)
	if b == nil {
		return func(y, x kernels.Matrix) { kernels.MatMulPacked(y, x, weight) }
	}
	return func(y, x kernels.Matrix) { kernels.MatMulBias(y, x, weight, b, nil) }
}
