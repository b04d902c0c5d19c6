package kernels

import rounded "github.com/lockstep-ml/lockstep/internal/reference"

// A reference is one of the functions of class rounded: the kernel, and the
// mathematics that says what the kernel must return.
type reference struct {
	name     string
	kernel   func(dst, x []float32)
	function *rounded.Function
	monotone bool
}

var references = []reference{
	{"Exp", Exp, rounded.Exp, true},
	{"Expm1", Expm1, rounded.Expm1, true},
	{"Log", Log, rounded.Log, true},
	{"Log1p", Log1p, rounded.Log1p, true},
	{"Sigmoid", Sigmoid, rounded.Sigmoid, true},
	{"Tanh", Tanh, rounded.Tanh, true},
	{"Softplus", Softplus, rounded.Softplus, true},
	{"SiLU", SiLU, rounded.SiLU, false},
	{"GELU", GELU, rounded.GELU, false},
}

// round returns the function's value at x, correctly rounded.
func (r reference) round(x float32) float32 { return r.function.Round(x) }
