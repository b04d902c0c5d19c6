package nn

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/kernels"
)

// Adam keeps running means of the gradient and of its square (Kingma and Ba,
// ICLR 2015):
//
//	m = beta1*m + (1-beta1)*g
//	v = beta2*v + (1-beta2)*g^2
//	w = w - lr * (m/(1-beta1^t)) / (sqrt(v/(1-beta2^t)) + epsilon)
//
// With AMSGrad the largest v so far takes its place in the last line (Reddi et
// al., ICLR 2018, as in PyTorch). A decay adds decay*w to g first; a decoupled one
// multiplies w by 1 - lr*decay instead, which makes it AdamW (Loshchilov and
// Hutter, ICLR 2019, as in PyTorch).
//
// The kernels [kernels.Adam], [kernels.AdamW] and [kernels.AMSGrad] give the order of
// operations.
type Adam struct {
	LearningRate float64
	Beta1, Beta2 float64
	Epsilon      float64
	AMSGrad      bool
	WeightDecay  float64 // of all parameters, biases too, as in PyTorch; see [L2]
	Decoupled    bool    // AdamW

	rate   float64
	cycled float64 // Beta1 by a schedule, 0 if there is none
	step   kernels.AdamStep
}

// NewAdam returns Adam with the published settings beta1 = 0.9, beta2 = 0.999
// and epsilon = 1e-8.
func NewAdam(learningRate float64) *Adam {
	return &Adam{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
}

// NewAdamW returns Adam with decoupled weight decay; 0.01 is usual. Without a
// [Group] for them biases decay, too.
func NewAdamW(learningRate, decay float64) *Adam {
	a := NewAdam(learningRate)
	a.WeightDecay, a.Decoupled = decay, true
	return a
}

// Check reports settings that cannot work.
func (a *Adam) Check() error {
	return errors.Join(
		checkRate("Adam", a.LearningRate),
		checkUnit("Adam", "Beta1", a.Beta1),
		checkUnit("Adam", "Beta2", a.Beta2),
		checkEpsilon("Adam", a.Epsilon),
		checkFrom0("Adam", "WeightDecay", a.WeightDecay))
}

// Slots returns 2 for the running means m and v, and 3 with AMSGrad.
func (a *Adam) Slots() int {
	if a.AMSGrad {
		return 3
	}
	return 2
}

// Begin prepares for step t.
func (a *Adam) Begin(t int, factor float64) {
	a.rate = a.LearningRate * factor
	beta1 := cmp.Or(a.cycled, a.Beta1)
	correction1 := 1 - detmath.Pow(beta1, float64(t))
	correction2 := math.Sqrt(1 - detmath.Pow(a.Beta2, float64(t)))
	a.step = kernels.AdamStep{
		Beta1: float32(beta1), OneMinus1: float32(1 - beta1),
		Beta2: float32(a.Beta2), OneMinus2: float32(1 - a.Beta2),
		Lr:      float32(a.rate * correction2 / correction1),
		Epsilon: float32(a.Epsilon * correction2),
	}
}

func (a *Adam) setMomentum(v float64) bool {
	a.cycled = v
	return true
}

// Update applies the step to a range of parameters.
func (a *Adam) Update(w, g []float32, state Slots) {
	keep := float32(1 - float64(a.rate*a.WeightDecay)) // decoupled
	switch {
	case a.Decoupled && !a.AMSGrad:
		kernels.AdamW(w, state[0], state[1], g, a.step, keep)
		return
	case a.Decoupled:
		kernels.Scale(w, w, keep)
	default:
		decayInto(g, w, a.WeightDecay)
	}
	if a.AMSGrad {
		kernels.AMSGrad(w, state[0], state[1], state[2], g, a.step)
	} else {
		kernels.Adam(w, state[0], state[1], g, a.step)
	}
}

// Rate returns the learning rate of the step begun.
func (a *Adam) Rate() float64 { return a.rate }

// String returns the optimizer with its settings.
func (a *Adam) String() string {
	name, suffix := "Adam", ""
	if a.Decoupled {
		name = "AdamW"
	}
	if a.AMSGrad {
		suffix = ", amsgrad"
	}
	return fmt.Sprintf("%s(lr=%g, beta1=%g, beta2=%g, epsilon=%g%s%s)",
		name, a.LearningRate, a.Beta1, a.Beta2, a.Epsilon, suffix, describeDecay(a.WeightDecay))
}

// NAdam is Adam with Nesterov's momentum (Dozat, ICLR workshop 2016), as
// PyTorch's documentation has it: with the momentum of step t
//
//	mu(t) = beta1 * (1 - 0.96^(t*MomentumDecay)/2)
//
// and P(t) the product of the momenta up to step t,
//
//	w = w - lr * ((1-mu(t))/(1-P(t))*g + mu(t+1)/(1-P(t+1))*m) / (sqrt(v/(1-beta2^t)) + epsilon)
//
// The kernel [kernels.NAdam] gives the order of operations.
type NAdam struct {
	LearningRate  float64
	Beta1, Beta2  float64
	Epsilon       float64
	MomentumDecay float64
	WeightDecay   float64 // of all parameters, biases too, as in PyTorch; see [L2]

	rate    float64
	step    kernels.NAdamStep
	product float64 // P(last)
	last    int
}

// NewNAdam returns NAdam with PyTorch's settings beta1 = 0.9, beta2 = 0.999,
// epsilon = 1e-8 and MomentumDecay = 0.004.
func NewNAdam(learningRate float64) *NAdam {
	return &NAdam{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, MomentumDecay: 4e-3}
}

// Check reports settings that cannot work.
func (a *NAdam) Check() error {
	return errors.Join(
		checkRate("NAdam", a.LearningRate),
		checkUnit("NAdam", "Beta1", a.Beta1),
		checkUnit("NAdam", "Beta2", a.Beta2),
		checkEpsilon("NAdam", a.Epsilon),
		checkFrom0("NAdam", "MomentumDecay", a.MomentumDecay),
		checkFrom0("NAdam", "WeightDecay", a.WeightDecay))
}

// Slots returns 2: the running means m and v.
func (a *NAdam) Slots() int { return 2 }

// Begin prepares for step t.
func (a *NAdam) Begin(t int, factor float64) {
	if t < a.last || a.last == 0 {
		a.product, a.last = 1, 0
	}
	for a.last < t {
		a.last++
		a.product = float64(a.product * a.momentum(a.last))
	}
	a.rate = a.LearningRate * factor
	now, next := a.momentum(t), a.momentum(t+1)
	correction := math.Sqrt(1 - detmath.Pow(a.Beta2, float64(t)))
	a.step = kernels.NAdamStep{
		Beta1: float32(a.Beta1), OneMinus1: float32(1 - a.Beta1),
		Beta2: float32(a.Beta2), OneMinus2: float32(1 - a.Beta2),
		Gradient: float32(a.rate * correction * (1 - now) / (1 - a.product)),
		Moment:   float32(a.rate * correction * next / (1 - float64(a.product*next))),
		Epsilon:  float32(a.Epsilon * correction),
	}
}

func (a *NAdam) momentum(t int) float64 {
	return float64(a.Beta1 * (1 - float64(0.5*detmath.Pow(0.96, float64(float64(t)*a.MomentumDecay)))))
}

// Update applies the step to a range of parameters.
func (a *NAdam) Update(w, g []float32, state Slots) {
	decayInto(g, w, a.WeightDecay)
	kernels.NAdam(w, state[0], state[1], g, a.step)
}

// Rate returns the learning rate of the step begun.
func (a *NAdam) Rate() float64 { return a.rate }

// String returns the optimizer with its settings.
func (a *NAdam) String() string {
	return fmt.Sprintf("NAdam(lr=%g, beta1=%g, beta2=%g, epsilon=%g, momentum decay=%g%s)",
		a.LearningRate, a.Beta1, a.Beta2, a.Epsilon, a.MomentumDecay, describeDecay(a.WeightDecay))
}
