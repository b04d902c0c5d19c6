package nn

import (
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/kernels"
)

// maxSlots is the largest number of state values an optimizer keeps for each
// parameter value.
const maxSlots = 2

// Slots are the optimizer's state for a range of parameters: as many vectors
// as its method of that name tells, of the parameters' length, zero at first.
type Slots [maxSlots][]float32

// An Optimizer is the rule by which gradients change parameters. It serves one
// trainer at a time.
type Optimizer interface {
	// Check reports settings that cannot work.
	Check() error

	// Slots returns how many state values each parameter value needs, at
	// most 2.
	Slots() int

	// Begin prepares for step t, counted from 1, with the learning rate
	// multiplied by factor.
	Begin(t int, factor float64)

	// Update applies the step to a range of parameters w with gradients g.
	// Workers call it at the same time on different ranges.
	Update(w, g []float32, state Slots)

	// Rate returns the learning rate of the step begun.
	Rate() float64

	// String returns the optimizer with its settings.
	String() string
}

// SGD is gradient descent, with momentum if that is not zero:
//
//	v = momentum*v + g
//	w = w - lr*v
//
// as in PyTorch (Polyak 1964; Sutskever et al., ICML 2013, with the learning
// rate outside of v). The kernels [kernels.SGD] and [kernels.Momentum] give
// the order of operations.
type SGD struct {
	LearningRate float64
	Momentum     float64

	rate float64
}

// NewSGD returns gradient descent without momentum.
func NewSGD(learningRate float64) *SGD { return &SGD{LearningRate: learningRate} }

// Check reports settings that cannot work.
func (s *SGD) Check() error {
	if err := checkRate("SGD", s.LearningRate); err != nil {
		return err
	}
	return checkUnit("SGD", "Momentum", s.Momentum)
}

// Slots returns 1 with momentum and 0 without.
func (s *SGD) Slots() int {
	if s.Momentum != 0 {
		return 1
	}
	return 0
}

// Begin prepares for a step.
func (s *SGD) Begin(_ int, factor float64) { s.rate = s.LearningRate * factor }

// Update applies the step to a range of parameters.
func (s *SGD) Update(w, g []float32, state Slots) {
	if s.Momentum != 0 {
		kernels.Momentum(w, state[0], g, float32(s.rate), float32(s.Momentum))
	} else {
		kernels.SGD(w, g, float32(s.rate))
	}
}

// Rate returns the learning rate of the step begun.
func (s *SGD) Rate() float64 { return s.rate }

// String returns the optimizer with its settings.
func (s *SGD) String() string {
	if s.Momentum != 0 {
		return fmt.Sprintf("SGD(lr=%g, momentum=%g)", s.LearningRate, s.Momentum)
	}
	return fmt.Sprintf("SGD(lr=%g)", s.LearningRate)
}

// Adam keeps running means of the gradient and of its square (Kingma and Ba,
// ICLR 2015):
//
//	m = beta1*m + (1-beta1)*g
//	v = beta2*v + (1-beta2)*g^2
//	w = w - lr * (m/(1-beta1^t)) / (sqrt(v/(1-beta2^t)) + epsilon)
//
// The kernel [kernels.Adam] gives the order of operations.
type Adam struct {
	LearningRate float64
	Beta1, Beta2 float64
	Epsilon      float64

	rate float64
	step kernels.AdamStep
}

// NewAdam returns Adam with the published settings beta1 = 0.9, beta2 = 0.999
// and epsilon = 1e-8.
func NewAdam(learningRate float64) *Adam {
	return &Adam{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
}

// Check reports settings that cannot work.
func (a *Adam) Check() error {
	if err := checkRate("Adam", a.LearningRate); err != nil {
		return err
	}
	if err := checkUnit("Adam", "Beta1", a.Beta1); err != nil {
		return err
	}
	if err := checkUnit("Adam", "Beta2", a.Beta2); err != nil {
		return err
	}
	if !(a.Epsilon > 0) || math.IsInf(a.Epsilon, 0) {
		return fmt.Errorf("Adam: Epsilon is %v, want a positive number, such as 1e-8", a.Epsilon)
	}
	return nil
}

// Slots returns 2: the running means m and v.
func (a *Adam) Slots() int { return 2 }

// Begin prepares for step t.
func (a *Adam) Begin(t int, factor float64) {
	a.rate = a.LearningRate * factor
	correction1 := 1 - detmath.Pow(a.Beta1, float64(t))
	correction2 := math.Sqrt(1 - detmath.Pow(a.Beta2, float64(t)))
	a.step = kernels.AdamStep{
		Beta1: float32(a.Beta1), OneMinus1: float32(1 - a.Beta1),
		Beta2: float32(a.Beta2), OneMinus2: float32(1 - a.Beta2),
		Lr:      float32(a.rate * correction2 / correction1),
		Epsilon: float32(a.Epsilon * correction2),
	}
}

// Update applies the step to a range of parameters.
func (a *Adam) Update(w, g []float32, state Slots) {
	kernels.Adam(w, state[0], state[1], g, a.step)
}

// Rate returns the learning rate of the step begun.
func (a *Adam) Rate() float64 { return a.rate }

// String returns the optimizer with its settings.
func (a *Adam) String() string {
	return fmt.Sprintf("Adam(lr=%g, beta1=%g, beta2=%g, epsilon=%g)", a.LearningRate, a.Beta1, a.Beta2, a.Epsilon)
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
