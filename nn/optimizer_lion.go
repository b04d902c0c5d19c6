package nn

import (
	"errors"
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Lion takes steps of one length, in the direction of the sign (Chen et al., "Symbolic
// Discovery of Optimization Algorithms", NeurIPS 2023):
//
//	c = beta1*m + (1-beta1)*g
//	w = w - lr*(sign(c) + decay*w)
//	m = beta2*m + (1-beta2)*g
//
// The decay is decoupled, as that of AdamW, and the sign of 0 is 0. Its steps are larger
// than those of [Adam]: the authors take a learning rate 3 to 10 times smaller, and a decay
// larger by as much.
//
// Class element: c = fl(fl(beta1*m) + fl((1-beta1)*g)), w = fl(fl(keep*w) - lr*sign(c)),
// m = flush(fl(fl(beta2*m) + fl((1-beta2)*g))), where keep = 1 - lr*decay, 1-beta1 and
// 1-beta2 are rounded from float64, and flush replaces magnitudes below 2^-100 by +0.
type Lion struct {
	LearningRate float64
	Beta1, Beta2 float64
	WeightDecay  float64 // decoupled, of all parameters, biases too

	rate float64
}

// NewLion returns Lion with the published settings beta1 = 0.9 and beta2 = 0.99, without
// weight decay.
func NewLion(learningRate float64) *Lion {
	return &Lion{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.99}
}

// Check reports settings that cannot work.
func (l *Lion) Check() error {
	return errors.Join(
		checkRate("Lion", l.LearningRate),
		checkUnit("Lion", "Beta1", l.Beta1),
		checkUnit("Lion", "Beta2", l.Beta2),
		checkFrom0("Lion", "WeightDecay", l.WeightDecay))
}

// Slots returns 1: the running mean m.
func (l *Lion) Slots() int { return 1 }

// Begin prepares for a step.
func (l *Lion) Begin(_ int, factor float64) { l.rate = l.LearningRate * factor }

// Update applies the step to a range of parameters.
func (l *Lion) Update(w, g []float32, state Slots) {
	if l.WeightDecay != 0 {
		kernels.Scale(w, w, float32(1-float64(l.rate*l.WeightDecay)))
	}
	beta1, oneMinus1 := float32(l.Beta1), float32(1-l.Beta1)
	beta2, oneMinus2 := float32(l.Beta2), float32(1-l.Beta2)
	mean := state[0]
	for i, v := range g {
		m := mean[i]
		g[i] = -(float32(beta1*m) + float32(oneMinus1*v))
		mean[i] = flushed(float32(beta2*m) + float32(oneMinus2*v))
	}
	kernels.AddSigns(w, g, float32(l.rate))
}

// Rate returns the learning rate of the step begun.
func (l *Lion) Rate() float64 { return l.rate }

// String returns the optimizer with its settings.
func (l *Lion) String() string {
	return fmt.Sprintf("Lion(lr=%g, beta1=%g, beta2=%g%s)", l.LearningRate, l.Beta1, l.Beta2, describeDecay(l.WeightDecay))
}
