package nn

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
	"time"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/internal/random"
	"github.com/lockstep-ml/lockstep/kernels"
)

// TrainerOptions are the settings of a [Trainer]. Loss and Optimizer must be
// given; the zero values of the others are usable.
type TrainerOptions struct {
	Loss      Loss
	Optimizer Optimizer
	BatchSize int      // rows a step; 0 means 64. The last step of an epoch may have fewer
	Schedule  Schedule // of the learning rate; nil means constant
	Seed      uint64   // of the order of the rows and everything else random
	InOrder   bool     // take the rows in order instead of shuffling them each epoch
	Rules     []Rule   // clipping, penalties, parameter groups, averages

	// Workers is the largest number of goroutines, 0 for GOMAXPROCS. There are fewer
	// where steps are too small for as many to make them faster: one for each
	// 2^20 products of a parameter with an input, and one for the rest. The result
	// does not depend on it.
	Workers int
}

// A Trainer fits a network to data, epoch by epoch.
//
// In a step each worker takes a block of the batch's rows and runs it through
// all layers, forward and backward, without waiting for the others; after a
// barrier it takes its share of the parameters, computes their gradient over
// the whole batch, tile by tile, and applies the optimizer while the tile is
// in its cache; a second barrier ends the step. Where it can, a worker owns
// columns of the first layer instead, and runs all rows through those. No split
// divides a chain of additions, so the weights are the same bits for any number
// of workers. Losses with weights, rules that need all gradients, and layers whose
// rows depend on each other cost more barriers.
//
// Gradients that nothing else needs are not kept: Param.Grad does not hold them.
type Trainer struct {
	net     *Network
	options TrainerOptions
	updater *Updater
	team    *parallel.Team
	split   split
	history []Epoch

	// The epoch at hand. The functions are made once so that a step
	// allocates nothing.
	run       func(worker int)
	barrier   func()
	momentum  func(step, steps int) float64 // by the schedule; nil leaves it to the optimizer
	workspace *Workspace
	inputs    [][2]*Workspace // of each worker, in turn, if the split is by columns
	data      Data
	ctx       context.Context
	order     []int
	reduction reduction
	position
	stop atomic.Int32
}

// Why an epoch stops before its last row.
const (
	goOn int32 = iota
	stopNotFinite
	stopCancelled
)

// Epoch reports on one pass over the data.
type Epoch struct {
	Number   int     // from 1
	Loss     float64 // mean over the rows, each as it was when its step came; of a [Summed] loss, mean over the steps
	Rows     int
	Steps    int
	Duration time.Duration
}

// defaultBatchSize is the number of rows a step unless the options say so.
const defaultBatchSize = 64

// NewTrainer returns a trainer with a fresh optimizer. Close releases its
// workers.
func (n *Network) NewTrainer(options TrainerOptions) (*Trainer, error) {
	switch {
	case options.Loss == nil:
		return nil, errors.New("nn: TrainerOptions.Loss is not set: choose one, such as nn.CrossEntropy()")
	case options.Optimizer == nil:
		return nil, errors.New("nn: TrainerOptions.Optimizer is not set: choose one, such as nn.NewAdam(1e-3)")
	case options.BatchSize < 0:
		return nil, fmt.Errorf("nn: TrainerOptions.BatchSize is %d, want a positive number of rows", options.BatchSize)
	}
	if err := checkSchedule(options.Schedule); err != nil {
		return nil, fmt.Errorf("nn: %w", err)
	}
	if options.BatchSize == 0 {
		options.BatchSize = defaultBatchSize
	}
	options.Workers = n.usefulWorkers(options.Workers, options.BatchSize)
	updater, err := n.NewUpdater(options.Optimizer, options.Rules...)
	if err != nil {
		return nil, err
	}
	if err := updater.checkMomentum(options.Schedule); err != nil {
		return nil, fmt.Errorf("nn: %w", err)
	}
	t := &Trainer{net: n, options: options, updater: updater, team: parallel.NewTeam(options.Workers)}
	t.history = make([]Epoch, 0, 128) // grows once in a long while
	t.split = newSplit(updater, options.Workers)
	t.run, t.barrier, t.momentum = t.runWorker, t.team.Barrier, momentumOf(options.Schedule)
	return t, nil
}

// Workers returns the number of goroutines that train.
func (t *Trainer) Workers() int { return t.team.Size() }

// usefulWorkers returns how many workers, at most limit of them, make steps of the
// given number of rows faster.
func (n *Network) usefulWorkers(limit, rows int) int {
	return parallel.Useful(limit, int64(rows)*int64(n.ParamCount()))
}

// Close releases the trainer's workers.
func (t *Trainer) Close() { t.team.Close() }

// Epochs trains for n passes over the data and yields a report after each.
// Breaking out of the loop stops the training cleanly. It ends early with an
// error if the data do not fit the network, if a number is not finite
// ([DataError], [DivergenceError]) or if the context is cancelled, then after
// the step at hand. [Trainer.Resume] goes on from there; Epochs may be called again
// to train on in new epochs.
func (t *Trainer) Epochs(ctx context.Context, data Data, n int) iter.Seq2[Epoch, error] {
	return func(yield func(Epoch, error) bool) {
		if err := t.prepare(data); err != nil {
			yield(Epoch{}, err)
			return
		}
		t.plan(n, shapeOf(data), t.options.BatchSize)
		t.goOn(ctx, data, yield)
	}
}

