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

func nesterovOracle(w, v, g, lr, mu float32) (float32, float32) {
	kept := float32(mu * v)
	v = flushOracle(float32(kept + g))
	ahead := float32(mu * v)
	step := float32(lr * float32(g+ahead))
	return float32(w - step), v
}

func adagradOracle(w, s, g, lr, epsilon float32) (float32, float32) {
	square := float32(g * g)
	s = flushOracle(float32(s + square))
	root := float32(math.Sqrt(float64(s)))
	numerator, denominator := float32(lr*g), float32(root+epsilon)
	step := float32(numerator / denominator)
	return float32(w - step), s
}

func rmspropOracle(w, v, g float32, s RMSpropStep) (float32, float32) {
	square := float32(g * g)
	kept, added := float32(s.Alpha*v), float32(s.OneMinus*square)
	v = flushOracle(float32(kept + added))
	root := float32(math.Sqrt(float64(v)))
	quotient := float32(g / float32(root+s.Epsilon))
	step := float32(s.Lr * quotient)
	return float32(w - step), v
}

func adamWOracle(w, m, v, g float32, s AdamStep, keep float32) (float32, float32, float32) {
	return adamOracle(float32(keep*w), m, v, g, s)
}

// TestOptimizers runs several steps on numbers of all magnitudes.
func TestOptimizers(t *testing.T) {
	const n, steps = 517, 20
	adam := AdamStep{Beta1: 0.9, Beta2: 0.999, OneMinus1: 0.1, OneMinus2: 0.001, Lr: 0.0123, Epsilon: 1e-8}
	rms := RMSpropStep{Lr: 0.0123, Alpha: 0.99, OneMinus: 0.01, Epsilon: 1e-8}
	for _, c := range []struct {
		name   string
		update func(w, a, b, g []float32)
		oracle func(w, a, b, g float32) (float32, float32, float32) // of state the first and the second
	}{
		{"SGD", func(w, _, _, g []float32) { SGD(w, g, 0.01) },
			func(w, a, b, g float32) (float32, float32, float32) { return w - float32(0.01*g), a, b }},
		{"Momentum", func(w, v, _, g []float32) { Momentum(w, v, g, 0.01, 0.9) },
			func(w, v, b, g float32) (float32, float32, float32) {
				w, v = momentumOracle(w, v, g, 0.01, 0.9)
				return w, v, b
			}},
		{"Nesterov", func(w, v, _, g []float32) { Nesterov(w, v, g, 0.01, 0.9) },
			func(w, v, b, g float32) (float32, float32, float32) {
				w, v = nesterovOracle(w, v, g, 0.01, 0.9)
				return w, v, b
			}},
		{"Adagrad", func(w, s, _, g []float32) { Adagrad(w, s, g, 0.01, 1e-10) },
			func(w, s, b, g float32) (float32, float32, float32) {
				w, s = adagradOracle(w, s, g, 0.01, 1e-10)
				return w, s, b
			}},
		{"RMSprop", func(w, v, _, g []float32) { RMSprop(w, v, g, rms) },
			func(w, v, b, g float32) (float32, float32, float32) {
				w, v = rmspropOracle(w, v, g, rms)
				return w, v, b
			}},
		{"Adam", func(w, m, v, g []float32) { Adam(w, m, v, g, adam) },
			func(w, m, v, g float32) (float32, float32, float32) { return adamOracle(w, m, v, g, adam) }},
		{"AdamW", func(w, m, v, g []float32) { AdamW(w, m, v, g, adam, 0.999) },
			func(w, m, v, g float32) (float32, float32, float32) { return adamWOracle(w, m, v, g, adam, 0.999) }},
	} {
		for _, s := range []source[float32]{ordinary[float32](), wide[float32](), special[float32]()} {
			eachTier(func(x tier.Tier) {
				r := newRand(16)
				w := s.slice(n, r)
				a, b := make([]float32, n), make([]float32, n)
				wantW, wantA, wantB := slices.Clone(w), slices.Clone(a), slices.Clone(b)
				for step := range steps {
					g := s.slice(n, r)
					c.update(w, a, b, g)
					for i := range g {
						wantW[i], wantA[i], wantB[i] = c.oracle(wantW[i], wantA[i], wantB[i], g[i])
					}
					expectSame(t, w, wantW, "%v: weights after step %d of %s on %s numbers", x, step, c.name, s.name)
					expectSame(t, a, wantA, "%v: state after step %d of %s on %s numbers", x, step, c.name, s.name)
					expectSame(t, b, wantB, "%v: second state after step %d of %s on %s numbers", x, step, c.name, s.name)
				}
			})
		}
	}
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

		v = make([]float32, len(state))
		Nesterov(make([]float32, len(state)), v, state, 1, 0.5)
		expectSame(t, v, want, "%v: Nesterov's velocity", x)

		v = slices.Clone(state)
		Adagrad(make([]float32, len(state)), v, make([]float32, len(state)), 1, 1)
		expectSame(t, v, want, "%v: sum of squares", x)

		v = slices.Clone(state)
		RMSprop(make([]float32, len(state)), v, make([]float32, len(state)), RMSpropStep{Alpha: 1, Epsilon: 1})
		expectSame(t, v, want, "%v: mean square", x)

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
