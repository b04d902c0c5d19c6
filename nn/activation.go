package nn

import (
	"encoding/json"
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Activation makes a layer of a function that is applied to each element on
// its own. forward sets y[i] = f(x[i]); backward sets
// dx[i] = dy[i] * f'(x[i]), for which it may use the output y as well. The
// slices have equal lengths. To [Load] a network with such a layer, register it
// under the same name with [RegisterLayer].
func Activation(name string, forward func(y, x []float32), backward func(dx, dy, x, y []float32)) Layer {
	return &activation{name: name, forward: forward, backward: backward}
}

// ReLU is the rectified linear unit max(x, 0), elementwise. Its derivative at 0
// is taken to be 0.
func ReLU() Layer {
	return ofOutput("ReLU", kernels.ReLU, kernels.ReLUBackward)
}

// Sigmoid is the logistic function 1 / (1 + exp(-x)), elementwise. Before a
// cross-entropy loss leave it out and use [BCEWithLogits], which is exact where
// the sigmoid saturates.
func Sigmoid() Layer {
	return ofOutput("Sigmoid", kernels.Sigmoid, kernels.SigmoidBackward)
}

// Tanh is the hyperbolic tangent, elementwise.
func Tanh() Layer {
	return ofOutput("Tanh", kernels.Tanh, kernels.TanhBackward)
}

// LeakyReLU is x for x > 0 and slope*x else, elementwise; 0.01 is usual (Maas et
// al., 2013). The derivative at 0 is the slope.
func LeakyReLU(slope float64) Layer { return leakyReLU(slopeSettings{slope}) }

type slopeSettings struct {
	Slope float64 `json:"slope"`
}

func leakyReLU(s slopeSettings) Layer {
	slope := float32(s.Slope)
	return &activation{
		name: "LeakyReLU", settings: s, invalid: checkFinite("slope", s.Slope),
		forward:  func(y, x []float32) { kernels.LeakyReLU(y, x, slope) },
		backward: func(dx, dy, x, _ []float32) { kernels.LeakyReLUBackward(dx, dy, x, slope) },
	}
}

// ELU is x for x > 0 and alpha*(exp(x) - 1) else, elementwise, with a positive
// alpha; 1 is usual (Clevert et al., ICLR 2016).
func ELU(alpha float64) Layer { return elu(alphaSettings{alpha}) }

type alphaSettings struct {
	Alpha float64 `json:"alpha"`
}

func (s alphaSettings) check() error {
	if a := float32(s.Alpha); !(a > 0) || a-a != 0 {
		return fmt.Errorf("has alpha %v, want a positive number, such as 1", s.Alpha)
	}
	return nil
}

func elu(s alphaSettings) Layer {
	alpha := float32(s.Alpha)
	return &activation{
		name: "ELU", settings: s, invalid: s.check(),
		forward:  func(y, x []float32) { kernels.ELU(y, x, alpha) },
		backward: func(dx, dy, _, y []float32) { kernels.ELUBackward(dx, dy, y, alpha) },
	}
}

func checkFinite(name string, v float64) error {
	if v-v != 0 {
		return fmt.Errorf("has %s %v, want a number", name, v)
	}
	return nil
}

// SELU is an [ELU] with scale and alpha such that activations keep mean 0 and
// variance 1 through layers with [LeCunNormal] weights (Klambauer et al., NIPS
// 2017), elementwise.
func SELU() Layer {
	return ofOutput("SELU", kernels.SELU, kernels.SELUBackward)
}

// GELU is x times the normal distribution function of x, elementwise (Hendrycks
// and Gimpel 2016). It is PyTorch's GELU as it is by default.
func GELU() Layer { return ofInput("GELU", kernels.GELU, kernels.GELUBackward) }

// GELUTanh is the approximation of [GELU] by tanh, PyTorch's GELU with
// approximate="tanh".
func GELUTanh() Layer { return ofInput("GELUTanh", kernels.GELUTanh, kernels.GELUTanhBackward) }

// SiLU is x / (1 + exp(-x)), elementwise, also known as swish (Elfwing et al.
// 2018; Ramachandran et al. 2017).
func SiLU() Layer { return ofInput("SiLU", kernels.SiLU, kernels.SiLUBackward) }

// Softplus is log(1 + exp(x)), elementwise, a smooth form of [ReLU].
func Softplus() Layer { return ofInput("Softplus", kernels.Softplus, kernels.SoftplusBackward) }

// Mish is x * tanh(log(1 + exp(x))), elementwise (Misra, BMVC 2020).
func Mish() Layer { return ofInput("Mish", kernels.Mish, kernels.MishBackward) }

// HardSigmoid is x/6 + 1/2, but at least 0 and at most 1, elementwise, as in
// PyTorch. The derivative at -3 and 3 is 0.
func HardSigmoid() Layer {
	return ofInput("HardSigmoid", kernels.HardSigmoid, kernels.HardSigmoidBackward)
}

// ofInput is an activation whose derivative is a function of its input.
func ofInput(name string, forward func(y, x []float32), backward func(dx, dy, x []float32)) Layer {
	return Activation(name, forward, func(dx, dy, x, _ []float32) { backward(dx, dy, x) })
}

// ofOutput is an activation whose derivative is a function of its output: the output
// may take the place of the input, and the gradient for the one that of the other's.
func ofOutput(name string, forward func(y, x []float32), backward func(dx, dy, y []float32)) Layer {
	return &activation{
		name: name, forward: forward, inPlace: true,
		backward: func(dx, dy, _, y []float32) { backward(dx, dy, y) },
	}
}

// Identity does nothing. In inference it is left out.
func Identity() Layer { return identity{} }

type identity struct{ noParams }

func (identity) Config() (string, any)             { return "Identity", nil }
func (identity) Build(in int) (int, error)         { return in, nil }
func (identity) Freeze() func(y, x kernels.Matrix) { return nil }

func (identity) Forward(_ Context, y, x kernels.Matrix)       { copyRows(y, x) }
func (identity) Delta(_ Context, dx, dy, _, _ kernels.Matrix) { copyRows(dx, dy) }

func copyRows(y, x kernels.Matrix) {
	for i := range x.Rows {
		copy(y.Row(i), x.Row(i))
	}
}

func init() {
	for name, make := range map[string]func() Layer{ //bitlint:ignore a map is made of a map
		"ReLU": ReLU, "Sigmoid": Sigmoid, "Tanh": Tanh, "SELU": SELU, "GELU": GELU, "GELUTanh": GELUTanh,
		"SiLU": SiLU, "Softplus": Softplus, "Mish": Mish, "HardSigmoid": HardSigmoid, "Identity": Identity,
	} {
		registerSimple(name, make)
	}
	RegisterLayer("LeakyReLU", func(settings json.RawMessage) (Layer, error) { return remake(settings, leakyReLU) })
	RegisterLayer("ELU", func(settings json.RawMessage) (Layer, error) { return remake(settings, elu) })
}

// remake makes a layer from the settings in a file.
func remake[T any](settings json.RawMessage, make func(T) Layer) (Layer, error) {
	var s T
	err := json.Unmarshal(settings, &s)
	return make(s), err
}

type activation struct {
	noParams
	name     string
	forward  func(y, x []float32)
	backward func(dx, dy, x, y []float32)
	inPlace  bool  // whether y may be x and dx be dy, forward and back
	settings any   // nil if there are none
	invalid  error // about a setting that cannot work
}

func (a *activation) Config() (string, any)     { return a.name, a.settings }
func (a *activation) Build(in int) (int, error) { return in, a.invalid }

func (a *activation) Forward(_ Context, y, x kernels.Matrix) { a.apply(y, x) }

func (a *activation) apply(y, x kernels.Matrix) {
	if contiguous(y) && contiguous(x) {
		a.forward(elements(y), elements(x))
		return
	}
	for i := range y.Rows {
		a.forward(y.Row(i), x.Row(i))
	}
}

func (a *activation) Delta(_ Context, dx, dy, x, y kernels.Matrix) {
	if contiguous(dx) && contiguous(dy) && contiguous(x) && contiguous(y) {
		a.backward(elements(dx), elements(dy), elements(x), elements(y))
		return
	}
	for i := range y.Rows {
		a.backward(dx.Row(i), dy.Row(i), x.Row(i), y.Row(i))
	}
}

func (a *activation) Freeze() func(y, x kernels.Matrix) { return a.apply }

// contiguous reports whether the rows of m lie next to each other.
func contiguous(m kernels.Matrix) bool { return m.Stride == m.Cols || m.Rows <= 1 }

// elements returns the elements of a contiguous matrix.
func elements(m kernels.Matrix) []float32 { return m.Data[:m.Rows*m.Cols] }

// noParams is embedded by layers without parameters.
type noParams struct{}

func (noParams) Params() []*Param                          { return nil }
func (noParams) Grad(Tile, kernels.Matrix, kernels.Matrix) {}
