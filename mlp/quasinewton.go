package mlp

import (
	"context"
	"fmt"

	"github.com/lockstep-ml/lockstep/internal/lbfgs"
)

// quasiNewton minimises a logistic loss by L-BFGS, see [lbfgs.Minimizer]. Where it
// is worth it, the search sets out with products in float32, and returns to those in
// float64 for the rest of the way.
type quasiNewton struct {
	f      *coordinates
	tol    float64 // largest magnitude in the gradient at the end
	search *lbfgs.Minimizer
	steps  int
	ctx    context.Context // of the step at hand
}

// scaledSteps is the number of steps after which the curvature is measured anew.
// By then it has found its order of magnitude: where classes are told apart well, a
// small part of that at the start.
const scaledSteps = 5

// newQuasiNewton begins at the coordinates start.
func newQuasiNewton(f *coordinates, start []float64, tol float64) (*quasiNewton, error) {
	f.loss.goCoarse()
	q := &quasiNewton{f: f, tol: tol, ctx: context.Background()}
	evaluate := func(v, g []float64) (float64, error) {
		if err := q.ctx.Err(); err != nil {
			return 0, err
		}
		return f.evaluate(v, g), nil
	}
	var err error
	if q.search, err = lbfgs.New(evaluate, start, lbfgs.Options{}); err == nil {
		err = q.refine()
	}
	if err != nil {
		return nil, fmt.Errorf("mlp: L-BFGS: %w: scale the inputs", err)
	}
	return q, nil
}

func (q *quasiNewton) value() float64 { return q.search.Value() }

func (q *quasiNewton) point() []float64 {
	w, _ := q.f.last()
	return w
}

func (q *quasiNewton) converged() bool { return q.f.loss.coarse == nil && q.flat() }

// flat reports whether the gradient is within the tolerance, as far as can be told,
// with respect to the parameters and to the coordinates: that of a column of small
// numbers is small long before its coefficient is found.
func (q *quasiNewton) flat() bool {
	_, g := q.f.last()
	return maxAbs(g) <= q.tol && q.search.LargestGradient() <= q.tol
}

func (q *quasiNewton) step(ctx context.Context) bool {
	q.ctx = ctx
	if q.steps == scaledSteps {
		q.search.SetScale(q.f.inverseCurvature())
	}
	q.steps++
	_, err := q.search.Step()
	if err == nil {
		err = q.refine()
	}
	if err != nil || q.search.Status() == lbfgs.Stalled {
		q.f.evaluate(q.search.X(), make([]float64, len(q.search.X()))) // where it was before
		return false
	}
	return true
}

// refine goes over to float64 if products in float32 lead no further.
func (q *quasiNewton) refine() error {
	if q.f.loss.coarse == nil {
		return nil
	}
	lost := q.search.LargestGradient() <= q.f.coarseness*q.search.Value()
	if !lost && !q.flat() && q.search.Status() == lbfgs.Running {
		return nil
	}
	q.f.loss.coarse = nil
	return q.search.Reevaluate()
}
