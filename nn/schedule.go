package nn

import (
	"fmt"
	"math"
	"slices"

	"github.com/lockstep-ml/lockstep/internal/detmath"
)

// A Schedule changes the learning rate in the course of training. One that also
// has a method Check() error is asked by [Network.NewTrainer] whether its
// settings can work; one with a method String() string is named by it in
// checkpoints. See also [Stateful] and [MomentumSchedule].
type Schedule interface {
	// Factor returns what the optimizer's learning rate is multiplied by in
	// a step, counted from 0, of all the steps that a call of
	// [Trainer.Epochs] plans.
	Factor(step, steps int) float64
}

// A schedule is a formula, with what is wrong with its settings, if anything.
type schedule struct {
	name     string // with its settings
	formula  func(step, steps int) float64
	invalid  error
	then     Schedule                      // that it goes over to, if any
	momentum func(step, steps int) float64 // nil if that stays
}

func (s schedule) Factor(step, steps int) float64 { return s.formula(step, steps) }
func (s schedule) Check() error                   { return s.invalid }
func (s schedule) String() string                 { return s.name }

// innermost returns the schedule that others go over to.
func innermost(s Schedule) Schedule {
	for {
		outer, ok := s.(schedule)
		if !ok || outer.then == nil {
			return s
		}
		s = outer.then
	}
}

// checkSchedule reports settings of a schedule that cannot work.
func checkSchedule(s Schedule) error {
	if checker, ok := s.(interface{ Check() error }); ok {
		return checker.Check()
	}
	return nil
}

// Cosine lowers the learning rate from its full value to 0 along half a
// cosine, (1 + cos(pi*step/steps)) / 2 (Loshchilov and Hutter, "SGDR", ICLR
// 2017, equation 5 without restarts). It is PyTorch's CosineAnnealingLR.
func Cosine() Schedule {
	return schedule{name: "Cosine", formula: halfCosine}
}

func halfCosine(step, steps int) float64 {
	return (1 + detmath.Cos(math.Pi*float64(step)/float64(steps))) / 2
}

// Fixed multiplies the learning rate by a factor, always. Without a schedule the
// factor is 1.
func Fixed(factor float64) Schedule {
	return schedule{
		name:    fmt.Sprintf("Fixed(%g)", factor),
		formula: func(_, _ int) float64 { return factor },
		invalid: checkFrom0("Fixed", "factor", factor),
	}
}

// StepDecay multiplies the learning rate by a factor after every so many steps:
// factor^floor(step/every), as PyTorch's StepLR.
func StepDecay(every int, factor float64) Schedule {
	invalid := checkFrom0("StepDecay", "factor", factor)
	if every < 1 {
		invalid = fmt.Errorf("StepDecay: every is %d, want at least 1 step", every)
	}
	return schedule{
		name:    fmt.Sprintf("StepDecay(%d, %g)", every, factor),
		formula: func(step, _ int) float64 { return detmath.Pow(factor, float64(step/every)) },
		invalid: invalid,
	}
}

// MultiStep multiplies the learning rate by a factor, such as 0.1, at each of some steps,
// its milestones, which ascend: factor^n with n the number of milestones up to the step,
// as PyTorch's MultiStepLR. An epoch has as many steps as there are batches.
func MultiStep(factor float64, milestones ...int) Schedule {
	milestones = slices.Clone(milestones)
	invalid := checkFrom0("MultiStep", "factor", factor)
	if !slices.IsSorted(milestones) {
		invalid = fmt.Errorf("MultiStep: the milestones are %d, want them in ascending order", milestones)
	}
	return schedule{
		name: fmt.Sprintf("MultiStep(%g, %d)", factor, milestones),
		formula: func(step, _ int) float64 {
			passed, _ := slices.BinarySearch(milestones, step+1)
			return detmath.Pow(factor, float64(passed))
		},
		invalid: invalid,
	}
}

// ExponentialDecay multiplies the learning rate by a factor, such as 0.999,
// after each step: factor^step, as PyTorch's ExponentialLR.
func ExponentialDecay(factor float64) Schedule {
	return schedule{
		name:    fmt.Sprintf("ExponentialDecay(%g)", factor),
		formula: func(step, _ int) float64 { return detmath.Pow(factor, float64(step)) },
		invalid: checkFrom0("ExponentialDecay", "factor", factor),
	}
}

// InverseScaling divides the learning rate by a power of the number of the step:
// 1 / (step+1)^power, as scikit-learn's "invscaling".
func InverseScaling(power float64) Schedule {
	return schedule{
		name:    fmt.Sprintf("InverseScaling(%g)", power),
		formula: func(step, _ int) float64 { return 1 / detmath.Pow(float64(step)+1, power) },
		invalid: checkFrom0("InverseScaling", "power", power),
	}
}

