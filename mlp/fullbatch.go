package mlp

import (
	"context"
	"time"

	"github.com/lockstep-ml/lockstep/nn"
)

// trainFullBatch fits a network to a task by L-BFGS.
func (s *Settings) trainFullBatch(ctx context.Context, t task) (*nn.Network, history, error) {
	network, err := s.startNetwork(t)
	if err != nil {
		return nil, history{}, err
	}
	h := history{Convergence: &ConvergenceWarning{Reason: maxIterReached}}
	begun := time.Now()
	var failure error
	for step, err := range network.LBFGS(ctx, t.data.data(), s.MaxIter, nn.LBFGSOptions{
		Loss: t.loss, L2: s.Alpha / t.data.total(), GradTolerance: s.Tol, Workers: s.Workers,
	}) {
		if err != nil {
			failure, h.Convergence.Reason = err, interrupted
			break
		}
		if step.Number > 0 {
			h.Iterations++
			h.LossCurve = append(h.LossCurve, step.Loss)
			s.report(ctx, Progress{Iteration: h.Iterations, MaxIter: s.MaxIter, Loss: step.Loss, Elapsed: time.Since(begun)})
		}
		switch {
		case step.Converged:
			h.Convergence = nil
		case step.Ended:
			h.Convergence.Reason = noLowerValue
		}
	}
	if h.Convergence != nil {
		h.Convergence.Iterations = h.Iterations
	}
	return outcome(ctx, network, h, failure)
}
