package mlp

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// A Classifier is the settings of a multi-layer perceptron that tells classes
// apart: fully connected layers with an activation function after each hidden
// one. See [Settings] for the fields that it shares with a [Regressor].
//
// With two classes the network has one output, the logit of the second class,
// and minimises the binary cross-entropy; with more it has an output for each
// class and minimises the cross-entropy of their softmax.
//
// Its zero value is not useful: make one with [NewClassifier].
type Classifier[L Label] struct {
	Settings
	ClassWeighting[L]
}

// NewClassifier returns a classifier with scikit-learn's defaults: one hidden layer
// of 100 rectified linear units, trained by Adam.
func NewClassifier[L Label]() *Classifier[L] {
	return &Classifier[L]{Settings: defaultSettings()}
}

// Fit trains a network on the rows of x with the labels y, one for each row of
// at least two classes, and returns it as a new model. It neither changes the
// settings nor keeps x or y.
//
// If the context is cancelled, Fit returns the error and with it the model as
// it is after the step at hand or, with EarlyStopping, after the best epoch so
// far. With any other error the model is nil: [*SettingError], [*DataError], or
// [*nn.DivergenceError] if the training came upon numbers that are not finite.
// Training that did not converge is no error, but a warning of the model.
func (c *Classifier[L]) Fit(ctx context.Context, x Features, y []L, options ...FitOption) (*ClassifierModel[L], error) {
	if err := c.Settings.check("Classifier"); err != nil {
		return nil, err
	}
	t, set, err := c.task(x, y, nil, newFitOptions(options))
	if err != nil {
		return nil, err
	}
	network, h, err := c.train(ctx, t)
	if network == nil {
		return nil, err
	}
	return c.newModel(network, set, h), err
}

// task checks the data and returns them as a task. classes are those there may be;
// nil means those of y.
func (c *Classifier[L]) task(x Features, y, classes []L, o fitOptions) (task, *trainingSet[L], error) {
	start, err := startFrom[*ClassifierModel[L]](o)
	if err != nil {
		return task{}, nil, err
	}
	set, err := newTrainingSet(x, y, classes, c.Scaler, c.ClassWeighting, o)
	if err != nil {
		return task{}, nil, err
	}
	t := task{
		data:    set.samples(),
		strata:  set.class,
		outputs: outputs(len(set.classes)),
		loss:    lossFor(len(set.classes)),
		score:   accuracy,
	}
	if start != nil {
		if !slices.Equal(start.classes, set.classes) {
			return task{}, nil, &SettingError{"WarmStart", start.classes, fmt.Sprintf("a model of the classes %v", set.classes)}
		}
		t.start = start.network
	}
	return t, set, nil
}

func (c *Classifier[L]) newModel(network *nn.Network, set *trainingSet[L], h history) *ClassifierModel[L] {
	settings := *c
	settings.HiddenLayerSizes = slices.Clone(c.HiddenLayerSizes)
	settings.ClassWeight = maps.Clone(c.ClassWeight)
	return &ClassifierModel[L]{
		newClassModel(newFitted(classifierEstimator, network, set.scaling, set.names, h), set.classes),
		&continuation[Classifier[L]]{settings: settings},
	}
}

func lossFor(classes int) nn.Loss {
	if classes == 2 {
		return nn.BCEWithLogits()
	}
	return nn.CrossEntropy()
}

// accuracy returns the fraction of the rows of logits whose most probable class
// is the target.
func accuracy(logits, targets kernels.Matrix) float64 {
	hits := 0
	for i := range logits.Rows {
		if mostProbable(logits.Row(i)) == int(targets.Row(i)[0]) {
			hits++
		}
	}
	return float64(hits) / float64(logits.Rows)
}
