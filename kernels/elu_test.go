package kernels

import (
	"math"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// TestELUAlphas compares ELU with its twin for an alpha of any kind: where one of two
// products is meant, the other one may not reach the result.
func TestELUAlphas(t *testing.T) {
	const least = 0x1p-58 // where lanes of float32 begin
	x := make([]float32, 0, 300)
	for i := range 256 {
		x = append(x, float32(i-128)/16+least)
	}
	inf := float32(math.Inf(1))
	alphas := []float32{0, float32(math.Copysign(0, -1)), 1, -2, 0x1p-140, 0x1p127, inf, -inf, float32(math.NaN())}
	for _, more := range [][]float32{nil, {-least, least}, {-least / 2, 0}, {63.9, -63.9, 64, -64}, {inf, -inf}} {
		with := append(slices.Clone(x), more...)
		for len(with)%64 != 0 {
			with = append(with, -1)
		}
		want, got := make([]float32, len(with)), make([]float32, len(with))
		for _, alpha := range alphas {
			eluGeneric(want, with, 1, alpha)
			eachTier(func(tr tier.Tier) {
				ELU(got, with, alpha)
				for i := range with {
					if !same(got[i], want[i]) {
						t.Fatalf("%v: ELU(%g) with alpha = %g is %g, want %g", tr, with[i], alpha, got[i], want[i])
					}
				}
			})
		}
	}
}
