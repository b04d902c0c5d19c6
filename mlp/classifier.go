package mlp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/lockstep-ml/lockstep/nn"
)

// A Classifier is the settings of a multi-layer perceptron that tells classes
// apart: fully connected layers with an activation function after each hidden
// one. Its defaults and the meaning of its fields are those of scikit-learn's
// MLPClassifier.
//
// With two classes the network has one output, the logit of the second class,
// and minimises the binary cross-entropy; with more it has an output for each
// class and minimises the cross-entropy of their softmax. To the mean loss of
// a batch is added
//
//	Alpha / (2*BatchSize) * (sum of all squared weights, without biases)
//
// Weights and biases begin uniform in [-a, a] with a = sqrt(6/(in+out)) for a
// layer of in inputs and out outputs (Glorot and Bengio, AISTATS 2010), with a
// factor 2 instead of 6 for [Logistic].
//
// Where it differs from scikit-learn: equal seeds give equal models (though
// other ones than there), momentum is plain instead of Nesterov's, and the last
// batch of an epoch, if it has fewer rows, has the penalty of the others.
//
// Its zero value is not useful: make one with [NewClassifier].
type Classifier[L Label] struct {
	HiddenLayerSizes []int      // units of each hidden layer; none make a linear model
	Activation       Activation // of the hidden layers
	Solver           Solver     // how the weights are found
	Alpha            float64    // strength of the penalty on squared weights
	BatchSize        int        // rows a step, at most all; 0 means the smaller of 200 and all
	LearningRateInit float64    // size of the steps
	MaxIter          int        // most epochs, passes over all rows
	Shuffle          bool       // take the rows in a new order in each epoch
	Seed             uint64     // of initial weights, orders and the validation split
	Tol              float64    // the least that counts as improvement, see NIterNoChange
	Momentum         float64    // of the solver SGD, from 0 to below 1
	Beta1, Beta2     float64    // decay rates of the means of the solver Adam
	Epsilon          float64    // added to its denominator

	// Training ends when the loss has not fallen by more than Tol for more than
	// NIterNoChange epochs in a row. With EarlyStopping the accuracy on
	// a ValidationFraction of the rows, the same of each class, takes the
	// place of the loss; they are not trained on, and the model gets the
	// weights of the best epoch instead of the last.
	NIterNoChange      int
	EarlyStopping      bool
	ValidationFraction float64

	// Workers is the number of goroutines; 0 means as many as there is work
	// for, at most GOMAXPROCS. The model does not depend on it.
	Workers int
}

// NewClassifier returns a classifier with scikit-learn's defaults: one hidden layer
// of 100 rectified linear units, trained by Adam.
func NewClassifier[L Label]() *Classifier[L] {
	return &Classifier[L]{
		HiddenLayerSizes:   []int{100},
		Activation:         ReLU,
		Solver:             Adam,
		Alpha:              1e-4,
		LearningRateInit:   1e-3,
		MaxIter:            200,
		Shuffle:            true,
		Tol:                1e-4,
		Momentum:           0.9,
		Beta1:              0.9,
		Beta2:              0.999,
		Epsilon:            1e-8,
		NIterNoChange:      10,
		ValidationFraction: 0.1,
	}
}

// Activation is the name of an activation function of hidden layers.
type Activation string

// The activation functions.
const (
	ReLU     Activation = "relu"     // max(x, 0)
	Logistic Activation = "logistic" // 1 / (1 + exp(-x))
	Tanh     Activation = "tanh"
	Identity Activation = "identity" // x
)

// activationLayers holds the activation functions. Identity needs no layer.
var activationLayers = map[Activation]func() nn.Layer{
	ReLU:     nn.ReLU,
	Logistic: nn.Sigmoid,
	Tanh:     nn.Tanh,
	Identity: nil,
}

// Solver is the name of a method that finds the weights.
type Solver string

// The solvers.
const (
	Adam Solver = "adam" // see [nn.Adam]
	SGD  Solver = "sgd"  // gradient descent with momentum, see [nn.SGD]
)

// optimizer returns the solver as an optimizer of package nn.
func (c *Classifier[L]) optimizer() nn.Optimizer {
	if c.Solver == SGD {
		return &nn.SGD{LearningRate: c.LearningRateInit, Momentum: c.Momentum}
	}
	return &nn.Adam{LearningRate: c.LearningRateInit, Beta1: c.Beta1, Beta2: c.Beta2, Epsilon: c.Epsilon}
}