// Polynomial lowers the learning rate from its full value to 0, along a straight line if
// the power is 1: (1 - step/steps)^power, as PyTorch's PolynomialLR.
func Polynomial(power float64) Schedule {
	return schedule{
		name:    fmt.Sprintf("Polynomial(%g)", power),
		formula: func(step, steps int) float64 { return detmath.Pow(1-float64(step)/float64(steps), power) },
		invalid: checkFrom0("Polynomial", "power", power),
	}
}

// Warmup raises the learning rate in equal steps to its full value, with the
// factors 1/steps, 2/steps and so on, and then follows another schedule for the
// steps that are left; nil keeps the rate.
func Warmup(steps int, then Schedule) Schedule {
	if then == nil {
		then = Fixed(1)
	}
	invalid := checkSchedule(then)
	if steps < 0 {
		invalid = fmt.Errorf("Warmup: %d steps, want a number from 0", steps)
	}
	formula := func(step, planned int) float64 {
		if step < steps {
			return float64(step+1) / float64(steps)
		}
		return then.Factor(step-steps, planned-steps)
	}
	s := schedule{name: fmt.Sprintf("Warmup(%d, %s)", steps, describe(then)), formula: formula, invalid: invalid, then: then}
	if momentum := momentumOf(then); momentum != nil {
		s.momentum = func(step, planned int) float64 { return momentum(max(0, step-steps), planned-steps) }
	}
	return s
}

// Plateau lowers the learning rate when a number that should fall, such as a
// validation loss, no longer does: call Observe with it after each epoch. It is
// PyTorch's ReduceLROnPlateau.
//
//	schedule := nn.NewPlateau(0.1, 10)
//	for epoch, err := range trainer.Epochs(ctx, data, 100) {
//		...
//		schedule.Observe(validationLoss)
//	}
type Plateau struct {
	Reduce    float64 // what the rate is multiplied by
	Patience  int     // epochs without progress that are let pass
	Threshold float64 // progress is to fall below (1-Threshold) times the best
	Cooldown  int     // epochs after a reduction in which nothing is counted
	Least     float64 // factor that it does not go below

	begun   bool    // whether now and best are set
	now     float64 // factor
	best    float64
	bad     int // epochs without progress
	cooling int
}

// NewPlateau returns a schedule with PyTorch's threshold of 1e-4 and no
// cooldown.
func NewPlateau(reduce float64, patience int) *Plateau {
	return &Plateau{Reduce: reduce, Patience: patience, Threshold: 1e-4}
}

// Check reports settings that cannot work.
func (p *Plateau) Check() error {
	if !(p.Reduce > 0 && p.Reduce < 1) {
		return fmt.Errorf("Plateau: Reduce is %v, want a number between 0 and 1, such as 0.1", p.Reduce)
	}
	if p.Patience < 0 || p.Cooldown < 0 {
		return fmt.Errorf("Plateau: Patience is %d and Cooldown %d, want numbers from 0", p.Patience, p.Cooldown)
	}
	if err := checkUnit("Plateau", "Threshold", p.Threshold); err != nil {
		return err
	}
	return checkUnit("Plateau", "Least", p.Least)
}

// String returns the schedule with its settings.
func (p *Plateau) String() string {
	return fmt.Sprintf("Plateau(reduce=%g, patience=%d, threshold=%g, cooldown=%d, least=%g)",
		p.Reduce, p.Patience, p.Threshold, p.Cooldown, p.Least)
}

// State returns what the observations so far have led to.
func (p *Plateau) State() []float64 {
	p.begin()
	return []float64{p.now, p.best, float64(p.bad), float64(p.cooling)}
}

// SetState takes over what State returned.
func (p *Plateau) SetState(state []float64) error {
	if len(state) != 4 {
		return fmt.Errorf("Plateau: a state of %d numbers, want 4", len(state))
	}
	p.begun = true
	p.now, p.best, p.bad, p.cooling = state[0], state[1], int(state[2]), int(state[3])
	return nil
}

// Factor returns the factor that the observations so far have led to.
func (p *Plateau) Factor(_, _ int) float64 {
	p.begin()
	return p.now
}

func (p *Plateau) begin() {
	if !p.begun {
		p.begun, p.now, p.best = true, 1, math.Inf(1)
	}
}

// Observe takes the number of an epoch. Less is better; NaN is no progress.
// It may not be called while a step is under way.
func (p *Plateau) Observe(v float64) {
	p.begin()
	p.bad++
	if v < p.best-float64(p.Threshold*math.Abs(p.best)) || math.IsInf(p.best, 1) && v < p.best {
		p.best, p.bad = v, 0
	}
	if p.cooling > 0 {
		p.cooling--
		p.bad = 0
	}
	if p.bad > p.Patience {
		p.now = max(p.Least, float64(p.now*p.Reduce))
		p.bad, p.cooling = 0, p.Cooldown
	}
}
