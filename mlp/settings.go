package mlp

import (
	"log/slog"
	"slices"

	"github.com/lockstep-ml/lockstep/nn"
)

// Settings are what a [Classifier] and a [Regressor] have in common. Names,
// defaults and meanings are those of scikit-learn's MLPClassifier and
// MLPRegressor; what these lack comes last, switched off by default.
//
// To the mean loss of a batch is added the penalty
//
//	Alpha / (2*BatchSize) * (sum of all squared weights, without biases)
//
// Weights and biases begin uniform in [-a, a] with a = sqrt(6/(in+out)) for a
// layer of in inputs and out outputs (Glorot and Bengio, AISTATS 2010), with a
// factor 2 instead of 6 for [Logistic].
//
// Where they differ from scikit-learn: equal seeds give equal models (though
// other ones than there), and the last batch of an epoch, if it has fewer rows,
// has the penalty of the others.
type Settings struct {
	HiddenLayerSizes []int      // units of each hidden layer; none make a linear model
	Activation       Activation // of the hidden layers
	Solver           Solver     // how the weights are found
	Alpha            float64    // strength of the penalty on squared weights
	BatchSize        int        // rows a step, at most all; 0 means the smaller of 200 and all
	MaxIter          int        // most epochs, passes over all rows, or steps of LBFGS
	Shuffle          bool       // take the rows in a new order in each epoch
	Seed             uint64     // of initial weights, orders, dropout and the validation split
	Tol              float64    // the least that counts as improvement, see NIterNoChange; of LBFGS the largest element of the gradient at the end

	LearningRateInit  float64      // size of the steps
	LearningRate      LearningRate // how it changes, for the solver SGD
	PowerT            float64      // exponent of InvScaling
	Momentum          float64      // of the solver SGD, from 0 to below 1
	NesterovsMomentum bool         // look ahead along the momentum
	Beta1, Beta2      float64      // decay rates of the means of the solver Adam
	Epsilon           float64      // added to its denominator

	// Training ends when the loss has not fallen by more than Tol for more than
	// NIterNoChange epochs in a row. With EarlyStopping a score on
	// a ValidationFraction of the rows, for a classifier the same of each class,
	// takes the place of the loss; they are not trained on, and the model gets
	// the weights of the best epoch instead of the last. Few rows make few steps an
	// epoch and a coarse score: give them a larger NIterNoChange.
	NIterNoChange      int
	EarlyStopping      bool
	ValidationFraction float64

	// Scaler scales the columns of the inputs; it is fitted to all rows of Fit
	// and travels with the model. Nil leaves them as they are.
	Scaler Scaler

	Dropout   float64 // share of the units of each hidden layer that is left out in each step, see [nn.Dropout]
	BatchNorm bool    // normalise the inputs of each hidden layer's activation, see [nn.BatchNorm]

	// NewActivation makes the activation of hidden layer 0, 1, ..., in place of
	// Activation: any of package nn, or one's own. It returns a new layer each
	// time. To load a model with one's own, see [nn.RegisterLayer].
	NewActivation func(layer int) nn.Layer

	// NewOptimizer and NewSchedule make an optimizer and a schedule of its
	// learning rate for each training, in place of Solver and LearningRate.
	NewOptimizer func() nn.Optimizer
	NewSchedule  func() nn.Schedule

	Rules []nn.Rule // clipping and limits, see [nn.Rule]

	// Workers is the largest number of goroutines, 0 for GOMAXPROCS; small steps
	// are shared by fewer. The model does not depend on it.
	Workers int

	Reporting
}

// Reporting says who is told about a training under way. Calls come one after
// the other, in the goroutine of Fit; those of several trainings, as in
// [CrossValidate], at the same time.
type Reporting struct {
	OnProgress func(Progress) // is called after each iteration
	Logger     *slog.Logger   // logs each iteration at level Info
}

