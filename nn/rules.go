package nn

import (
	"fmt"
	"math"
	"strings"

	"github.com/lockstep-ml/lockstep/kernels"
)

// A Rule changes the step that an [Updater] takes. Whatever the order in which
// rules are given, a step
//
//  1. clips the gradient by value, then by norm ([ClipValue], [ClipNorm]),
//  2. adds the gradients of the penalties ([L2], [L1]),
//  3. applies the optimizer, which may decay the parameters,
//  4. limits the length of the weights ([MaxNorm]),
//  5. takes the new parameters into their average ([Average]).
//
// Weights are parameters that are no vectors: biases, and the scales of
// normalisations, have neither penalty nor limit.
type Rule func(*Updater) error

// ClipValue limits each element of the gradient to [-limit, limit].
func ClipValue(limit float64) Rule {
	return func(u *Updater) error {
		u.clipValue = float32(limit)
		return checkPositive("ClipValue", "limit", limit)
	}
}

// ClipNorm multiplies the gradient of all parameters together by
// limit/(norm + 1e-6) if that is below 1, as PyTorch's clip_grad_norm_ (Pascanu et
// al., ICML 2013).
//
// The norm is the root of the squares' sum: class wide for every 8 rows of a
// parameter (64 lanes in float64), which are added in order. It costs a barrier
// a step.
func ClipNorm(limit float64) Rule {
	return func(u *Updater) error {
		u.clipNorm = limit
		return checkPositive("ClipNorm", "limit", limit)
	}
}

// L2 adds factor*w to the gradient of weights.
func L2(factor float64) Rule {
	return func(u *Updater) error {
		u.l2 = float32(factor)
		return checkFrom0("L2", "factor", factor)
	}
}

// L1 adds factor*sign(w) to the gradient of weights, nothing where w is 0.
func L1(factor float64) Rule {
	return func(u *Updater) error {
		u.l1 = float32(factor)
		return checkFrom0("L1", "factor", factor)
	}
}

// MaxNorm shortens the weights that lead to one output, a column in memory, to
// the given length if they are longer (Srebro et al., NIPS 2004; Hinton et al.
// 2012): w = fl(w * fl32(limit/length)), with the length in float64, rows
// ascending. It costs two barriers a step.
func MaxNorm(limit float64) Rule {
	return func(u *Updater) error {
		u.maxNorm = limit
		return checkPositive("MaxNorm", "limit", limit)
	}
}

// Average keeps an exponential moving average of the parameters,
//
//	a = decay*a + (1-decay)*w
//
// after each step, from a = w after the first, as PyTorch's get_ema_avg_fn. See
// [Trainer.Averaged]. The running statistics of [BatchNorm] are those of w:
// [Network.EstimateStatistics] finds the ones that belong to a.
func Average(decay float64) Rule {
	return func(u *Updater) error {
		u.average, u.averageDecay = alignedSlab(len(u.net.values)), decay
		return checkUnit("Average", "decay", decay)
	}
}

// Group gives parameters an optimizer of their own, with its own learning rate
// and decay. Each is named as in files, such as "0.weight", or by its layer,
// such as "0". The learning-rate schedule applies to all optimizers.
func Group(optimizer Optimizer, parameters ...string) Rule {
	return func(u *Updater) error {
		if err := optimizer.Check(); err != nil {
			return fmt.Errorf("Group: %w", err)
		}
		u.optimizers = append(u.optimizers, optimizer)
		for _, name := range parameters {
			if err := u.assign(name, len(u.optimizers)-1); err != nil {
				return err
			}
		}
		return nil
	}
}

// assign gives the parameters of a name to an optimizer.
func (u *Updater) assign(name string, optimizer int) error {
	found := false
	for i, parameter := range u.net.names {
		if parameter != name && !strings.HasPrefix(parameter, name+".") {
			continue
		}
		if u.group[i] != 0 {
			return fmt.Errorf("Group: parameter %q is in two groups", parameter)
		}
		u.group[i], found = optimizer, true
	}
	if !found {
		return fmt.Errorf("Group: there is no parameter %q, the network has %q", name, u.net.names)
	}
	return nil
}

func checkPositive(rule, name string, v float64) error {
	if !(v > 0) || math.IsInf(v, 0) {
		return fmt.Errorf("%s: %s is %v, want a positive number", rule, name, v)
	}
	return nil
}

// squareSum returns the sum of the squares of x, class wide: lane i mod 64 is a
// chain in float64, the lanes are folded as those of [kernels.Sum]. Other than in
// [kernels.SumSquares64] the lanes go on beyond a segment.
func squareSum(x []float32) float64 {
	const width, segment = 64, 16384
	if len(x) <= segment {
		return kernels.SumSquares64(x)
	}
	var lanes [width]float64
	for i, v := range x {
		lanes[i%width] += float64(float64(v) * float64(v))
	}
	for half := width / 2; half > 0; half /= 2 {
		for l := range half {
			lanes[l] += lanes[l+half]
		}
	}
	return lanes[0]
}

// shortenColumns limits the length of columns lo to hi of w. sums has room for a
// number each column.
func shortenColumns(w kernels.Matrix, lo, hi int, sums []float64, limit float64) {
	sums = sums[lo:hi]
	clear(sums)
	kernels.AddColumnSquares(sums, columns(w, lo, hi))
	for j, sum := range sums {
		if length := math.Sqrt(sum); length > limit {
			factor := float32(limit / length)
			for i := range w.Rows {
				w.Row(i)[lo+j] *= factor
			}
		}
	}
}
