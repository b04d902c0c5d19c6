package mlp

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// A LogisticRegression is the settings of a linear model that tells classes
// apart. Names, defaults and meanings are those of scikit-learn's
// LogisticRegression; the rest is at the end. It minimises
//
//	C * sum_i loss(i) + penalty
//
// over the rows i, where the loss is the negative logarithm of the probability
// of the true class. With two classes that is the sigmoid of one linear
// function of the inputs, with more the softmax of one for each class. The
// intercept has no penalty.
//
// The minimum is unique but for [NoPenalty], so there is nothing random about the
// model. It is found in float64, and the coefficients are rounded to float32. With many
// rows LBFGS takes its first steps by matrix products in float32.
//
// Its zero value is not useful: make one with [NewLogisticRegression].
type LogisticRegression[L Label] struct {
	Penalty      Penalty // on the coefficients
	C            float64 // weight of the data; smaller values mean a stronger penalty
	L1Ratio      float64 // share of the magnitudes in the penalty ElasticNet, from 0 to 1
	FitIntercept bool    // whether there is a constant in the linear functions
	Solver       Solver  // LBFGS, NewtonCG, Proximal or GradientDescent
	Tol          float64 // largest element, at the end, of the gradient of the objective divided by C times the rows; LBFGS wants that for standardised columns, too
	MaxIter      int     // most iterations

	ClassWeighting[L]

	LearningRate float64 // step of the solver GradientDescent, times the gradient of the objective divided by C times the rows
	Scaler       Scaler  // scales the columns of the inputs and travels with the model; nil leaves them as they are
	Workers      int     // goroutines; 0 means GOMAXPROCS. The model does not depend on it
	Reporting
}

// NewLogisticRegression returns a logistic regression with scikit-learn's
// defaults.
func NewLogisticRegression[L Label]() *LogisticRegression[L] {
	return &LogisticRegression[L]{
		Penalty: L2, C: 1, L1Ratio: 0.5, FitIntercept: true,
		Solver: LBFGS, Tol: 1e-4, MaxIter: 100, LearningRate: 0.1,
	}
}

// Penalty is the name of a penalty on the coefficients w.
type Penalty string

// The penalties.
const (
	L2         Penalty = "l2"         // 1/2 * sum(w^2)
	L1         Penalty = "l1"         // sum(|w|), which makes coefficients 0
	ElasticNet Penalty = "elasticnet" // L1Ratio * sum(|w|) + (1-L1Ratio)/2 * sum(w^2)
	NoPenalty  Penalty = "none"
)

// check reports settings that cannot work.
func (r *LogisticRegression[L]) check() error {
	knownPenalty := r.Penalty == L2 || r.Penalty == L1 || r.Penalty == ElasticNet || r.Penalty == NoPenalty
	knownSolver := r.Solver == LBFGS || r.Solver == NewtonCG || r.Solver == Proximal || r.Solver == GradientDescent
	magnitudes := r.Penalty == L1 || r.Penalty == ElasticNet
	return checkSettings("LogisticRegression", []setting{
		{"Penalty", string(r.Penalty), knownPenalty, `"l2", "l1", "elasticnet" or "none"`},
		{"C", r.C, isPositive(r.C) && isPositive(1/r.C), wantPositive},
		{"L1Ratio", r.L1Ratio, r.L1Ratio >= 0 && r.L1Ratio <= 1, "a number from 0 to 1"},
		{"Solver", string(r.Solver), knownSolver, `"lbfgs", "newton-cg", "proximal" or "gradient descent"`},
		{"Solver", string(r.Solver), !knownSolver || !magnitudes || r.Solver == Proximal, fmt.Sprintf(`"proximal" for the penalty %q`, r.Penalty)},
		{"Tol", r.Tol, isFromZero(r.Tol), wantFromZero},
		{"MaxIter", r.MaxIter, r.MaxIter >= 1, wantCount},
		{"LearningRate", r.LearningRate, isPositive(r.LearningRate), wantPositive},
		{"Workers", r.Workers, r.Workers >= 0, wantWorkers},
	})
}

// Fit finds the coefficients for the rows of x with the labels y, one for each
// row of at least two classes, and returns them as a new model. It neither
// changes the settings nor keeps x or y.
//
// If the context is cancelled, Fit returns the error and with it the model as
// it is then. With any other error, a [*SettingError] or a [*DataError], the model
// is nil. A search that did not converge is no error, but a warning of the
// model.
func (r *LogisticRegression[L]) Fit(ctx context.Context, x Features, y []L, options ...FitOption) (*LogisticModel[L], error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if err := checkEnvironment(); err != nil {
		return nil, err
	}
	o := newFitOptions(options)
	set, err := newTrainingSet(x, y, nil, r.Scaler, r.ClassWeighting, o)
	if err != nil {
		return nil, err
	}
	start, err := r.start(set, o)
	if err != nil {
		return nil, err
	}
	team := parallel.NewTeam(min(parallel.Workers(r.Workers), segments(set.x.Rows)))
	defer team.Close()
	search, err := r.search(team, set, start)
	if err != nil {
		return nil, err
	}
	h := r.run(ctx, search)
	network, err := linearNetwork(set.x.Cols, outputs(len(set.classes)), search.point())
	if err != nil {
		return nil, err
	}
	m := &LogisticModel[L]{newClassModel(newFitted(logisticEstimator, network, set.scaling, set.names, h), set.classes)}
	if h.Convergence != nil && h.Convergence.Reason == interrupted {
		return m, fmt.Errorf("mlp: LogisticRegression stopped after %d iterations: %w", h.Iterations, context.Cause(ctx))
	}
	return m, nil
}

