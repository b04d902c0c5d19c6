package kernels

import (
	"math"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// The oracles follow the class element of the contract: one rounded float32
// operation after the other, and state below 2^-100 stored as +0.

func momentumOracle(w, v, g, lr, mu float32) (float32, float32) {
	kept := float32(mu * v)
	v = flushOracle(float32(kept + g))
	step := float32(lr * v)
	return float32(w - step), v
}

func adamOracle(w, m, v, g float32, s AdamStep) (float32, float32, float32) {
	kept, added := float32(s.Beta1*m), float32(s.OneMinus1*g)
	m = flushOracle(float32(kept + added))
	square := float32(g * g)
	kept, added = float32(s.Beta2*v), float32(s.OneMinus2*square)
	v = flushOracle(float32(kept + added))
	root := float32(math.Sqrt(float64(v)))
	numerator, denominator := float32(s.Lr*m), float32(root+s.Epsilon)
	step := float32(numerator / denominator)
	return float32(w - step), m, v
}

func flushOracle(x float32) float32 {
	if math.Abs(float64(x)) < math.Ldexp(1, -100) {
		return 0
	}
	return x
}

// TestOptimizers runs several steps on numbers of all magnitudes.
func TestOptimizers(t *testing.T) {
	const n, steps = 517, 20
	settings := AdamStep{Beta1: 0.9, Beta2: 0.999, OneMinus1: 0.1, OneMinus2: 0.001, Lr: 0.0123, Epsilon: 1e-8}
	eachTier(func(x tier.Tier) {
		for _, s := range []source[float32]{ordinary[float32](), wide[float32](), special[float32]()} {
			r := newRand(16)
			w := s.slice(n, r)
			wSGD, wMomentum, wAdam := slices.Clone(w), slices.Clone(w), slices.Clone(w)
			velocity, m, v := make([]float32, n), make([]float32, n), make([]float32, n)
			wantSGD, wantMomentum, wantAdam := slices.Clone(w), slices.Clone(w), slices.Clone(w)
			wantVelocity, wantM, wantV := make([]float32, n), make([]float32, n), make([]float32, n)
			for step := range steps {
				g := s.slice(n, r)
				SGD(wSGD, g, 0.01)
				Momentum(wMomentum, velocity, g, 0.01, 0.9)
				Adam(wAdam, m, v, g, settings)
				for i := range g {
					wantSGD[i] -= float32(0.01 * g[i])
					wantMomentum[i], wantVelocity[i] = momentumOracle(wantMomentum[i], wantVelocity[i], g[i], 0.01, 0.9)
					wantAdam[i], wantM[i], wantV[i] = adamOracle(wantAdam[i], wantM[i], wantV[i], g[i], settings)
				}
				for _, c := range []struct {
					name      string
					got, want []float32
				}{
					{"SGD: w", wSGD, wantSGD},
					{"Momentum: v", velocity, wantVelocity}, {"Momentum: w", wMomentum, wantMomentum},
					{"Adam: m", m, wantM}, {"Adam: v", v, wantV}, {"Adam: w", wAdam, wantAdam},
				} {
					expectSame(t, c.got, c.want, "%v: %s after step %d on %s numbers", x, c.name, step, s.name)
				}
			}
		}
	})
}

// TestFlush checks the rule at its border: state of magnitude 2^-100 stays,
// anything below becomes +0, NaN stays.
func TestFlush(t *testing.T) {
	below := neighbour(float32(stateFloor), -1)
	nan := float32(math.NaN())
	state := []float32{stateFloor, -stateFloor, below, -below, 0x1p-149, -0x1p-149, nan}
	want := []float32{stateFloor, -stateFloor, 0, 0, 0, 0, nan}
	eachTier(func(x tier.Tier) {
		v := make([]float32, len(state))
		Momentum(make([]float32, len(state)), v, state, 1, 0.5)
		expectSame(t, v, want, "%v: velocity", x)

		m, v := make([]float32, len(state)), slices.Clone(state)
		step := AdamStep{Beta1: 1, Beta2: 1, OneMinus1: 1, OneMinus2: 0, Lr: 1, Epsilon: 1}
		Adam(make([]float32, len(state)), m, v, state, step)
		expectSame(t, m, want, "%v: first moment", x)
		expectSame(t, v, want, "%v: second moment", x)
	})
}

// TestAdamMoves checks Adam against its published properties: the first step
// moves every weight by the learning rate against the sign of its gradient,
// whatever the gradient's size.
func TestAdamMoves(t *testing.T) {
	const rate, epsilon, beta1, beta2 = 0.001, 1e-8, 0.9, 0.999
	correction := math.Sqrt(1 - beta2)
	step := AdamStep{
		Beta1: beta1, Beta2: beta2, OneMinus1: 1 - beta1, OneMinus2: 1 - beta2,
		Lr: float32(rate * correction / (1 - beta1)), Epsilon: float32(epsilon * correction),
	}
	g := []float32{1, -1, 1e-3, -250, 0}
	want := []float64{-rate, rate, -rate, rate, 0}
	eachTier(func(x tier.Tier) {
		w, m, v := make([]float32, len(g)), make([]float32, len(g)), make([]float32, len(g))
		Adam(w, m, v, g, step)
		for i := range w {
			if math.Abs(float64(w[i])-want[i]) > 1e-4*rate {
				t.Errorf("%v: the first step with gradient %v moves by %v, want %v", x, g[i], w[i], want[i])
			}
		}
	})
}