// Resume goes on where a call of [Trainer.Epochs] was interrupted, by the context
// or before the checkpoint that was restored, if need be in the middle of an
// epoch, and ends in the same bits as if it had not been. It yields what that call
// still has to; nothing if it was complete. The data must be the same.
func (t *Trainer) Resume(ctx context.Context, data Data) iter.Seq2[Epoch, error] {
	return func(yield func(Epoch, error) bool) {
		if t.left == 0 {
			return
		}
		if err := t.shape.check(shapeOf(data)); err != nil {
			yield(Epoch{}, fmt.Errorf("nn: Resume: %w", err))
			return
		}
		if err := t.prepare(data); err != nil {
			yield(Epoch{}, err)
			return
		}
		t.goOn(ctx, data, yield)
	}
}

// goOn runs the epochs that are left.
func (t *Trainer) goOn(ctx context.Context, data Data, yield func(Epoch, error) bool) {
	for t.left > 0 {
		epoch, err := t.runEpoch(ctx, data)
		if !yield(epoch, err) || err != nil {
			return
		}
	}
}

// History returns the reports on the epochs so far, those before the checkpoint
// that was restored included.
func (t *Trainer) History() []Epoch { return slices.Clone(t.history) }

// prepare checks that the data fit the network and sizes the workspace.
func (t *Trainer) prepare(data Data) error {
	if err := t.net.checkTraining(data, t.options.Loss); err != nil {
		return err
	}
	_, targets := data.Dims()
	rows := min(t.options.BatchSize, data.Len())
	w := t.workspace
	if w == nil || w.activations[0].Rows < rows || w.targets.Cols != targets {
		w = t.net.NewWorkspace(rows)
		w.targets = kernels.NewMatrix(rows, targets)
		w.shareMemory(2) // finiteInput asks for the first layer's output
		t.workspace, t.inputs = w, nil
	}
	if last := (data.Len()-1)%t.options.BatchSize + 1; last < w.minRows {
		return fmt.Errorf("nn: the last of %d rows in batches of %d make a batch of %d, want at least %d for %s: choose another BatchSize",
			data.Len(), t.options.BatchSize, last, w.minRows, t.net.coupledName())
	}
	_, weighted := data.(WeightedData)
	t.reduction = newReduction(t.options.Loss, weighted)
	return nil
}

// checkPairing finds the mistakes of applying softmax or sigmoid twice, and of
// forgetting a logarithm.
func checkPairing(n *Network, loss Loss) error {
	last := layerName(n.layers[len(n.layers)-1])
	if s, ok := loss.(summed); ok {
		loss = s.Loss
	}
	_, softmaxTwice := loss.(crossEntropy)
	_, sigmoidTwice := loss.(bceWithLogits)
	if softmaxTwice && last == "Softmax" || sigmoidTwice && last == "Sigmoid" {
		return fmt.Errorf("nn: the network ends in %s, which %v applies itself: leave the layer out", last, loss)
	}
	_, takesLogarithms := loss.(nll)
	if _, divergence := loss.(klDivergence); (takesLogarithms || divergence) && last == "Softmax" {
		return fmt.Errorf("nn: the network ends in Softmax, but %v takes logarithms of probabilities: use LogSoftmax", loss)
	}
	return nil
}

// runEpoch makes one pass over the data, or what is left of it.
func (t *Trainer) runEpoch(ctx context.Context, data Data) (Epoch, error) {
	start := time.Now()
	if !t.open {
		t.beginEpoch()
	}
	t.data, t.ctx = data, ctx
	t.setOrder(data.Len())
	t.share()
	t.stop.Store(goOn)
	t.team.Run(t.run)
	t.elapsed += time.Since(start)
	epoch := t.report(t.options.BatchSize)
	switch t.stop.Load() {
	case stopNotFinite:
		t.updater.t-- // the last step was begun, but not applied
		t.step--
		return epoch, t.diagnose()
	case stopCancelled:
		return epoch, fmt.Errorf("nn: training stopped in epoch %d after %d of %d rows: %w", t.epoch, t.done, data.Len(), context.Cause(ctx))
	}
	if diverged := t.spoiltParameter(t.updater.t); diverged != nil {
		return epoch, diverged
	}
	t.endEpoch()
	t.history = append(t.history, epoch)
	return epoch, nil
}

// setOrder chooses the order of the rows for the epoch.
func (t *Trainer) setOrder(n int) {
	if len(t.order) != n {
		t.order = make([]int, n)
	}
	if !t.options.InOrder {
		random.Key{Seed: t.options.Seed, Stream: streamOrder, Step: uint64(t.epoch)}.Permutation(t.order)
		return
	}
	for i := range t.order {
		t.order[i] = i
	}
}

// Averaged returns a copy of the network with the averages that the rule
// [Average] keeps in place of the parameters. It fails without the rule or
// before the first step.
func (t *Trainer) Averaged() (*Network, error) { return t.updater.Averaged() }
