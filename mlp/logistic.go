package mlp

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// A LogisticRegression is the settings of a linear model that tells classes
// apart. Its defaults and the meaning of its fields are those of scikit-learn's
// LogisticRegression. It minimises
//
//	C * sum_i loss(i) + 1/2 * (sum of all squared coefficients)
//
// over the rows i, where the loss is the negative logarithm of the probability
// of the true class. With two classes that is the sigmoid of one linear
// function of the inputs, with more the softmax of one for each class. The
// intercept has no penalty.
//
// The minimum is the only one, so there is nothing random about the model. It
// is found in float64 by Newton's method with conjugate gradients, like
// scikit-learn's "newton-cg", and the coefficients are rounded to float32. An
// iteration costs some passes over the data.
//
// Its zero value is not useful: make one with [NewLogisticRegression].
type LogisticRegression[L Label] struct {
	C            float64 // weight of the data; smaller values mean a stronger penalty
	FitIntercept bool    // whether there is a constant in the linear functions
	Tol          float64 // largest element, at the end, of the gradient of the objective divided by C times the rows
	MaxIter      int     // most iterations
	Workers      int     // goroutines; 0 means GOMAXPROCS. The model does not depend on it
}

// NewLogisticRegression returns a logistic regression with scikit-learn's
// defaults.
func NewLogisticRegression[L Label]() *LogisticRegression[L] {
	return &LogisticRegression[L]{C: 1, FitIntercept: true, Tol: 1e-4, MaxIter: 100}
}

// check reports settings that cannot work.
func (r *LogisticRegression[L]) check() error {
	return checkSettings("LogisticRegression", []setting{
		{"C", r.C, isPositive(r.C) && isPositive(1/r.C), wantPositive},
		{"Tol", r.Tol, isFromZero(r.Tol), wantFromZero},
		{"MaxIter", r.MaxIter, r.MaxIter >= 1, wantCount},
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
func (r *LogisticRegression[L]) Fit(ctx context.Context, x Features, y []L) (*LogisticModel[L], error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if err := checkEnvironment(); err != nil {
		return nil, err
	}
	set, err := newTrainingSet(x, y, nil, ClassWeighting[L]{}, fitOptions{})
	if err != nil {
		return nil, err
	}
	pool := kernels.NewPool(r.Workers)
	defer pool.Close()
	width := outputs(len(set.classes))
	decay := 1 / r.C / float64(set.x.Rows)
	loss := newLogisticLoss(pool, set.x, set.class, width, decay, r.FitIntercept)
	search := newNewton(loss, loss.size(), r.Tol, r.MaxIter)
	steps, reason := search.minimise(ctx)

	network, err := linearNetwork(set.x.Cols, width, search.w)
	if err != nil {
		return nil, err
	}
	h := history{Iterations: steps}
	if reason != "" {
		h.Convergence = &ConvergenceWarning{steps, reason}
	}
	m := &LogisticModel[L]{newClassModel(newFitted(logisticEstimator, network, set.scaling, h), set.classes)}
	if reason == interrupted {
		return m, fmt.Errorf("mlp: LogisticRegression stopped after %d iterations: %w", steps, context.Cause(ctx))
	}
	return m, nil
}

// linearNetwork returns a network of one dense layer with the weights w,
// inputs x outputs, behind which the biases follow if there are any.
func linearNetwork(inputs, outputs int, w []float64) (*nn.Network, error) {
	options := []nn.DenseOption{nn.WithInit(nn.Zeros())}
	if len(w) == inputs*outputs {
		options = append(options, nn.WithoutBias())
	}
	network, err := nn.Sequential(inputs, 0, nn.Dense(outputs, options...))
	if err != nil {
		return nil, fmt.Errorf("mlp: %w", err)
	}
	for _, p := range network.Params() {
		for i := range p.Value.Data {
			p.Value.Data[i] = float32(w[i])
			if math.IsInf(float64(p.Value.Data[i]), 0) {
				return nil, dataErrorf("a coefficient of %g is beyond the range of float32: scale the inputs", w[i])
			}
		}
		w = w[len(p.Value.Data):]
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
	params := m.network.Params()
	if linear := len(params) == 1 || len(params) == 2 && params[1].Shape.Vector; !linear ||
		params[0].Shape.Rows != m.network.Inputs() || params[0].Shape.Cols != m.network.Outputs() {
		return nil, fmt.Errorf("mlp: load a model: the file's network is not a single dense layer")
	}
	return &LogisticModel[L]{m}, nil
}