// start returns the parameters to begin with.
func (r *LogisticRegression[L]) start(set *trainingSet[L], o fitOptions) ([]float64, error) {
	width := outputs(len(set.classes))
	size := width * set.x.Cols
	if r.FitIntercept {
		size += width
	}
	w := make([]float64, size)
	model, err := startFrom[*LogisticModel[L]](o)
	if err != nil || model == nil {
		return w, err
	}
	if !slices.Equal(model.classes, set.classes) || model.Inputs() != set.x.Cols {
		return nil, &SettingError{"WarmStart", model.classes, fmt.Sprintf("a model of the classes %v with %d inputs", set.classes, set.x.Cols)}
	}
	kernels.ToFloat64(w[:width*set.x.Cols], model.Coef().Data)
	if r.FitIntercept {
		kernels.ToFloat64(w[width*set.x.Cols:], model.Intercept())
	}
	return w, nil
}

// search returns the solver on the objective divided by C times the sum of the
// rows' weights.
func (r *LogisticRegression[L]) search(team *parallel.Team, set *trainingSet[L], start []float64) (descent, error) {
	loss := newLogisticLoss(team, set.x, set.class, set.weights, outputs(len(set.classes)), r.FitIntercept)
	strength := 1 / r.C / loss.total
	squares := map[Penalty]float64{L2: 1, ElasticNet: 1 - r.L1Ratio}[r.Penalty]
	magnitudes := map[Penalty]float64{L1: 1, ElasticNet: r.L1Ratio}[r.Penalty]
	loss.decay = strength * squares
	switch r.Solver {
	case NewtonCG:
		return newNewton(loss, start, r.Tol), nil
	case GradientDescent:
		return newGradientDescent(loss, start, r.LearningRate, r.Tol), nil
	}
	c := newCoordinates(loss)
	if r.Solver == Proximal {
		decay := strength * magnitudes
		return newProximal(c, c.of(start), decay, c.thresholds(decay), r.Tol), nil
	}
	return newQuasiNewton(c, c.of(start), r.Tol)
}

// run searches for the minimum.
func (r *LogisticRegression[L]) run(ctx context.Context, search descent) history {
	var h history
	begun := time.Now()
	steps, reason := minimise(ctx, search, r.MaxIter, func(value float64) {
		h.LossCurve = append(h.LossCurve, value)
		r.report(ctx, Progress{Iteration: len(h.LossCurve), MaxIter: r.MaxIter, Loss: value, Elapsed: time.Since(begun)})
	})
	h.Iterations = steps
	if reason != "" {
		h.Convergence = &ConvergenceWarning{steps, reason}
	}
	return h
}

// linearNetwork returns a network of one dense layer with the weights w,
// outputs x inputs, behind which the biases follow if there are any.
func linearNetwork(inputs, outputs int, w []float64) (*nn.Network, error) {
	options := []nn.DenseOption{nn.WithInit(nn.Zeros())}
	if len(w) == inputs*outputs {
		options = append(options, nn.WithoutBias())
	}
	network, err := nn.Sequential(inputs, 0, nn.Dense(outputs, options...))
	if err != nil {
		return nil, fmt.Errorf("mlp: %w", err)
	}
	params := network.Params()
	for i, v := range w {
		if !(math.Abs(v) <= math.MaxFloat32) {
			return nil, dataErrorf("a coefficient of %g is beyond the range of float32: scale the inputs", v)
		}
		if k := i - inputs*outputs; k >= 0 {
			params[1].Value.Data[k] = float32(v)
		} else {
			params[0].Value.Row(i % inputs)[i/inputs] = float32(v)
		}
	}
	return network, nil
}

// A LogisticModel is a fitted [LogisticRegression]. Nothing changes it, and any
// number of goroutines may use it at the same time.
type LogisticModel[L Label] struct{ *classModel[L] }

// Coef returns the coefficients: a row for each linear function, a column for
// each input. With two classes there is one function, that of the second.
func (m *LogisticModel[L]) Coef() kernels.Matrix {
	weight := m.network.Params()[0].Value // inputs x outputs
	coef := kernels.NewMatrix(weight.Cols, weight.Rows)
	for i := range coef.Rows {
		for j := range coef.Cols {
			coef.Row(i)[j] = weight.Row(j)[i]
		}
	}
	return coef
}

// Intercept returns the constant of each linear function, 0 without
// FitIntercept.
func (m *LogisticModel[L]) Intercept() []float32 {
	intercept := make([]float32, m.network.Outputs())
	if params := m.network.Params(); len(params) > 1 {
		copy(intercept, params[1].Value.Data)
	}
	return intercept
}

// LoadLogisticRegression reads a model from a file that SaveFile wrote. L must
// be of the same basic type as it was then. Damaged files are an error.
func LoadLogisticRegression[L Label](path string) (*LogisticModel[L], error) {
	return loadFile(path, ReadLogisticRegression[L])
}

// ReadLogisticRegression reads a model that Save wrote, such as one that is
// embedded in the program.
func ReadLogisticRegression[L Label](r io.Reader) (*LogisticModel[L], error) {
	m, err := readClassModel[L](r, logisticEstimator)
	if err != nil {
		return nil, err
	}
	if err := checkLinear(m.network); err != nil {
		return nil, err
	}
	return &LogisticModel[L]{m}, nil
}

// checkLinear reports a network that is not a single dense layer.
func checkLinear(network *nn.Network) error {
	params := network.Params()
	if linear := len(params) == 1 || len(params) == 2 && params[1].Shape.Vector; !linear ||
		params[0].Shape.Rows != network.Inputs() || params[0].Shape.Cols != network.Outputs() {
		return fileErrorf("its network is not a single dense layer")
	}
	return nil
}
