package mlp

import (
	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/nn"
)

// A rate is how the learning rate of a training changes.
type rate struct {
	nn.Schedule // nil if it does not

	// lower lowers the rate for lack of improvement. It reports false if that
	// does not help any more.
	lower func() bool
}

// newRate returns the schedule of the settings for epochs of so many rows in so
// many steps.
func (s *Settings) newRate(rows, steps int) rate {
	never := func() bool { return false }
	switch {
	case s.NewSchedule != nil:
		return rate{s.NewSchedule(), never}
	case s.Solver != SGD || s.NewOptimizer != nil || s.LearningRate == Constant:
		return rate{nil, never}
	case s.LearningRate == InvScaling:
		return rate{invScaling{rows, steps, s.PowerT}, never}
	}
	a := &adaptive{factor: 1, initial: s.LearningRateInit}
	return rate{a, a.lower}
}

// invScaling is the schedule of [InvScaling].
type invScaling struct {
	rows, steps int // of an epoch
	power       float64
}

func (s invScaling) Factor(step, _ int) float64 {
	before := step / s.steps * s.rows
	return 1 / detmath.Pow(float64(before)+1, s.power)
}

// adaptive is the schedule of [Adaptive].
type adaptive struct{ factor, initial float64 }

func (s *adaptive) Factor(_, _ int) float64 { return s.factor }

func (s *adaptive) lower() bool {
	const divisor, least = 5, 1e-6
	if float64(s.factor*s.initial) <= least {
		return false
	}
	s.factor /= divisor
	return true
}
