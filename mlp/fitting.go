package mlp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lockstep-ml/lockstep/internal/random"
	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// A task is what a network is to learn.
type task struct {
	data    samples
	strata  []int // class of each row of which validation gets the same share; nil for one share of all
	outputs int
	loss    nn.Loss
	score   func(outputs, targets kernels.Matrix) float64 // of validation rows, higher is better
	start   *nn.Network                                   // whose parameters to begin with; nil for random ones
}

// fitting is a training of a network under way.
type fitting struct {
	settings   *Settings
	task       task
	network    *nn.Network
	trainer    *nn.Trainer
	training   samples
	validation samples // empty without early stopping
	decay      float64 // the trainer's L2
	rate       rate
	patience   *patience
	best       *nn.Network // that of the best epoch, with early stopping
	history    history
	begun      time.Time
}

// train fits a network to a task. If the context is cancelled, it returns the
// network as it is then with the error, with any other error none.
func (s *Settings) train(ctx context.Context, t task) (*nn.Network, history, error) {
	if s.Solver == LBFGS && s.NewOptimizer == nil {
		return s.trainFullBatch(ctx, t)
	}
	f, err := s.begin(t)
	if err != nil {
		return nil, history{}, err
	}
	defer f.trainer.Close()
	err = f.run(ctx)
	return outcome(ctx, f.network, f.history, err)
}

// outcome returns what a training ended with: nothing but the error, if it is
// another than that of the context.
func outcome(ctx context.Context, network *nn.Network, h history, err error) (*nn.Network, history, error) {
	switch {
	case err == nil:
		return network, h, nil
	case errors.Is(err, context.Cause(ctx)):
		return network, h, fmt.Errorf("mlp: %w", err)
	}
	return nil, history{}, fmt.Errorf("mlp: %w", err)
}

// begin prepares the training.
func (s *Settings) begin(t task) (*fitting, error) {
	training, validation, err := s.split(t)
	if err != nil {
		return nil, err
	}
	f := &fitting{settings: s, task: t, training: training, validation: validation, patience: newPatience(s.NIterNoChange, s.Tol), begun: time.Now()}
	batch := min(s.batchSize(), training.Len())
	f.rate = s.newRate(training.Len(), (training.Len()+batch-1)/batch)
	return f, f.newTrainer(batch)
}

// batchSize returns the number of rows of a step, if there are so many.
func (s *Settings) batchSize() int { return cmp.Or(s.BatchSize, 200) }

// newTrainer makes the network and its trainer.
func (f *fitting) newTrainer(batch int) error {
	s := f.settings
	if rows := f.training.Len(); s.BatchNorm && (rows-1)%batch == 0 {
		return &SettingError{"BatchSize", batch, fmt.Sprintf("a number of rows that leaves at least 2 of %d for each step, which BatchNorm needs", rows)}
	}
	var err error
	if f.network, err = s.startNetwork(f.task); err != nil {
		return err
	}
	f.decay = s.Alpha / float64(batch)
	f.trainer, err = f.network.NewTrainer(nn.TrainerOptions{
		Loss:      f.task.loss,
		Optimizer: s.newOptimizer(),
		Schedule:  f.rate.Schedule,
		BatchSize: batch,
		Seed:      s.Seed,
		InOrder:   !s.Shuffle,
		Rules:     append([]nn.Rule{nn.L2(f.decay)}, s.Rules...),
		Workers:   s.Workers,
	})
	if err != nil {
		return fmt.Errorf("mlp: %w", err)
	}
	return nil
}

// startNetwork returns the network of a task with the parameters to begin with.
func (s *Settings) startNetwork(t task) (*nn.Network, error) {
	network, err := s.newNetwork(t.data.x.Cols, t.outputs)
	if err != nil {
		return nil, fmt.Errorf("mlp: %w", err)
	}
	if t.start == nil {
		return network, nil
	}
	if err := network.CopyFrom(t.start); err != nil {
		return nil, &SettingError{"WarmStart", t.start.Summary(), "a model with the layers of the settings: " + err.Error()}
	}
	return network, nil
}

// split returns the rows to train on and those for validation, which there are
// none of without EarlyStopping.
func (s *Settings) split(t task) (training, validation samples, err error) {
	if !s.EarlyStopping {
		return t.data, t.data.only(nil), nil
	}
	rows, held := hold(t.strata, t.data.Len(), s.ValidationFraction, random.Key{Seed: s.Seed, Stream: streamValidation})
	if len(held) == 0 {
		return samples{}, samples{}, dataErrorf("no row of %d is left for validation: EarlyStopping needs more rows or a greater ValidationFraction", t.data.Len())
	}
	return t.data.only(rows), t.data.only(held), nil
}

// run trains until the patience is exhausted, for at most MaxIter epochs. With
// early stopping the network is then that of the best epoch, also if run returns
// an error.
func (f *fitting) run(ctx context.Context) error {
	reason := maxIterReached
	var failure error
	for epoch, err := range f.trainer.Epochs(ctx, f.training.data(), f.settings.MaxIter) {
		if err != nil {
			failure, reason = err, interrupted
			break
		}
		if err := f.observe(ctx, epoch); err != nil {
			return err
		}
		if !f.patience.exhausted() {
			continue
		}
		if !f.rate.lower() {
			reason = ""
			break
		}
		f.patience.count = 0
	}
	if reason != "" {
		f.history.Convergence = &ConvergenceWarning{f.history.Iterations, reason}
	}
	if f.best != nil {
		f.network = f.best
	}
	return failure
}

// observe takes note of a finished epoch.
func (f *fitting) observe(ctx context.Context, epoch nn.Epoch) error {
	h := &f.history
	p := Progress{
		Iteration: h.Iterations + 1, MaxIter: f.settings.MaxIter,
		Loss: epoch.Loss + penalty(f.network, f.decay),
	}
	h.Iterations++
	h.LossCurve = append(h.LossCurve, p.Loss)
	if f.validation.Len() == 0 {
		f.patience.observe(p.Loss)
	} else {
		score, err := f.validate()
		if err != nil {
			return err
		}
		p.ValidationScore, p.Validated = score, true
		h.ValidationScores = append(h.ValidationScores, score)
		if f.patience.observe(-score) {
			if err := f.keepBest(); err != nil {
				return err
			}
		}
	}
	p.Elapsed = time.Since(f.begun)
	f.settings.report(ctx, p)
	return nil
}

// validate returns the score of the validation rows.
func (f *fitting) validate() (float64, error) {
	outputs, targets := kernels.NewMatrix(f.validation.Len(), f.task.outputs), kernels.NewMatrix(f.validation.Len(), 1)
	if err := f.network.Predictor().PredictData(outputs, targets, f.validation, f.settings.Workers); err != nil {
		return 0, err
	}
	return f.task.score(outputs, targets), nil
}

// keepBest remembers the network as it is.
func (f *fitting) keepBest() error {
	if f.best == nil {
		best, err := f.settings.startNetwork(f.task)
		if err != nil {
			return err
		}
		f.best = best
	}
	return f.best.CopyFrom(f.network)
}
