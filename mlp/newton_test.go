package mlp

import (
	"context"
	"math"
	"testing"
)

// quadratic is sum_i a[i]/2 (w[i] - i)^2.
type quadratic struct{ a, w []float64 }

func (q *quadratic) value(w []float64) float64 {
	q.w = w
	sum := 0.0
	for i, a := range q.a {
		sum += a / 2 * (w[i] - float64(i)) * (w[i] - float64(i))
	}
	return sum
}

func (q *quadratic) gradient(g []float64) {
	for i, a := range q.a {
		g[i] = a * (q.w[i] - float64(i))
	}
}

func (q *quadratic) curvature(hd, d []float64) {
	for i, a := range q.a {
		hd[i] = a * d[i]
	}
}

func TestNewtonOnQuadratic(t *testing.T) {
	n := newNewton(&quadratic{a: []float64{3, 1e-3, 1e3, 7}}, 4, 1e-10, 20)
	if _, reason := n.minimise(context.Background()); reason != "" {
		t.Fatal(reason)
	}
	for i, w := range n.w {
		if math.Abs(w-float64(i)) > 1e-6 {
			t.Errorf("w[%d] = %v, want %d", i, w, i)
		}
	}
}

// valley is sqrt(1 + (w-20)^2), on which full Newton steps from 0 diverge.
type valley struct{ d float64 }

func (v *valley) value(w []float64) float64 {
	v.d = w[0] - 20
	return math.Sqrt(1 + v.d*v.d)
}

func (v *valley) gradient(g []float64) { g[0] = v.d / math.Sqrt(1+v.d*v.d) }

func (v *valley) curvature(hd, d []float64) { hd[0] = d[0] / math.Pow(1+v.d*v.d, 1.5) }

func TestNewtonShortensSteps(t *testing.T) {
	n := newNewton(&valley{}, 1, 1e-10, 100)
	steps, reason := n.minimise(context.Background())
	if reason != "" || math.Abs(n.w[0]-20) > 1e-9 {
		t.Errorf("after %d steps at %v (%s), want 20", steps, n.w[0], reason)
	}
}

// slope has a gradient that its values do not obey, as rounding does near a
// minimum.
type slope struct{}

func (slope) value(w []float64) float64 { return 1 + math.Abs(w[0]) }
func (slope) gradient(g []float64)      { g[0] = 1 }
func (slope) curvature(hd, d []float64) { hd[0] = 0 }

func TestNewtonGivesUp(t *testing.T) {
	n := newNewton(slope{}, 1, 1e-10, 100)
	if steps, reason := n.minimise(context.Background()); steps != 0 || reason != noLowerValue || n.w[0] != 0 {
		t.Errorf("%d steps to %v, reason %q", steps, n.w[0], reason)
	}
}
