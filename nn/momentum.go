package nn

import "fmt"

// A MomentumSchedule is a [Schedule] that changes the momentum of the optimizers,
// too: that of [SGD] and [RMSprop], and Beta1 of [Adam]. The optimizers' own
// momentum must not be 0 then, but does not count. [OneCycleMomentum] is one.
type MomentumSchedule interface {
	Schedule

	// Momentum returns the momentum of a step, above 0 and below 1.
	Momentum(step, steps int) float64
}

// momentumOf returns the momentum of each step that a schedule asks for, nil if
// it leaves it alone.
func momentumOf(s Schedule) func(step, steps int) float64 {
	switch s := s.(type) {
	case schedule:
		return s.momentum
	case MomentumSchedule:
		return s.Momentum
	}
	return nil
}

// A momentumSetter is an optimizer whose momentum a schedule can change.
type momentumSetter interface {
	// setMomentum sets the momentum of the steps to come; 0 stands for that of
	// the settings. It reports false if the optimizer runs without.
	setMomentum(v float64) bool
}

// checkMomentum reports an optimizer whose momentum the schedule cannot change.
func (u *Updater) checkMomentum(s Schedule) error {
	if momentumOf(s) == nil {
		return nil
	}
	for _, optimizer := range u.optimizers {
		if m, ok := optimizer.(momentumSetter); !ok || !m.setMomentum(0) {
			return fmt.Errorf("%s changes the momentum, which %v does not have: use SGD or RMSprop with Momentum, or Adam", describe(s), optimizer)
		}
	}
	return nil
}

// setMomentum sets the momentum of the next step; 0 stands for the optimizers'
// own.
func (u *Updater) setMomentum(v float64) {
	for _, optimizer := range u.optimizers {
		if m, ok := optimizer.(momentumSetter); ok {
			m.setMomentum(v)
		}
	}
}
