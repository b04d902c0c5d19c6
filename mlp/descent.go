package mlp

import (
	"context"
	"math"
)

// smooth is a smooth convex function of a vector.
type smooth interface {
	// evaluate returns the value at w and sets g to the gradient there.
	evaluate(w, g []float64) float64
}

// An objective is a smooth function of parameters, given by other coordinates.
type objective interface {
	smooth

	// last returns the parameters last evaluated and the gradient with respect
	// to them.
	last() (w, g []float64)
}

// A descent is a method to find the minimum of a function, step by step.
type descent interface {
	// step moves on. It reports false if it finds no better point, or if the
	// context is cancelled.
	step(ctx context.Context) bool

	// point and value return the parameters reached and the value there.
	point() []float64
	value() float64

	// converged reports whether that is a minimum within the tolerance.
	converged() bool
}

// minimise makes steps until the minimum is found, at most maxIter, and tells
// observe of each. It returns their number and, if the minimum is not reached, the
// reason.
func minimise(ctx context.Context, d descent, maxIter int, observe func(value float64)) (steps int, reason string) {
	for ; ; steps++ {
		switch {
		case d.converged():
			return steps, ""
		case ctx.Err() != nil:
			return steps, interrupted
		case steps == maxIter:
			return steps, maxIterReached
		}
		if !d.step(ctx) {
			if ctx.Err() != nil {
				return steps, interrupted
			}
			return steps, noLowerValue
		}
		observe(d.value())
	}
}

// place is a point with the value and the gradient there.
type place struct {
	w, g []float64
	loss float64
}

func newPlace(f smooth, w []float64) *place {
	p := &place{w: append([]float64(nil), w...), g: make([]float64, len(w))}
	p.loss = f.evaluate(p.w, p.g)
	return p
}

func (p *place) point() []float64 { return p.w }
func (p *place) value() float64   { return p.loss }

// maxAbs returns the largest magnitude in x.
func maxAbs(x []float64) float64 {
	largest := 0.0
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	return largest
}
