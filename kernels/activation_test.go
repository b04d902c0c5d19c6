package kernels

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// The oracles follow the text of the functions' comments, one operation after
// the other.

func reluOracle(x float32) float32 {
	switch {
	case x != x:
		return x
	case x > 0:
		return x
	}
	return 0
}

func reluBackwardOracle(dy, y float32) float32 {
	switch {
	case y != y:
		return y
	case y > 0:
		return dy
	}
	return 0
}

// sigmoidBackwardOracle: d = float32(float64(y)*(1-float64(y))), then dy*d.
func sigmoidBackwardOracle(dy, y float32) float32 {
	wide := float64(y)
	rest := float64(1 - wide)
	d := float32(float64(wide * rest))
	return float32(dy * d)
}

// tanhBackwardOracle: d = float32(1 - float64(y)*float64(y)), then dy*d.
func tanhBackwardOracle(dy, y float32) float32 {
	square := float64(float64(y) * float64(y))
	d := float32(1 - square)
	return float32(dy * d)
}

func TestActivations(t *testing.T) {
	const n = 2000
	r := newRand(18)
	unit := source[float32]{"values of a sigmoid", func(r *rand.Rand) float32 { return float32(r.Float64()) }}
	for _, s := range []source[float32]{unit, ordinary[float32](), special[float32](), anyBits[float32]()} {
		dy, y := s.slice(n, r), s.slice(n, r)
		for _, c := range []struct {
			name   string
			f      func(dx, dy, y []float32)
			oracle func(dy, y float32) float32
		}{
			{"ReLU", func(dx, _, y []float32) { ReLU(dx, y) }, func(_, y float32) float32 { return reluOracle(y) }},
			{"ReLUBackward", ReLUBackward, reluBackwardOracle},
			{"SigmoidBackward", SigmoidBackward, sigmoidBackwardOracle},
			{"TanhBackward", TanhBackward, tanhBackwardOracle},
		} {
			want := make([]float32, n)
			for i := range want {
				want[i] = c.oracle(dy[i], y[i])
			}
			eachTier(func(x tier.Tier) {
				got := make([]float32, n)
				c.f(got, dy, y)
				expectSame(t, got, want, "%v: %s of %s", x, c.name, s.name)
			})
		}
	}
}

// TestActivationValues pins what the documentation promises.
func TestActivationValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	negativeZero := float32(math.Copysign(0, -1))
	x := []float32{-1, negativeZero, 0, 0x1p-149, 2, inf, -inf, nan}
	ones := []float32{1, 1, 1, 1, 1, 1, 1, 1}
	eachTier(func(tier tier.Tier) {
		got := make([]float32, len(x))
		ReLU(got, x)
		expectSame(t, got, []float32{0, 0, 0, 0x1p-149, 2, inf, 0, nan}, "%v: ReLU", tier)
		ReLUBackward(got, ones, x)
		expectSame(t, got, []float32{0, 0, 0, 1, 1, 1, 0, nan}, "%v: ReLUBackward", tier)

		y := []float32{0, 1, 0.5, 0.25, 0x1p-149, nan}
		SigmoidBackward(got[:6], ones[:6], y)
		expectSame(t, got[:6], []float32{0, 0, 0.25, 0.1875, 0x1p-149, nan}, "%v: SigmoidBackward", tier)
		TanhBackward(got[:6], ones[:6], y)
		expectSame(t, got[:6], []float32{1, 0, 0.75, 0.9375, 1, nan}, "%v: TanhBackward", tier)
	})
}
