package mlp

import (
	"context"
	"math"

	"github.com/lockstep-ml/lockstep/kernels"
)

// convex is a smooth convex function whose curvature is known.
type convex interface {
	smooth

	// curvature sets hd to the product of the Hessian matrix, at the point
	// last evaluated, and d.
	curvature(hd, d []float64)
}

// newton minimises a convex function by Newton's method: the linear systems
// are solved by conjugate gradients, just well enough to make progress, and a
// line search shortens steps that overshoot (Nocedal and Wright, Numerical
// Optimization, 2nd edition, algorithm 7.1). Near the minimum the error falls
// faster than linearly.
type newton struct {
	*place
	f   convex
	tol float64 // largest magnitude of an element of the gradient at the end

	direction           []float64
	candidate           place     // of the line search
	residual, conjugate []float64 // of the conjugate gradients
	curved              []float64 // Hessian times conjugate
}

func newNewton(f convex, start []float64, tol float64) *newton {
	n := &newton{place: newPlace(f, start), f: f, tol: tol}
	for _, v := range []*[]float64{&n.direction, &n.candidate.w, &n.candidate.g, &n.residual, &n.conjugate, &n.curved} {
		*v = make([]float64, len(start))
	}
	return n
}

func (n *newton) converged() bool { return maxAbs(n.g) <= n.tol }

func (n *newton) step(ctx context.Context) bool {
	n.solve(ctx)
	return n.search()
}

// maxConjugateSteps bounds the work of one Newton step, as in scikit-learn.
const maxConjugateSteps = 200

// solve sets the direction, one of descent, to an approximate solution of
// Hessian * direction = -gradient.
func (n *newton) solve(ctx context.Context) {
	clear(n.direction)
	copy(n.residual, n.g)
	kernels.Neg(n.conjugate, n.g)
	squared := kernels.Dot(n.residual, n.residual)
	size := math.Sqrt(squared)
	enough := min(0.5, math.Sqrt(size)) * size
	for j := 0; j < maxConjugateSteps && size > enough && ctx.Err() == nil; j++ {
		n.f.curvature(n.curved, n.conjugate)
		curvature := kernels.Dot(n.conjugate, n.curved)
		if !(curvature > 0) { // flat: go on with what there is
			break
		}
		along := squared / curvature
		kernels.Axpy(along, n.conjugate, n.direction)
		kernels.Axpy(along, n.curved, n.residual)
		before := squared
		squared = kernels.Dot(n.residual, n.residual)
		size = math.Sqrt(squared)
		for i, r := range n.residual {
			n.conjugate[i] = float64(squared/before*n.conjugate[i]) - r
		}
	}
	if kernels.Dot(n.direction, n.g) >= 0 {
		kernels.Neg(n.direction, n.g)
	}
}

// search moves by the longest of direction, direction/2, direction/4, ... that
// lowers the function enough (Armijo's rule). It reports false, and stays, if none
// does.
func (n *newton) search() bool {
	const (
		sufficient = 1e-4    // share of the decrease that the slope promises
		rounding   = 0x1p-50 // error of values, relative
		shortest   = 0x1p-40
	)
	slope := kernels.Dot(n.g, n.direction)
	c := &n.candidate
	for length := 1.0; length >= shortest; length /= 2 {
		copy(c.w, n.w)
		kernels.Axpy(length, n.direction, c.w)
		c.loss = n.f.evaluate(c.w, c.g)
		if c.loss <= n.loss+float64(sufficient*length*slope)+float64(rounding*math.Abs(n.loss)) {
			*n.place, *c = *c, *n.place
			return true
		}
	}
	return false
}
