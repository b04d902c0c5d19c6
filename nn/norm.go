package nn

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/kernels"
)

// A NormOption changes a setting of [LayerNorm] or [BatchNorm].
type NormOption func(*normSettings)

// WithEpsilon sets what is added to the variance; 1e-5 unless it is given.
func WithEpsilon(epsilon float64) NormOption {
	return func(s *normSettings) { s.Epsilon = epsilon }
}

// WithMomentum sets the share by which the running statistics of [BatchNorm]
// move towards those of a batch; 0.1 unless it is given. [LayerNorm] has none.
func WithMomentum(momentum float64) NormOption {
	return func(s *normSettings) { s.Momentum = momentum }
}

type normSettings struct {
	Epsilon  float64 `json:"epsilon"`
	Momentum float64 `json:"momentum,omitempty"`
}

func newNormSettings(momentum float64, options []NormOption) normSettings {
	s := normSettings{Epsilon: 1e-5, Momentum: momentum}
	for _, option := range options {
		option(&s)
	}
	return s
}

func (s normSettings) check() error {
	if !(s.Epsilon > 0) || math.IsInf(s.Epsilon, 0) {
		return fmt.Errorf("has epsilon %v, want a positive number, such as 1e-5", s.Epsilon)
	}
	if !(s.Momentum >= 0 && s.Momentum <= 1) {
		return fmt.Errorf("has momentum %v, want a number from 0 to 1", s.Momentum)
	}
	return nil
}

// scaleAndShift are the trained parameters of a normalisation.
type scaleAndShift struct{ weight, bias *Param }

func newScaleAndShift(width int) scaleAndShift {
	return scaleAndShift{columnParam("weight", width, Constant(1)), columnParam("bias", width, Zeros())}
}

// columnParam is a vector with a value for each column.
func columnParam(name string, width int, init Init) *Param {
	return &Param{Name: name, Shape: Shape{Rows: width, Cols: 1, Vector: true}, Init: init, FanIn: 1, FanOut: 1}
}

func (s scaleAndShift) Params() []*Param { return []*Param{s.weight, s.bias} }

// LayerNorm normalises each row to the mean 0 and the variance 1, and then
// scales and shifts each column by trained factors (Ba et al. 2016):
//
//	y[j] = (x[j] - mean) / sqrt(variance + epsilon) * weight[j] + bias[j]
//
// with the variance of a population, as PyTorch's LayerNorm. All of it is a
// sequence in float64, sums over ascending columns, rounded once; so is the
// gradient with respect to x. Those of weight and bias are added up in float32 over
// ascending rows.
func LayerNorm(options ...NormOption) Layer {
	return &layerNorm{settings: newNormSettings(0, options)}
}

type layerNorm struct {
	scaleAndShift
	settings normSettings
}

func init() {
	RegisterLayer("LayerNorm", func(settings json.RawMessage) (Layer, error) {
		l := &layerNorm{}
		return l, json.Unmarshal(settings, &l.settings)
	})
}

func (l *layerNorm) Config() (string, any) { return "LayerNorm", l.settings }

func (l *layerNorm) Build(in int) (int, error) {
	if l.weight != nil {
		return 0, errBuiltTwice
	}
	l.scaleAndShift = newScaleAndShift(in)
	return in, l.settings.check()
}

func (l *layerNorm) Forward(_ Context, y, x kernels.Matrix) {
	kernels.LayerNorm(y, x, l.weight.Value.Data, l.bias.Value.Data, l.settings.Epsilon)
}

// Delta computes, with n the normalised row and g[j] = dy[j]*weight[j],
// dx = (g - mean(g) - n*mean(g*n)) / sqrt(variance + epsilon).
func (l *layerNorm) Delta(_ Context, dx, dy, x, _ kernels.Matrix) {
	kernels.LayerNormBackward(dx, dy, x, l.weight.Value.Data, l.settings.Epsilon)
}

// Grad adds up dy*n for the weight, with n the normalised rows, and dy for the
// bias.
func (l *layerNorm) Grad(t Tile, x, dy kernels.Matrix) {
	grad := t.grad().Data
	if !t.Accumulate {
		clear(grad)
	}
	if t.Param == l.bias {
		kernels.AddColumnSums(grad, columns(dy, t.Lo, t.Hi))
		return
	}
	kernels.LayerNormGrad(grad, dy, x, t.Lo, l.settings.Epsilon)
}

// columns returns columns lo to hi of m.
func columns(m kernels.Matrix, lo, hi int) kernels.Matrix {
	return kernels.Matrix{Rows: m.Rows, Cols: hi - lo, Stride: m.Stride, Data: m.Data[lo:]}
}

func (l *layerNorm) Freeze() func(y, x kernels.Matrix) {
	weight := append([]float32(nil), l.weight.Value.Data...)
	bias := append([]float32(nil), l.bias.Value.Data...)
	return func(y, x kernels.Matrix) { kernels.LayerNorm(y, x, weight, bias, l.settings.Epsilon) }
}
