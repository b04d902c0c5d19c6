package nn

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

// SGD is gradient descent, with momentum if that is not zero:
//
//	g = g + decay*w
//	v = momentum*v + g
//	w = w - lr*v                     w = w - lr*(g + momentum*v) with Nesterov
//
// as in PyTorch (Polyak 1964; Nesterov 1983; Sutskever et al., ICML 2013, with
// the learning rate outside of v). The kernels [kernels.SGD] and
// [kernels.Momentum] give the order of operations; with Nesterov w becomes
// fl(w - fl(lr*fl(g + fl(momentum*v)))).
type SGD struct {
	LearningRate float64
	Momentum     float64
	Nesterov     bool    // look ahead along the momentum
	WeightDecay  float64 // of all parameters, biases too, as in PyTorch; see [L2]

	rate   float64
	cycled float64 // momentum by a schedule, 0 if there is none
}

// NewSGD returns gradient descent without momentum.
func NewSGD(learningRate float64) *SGD { return &SGD{LearningRate: learningRate} }

// Check reports settings that cannot work.
func (s *SGD) Check() error {
	if s.Nesterov && s.Momentum == 0 {
		return errors.New("SGD: Nesterov needs Momentum, such as 0.9")
	}
	return errors.Join(
		checkRate("SGD", s.LearningRate),
		checkUnit("SGD", "Momentum", s.Momentum),
		checkFrom0("SGD", "WeightDecay", s.WeightDecay))
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

func (s *SGD) setMomentum(v float64) bool {
	s.cycled = v
	return s.Momentum != 0
}

// momentum returns that of the step begun.
func (s *SGD) momentum() float32 { return float32(cmp.Or(s.cycled, s.Momentum)) }

// Update applies the step to a range of parameters.
func (s *SGD) Update(w, g []float32, state Slots) {
	decayInto(g, w, s.WeightDecay)
	rate := float32(s.rate)
	switch {
	case s.Nesterov:
		kernels.Nesterov(w, state[0], g, rate, s.momentum())
	case s.Momentum != 0:
		kernels.Momentum(w, state[0], g, rate, s.momentum())
	default:
		kernels.SGD(w, g, rate)
	}
}

// Rate returns the learning rate of the step begun.
func (s *SGD) Rate() float64 { return s.rate }

// String returns the optimizer with its settings.
func (s *SGD) String() string {
	text := fmt.Sprintf("SGD(lr=%g", s.LearningRate)
	if s.Momentum != 0 {
		text += fmt.Sprintf(", momentum=%g", s.Momentum)
	}
	if s.Nesterov {
		text += ", nesterov"
	}
	return text + describeDecay(s.WeightDecay) + ")"
}

func describeDecay(decay float64) string {
	if decay == 0 {
		return ""
	}
	return fmt.Sprintf(", decay=%g", decay)
}
