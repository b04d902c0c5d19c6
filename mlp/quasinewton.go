package mlp

import (
	"context"
	"fmt"

	"github.com/lockstep-ml/lockstep/internal/lbfgs"
)

// quasiNewton minimises a smooth function by L-BFGS, see [lbfgs.Minimizer].
type quasiNewton struct {
	search *lbfgs.Minimizer
	ctx    context.Context // of the step at hand
}

func newQuasiNewton(f smooth, start []float64, tol float64) (*quasiNewton, error) {
	q := &quasiNewton{ctx: context.Background()}
	evaluate := func(w, g []float64) (float64, error) {
		if err := q.ctx.Err(); err != nil {
			return 0, err
		}
		return f.evaluate(w, g), nil
	}
	var err error
	if q.search, err = lbfgs.New(evaluate, start, lbfgs.Options{GradTolerance: tol}); err != nil {
		return nil, fmt.Errorf("mlp: L-BFGS: %w: scale the inputs", err)
	}
	return q, nil
}

func (q *quasiNewton) point() []float64 { return q.search.X() }
func (q *quasiNewton) value() float64   { return q.search.Value() }
func (q *quasiNewton) converged() bool {
	return q.search.Status().Converged() || q.search.LargestGradient() == 0
}

func (q *quasiNewton) step(ctx context.Context) bool {
	q.ctx = ctx
	status, err := q.search.Step()
	return err == nil && status != lbfgs.Stalled
}