// check reports settings that cannot work.
func (c *Classifier[L]) check() error {
	_, knownActivation := activationLayers[c.Activation]
	positive := func(size int) bool { return size >= 1 }
	return checkSettings("Classifier", []setting{
		{"HiddenLayerSizes", c.HiddenLayerSizes, all(c.HiddenLayerSizes, positive), "a positive number of units for each layer"},
		{"Activation", string(c.Activation), knownActivation, `"relu", "logistic", "tanh" or "identity"`},
		{"Solver", string(c.Solver), c.Solver == Adam || c.Solver == SGD, `"adam" or "sgd"`},
		{"Alpha", c.Alpha, isFromZero(c.Alpha), wantFromZero},
		{"BatchSize", c.BatchSize, c.BatchSize >= 0, "a positive number of rows, or 0 for the default"},
		{"LearningRateInit", c.LearningRateInit, isPositive(c.LearningRateInit), wantPositive},
		{"MaxIter", c.MaxIter, c.MaxIter >= 1, wantCount},
		{"Tol", c.Tol, isFromZero(c.Tol), wantFromZero},
		{"Momentum", c.Momentum, isUnit(c.Momentum), wantUnit},
		{"Beta1", c.Beta1, isUnit(c.Beta1), wantUnit},
		{"Beta2", c.Beta2, isUnit(c.Beta2), wantUnit},
		{"Epsilon", c.Epsilon, isPositive(c.Epsilon), wantPositive},
		{"NIterNoChange", c.NIterNoChange, c.NIterNoChange >= 1, wantCount},
		{"ValidationFraction", c.ValidationFraction, isUnit(c.ValidationFraction), wantUnit},
		{"Workers", c.Workers, c.Workers >= 0, wantWorkers},
	})
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
func (c *Classifier[L]) Fit(ctx context.Context, x Features, y []L) (*ClassifierModel[L], error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	set, err := newTrainingSet(x, y)
	if err != nil {
		return nil, err
	}
	f, err := c.begin(set)
	if err != nil {
		return nil, err
	}
	defer f.trainer.Close()
	if err := f.run(ctx, c.MaxIter); err != nil {
		err = fmt.Errorf("mlp: %w", err)
		if !errors.Is(err, context.Cause(ctx)) {
			return nil, err
		}
		return &ClassifierModel[L]{newModel(classifierEstimator, f.network, set.classes, f.history)}, err
	}
	return &ClassifierModel[L]{newModel(classifierEstimator, f.network, set.classes, f.history)}, nil
}

// begin prepares the training.
func (c *Classifier[L]) begin(set *trainingSet[L]) (*fitting, error) {
	training, validation, err := c.split(set)
	if err != nil {
		return nil, err
	}
	network, err := c.newNetwork(set.x.Cols, outputs(len(set.classes)))
	if err != nil {
		return nil, fmt.Errorf("mlp: %w", err)
	}
	batch := min(cmp.Or(c.BatchSize, 200), training.Len())
	decay := c.Alpha / float64(batch)
	trainer, err := network.NewTrainer(nn.TrainerOptions{
		Loss:      lossFor(network),
		Optimizer: c.optimizer(),
		BatchSize: batch,
		Seed:      c.Seed,
		InOrder:   !c.Shuffle,
		Rules:     []nn.Rule{nn.L2(decay)},
		Workers:   c.Workers,
	})
	if err != nil {
		return nil, fmt.Errorf("mlp: %w", err)
	}
	return &fitting{
		network: network, trainer: trainer, training: training, validation: validation,
		decay: decay, workers: c.Workers, patience: newPatience(c.NIterNoChange, c.Tol),
	}, nil
}

// split returns the rows to train on and those for validation, which there are
// none of without EarlyStopping.
func (c *Classifier[L]) split(set *trainingSet[L]) (training, validation samples, err error) {
	fraction := 0.0
	if c.EarlyStopping {
		fraction = c.ValidationFraction
	}
	rows, held := splitRows(set.class, len(set.classes), fraction, c.Seed)
	if c.EarlyStopping && len(held) == 0 {
		return samples{}, samples{}, dataErrorf("no row of %d is left for validation: EarlyStopping needs more rows or a greater ValidationFraction", len(set.class))
	}
	return samples{set.x, set.class, rows}, samples{set.x, set.class, held}, nil
}

func lossFor(network *nn.Network) nn.Loss {
	if network.Outputs() == 1 {
		return nn.BCEWithLogits()
	}
	return nn.CrossEntropy()
}

// newNetwork returns the network with its initial weights.
func (c *Classifier[L]) newNetwork(inputs, outputs int) (*nn.Network, error) {
	var layers []nn.Layer
	width := inputs
	for _, size := range c.HiddenLayerSizes {
		layers = append(layers, c.newDense(width, size))
		if activation := activationLayers[c.Activation]; activation != nil {
			layers = append(layers, activation())
		}
		width = size
	}
	layers = append(layers, c.newDense(width, outputs))
	return nn.Sequential(inputs, c.Seed, layers...)
}

func (c *Classifier[L]) newDense(in, out int) nn.Layer {
	factor := 6.0
	if c.Activation == Logistic {
		factor = 2
	}
	init := nn.Uniform(math.Sqrt(factor / (float64(in) + float64(out))))
	return nn.Dense(out, nn.WithInit(init), nn.WithBiasInit(init))
}

// all reports whether ok holds for every element.
func all[T any](s []T, ok func(T) bool) bool {
	return !slices.ContainsFunc(s, func(v T) bool { return !ok(v) })
}
