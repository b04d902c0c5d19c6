package nn

import (
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
)

// A Schedule changes the learning rate in the course of training.
type Schedule interface {
	// Factor returns what the optimizer's learning rate is multiplied by in
	// a step, counted from 0, of all the steps that a call of
	// [Trainer.Epochs] plans.
	Factor(step, steps int) float64
}

// Cosine lowers the learning rate from its full value to 0 along half a
// cosine, (1 + cos(pi*step/steps)) / 2 (Loshchilov and Hutter, "SGDR", ICLR
// 2017, equation 5 without restarts).
func Cosine() Schedule { return cosine{} }

type cosine struct{}

func (cosine) Factor(step, steps int) float64 {
	return (1 + detmath.Cos(math.Pi*float64(step)/float64(steps))) / 2
}
