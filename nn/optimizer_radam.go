package nn

import (
	"errors"
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/kernels"
)

// RAdam is [Adam] that rectifies its step while the mean of the squares is still made of
// few gradients, which takes the place of a warm-up (Liu et al., ICLR 2020), as in
// PyTorch. With m and v of Adam, and
//
//	rho = 2/(1-beta2) - 1,  rho(t) = rho - 2*t*beta2^t/(1-beta2^t)
//	r(t) = sqrt((rho(t)-4)*(rho(t)-2)*rho / ((rho-4)*(rho-2)*rho(t)))
//
// it is
//
//	w = w - lr*r(t) * (m/(1-beta1^t)) * sqrt(1-beta2^t) / (sqrt(v) + epsilon)    if rho(t) > 5
//	w = w - lr * m/(1-beta1^t)                                                   otherwise
//
// The kernel [kernels.Adam] gives the order of operations, with all but m and the
// denominator in its Lr; in the second case Lr is 0, and [kernels.SGD] with m follows.
type RAdam struct {
	LearningRate float64
	Beta1, Beta2 float64
	Epsilon      float64
	WeightDecay  float64 // of all parameters, biases too, as in PyTorch; see [L2]

	rate  float64
	plain float32 // learning rate of m alone, 0 if the step is rectified
	step  kernels.AdamStep
}

// NewRAdam returns RAdam with the settings of [NewAdam].
func NewRAdam(learningRate float64) *RAdam {
	return &RAdam{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
}

// Check reports settings that cannot work.
func (a *RAdam) Check() error {
	return errors.Join(
		checkRate("RAdam", a.LearningRate),
		checkUnit("RAdam", "Beta1", a.Beta1),
		checkUnit("RAdam", "Beta2", a.Beta2),
		checkEpsilon("RAdam", a.Epsilon),
		checkFrom0("RAdam", "WeightDecay", a.WeightDecay))
}

// Slots returns 2: the running means m and v.
func (a *RAdam) Slots() int { return 2 }

// Begin prepares for step t.
func (a *RAdam) Begin(t int, factor float64) {
	a.rate = a.LearningRate * factor
	rate := a.rate / (1 - detmath.Pow(a.Beta1, float64(t)))
	a.step = kernels.AdamStep{
		Beta1: float32(a.Beta1), OneMinus1: float32(1 - a.Beta1),
		Beta2: float32(a.Beta2), OneMinus2: float32(1 - a.Beta2),
		Epsilon: float32(a.Epsilon),
	}
	if r := a.rectification(float64(t)); r > 0 {
		a.step.Lr, a.plain = float32(rate*r), 0
	} else {
		a.plain = float32(rate)
	}
}

// rectification returns r(t)*sqrt(1-beta2^t), 0 while rho(t) is too small.
func (a *RAdam) rectification(t float64) float64 {
	const least = 5
	power := detmath.Pow(a.Beta2, t)
	last := 2/(1-a.Beta2) - 1
	now := last - float64(2*t*power)/(1-power)
	if now <= least {
		return 0
	}
	r := float64(float64((now-4)*(now-2))*last) / float64(float64((last-4)*(last-2))*now)
	return math.Sqrt(float64(r * (1 - power)))
}

// Update applies the step to a range of parameters.
func (a *RAdam) Update(w, g []float32, state Slots) {
	decayInto(g, w, a.WeightDecay)
	kernels.Adam(w, state[0], state[1], g, a.step)
	if a.plain != 0 {
		kernels.SGD(w, state[0], a.plain)
	}
}

// Rate returns the learning rate of the step begun.
func (a *RAdam) Rate() float64 { return a.rate }

// String returns the optimizer with its settings.
func (a *RAdam) String() string {
	return fmt.Sprintf("RAdam(lr=%g, beta1=%g, beta2=%g, epsilon=%g%s)",
		a.LearningRate, a.Beta1, a.Beta2, a.Epsilon, describeDecay(a.WeightDecay))
}
