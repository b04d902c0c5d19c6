package nn

import (
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/kernels"
)

// maxSlots is the largest number of state values an optimizer keeps for each
// parameter value.
const maxSlots = 3

// Slots are the optimizer's state for a range of parameters: as many vectors
// as its method of that name tells, of the parameters' length, zero at first.
type Slots [maxSlots][]float32

// An Optimizer is the rule by which gradients change parameters. It serves one
// trainer at a time.
type Optimizer interface {
	// Check reports settings that cannot work.
	Check() error

	// Slots returns how many state values each parameter value needs, at
	// most 3.
	Slots() int

	// Begin prepares for step t, counted from 1, with the learning rate
	// multiplied by factor.
	Begin(t int, factor float64)

	// Update applies the step to a range of parameters w with gradients g,
	// which it may change. Workers call it at the same time on different ranges.
	Update(w, g []float32, state Slots)

	// Rate returns the learning rate of the step begun.
	Rate() float64

	// String returns the optimizer with its settings.
	String() string
}

func checkRate(optimizer string, rate float64) error {
	if !(rate > 0) || math.IsInf(rate, 0) {
		return fmt.Errorf("%s: LearningRate is %v, want a positive number", optimizer, rate)
	}
	return nil
}

func checkUnit(optimizer, name string, v float64) error {
	if !(v >= 0 && v < 1) {
		return fmt.Errorf("%s: %s is %v, want a number from 0 to below 1", optimizer, name, v)
	}
	return nil
}

// checkFrom0 reports a setting that is not a number from 0.
func checkFrom0(optimizer, name string, v float64) error {
	if !(v >= 0) || math.IsInf(v, 0) {
		return fmt.Errorf("%s: %s is %v, want a number from 0", optimizer, name, v)
	}
	return nil
}

func checkEpsilon(optimizer string, epsilon float64) error {
	if !(epsilon > 0) || math.IsInf(epsilon, 0) {
		return fmt.Errorf("%s: Epsilon is %v, want a positive number, such as 1e-8", optimizer, epsilon)
	}
	return nil
}

// flushed returns x, or +0 if its magnitude is below 2^-100, as the kernels store the
// state of optimizers: denormal numbers are slow. The bits have no sign to mispredict.
func flushed(x float32) float32 {
	const floor = (127 - 100) << 23 // the bits of 2^-100
	if math.Float32bits(x)&^(1<<31) < floor {
		return 0
	}
	return x
}

// decayInto adds the gradient decay*w of a penalty on large parameters to g.
func decayInto(g, w []float32, decay float64) {
	if decay != 0 {
		kernels.Axpy(float32(decay), w, g)
	}
}
