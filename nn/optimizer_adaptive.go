package nn

import (
	"errors"
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Adagrad divides each gradient by the root of the sum of its squares so far
// (Duchi et al., JMLR 12, 2011), as in PyTorch:
//
//	s = s + g^2
//	w = w - lr*g / (sqrt(s) + epsilon)
//
// The kernel [kernels.Adagrad] gives the order of operations.
type Adagrad struct {
	LearningRate float64
	Epsilon      float64
	WeightDecay  float64 // of all parameters, biases too, as in PyTorch; see [L2]

	rate float64
}

// NewAdagrad returns Adagrad with PyTorch's epsilon = 1e-10.
func NewAdagrad(learningRate float64) *Adagrad {
	return &Adagrad{LearningRate: learningRate, Epsilon: 1e-10}
}

// Check reports settings that cannot work.
func (a *Adagrad) Check() error {
	return errors.Join(
		checkRate("Adagrad", a.LearningRate),
		checkEpsilon("Adagrad", a.Epsilon),
		checkFrom0("Adagrad", "WeightDecay", a.WeightDecay))
}

// Slots returns 1: the sum of squares.
func (a *Adagrad) Slots() int { return 1 }

// Begin prepares for a step.
func (a *Adagrad) Begin(_ int, factor float64) { a.rate = a.LearningRate * factor }

// Update applies the step to a range of parameters.
func (a *Adagrad) Update(w, g []float32, state Slots) {
	decayInto(g, w, a.WeightDecay)
	kernels.Adagrad(w, state[0], g, float32(a.rate), float32(a.Epsilon))
}

// Rate returns the learning rate of the step begun.
func (a *Adagrad) Rate() float64 { return a.rate }

// String returns the optimizer with its settings.
func (a *Adagrad) String() string {
	return fmt.Sprintf("Adagrad(lr=%g, epsilon=%g%s)", a.LearningRate, a.Epsilon, describeDecay(a.WeightDecay))
}

// RMSprop divides each gradient by the root of the running mean of its squares
// (Tieleman and Hinton, Coursera lecture 6.5, 2012), as in PyTorch:
//
//	v = alpha*v + (1-alpha)*g^2
//	u = g / (sqrt(v) + epsilon)
//	w = w - lr*u                     b = momentum*b + u, w = w - lr*b with momentum
//
// Order of operations: v = fl(fl(alpha*v) + fl(fl(1-alpha)*fl(g*g))),
// u = fl(g / fl(fl(sqrt(v)) + epsilon)), then that of [kernels.SGD] or
// [kernels.Momentum].
type RMSprop struct {
	LearningRate float64
	Alpha        float64
	Epsilon      float64
	Momentum     float64
	WeightDecay  float64 // of all parameters, biases too, as in PyTorch; see [L2]

	rate float64
}

// NewRMSprop returns RMSprop with PyTorch's settings alpha = 0.99 and
// epsilon = 1e-8.
func NewRMSprop(learningRate float64) *RMSprop {
	return &RMSprop{LearningRate: learningRate, Alpha: 0.99, Epsilon: 1e-8}
}

// Check reports settings that cannot work.
func (r *RMSprop) Check() error {
	return errors.Join(
		checkRate("RMSprop", r.LearningRate),
		checkUnit("RMSprop", "Alpha", r.Alpha),
		checkEpsilon("RMSprop", r.Epsilon),
		checkUnit("RMSprop", "Momentum", r.Momentum),
		checkFrom0("RMSprop", "WeightDecay", r.WeightDecay))
}

// Slots returns 1, and 2 with momentum.
func (r *RMSprop) Slots() int {
	if r.Momentum != 0 {
		return 2
	}
	return 1
}

// Begin prepares for a step.
func (r *RMSprop) Begin(_ int, factor float64) { r.rate = r.LearningRate * factor }

// Update applies the step to a range of parameters.
func (r *RMSprop) Update(w, g []float32, state Slots) {
	decayInto(g, w, r.WeightDecay)
	step := kernels.RMSpropStep{
		Lr: float32(r.rate), Alpha: float32(r.Alpha), OneMinus: float32(1 - r.Alpha), Epsilon: float32(r.Epsilon),
	}
	if r.Momentum == 0 {
		kernels.RMSprop(w, state[0], g, step)
		return
	}
	v := state[0]
	for i := range w {
		v[i] = flush(float32(step.Alpha*v[i]) + float32(step.OneMinus*float32(g[i]*g[i])))
		g[i] /= sqrt32(v[i]) + step.Epsilon
	}
	kernels.Momentum(w, state[1], g, step.Lr, float32(r.Momentum))
}

// Rate returns the learning rate of the step begun.
func (r *RMSprop) Rate() float64 { return r.rate }

// String returns the optimizer with its settings.
func (r *RMSprop) String() string {
	text := fmt.Sprintf("RMSprop(lr=%g, alpha=%g, epsilon=%g", r.LearningRate, r.Alpha, r.Epsilon)
	if r.Momentum != 0 {
		text += fmt.Sprintf(", momentum=%g", r.Momentum)
	}
	return text + describeDecay(r.WeightDecay) + ")"
}
