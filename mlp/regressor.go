package mlp

import (
	"context"
	"fmt"
	"slices"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/metrics"
	"github.com/lockstep-ml/lockstep/nn"
)

// A Regressor is the settings of a multi-layer perceptron that predicts a
// number: fully connected layers with an activation function after each hidden
// one, and one linear output. See [Settings] for the fields that it shares with a
// [Classifier].
//
// Its zero value is not useful: make one with [NewRegressor].
type Regressor struct {
	Settings

	// Loss is what the network minimises; nil means half the squared error,
	// 1/2 * (prediction - target)^2, as scikit-learn's "squared_error".
	Loss nn.Loss

	// TargetScaler scales the targets for training; predictions are scaled
	// back. Targets far from 0, or much larger or smaller than 1, are hardly
	// learned without. Nil leaves them as they are.
	TargetScaler Scaler
}

// NewRegressor returns a regressor with scikit-learn's defaults: one hidden layer
// of 100 rectified linear units, trained by Adam.
func NewRegressor() *Regressor { return &Regressor{Settings: defaultSettings()} }

// Fit trains a network on the rows of x with the targets y, finite numbers, one
// for each row, and returns it as a new model. It neither changes the settings nor
// keeps x or y. Errors are as those of [Classifier.Fit]. With EarlyStopping the
// score is [metrics.R2].
func (r *Regressor) Fit(ctx context.Context, x Features, y []float64, options ...FitOption) (*RegressorModel, error) {
	if err := r.Settings.check("Regressor"); err != nil {
		return nil, err
	}
	t, set, err := r.task(x, y, newFitOptions(options))
	if err != nil {
		return nil, err
	}
	network, h, err := r.train(ctx, t)
	if network == nil {
		return nil, err
	}
	return r.newModel(network, set, h), err
}

// task checks the data and returns them as a task.
func (r *Regressor) task(x Features, y []float64, o fitOptions) (task, *regressionSet, error) {
	start, err := startFrom[*RegressorModel](o)
	if err != nil {
		return task{}, nil, err
	}
	set, err := r.newSet(x, y, o, start)
	if err != nil {
		return task{}, nil, err
	}
	t := task{data: newSamples(set.x, set.target, set.weights), outputs: 1, loss: r.Loss, score: r2}
	if t.loss == nil {
		t.loss = halved{nn.MSE()}
	}
	if start != nil {
		t.start = start.network
	}
	return t, set, nil
}

func (r *Regressor) newModel(network *nn.Network, set *regressionSet, h history) *RegressorModel {
	settings := *r
	settings.HiddenLayerSizes = slices.Clone(r.HiddenLayerSizes)
	return &RegressorModel{
		fitted:   newFitted(regressorEstimator, network, set.scaling, set.names, h),
		target:   set.targetScaling,
		training: &continuation[Regressor]{settings: settings},
	}
}

// regressionSet is inputs and targets, checked and in the form that training
// works on.
type regressionSet struct {
	x                      kernels.Matrix
	names                  []string // of the columns
	target, weights        []float32
	scaling, targetScaling *Scaling
}

// newSet checks the data.
func (r *Regressor) newSet(x Features, y []float64, o fitOptions, start *RegressorModel) (*regressionSet, error) {
	if err := checkTargets("targets", len(y), x); err != nil {
		return nil, err
	}
	set := &regressionSet{names: fitNames(x, o.start)}
	var err error
	if set.scaling, err = fitScaling(x, r.Scaler, o.start); err != nil {
		return nil, err
	}
	if set.x, err = x.matrix(set.scaling); err != nil {
		return nil, err
	}
	if start != nil {
		set.targetScaling = start.target
	} else if set.targetScaling, err = r.fitTargets(y); err != nil {
		return nil, err
	}
	if set.target, err = scaleTargets(y, set.targetScaling); err != nil {
		return nil, err
	}
	set.weights, err = rowWeights(len(y), o.weights, nil, nil)
	return set, err
}

// fitTargets returns the scaling of the targets, nil without.
func (r *Regressor) fitTargets(y []float64) (*Scaling, error) {
	if r.TargetScaler == nil {
		return nil, nil
	}
	rows := make([][]float64, len(y))
	for i, v := range y {
		if v-v != 0 {
			return nil, targetError(i, v)
		}
		rows[i] = y[i : i+1]
	}
	scaling, err := r.TargetScaler.Fit(Rows(rows))
	if err != nil {
		return nil, fmt.Errorf("mlp: fit the scaler of the targets: %w", err)
	}
	return scaling.clone(), scaling.check(1)
}

// scaleTargets returns the targets, scaled unless s is nil, rounded to float32.
func scaleTargets(y []float64, s *Scaling) ([]float32, error) {
	target := make([]float32, len(y))
	for i, v := range y {
		scaled := v
		if s != nil {
			scaled = s.apply(0, v)
		}
		target[i] = float32(scaled)
		if target[i]-target[i] != 0 {
			return nil, targetError(i, v)
		}
	}
	return target, nil
}

func targetError(row int, v float64) error {
	return &DataError{Row: row, Column: -1, Reason: fmt.Sprintf("its target is %v, want a finite number within the range of float32: leave the row out, or scale the targets", v)}
}

// halved is a loss times 1/2.
type halved struct{ nn.Loss }

func (h halved) Rows(loss []float64, dz, z, y kernels.Matrix, scale float64) {
	h.Loss.Rows(loss, dz, z, y, scale/2)
	for i := range loss {
		loss[i] /= 2
	}
}

func (h halved) String() string { return fmt.Sprintf("%v/2", h.Loss) }

// r2 returns the coefficient of determination.
func r2(outputs, targets kernels.Matrix) float64 {
	score, err := metrics.R2(targets.Data, outputs.Data)
	if err != nil {
		panic("mlp: " + err.Error()) // the matrices have one column and equally many rows, at least one
	}
	return score
}
