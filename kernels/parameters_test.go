package kernels

import (
	"fmt"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// A parametrised is a kernel of vectors and of numbers, whatever these are.
type parametrised struct {
	name       string
	parameters int
	run        func(v [][]float32, p []float32)
}

var parametrisedKernels = []parametrised{
	{"AddScalar", 1, func(v [][]float32, p []float32) { AddScalar(v[0], v[1], p[0]) }},
	{"Scale", 1, func(v [][]float32, p []float32) { Scale(v[0], v[1], p[0]) }},
	{"DivScalar", 1, func(v [][]float32, p []float32) { DivScalar(v[0], v[1], p[0]) }},
	{"Axpy", 1, func(v [][]float32, p []float32) { Axpy(p[0], v[1], v[0]) }},
	{"AddSigns", 1, func(v [][]float32, p []float32) { AddSigns(v[0], v[1], p[0]) }},
	{"Clamp", 2, func(v [][]float32, p []float32) {
		if p[0] <= p[1] {
			Clamp(v[0], v[1], p[0], p[1])
		}
	}},
	{"LeakyReLU", 1, func(v [][]float32, p []float32) { LeakyReLU(v[0], v[1], p[0]) }},
	{"LeakyReLUBackward", 1, func(v [][]float32, p []float32) { LeakyReLUBackward(v[0], v[1], v[2], p[0]) }},
	{"ELU", 1, func(v [][]float32, p []float32) { ELU(v[0], v[1], p[0]) }},
	{"ELUBackward", 1, func(v [][]float32, p []float32) { ELUBackward(v[0], v[1], v[2], p[0]) }},
	{"SGD", 1, func(v [][]float32, p []float32) { SGD(v[0], v[1], p[0]) }},
	{"Momentum", 2, func(v [][]float32, p []float32) { Momentum(v[0], v[1], v[2], p[0], p[1]) }},
	{"Nesterov", 2, func(v [][]float32, p []float32) { Nesterov(v[0], v[1], v[2], p[0], p[1]) }},
	{"Adagrad", 2, func(v [][]float32, p []float32) { Adagrad(v[0], v[1], v[2], p[0], p[1]) }},
	{"RMSprop", 4, func(v [][]float32, p []float32) {
		RMSprop(v[0], v[1], v[2], RMSpropStep{p[0], p[1], p[2], p[3]})
	}},
	{"RMSpropDirection", 4, func(v [][]float32, p []float32) {
		RMSpropDirection(v[0], v[1], RMSpropStep{p[0], p[1], p[2], p[3]})
	}},
	{"RMSpropCentered", 4, func(v [][]float32, p []float32) {
		RMSpropCentered(v[0], v[1], v[2], RMSpropStep{p[0], p[1], p[2], p[3]})
	}},
	{"Adam", 6, func(v [][]float32, p []float32) {
		Adam(v[0], v[1], v[2], v[3], AdamStep{p[0], p[1], p[2], p[3], p[4], p[5]})
	}},
	{"AdamW", 7, func(v [][]float32, p []float32) {
		AdamW(v[0], v[1], v[2], v[3], AdamStep{p[0], p[1], p[2], p[3], p[4], p[5]}, p[6])
	}},
	{"AMSGrad", 6, func(v [][]float32, p []float32) {
		AMSGrad(v[0], v[1], v[2], v[3], v[4], AdamStep{p[0], p[1], p[2], p[3], p[4], p[5]})
	}},
	{"NAdam", 7, func(v [][]float32, p []float32) {
		NAdam(v[0], v[1], v[2], v[3], NAdamStep{p[0], p[1], p[2], p[3], p[4], p[5], p[6]})
	}},
	{"DescendSGD", 1, func(v [][]float32, p []float32) {
		DescendSGD(squareOf(v[0]), squareOf(v[1]), squareOf(v[2]), p[0])
	}},
	{"DescendMomentum", 2, func(v [][]float32, p []float32) {
		DescendMomentum(squareOf(v[0]), squareOf(v[1]), squareOf(v[2]), squareOf(v[3]), p[0], p[1])
	}},
	{"DescendAdam", 6, func(v [][]float32, p []float32) {
		DescendAdam(squareOf(v[0]), squareOf(v[1]), squareOf(v[2]), squareOf(v[3]), squareOf(v[4]), AdamStep{p[0], p[1], p[2], p[3], p[4], p[5]})
	}},
}

// parameterSide is the side of a square of as many numbers as an operand has.
const parameterSide = 13

func squareOf(x []float32) Matrix {
	return Matrix{Rows: parameterSide, Cols: parameterSide, Stride: parameterSide, Data: x}
}

// TestParameters compares the tiers for numbers of any kind in the place of a kernel's
// parameters, of which the twins see ordinary ones: negative, zeros, denormal, infinite,
// NaN.
func TestParameters(t *testing.T) {
	const operands = 5
	r := newRand(50)
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	sources := []source[float32]{special[float32](), ordinary[float32](), wide[float32](), anyBits[float32]()}
	for _, k := range parametrisedKernels {
		for round := range rounds {
			parameters := sources[round%len(sources)].slice(k.parameters, r)
			inputs := make([][]float32, operands)
			for j := range inputs {
				inputs[j] = sources[(round/len(sources))%len(sources)].slice(parameterSide*parameterSide, r)
			}
			var want [][]float32
			eachTier(func(x tier.Tier) {
				got := clones(inputs)
				k.run(got, parameters)
				if x == tier.Generic {
					want = got
					return
				}
				for j := range got {
					expectSame(t, got[j], want[j], "%v: %s with the parameters %v: operand %d", x, k.name, parameters, j)
				}
			})
			if want == nil || slices.ContainsFunc(want, func(v []float32) bool { return len(v) == 0 }) {
				t.Fatal(fmt.Sprint("nothing to compare with for ", k.name))
			}
		}
	}
}
