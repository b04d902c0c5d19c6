package mlp

import (
	"context"
	"math"
	"testing"
)

// quadratic is sum_i a[i]/2 (w[i] - i)^2.
type quadratic struct{ a, w, g []float64 }

func newQuadratic(a ...float64) *quadratic { return &quadratic{a: a} }

func (q *quadratic) last() (w, g []float64) { return q.w, q.g }

func (q *quadratic) evaluate(w, g []float64) float64 {
	q.w, q.g = w, g
	sum := 0.0
	for i, a := range q.a {
		sum += a / 2 * (w[i] - float64(i)) * (w[i] - float64(i))
		g[i] = a * (w[i] - float64(i))
	}
	return sum
}

func (q *quadratic) curvature(hd, d []float64) {
	for i, a := range q.a {
		hd[i] = a * d[i]
	}
}

// TestDescents lets each method find a minimum.
func TestDescents(t *testing.T) {
	start := []float64{0, 0, 0, 0}
	f := func() *quadratic { return newQuadratic(3, 0.1, 30, 7) }
	for name, d := range map[string]descent{
		"newton":           newNewton(f(), start, 1e-10),
		"proximal":         newProximal(f(), start, 0, make([]float64, 4), 1e-10),
		"gradient descent": newGradientDescent(f(), start, 0.06, 1e-10),
	} {
		observed := 0
		steps, reason := minimise(context.Background(), d, 10000, func(float64) { observed++ })
		if reason != "" || observed != steps {
			t.Errorf("%s: reason %q after %d steps, %d of them observed", name, reason, steps, observed)
		}
		for i, w := range d.point() {
			if math.Abs(w-float64(i)) > 1e-8 {
				t.Errorf("%s: w[%d] = %v, want %d", name, i, w, i)
			}
		}
		if d.value() > 1e-16 {
			t.Errorf("%s: value %v, want 0", name, d.value())
		}
	}
}

// valley is sqrt(1 + (w-20)^2), on which full Newton steps from 0 diverge.
type valley struct{ d float64 }

func (v *valley) evaluate(w, g []float64) float64 {
	v.d = w[0] - 20
	g[0] = v.d / math.Sqrt(1+v.d*v.d)
	return math.Sqrt(1 + v.d*v.d)
}

func (v *valley) curvature(hd, d []float64) { hd[0] = d[0] / math.Pow(1+v.d*v.d, 1.5) }

func TestNewtonShortensSteps(t *testing.T) {
	n := newNewton(&valley{}, []float64{0}, 1e-10)
	steps, reason := minimise(context.Background(), n, 100, func(float64) {})
	if reason != "" || math.Abs(n.w[0]-20) > 1e-9 {
		t.Errorf("after %d steps at %v (%s), want 20", steps, n.w[0], reason)
	}
}

// slope has a gradient that its values do not obey, as rounding does near a
// minimum.
type slope struct{}

func (slope) evaluate(w, g []float64) float64 { g[0] = 1; return 1 + math.Abs(w[0]) }
func (slope) curvature(hd, d []float64)       { hd[0] = 0 }

func TestNewtonGivesUp(t *testing.T) {
	n := newNewton(slope{}, []float64{0}, 1e-10)
	if steps, reason := minimise(context.Background(), n, 100, func(float64) {}); steps != 0 || reason != noLowerValue || n.w[0] != 0 {
		t.Errorf("%d steps to %v, reason %q", steps, n.w[0], reason)
	}
}

// TestProximalByHand finds the minimum of sum_i a[i]/2 (w[i] - i)^2 + decay*|w[i]|,
// which is soft(i, decay/a[i]), for all but the last.
func TestProximalByHand(t *testing.T) {
	const decay = 2
	all := []float64{decay, decay, decay, decay}
	for _, c := range []struct {
		a, thresholds, want []float64
	}{
		{[]float64{3, 2, 0.5, 7}, all[:3], []float64{0, 0, 0, 3}},
		{[]float64{1, 4, 8, 7}, all, []float64{0, 0.5, 1.75, 3 - 2./7}},
	} {
		p := newProximal(newQuadratic(c.a...), make([]float64, 4), decay, c.thresholds, 1e-12)
		if _, reason := minimise(context.Background(), p, 1000, func(float64) {}); reason != "" {
			t.Fatal(reason)
		}
		for i, want := range c.want {
			if got := p.point()[i]; math.Abs(got-want) > 1e-11 || want == 0 && got != 0 {
				t.Errorf("w[%d] = %v, want %v", i, got, want)
			}
		}
	}
}