// defaultSettings returns scikit-learn's defaults: one hidden layer of 100
// rectified linear units, trained by Adam.
func defaultSettings() Settings {
	return Settings{
		HiddenLayerSizes:   []int{100},
		Activation:         ReLU,
		Solver:             Adam,
		Alpha:              1e-4,
		LearningRate:       Constant,
		LearningRateInit:   1e-3,
		PowerT:             0.5,
		MaxIter:            200,
		Shuffle:            true,
		Tol:                1e-4,
		Momentum:           0.9,
		NesterovsMomentum:  true,
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

// The solvers of a [Classifier] and a [Regressor].
const (
	Adam Solver = "adam" // see [nn.Adam]
	SGD  Solver = "sgd"  // gradient descent with momentum, see [nn.SGD]

	// LBFGS takes all rows at once in steps that use the curvature of the last
	// few, see [nn.Network.LBFGS]. It suits small data. BatchSize and what has to do
	// with learning rates have no meaning for it; EarlyStopping, Dropout and BatchNorm
	// do not go with it. It is a solver of [LogisticRegression], too.
	LBFGS Solver = "lbfgs"
)

// The other solvers of a [LogisticRegression]. An iteration costs a pass or two over
// the data, but for NewtonCG some more.
const (
	NewtonCG        Solver = "newton-cg"        // Newton's method with conjugate gradients: few iterations, also for a small Tol
	Proximal        Solver = "proximal"         // steps that make coefficients 0, for the penalties L1 and ElasticNet
	GradientDescent Solver = "gradient descent" // steps of LearningRate times the gradient, to learn from
)

// LearningRate is the name of a way in which the learning rate of the solver SGD
// changes.
type LearningRate string

// The ways.
const (
	Constant LearningRate = "constant"

	// InvScaling divides LearningRateInit by (t+1)^PowerT in each epoch, where t
	// is the number of rows that came before it.
	InvScaling LearningRate = "invscaling"

	// Adaptive divides the rate by 5, down to about 1e-6, when training would
	// end for lack of improvement.
	Adaptive LearningRate = "adaptive"
)

// check reports settings of the named estimator that cannot work.
func (s *Settings) check(estimator string) error {
	_, knownActivation := activationLayers[s.Activation]
	knownRate := s.LearningRate == Constant || s.LearningRate == InvScaling || s.LearningRate == Adaptive
	fullBatch := s.Solver == LBFGS && s.NewOptimizer == nil
	const notLBFGS = `nothing with the solver "lbfgs": choose "adam" or "sgd"`
	empty := func(size int) bool { return size < 1 }
	return checkSettings(estimator, []setting{
		{"HiddenLayerSizes", s.HiddenLayerSizes, !slices.ContainsFunc(s.HiddenLayerSizes, empty), "a positive number of units for each layer"},
		{"Activation", string(s.Activation), knownActivation, `"relu", "logistic", "tanh" or "identity"`},
		{"Solver", string(s.Solver), s.Solver == Adam || s.Solver == SGD || s.Solver == LBFGS, `"adam", "sgd" or "lbfgs"`},
		{"Alpha", s.Alpha, isFromZero(s.Alpha), wantFromZero},
		{"BatchSize", s.BatchSize, s.BatchSize >= 0, "a positive number of rows, or 0 for the default"},
		{"LearningRate", string(s.LearningRate), knownRate, `"constant", "invscaling" or "adaptive"`},
		{"LearningRateInit", s.LearningRateInit, isPositive(s.LearningRateInit), wantPositive},
		{"PowerT", s.PowerT, isFromZero(s.PowerT), wantFromZero},
		{"MaxIter", s.MaxIter, s.MaxIter >= 1, wantCount},
		{"Tol", s.Tol, isFromZero(s.Tol), wantFromZero},
		{"Momentum", s.Momentum, isUnit(s.Momentum), wantUnit},
		{"Beta1", s.Beta1, isUnit(s.Beta1), wantUnit},
		{"Beta2", s.Beta2, isUnit(s.Beta2), wantUnit},
		{"Epsilon", s.Epsilon, isPositive(s.Epsilon), wantPositive},
		{"NIterNoChange", s.NIterNoChange, s.NIterNoChange >= 1, wantCount},
		{"ValidationFraction", s.ValidationFraction, isUnit(s.ValidationFraction), wantUnit},
		{"Dropout", s.Dropout, isUnit(s.Dropout), wantUnit},
		{"EarlyStopping", s.EarlyStopping, !fullBatch || !s.EarlyStopping, notLBFGS},
		{"Dropout", s.Dropout, !fullBatch || s.Dropout == 0, notLBFGS},
		{"BatchNorm", s.BatchNorm, !fullBatch || !s.BatchNorm, notLBFGS},
		{"Workers", s.Workers, s.Workers >= 0, wantWorkers},
	})
}
