package nn

import (
	"cmp"
	"errors"
	"fmt"
	"math"

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

// Adadelta measures steps by those before, so that the learning rate has no unit; 1 is
// usual (Zeiler 2012), as in PyTorch:
//
//	v = rho*v + (1-rho)*g^2
//	u = sqrt(a + epsilon) / sqrt(v + epsilon) * g
//	a = rho*a + (1-rho)*u^2
//	w = w - lr*u
//
// Class element: v = flush(fl(fl(rho*v) + fl((1-rho)*fl(g*g)))), u = fl(fl(fl(sqrt(fl(a +
// epsilon))) / fl(sqrt(fl(v + epsilon)))) * g), a as v with u for g, w = fl(w - fl(lr*u)),
// where 1-rho is rounded from float64, and flush replaces magnitudes below 2^-100 by +0.
type Adadelta struct {
	LearningRate float64
	Rho          float64
	Epsilon      float64
	WeightDecay  float64 // of all parameters, biases too, as in PyTorch; see [L2]

	rate float64
}

// NewAdadelta returns Adadelta with PyTorch's settings rho = 0.9 and epsilon = 1e-6.
func NewAdadelta(learningRate float64) *Adadelta {
	return &Adadelta{LearningRate: learningRate, Rho: 0.9, Epsilon: 1e-6}
}

// Check reports settings that cannot work.
func (a *Adadelta) Check() error {
	return errors.Join(
		checkRate("Adadelta", a.LearningRate),
		checkUnit("Adadelta", "Rho", a.Rho),
		checkEpsilon("Adadelta", a.Epsilon),
		checkFrom0("Adadelta", "WeightDecay", a.WeightDecay))
}

// Slots returns 2: the running means of the squares of gradients and of steps.
func (a *Adadelta) Slots() int { return 2 }

// Begin prepares for a step.
func (a *Adadelta) Begin(_ int, factor float64) { a.rate = a.LearningRate * factor }

// Update applies the step to a range of parameters.
func (a *Adadelta) Update(w, g []float32, state Slots) {
	decayInto(g, w, a.WeightDecay)
	rate, rho, oneMinus, epsilon := float32(a.rate), float32(a.Rho), float32(1-a.Rho), float32(a.Epsilon)
	squares, steps := state[0], state[1]
	for i, v := range g {
		squares[i] = flushed(float32(rho*squares[i]) + float32(oneMinus*float32(v*v)))
		u := root32(steps[i]+epsilon) / root32(squares[i]+epsilon) * v
		steps[i] = flushed(float32(rho*steps[i]) + float32(oneMinus*float32(u*u)))
		w[i] -= float32(rate * u)
	}
}

// root32 returns the square root, correctly rounded.
func root32(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// Rate returns the learning rate of the step begun.
func (a *Adadelta) Rate() float64 { return a.rate }

// String returns the optimizer with its settings.
func (a *Adadelta) String() string {
	return fmt.Sprintf("Adadelta(lr=%g, rho=%g, epsilon=%g%s)", a.LearningRate, a.Rho, a.Epsilon, describeDecay(a.WeightDecay))
}

// RMSprop divides each gradient by the root of the running mean of its squares
// (Tieleman and Hinton, Coursera lecture 6.5, 2012), as in PyTorch:
//
//	v = alpha*v + (1-alpha)*g^2
//	u = g / (sqrt(v) + epsilon)
//	w = w - lr*u                     b = momentum*b + u, w = w - lr*b with momentum
//
// Centered, it divides by the root of an estimate of the variance (Graves 2013):
// v - m^2, at least 0, stands for v under the root, with m = alpha*m + (1-alpha)*g.
//
// The kernels [kernels.RMSprop], or [kernels.RMSpropDirection] and
// [kernels.RMSpropCentered] with [kernels.SGD] and [kernels.Momentum], give the order of
// operations.
type RMSprop struct {
	LearningRate float64
	Alpha        float64
	Epsilon      float64
	Momentum     float64
	Centered     bool
	WeightDecay  float64 // of all parameters, biases too, as in PyTorch; see [L2]

	rate   float64
	cycled float64 // momentum by a schedule, 0 if there is none
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

// Slots returns 1, and one more with momentum and one more if it is centered.
func (r *RMSprop) Slots() int {
	slots := 1
	if r.Momentum != 0 {
		slots++
	}
	if r.Centered {
		slots++
	}
	return slots
}

// Begin prepares for a step.
func (r *RMSprop) Begin(_ int, factor float64) { r.rate = r.LearningRate * factor }

func (r *RMSprop) setMomentum(v float64) bool {
	r.cycled = v
	return r.Momentum != 0
}

// Update applies the step to a range of parameters.
func (r *RMSprop) Update(w, g []float32, state Slots) {
	decayInto(g, w, r.WeightDecay)
	step := kernels.RMSpropStep{
		Lr: float32(r.rate), Alpha: float32(r.Alpha), OneMinus: float32(1 - r.Alpha), Epsilon: float32(r.Epsilon),
	}
	switch {
	case r.Centered:
		kernels.RMSpropCentered(g, state[0], state[r.Slots()-1], step)
	case r.Momentum != 0:
		kernels.RMSpropDirection(g, state[0], step)
	default:
		kernels.RMSprop(w, state[0], g, step)
		return
	}
	if r.Momentum != 0 {
		kernels.Momentum(w, state[1], g, step.Lr, float32(cmp.Or(r.cycled, r.Momentum)))
	} else {
		kernels.SGD(w, g, step.Lr)
	}
}

// Rate returns the learning rate of the step begun.
func (r *RMSprop) Rate() float64 { return r.rate }

// String returns the optimizer with its settings.
func (r *RMSprop) String() string {
	text := fmt.Sprintf("RMSprop(lr=%g, alpha=%g, epsilon=%g", r.LearningRate, r.Alpha, r.Epsilon)
	if r.Momentum != 0 {
		text += fmt.Sprintf(", momentum=%g", r.Momentum)
	}
	if r.Centered {
		text += ", centered"
	}
	return text + describeDecay(r.WeightDecay) + ")"
}
