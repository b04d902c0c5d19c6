package mlp

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/lockstep-ml/lockstep/nn"
)

// A continuation is what a model keeps to go on learning.
type continuation[S any] struct {
	settings S
	state    []byte // checkpoint of the trainer; nil after Fit, when a new one begins
}

// PartialFit begins a training that goes on piece by piece, with the rows of the
// first: it makes one pass over them, whatever MaxIter says. classes are all
// classes there will be; [ClassifierModel.PartialFit] goes on. Errors are as those
// of Fit.
//
// The scaling is that of the first piece. EarlyStopping, Balanced, the solver LBFGS and
// changing learning rates do not go with it. The penalty is that of steps of
// BatchSize rows, 200 by default, also where a piece has fewer.
func (c *Classifier[L]) PartialFit(ctx context.Context, x Features, y []L, classes []L, options ...FitOption) (*ClassifierModel[L], error) {
	classes, _ = indexClasses(classes)
	if err := checkClasses(classes); err != nil {
		return nil, err
	}
	return c.fitPart(ctx, x, y, classes, newFitOptions(options), nil)
}

// PartialFit makes one pass over more rows and returns the next model, which has
// learned from them too; m stays as it is. The optimizer goes on where it was, but for
// a model of Fit, after which it begins anew.
//
// A label that is not one of the classes is a [*DataError]. A model that was loaded from a
// file does not know its settings: go on with [Classifier.Fit] and [WarmStart].
func (m *ClassifierModel[L]) PartialFit(ctx context.Context, x Features, y []L, options ...FitOption) (*ClassifierModel[L], error) {
	if m.training == nil {
		return nil, errNoSettings
	}
	o, err := continueFrom(m, options)
	if err != nil {
		return nil, err
	}
	return m.training.settings.fitPart(ctx, x, y, m.classes, o, m.training.state)
}

var errNoSettings = dataErrorf("PartialFit: the model was loaded from a file, which does not hold the settings: go on with Fit and the option WarmStart")

func (c *Classifier[L]) fitPart(ctx context.Context, x Features, y, classes []L, o fitOptions, state []byte) (*ClassifierModel[L], error) {
	if err := c.checkPart("Classifier"); err != nil {
		return nil, err
	}
	if c.Balanced {
		return nil, &SettingError{"Classifier.Balanced", true, "false for PartialFit, which does not know all rows: set ClassWeight"}
	}
	t, set, err := c.task(x, y, classes, o)
	if err != nil {
		return nil, err
	}
	network, h, state, err := c.trainPart(ctx, t, o.start, state)
	if err != nil {
		return nil, err
	}
	m := c.newModel(network, set, h)
	m.training.state = state
	return m, nil
}

// PartialFit begins a training that goes on piece by piece, as
// [Classifier.PartialFit] does.
func (r *Regressor) PartialFit(ctx context.Context, x Features, y []float64, options ...FitOption) (*RegressorModel, error) {
	return r.fitPart(ctx, x, y, newFitOptions(options), nil)
}

// PartialFit makes one pass over more rows and returns the next model, as
// [ClassifierModel.PartialFit] does.
func (m *RegressorModel) PartialFit(ctx context.Context, x Features, y []float64, options ...FitOption) (*RegressorModel, error) {
	if m.training == nil {
		return nil, errNoSettings
	}
	o, err := continueFrom(m, options)
	if err != nil {
		return nil, err
	}
	return m.training.settings.fitPart(ctx, x, y, o, m.training.state)
}

func (r *Regressor) fitPart(ctx context.Context, x Features, y []float64, o fitOptions, state []byte) (*RegressorModel, error) {
	if err := r.checkPart("Regressor"); err != nil {
		return nil, err
	}
	t, set, err := r.task(x, y, o)
	if err != nil {
		return nil, err
	}
	network, h, state, err := r.trainPart(ctx, t, o.start, state)
	if err != nil {
		return nil, err
	}
	m := r.newModel(network, set, h)
	m.training.state = state
	return m, nil
}

// checkPart reports settings that cannot work with PartialFit.
func (s *Settings) checkPart(estimator string) error {
	if err := s.check(estimator); err != nil {
		return err
	}
	const want = "PartialFit does not know all rows: "
	return checkSettings(estimator, []setting{
		{"EarlyStopping", s.EarlyStopping, !s.EarlyStopping, want + "false"},
		{"Solver", string(s.Solver), s.Solver != LBFGS || s.NewOptimizer != nil, want + `"adam" or "sgd"`},
		{"LearningRate", string(s.LearningRate), s.LearningRate == Constant, want + `"constant"`},
		{"NewSchedule", "set", s.NewSchedule == nil, want + "nil"},
	})
}

// trainPart makes one pass over the data of a task, from the model before, if there
// is one, with the given state of its trainer. It returns the new state.
func (s *Settings) trainPart(ctx context.Context, t task, before Model, state []byte) (*nn.Network, history, []byte, error) {
	f := &fitting{settings: s, task: t, training: t.data, patience: newPatience(s.NIterNoChange, s.Tol), begun: time.Now()}
	if err := f.newTrainer(s.batchSize()); err != nil {
		return nil, history{}, nil, err
	}
	defer f.trainer.Close()
	if before != nil {
		f.history = before.base().history.clone()
	}
	if state != nil {
		if _, err := f.trainer.Restore(bytes.NewReader(state)); err != nil {
			return nil, history{}, nil, fmt.Errorf("mlp: PartialFit: %w", err)
		}
	}
	for epoch, err := range f.trainer.Epochs(ctx, t.data.data(), 1) {
		if err == nil {
			err = f.observe(ctx, epoch)
		}
		if err != nil {
			return nil, history{}, nil, fmt.Errorf("mlp: %w", err)
		}
	}
	var checkpoint bytes.Buffer
	if err := f.trainer.Checkpoint(&checkpoint, nil); err != nil {
		return nil, history{}, nil, fmt.Errorf("mlp: %w", err)
	}
	f.history.Convergence = nil
	return f.network, f.history, checkpoint.Bytes(), nil
}
