package nn

import (
	"errors"
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
)

// The schedules here raise the learning rate, too.

// OneCycle raises the learning rate from 1/25 of its full value to the full one
// in the first 30 % of the steps, and lowers it to 1/250000 in the rest, along
// half a cosine both times (Smith and Topin 2019). It is PyTorch's OneCycleLR
// with its defaults, without the cycle of the momentum: for that see
// [OneCycleMomentum].
func OneCycle() Schedule {
	const start, end = 1.0 / 25, 1.0 / 25 / 1e4
	return schedule{name: "OneCycle", formula: oneCycle(start, 1, end)}
}

// OneCycleMomentum is [OneCycle] with the momentum going the other way: from high
// to low while the learning rate rises, and back. It is PyTorch's OneCycleLR with
// its defaults, for which low is 0.85 and high 0.95. The optimizer must have a
// momentum: [SGD] or [RMSprop] with one, or [Adam], whose Beta1 it is.
func OneCycleMomentum(low, high float64) Schedule {
	s := OneCycle().(schedule)
	s.name = fmt.Sprintf("OneCycleMomentum(%g, %g)", low, high)
	s.momentum = oneCycle(high, low, high)
	s.invalid = errors.Join(checkUnit("OneCycleMomentum", "high", high), checkPositive("OneCycleMomentum", "low", low))
	if low > high {
		s.invalid = fmt.Errorf("OneCycleMomentum: low is %v and high %v, want the other way round", low, high)
	}
	return s
}

// oneCycle goes from start to middle in the first 30 % of the steps and on to end
// in the rest, along half a cosine both times.
func oneCycle(start, middle, end float64) func(step, steps int) float64 {
	const share = 0.3
	between := func(from, to, part float64) float64 {
		return to + float64((from-to)*((1+detmath.Cos(float64(math.Pi*part)))/2))
	}
	return func(step, steps int) float64 {
		now, last := float64(step), float64(steps-1)
		top := float64(share*float64(steps)) - 1
		switch {
		case now <= top:
			return between(start, middle, now/top)
		case now < last:
			return between(middle, end, (now-top)/(last-top))
		}
		return end
	}
}

// CosineRestarts is a [Cosine] over the given number of steps, again and again, each time
// over as many more as the multiplier says: (1 + cos(pi*i/n)) / 2 in step i of n, with
// n = first, first*multiplier, and so on (Loshchilov and Hutter, "SGDR", ICLR 2017). It
// is PyTorch's CosineAnnealingWarmRestarts.
func CosineRestarts(first, multiplier int) Schedule {
	var invalid error
	if first < 1 || multiplier < 1 {
		invalid = fmt.Errorf("CosineRestarts: %d steps and a multiplier of %d, want both from 1", first, multiplier)
	}
	return schedule{
		name: fmt.Sprintf("CosineRestarts(%d, %d)", first, multiplier),
		formula: func(step, _ int) float64 {
			if multiplier == 1 {
				return halfCosine(step%first, first)
			}
			length := first
			for step >= length {
				step -= length
				length = min(length, math.MaxInt/multiplier) * multiplier
			}
			return halfCosine(step, length)
		},
		invalid: invalid,
	}
}

// Cyclic raises the learning rate from a share of its full value to the full one in some
// steps, lowers it again in some others, and so on, along straight lines (Smith, WACV
// 2017). It is PyTorch's CyclicLR in the mode "triangular", with low the ratio of its
// base_lr to max_lr, without the cycle of the momentum.
func Cyclic(low float64, up, down int) Schedule {
	invalid := checkUnit("Cyclic", "low", low)
	if up < 1 || down < 1 {
		invalid = fmt.Errorf("Cyclic: %d steps up and %d down, want at least 1 each", up, down)
	}
	return schedule{
		name: fmt.Sprintf("Cyclic(%g, %d, %d)", low, up, down),
		formula: func(step, _ int) float64 {
			step %= up + down
			height := float64(step) / float64(up)
			if step > up {
				height = float64(up+down-step) / float64(down)
			}
			return low + float64((1-low)*height)
		},
		invalid: invalid,
	}
}
