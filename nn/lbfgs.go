package nn

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/lockstep-ml/lockstep/internal/lbfgs"
)

// LBFGSOptions are the settings of [Network.LBFGS]. Loss must be given; the zero
// values of the others are usable.
type LBFGSOptions struct {
	Loss    Loss
	L2      float64 // adds L2/2 * |w|^2 of the weights (not of biases and other vectors) to the loss
	History int     // steps that the curvature is estimated from; 0 means 10

	// Training ends when no element of the gradient is larger than GradTolerance,
	// or a step lowers the loss by no more than Tolerance times the largest of the
	// loss before it, after it, and 1. Without either, 0, it goes on for as long as
	// the precision of float32 lets loss or gradient fall.
	GradTolerance, Tolerance float64

	Workers int // the largest number of goroutines, as in [TrainerOptions]; the result does not depend on it
}

// An LBFGSStep reports on one step of [Network.LBFGS].
type LBFGSStep struct {
	Number    int     // from 1; 0 if the network was at a minimum before the first
	Loss      float64 // of all rows, with the penalty
	Gradient  float64 // the largest magnitude in it
	Passes    int     // over the data so far, one or a few a step
	Ended     bool    // whether no step follows, though more were allowed
	Converged bool    // whether a tolerance of the options was met
}

// LBFGS trains the network on all rows at once, by the method of Broyden,
// Fletcher, Goldfarb and Shanno with limited memory (Liu and Nocedal,
// Mathematical Programming 45, 1989), for at most the given number of steps. It
// suits small data and networks, where it ends closer to a minimum than the
// optimizers of a [Trainer], and needs no learning rate.
//
// Each step is found by a line search for the strong Wolfe conditions, close
// to a minimum in the approximate form of Hager and Zhang (SIAM Journal on
// Optimization 16, 2005). Loss, gradient, history and the search are float64,
// over parameters in float32: blocks of 1024 rows run as in a step of training,
// and their gradients are added in float64. The result does not depend on the number of
// workers.
//
// The sequence yields a report after each step, with the network in the state
// it reports on; break stops cleanly. It ends with an error if the data do not
// fit, if loss or gradient at the start are not finite (a [DataError], where the
// data are to blame) or if the context is cancelled; the network is then that of the
// last report.
// The rows may not depend on each other or on chance: [BatchNorm] and [Dropout]
// are errors.
func (n *Network) LBFGS(ctx context.Context, data Data, steps int, options LBFGSOptions) iter.Seq2[LBFGSStep, error] {
	return func(yield func(LBFGSStep, error) bool) {
		f, err := n.newFullBatch(ctx, data, options)
		if err != nil {
			yield(LBFGSStep{}, err)
			return
		}
		defer f.close()
		m, err := lbfgs.New(f.evaluate, f.parameters(), lbfgs.Options{
			History: options.History, GradTolerance: options.GradTolerance, Tolerance: options.Tolerance,
		})
		if err != nil {
			yield(LBFGSStep{}, err)
			return
		}
		if m.Status() != lbfgs.Running {
			yield(reportLBFGS(0, m), nil)
			return
		}
		for number := 1; number <= steps; number++ {
			_, err := m.Step()
			f.setParameters(m.X())
			report := reportLBFGS(number, m)
			if !yield(report, err) || err != nil || report.Ended {
				return
			}
		}
	}
}

func reportLBFGS(number int, m *lbfgs.Minimizer) LBFGSStep {
	return LBFGSStep{
		Number: number, Loss: m.Value(), Gradient: m.LargestGradient(), Passes: m.Evaluations(),
		Ended: m.Status() != lbfgs.Running, Converged: m.Status().Converged(),
	}
}

func (o LBFGSOptions) check() error {
	if o.Loss == nil {
		return errors.New("LBFGSOptions.Loss is not set: choose one, such as nn.CrossEntropy()")
	}
	if o.History < 0 {
		return fmt.Errorf("LBFGSOptions.History is %d, want a number from 0", o.History)
	}
	return errors.Join(
		checkFrom0("LBFGSOptions", "L2", o.L2),
		checkFrom0("LBFGSOptions", "GradTolerance", o.GradTolerance),
		checkFrom0("LBFGSOptions", "Tolerance", o.Tolerance))
}

// checkSmooth reports a layer that keeps the loss of all rows from being one
// function of the parameters.
func (n *Network) checkSmooth() error {
	for l, layer := range n.layers {
		switch layer := layer.(type) {
		case Coupled:
			return fmt.Errorf("layer %s (%s): its rows depend on each other, L-BFGS takes them in blocks: use a Trainer, or LayerNorm", n.places[l].path, layerName(layer))
		case *dropout:
			if layer.settings.P != 0 {
				return fmt.Errorf("layer %s (Dropout): L-BFGS needs a loss without chance: leave the layer out, or use a Trainer", n.places[l].path)
			}
		}
	}
	return nil
}
