package mlp

import (
	"context"
	"math"

	"github.com/lockstep-ml/lockstep/kernels"
)

// convex is a smooth convex function of a vector.
type convex interface {
	// value returns the function at w. It is there that gradient and
	// curvature are taken until the next call.
	value(w []float64) float64

	// gradient sets g to the gradient.
	gradient(g []float64)

	// curvature sets hd to the product of the Hessian matrix and d.
	curvature(hd, d []float64)
}

// newton minimises a convex function by Newton's method: the linear systems
// are solved by conjugate gradients, just well enough to make progress, and a
// line search shortens steps that overshoot (Nocedal and Wright, Numerical
// Optimization, 2nd edition, algorithm 7.1). Near the minimum the error falls
// faster than linearly.
type newton struct {
	f       convex
	tol     float64 // largest magnitude of an element of the gradient at the end
	maxIter int

	w, g, step          []float64
	candidate           []float64 // of the line search
	residual, direction []float64 // of the conjugate gradients
	curved              []float64 // Hessian times direction
}

func newNewton(f convex, size int, tol float64, maxIter int) *newton {
	n := &newton{f: f, tol: tol, maxIter: maxIter}
	for _, v := range []*[]float64{&n.w, &n.g, &n.step, &n.candidate, &n.residual, &n.direction, &n.curved} {
		*v = make([]float64, size)
	}
	return n
}

// minimise changes w, zero at first, until it is a minimum. It returns the
// number of steps and, if it ended before that, the reason.
func (n *newton) minimise(ctx context.Context) (steps int, reason string) {
	value := n.f.value(n.w)
	for ; ; steps++ {
		n.f.gradient(n.g)
		switch {
		case maxAbs(n.g) <= n.tol:
			return steps, ""
		case ctx.Err() != nil:
			return steps, interrupted
		case steps == n.maxIter:
			return steps, maxIterReached
		}
		n.solve(ctx)
		lower, ok := n.search(value)
		if !ok {
			return steps, noLowerValue
		}
		value = lower
	}
}

// maxConjugateSteps bounds the work of one Newton step, as in scikit-learn.
const maxConjugateSteps = 200

// solve sets step to an approximate solution of Hessian * step = -gradient,
// which is a direction of descent.
func (n *newton) solve(ctx context.Context) {
	clear(n.step)
	for i, g := range n.g {
		n.residual[i] = g
		n.direction[i] = -g
	}
	squared := kernels.Dot(n.residual, n.residual)
	size := math.Sqrt(squared)
	enough := min(0.5, math.Sqrt(size)) * size
	for j := 0; j < maxConjugateSteps && size > enough && ctx.Err() == nil; j++ {
		n.f.curvature(n.curved, n.direction)
		curvature := kernels.Dot(n.direction, n.curved)
		if !(curvature > 0) { // flat: go on with what there is
			break
		}
		along := squared / curvature
		kernels.Axpy(along, n.direction, n.step)
		kernels.Axpy(along, n.curved, n.residual)
		before := squared
		squared = kernels.Dot(n.residual, n.residual)
		size = math.Sqrt(squared)
		for i, r := range n.residual {
			n.direction[i] = float64(squared/before*n.direction[i]) - r
		}
	}
	if kernels.Dot(n.step, n.g) >= 0 {
		for i, g := range n.g {
			n.step[i] = -g
		}
	}
}

// search adds to w the longest of step, step/2, step/4, ... that lowers the
// function enough (Armijo's rule), and returns its value there. It reports
// false, and leaves w as it is, if none does.
func (n *newton) search(value float64) (float64, bool) {
	const (
		sufficient = 1e-4    // share of the decrease that the slope promises
		rounding   = 0x1p-50 // error of values, relative
		shortest   = 0x1p-40
	)
	slope := kernels.Dot(n.g, n.step)
	for length := 1.0; length >= shortest; length /= 2 {
		copy(n.candidate, n.w)
		kernels.Axpy(length, n.step, n.candidate)
		lower := n.f.value(n.candidate)
		if lower <= value+float64(sufficient*length*slope)+float64(rounding*math.Abs(value)) {
			copy(n.w, n.candidate)
			return lower, true
		}
	}
	return 0, false
}

func maxAbs(x []float64) float64 {
	largest := 0.0
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	return largest
}
