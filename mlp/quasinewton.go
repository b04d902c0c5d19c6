package mlp

import (
	"context"
	"fmt"

	"github.com/lockstep-ml/lockstep/internal/lbfgs"
)

// quasiNewton minimises a smooth function by L-BFGS, see [lbfgs.Minimizer].
type quasiNewton struct {
	f      objective
	tol    float64 // largest magnitude in the gradient at the end
	search *lbfgs.Minimizer
	ctx    context.Context // of the step at hand
}

// newQuasiNewton begins at the coordinates start.
func newQuasiNewton(f objective, start []float64, tol float64) (*quasiNewton, error) {
	q := &quasiNewton{f: f, tol: tol, ctx: context.Background()}
	evaluate := func(v, g []float64) (float64, error) {
		if err := q.ctx.Err(); err != nil {
			return 0, err
		}
		return f.evaluate(v, g), nil
	}
	var err error
	if q.search, err = lbfgs.New(evaluate, start, lbfgs.Options{}); err != nil {
		return nil, fmt.Errorf("mlp: L-BFGS: %w: scale the inputs", err)
	}
	return q, nil
}

func (q *quasiNewton) value() float64 { return q.search.Value() }

func (q *quasiNewton) point() []float64 {
	w, _ := q.f.last()
	return w
}

func (q *quasiNewton) converged() bool {
	_, g := q.f.last()
	return maxAbs(g) <= q.tol
}

func (q *quasiNewton) step(ctx context.Context) bool {
	q.ctx = ctx
	status, err := q.search.Step()
	if err != nil || status == lbfgs.Stalled {
		q.f.evaluate(q.search.X(), make([]float64, len(q.search.X()))) // where it was before
		return false
	}
	return true
}
