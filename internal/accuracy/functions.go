package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/internal/reference"
	"github.com/lockstep-ml/lockstep/kernels"
)

// A function is a kernel, its class of the bit contract, and the mathematics
// that it is compared with.
type function struct {
	name      string
	class     class
	kernel    func(dst, x []float32)
	reference *reference.Function
}

type class string

const (
	rounded  class = "rounded"  // every result is the correctly rounded one
	sequence class = "sequence" // a fixed list of operations, with an error
	element  class = "element"  // one IEEE operation after the other, with an error
)

// functions is all there is to add for a new function of package kernels.
var functions = []function{
	{"Exp", rounded, kernels.Exp, reference.Exp},
	{"Expm1", rounded, kernels.Expm1, reference.Expm1},
	{"Log", rounded, kernels.Log, reference.Log},
	{"Log1p", rounded, kernels.Log1p, reference.Log1p},
	{"Sigmoid", rounded, kernels.Sigmoid, reference.Sigmoid},
	{"Tanh", rounded, kernels.Tanh, reference.Tanh},
	{"Softplus", rounded, kernels.Softplus, reference.Softplus},
	{"SiLU", rounded, kernels.SiLU, reference.SiLU},
	{"GELU", rounded, kernels.GELU, reference.GELU},
	{"GELUTanh", sequence, kernels.GELUTanh, reference.GELUTanh},
	{"Mish", sequence, kernels.Mish, reference.Mish},
	{"ReLU", element, kernels.ReLU, reference.ReLU},
	{"LeakyReLU", element, func(dst, x []float32) { kernels.LeakyReLU(dst, x, reference.LeakyReLUSlope) }, reference.LeakyReLU},
	{"ELU", element, func(dst, x []float32) { kernels.ELU(dst, x, 1) }, reference.ELU},
	{"SELU", element, kernels.SELU, reference.SELU},
	{"HardSigmoid", element, kernels.HardSigmoid, reference.HardSigmoid},
	{"SoftplusBackward", rounded, derivative(kernels.SoftplusBackward), reference.Sigmoid},
	{"SiLUBackward", sequence, derivative(kernels.SiLUBackward), reference.SiLUDerivative},
	{"GELUBackward", sequence, derivative(kernels.GELUBackward), reference.GELUDerivative},
	{"GELUTanhBackward", sequence, derivative(kernels.GELUTanhBackward), reference.GELUTanhDerivative},
	{"MishBackward", sequence, derivative(kernels.MishBackward), reference.MishDerivative},
	{"SigmoidBackward", sequence, derivative(kernels.SigmoidBackward), reference.SigmoidDerivative},
	{"TanhBackward", sequence, derivative(kernels.TanhBackward), reference.TanhDerivative},
}

// derivative makes a function of a backward form: the factor of dy, which is 1.
func derivative(backward func(dx, dy, x []float32)) func(dst, x []float32) {
	ones := make([]float32, partSize)
	for i := range ones {
		ones[i] = 1
	}
	return func(dst, x []float32) { backward(dst, ones[:len(x)], x) }
}

// choose returns the functions with the given names, separated by commas, in
// the order of the table; all if there are no names.
func choose(names string) ([]function, error) {
	if names == "" {
		return functions, nil
	}
	wanted := strings.Split(names, ",")
	var chosen []function
	for _, f := range functions {
		if i := slices.Index(wanted, f.name); i >= 0 {
			chosen = append(chosen, f)
			wanted = slices.Delete(wanted, i, i+1)
		}
	}
	if len(wanted) > 0 {
		return nil, fmt.Errorf("-function: there is no %s; the functions are %s", strings.Join(wanted, ", "), functionNames())
	}
	return chosen, nil
}

func functionNames() string {
	var names []string
	for _, f := range functions {
		names = append(names, f.name)
	}
	return strings.Join(names, ", ")
}
