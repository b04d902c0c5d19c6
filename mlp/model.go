package mlp

import (
	"fmt"
	"slices"
	"sync"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// A Model is a fitted estimator: a [*ClassifierModel], a [*LogisticModel] or a
// [*RegressorModel].
type Model interface {
	Inputs() int
	FeatureNames() []string
	Iterations() int
	LossCurve() []float64
	Warnings() []Warning
	Hash() string
	SaveFile(path string) error

	base() *fitted
}

// fitted is what the fitted models have in common: a network with the scaling
// of its inputs.
type fitted struct {
	estimator string // what was fitted
	network   *nn.Network
	predictor *nn.Predictor
	scaling   *Scaling // nil without
	names     []string // of the inputs, nil without
	history   history
	weights   int64     // the number of parameters
	scratch   sync.Pool // of *modelScratch
}

// history is what there is to know about a training.
type history struct {
	Iterations       int                 `json:"iterations"`
	LossCurve        []float64           `json:"loss_curve,omitempty"`
	ValidationScores []float64           `json:"validation_scores,omitempty"`
	Convergence      *ConvergenceWarning `json:"convergence_warning,omitempty"`
}

func (h history) clone() history {
	h.LossCurve = slices.Clone(h.LossCurve)
	h.ValidationScores = slices.Clone(h.ValidationScores)
	return h
}

// modelBlock is the number of rows that are converted and predicted together.
const modelBlock = 64

// modelScratch holds inputs and outputs of a block of rows.
type modelScratch struct{ x, outputs kernels.Matrix }

func newFitted(estimator string, network *nn.Network, scaling *Scaling, names []string, h history) *fitted {
	m := &fitted{estimator: estimator, network: network, predictor: network.Predictor(), scaling: scaling, names: names, history: h}
	for _, p := range network.Params() {
		m.weights += int64(len(p.Value.Data))
	}
	m.scratch.New = func() any {
		return &modelScratch{kernels.NewMatrix(modelBlock, network.Inputs()), kernels.NewMatrix(modelBlock, network.Outputs())}
	}
	return m
}

func (m *fitted) base() *fitted { return m }

// Inputs returns the number of inputs of a row.
func (m *fitted) Inputs() int { return m.network.Inputs() }

// FeatureNames returns the names of the inputs, nil if the training had none; see
// [Features.Named].
func (m *fitted) FeatureNames() []string { return slices.Clone(m.names) }

// Iterations returns the number of iterations of the training: epochs of a
// [Classifier] or a [Regressor], steps of a [LogisticRegression].
func (m *fitted) Iterations() int { return m.history.Iterations }

// LossCurve returns the loss of each iteration with the penalty on the weights.
// Of a [Classifier] or a [Regressor] it is the mean over the rows, each as it was
// when its step came, and the penalty at the end of the epoch; of a
// [LogisticRegression] its objective after the step, divided by C times the rows.
func (m *fitted) LossCurve() []float64 { return slices.Clone(m.history.LossCurve) }

func (m *fitted) validationScores() []float64 { return slices.Clone(m.history.ValidationScores) }

// Warnings returns what to know about the model before it is used, most of all
// a [ConvergenceWarning]. It is empty if all is well.
func (m *fitted) Warnings() []Warning {
	if m.history.Convergence == nil {
		return nil
	}
	return []Warning{*m.history.Convergence}
}

// Hash returns the weight hash, which names the model's parameters: equal
// hashes mean equal predictions of equally scaled inputs, bit for bit. See
// [nn.Network.Hash].
func (m *fitted) Hash() string { return m.network.Hash() }

// Scaling returns the scaling of the inputs, nil without.
func (m *fitted) Scaling() *Scaling { return m.scaling.clone() }

// Coefs returns the weights of each layer, a row for each of its inputs and a column
// for each output, as scikit-learn's coefs_.
func (m *fitted) Coefs() []kernels.Matrix {
	var coefs []kernels.Matrix
	for _, p := range m.network.Params() {
		if !p.Shape.Vector {
			coef := kernels.NewMatrix(p.Value.Rows, p.Value.Cols)
			for i := range coef.Rows {
				copy(coef.Row(i), p.Value.Row(i))
			}
			coefs = append(coefs, coef)
		}
	}
	return coefs
}

// Intercepts returns the biases of each layer, 0 where there are none, as
// scikit-learn's intercepts_.
func (m *fitted) Intercepts() [][]float32 {
	var intercepts [][]float32
	params := m.network.Params()
	for i, p := range params {
		if p.Shape.Vector {
			continue
		}
		intercept := make([]float32, p.Shape.Cols)
		if i+1 < len(params) && params[i+1].Shape.Vector { // the layer's own comes first
			copy(intercept, params[i+1].Value.Data)
		}
		intercepts = append(intercepts, intercept)
	}
	return intercepts
}

// startShare is how many times longer it takes to start a worker than to have one that
// is there take part.
const startShare = 8

// eachBlock computes the outputs for all rows, block by block, on as many processors
// as there is work for. It calls use for different rows at the same time.
func (m *fitted) eachBlock(x Features, use func(first int, outputs kernels.Matrix)) error {
	if err := x.checkNames(m.names); err != nil {
		return err
	}
	const tile = modelBlock / 4 // few enough rows to divide what a large network takes long for
	work := int64(x.len()) * m.weights / startShare
	team := parallel.NewTeam(min(parallel.Useful(0, work), (x.len()+tile-1)/tile))
	defer team.Close()
	faults := make([]error, team.Size())
	team.Run(func(worker int) {
		lo, hi := parallel.Share(worker, team.Size(), x.len(), tile)
		faults[worker] = m.eachBlockOf(x, lo, hi, use)
	})
	for _, err := range faults { // in the order of the rows
		if err != nil {
			return err
		}
	}
	return nil
}

// eachBlockOf computes the outputs for the rows from lo to hi.
func (m *fitted) eachBlockOf(x Features, lo, hi int, use func(first int, outputs kernels.Matrix)) error {
	if err := checkEnvironment(); err != nil {
		return err
	}
	s := m.getScratch()
	defer m.scratch.Put(s)
	for first := lo; first < hi; first += modelBlock {
		rows := min(modelBlock, hi-first)
		for i := range rows {
			if err := x.source.copyRow(s.x.Row(i), first+i, m.scaling); err != nil {
				return err
			}
		}
		outputs := s.outputs.RowRange(0, rows)
		m.predictor.Predict(outputs, s.x.RowRange(0, rows))
		use(first, outputs)
	}
	return nil
}

func (m *fitted) getScratch() *modelScratch { return m.scratch.Get().(*modelScratch) }

// rowOutputs computes the outputs for one row in the scratch memory.
func (m *fitted) rowOutputs(s *modelScratch, row []float64) ([]float32, error) {
	if err := checkEnvironment(); err != nil {
		return nil, err
	}
	x, outputs := s.x.Row(0), s.outputs.Row(0)
	if err := convertRow(x, row, -1, m.scaling); err != nil {
		return nil, err
	}
	m.predictor.PredictRow(outputs, x)
	return outputs, nil
}

func checkEnvironment() error {
	if err := kernels.CheckEnvironment(); err != nil {
		return fmt.Errorf("mlp: %w", err)
	}
	return nil
}
