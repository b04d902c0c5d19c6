package nn

import (
	"errors"
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
)

// Adamax is [Adam] with the largest gradient of late in place of the root of the mean
// square (Kingma and Ba, ICLR 2015, section 7.1), as in PyTorch:
//
//	m = beta1*m + (1-beta1)*g
//	u = max(beta2*u, |g| + epsilon)
//	w = w - lr/(1-beta1^t) * m/u
//
// Class element: m = flush(fl(fl(beta1*m) + fl((1-beta1)*g))), u = max(fl(beta2*u),
// fl(|g| + epsilon)), w = fl(w - fl(fl(Lr*m) / u)), where Lr = lr/(1-beta1^t) and 1-beta1
// are rounded from float64, and flush replaces magnitudes below 2^-100 by +0.
type Adamax struct {
	LearningRate float64
	Beta1, Beta2 float64
	Epsilon      float64
	WeightDecay  float64 // of all parameters, biases too, as in PyTorch; see [L2]

	rate, corrected float64
}

// NewAdamax returns Adamax with PyTorch's settings beta1 = 0.9, beta2 = 0.999 and
// epsilon = 1e-8. Its default learning rate is 0.002.
func NewAdamax(learningRate float64) *Adamax {
	return &Adamax{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
}

// Check reports settings that cannot work.
func (a *Adamax) Check() error {
	return errors.Join(
		checkRate("Adamax", a.LearningRate),
		checkUnit("Adamax", "Beta1", a.Beta1),
		checkUnit("Adamax", "Beta2", a.Beta2),
		checkEpsilon("Adamax", a.Epsilon),
		checkFrom0("Adamax", "WeightDecay", a.WeightDecay))
}

// Slots returns 2: the running mean m and the maximum u.
func (a *Adamax) Slots() int { return 2 }

// Begin prepares for step t.
func (a *Adamax) Begin(t int, factor float64) {
	a.rate = a.LearningRate * factor
	a.corrected = a.rate / (1 - detmath.Pow(a.Beta1, float64(t)))
}

// Update applies the step to a range of parameters.
func (a *Adamax) Update(w, g []float32, state Slots) {
	decayInto(g, w, a.WeightDecay)
	beta1, oneMinus1, beta2 := float32(a.Beta1), float32(1-a.Beta1), float32(a.Beta2)
	rate, epsilon := float32(a.corrected), float32(a.Epsilon)
	mean, largest := state[0], state[1]
	for i, v := range g {
		mean[i] = flushed(float32(beta1*mean[i]) + float32(oneMinus1*v))
		largest[i] = max(beta2*largest[i], float32(math.Abs(float64(v)))+epsilon)
		w[i] -= float32(rate*mean[i]) / largest[i]
	}
}

// Rate returns the learning rate of the step begun.
func (a *Adamax) Rate() float64 { return a.rate }

// String returns the optimizer with its settings.
func (a *Adamax) String() string {
	return fmt.Sprintf("Adamax(lr=%g, beta1=%g, beta2=%g, epsilon=%g%s)",
		a.LearningRate, a.Beta1, a.Beta2, a.Epsilon, describeDecay(a.WeightDecay))
}
