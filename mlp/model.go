package mlp

import (
	"fmt"
	"slices"
	"sync"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/metrics"
	"github.com/lockstep-ml/lockstep/nn"
)

// model is what the fitted models have in common: a network whose outputs are
// logits of the classes.
type model[L Label] struct {
	estimator string // what was fitted
	network   *nn.Network
	predictor *nn.Predictor
	classes   []L
	history   history
	scratch   sync.Pool // of *modelScratch
}

// history is what there is to know about a training.
type history struct {
	Iterations       int                 `json:"iterations"`
	LossCurve        []float64           `json:"loss_curve,omitempty"`
	ValidationScores []float64           `json:"validation_scores,omitempty"`
	Convergence      *ConvergenceWarning `json:"convergence_warning,omitempty"`
}

// modelBlock is the number of rows that are converted and predicted together.
const modelBlock = 64

// modelScratch holds inputs and logits of a block of rows.
type modelScratch struct{ x, logits kernels.Matrix }

func newModel[L Label](estimator string, network *nn.Network, classes []L, h history) *model[L] {
	m := &model[L]{estimator: estimator, network: network, predictor: network.Predictor(), classes: classes, history: h}
	m.scratch.New = func() any {
		return &modelScratch{kernels.NewMatrix(modelBlock, network.Inputs()), kernels.NewMatrix(modelBlock, network.Outputs())}
	}
	return m
}

// Classes returns the classes in ascending order, which is the order of the
// columns of probabilities.
func (m *model[L]) Classes() []L { return slices.Clone(m.classes) }

// Inputs returns the number of inputs of a row.
func (m *model[L]) Inputs() int { return m.network.Inputs() }

// Iterations returns the number of iterations of the training: epochs of a
// [Classifier], Newton steps of a [LogisticRegression].
func (m *model[L]) Iterations() int { return m.history.Iterations }

// Warnings returns what to know about the model before it is used, most of all
// a [ConvergenceWarning]. It is empty if all is well.
func (m *model[L]) Warnings() []Warning {
	if m.history.Convergence == nil {
		return nil
	}
	return []Warning{*m.history.Convergence}
}

// Hash returns the weight hash, which names the model's parameters: equal
// hashes mean equal predictions, bit for bit. See [nn.Network.Hash].
func (m *model[L]) Hash() string { return m.network.Hash() }

// Predict returns the most probable class of each row, the first of equally
// probable ones. Rows that do not fit the model are a [*DataError].
func (m *model[L]) Predict(x Features) ([]L, error) {
	labels := make([]L, x.len())
	err := m.eachBlock(x, func(first int, logits kernels.Matrix) {
		for i := range logits.Rows {
			labels[first+i] = m.classes[mostProbable(logits.Row(i))]
		}
	})
	if err != nil {
		return nil, err
	}
	return labels, nil
}

// PredictProba returns the probabilities of the classes: a row for each row of x,
// a column for each class, in the order of Classes.
func (m *model[L]) PredictProba(x Features) (kernels.Matrix, error) {
	probabilities := kernels.NewMatrix(x.len(), len(m.classes))
	err := m.eachBlock(x, func(first int, logits kernels.Matrix) {
		for i := range logits.Rows {
			toProbabilities(probabilities.Row(first+i), logits.Row(i))
		}
	})
	if err != nil {
		return kernels.Matrix{}, err
	}
	return probabilities, nil
}

// PredictRow returns the most probable class of one row. Unlike Predict it
// allocates nothing.
func (m *model[L]) PredictRow(row []float64) (L, error) {
	s := m.scratch.Get().(*modelScratch)
	defer m.scratch.Put(s)
	logits, err := m.rowLogits(s, row)
	if err != nil {
		var none L
		return none, err
	}
	return m.classes[mostProbable(logits)], nil
}

// PredictProbaRow sets dst to the probabilities of the classes for one row. It
// fails if dst is not as long as Classes. Unlike PredictProba it allocates nothing.
func (m *model[L]) PredictProbaRow(dst []float32, row []float64) error {
	if len(dst) != len(m.classes) {
		return fmt.Errorf("mlp: PredictProbaRow: dst has room for %d probabilities, the model has %d classes", len(dst), len(m.classes))
	}
	s := m.scratch.Get().(*modelScratch)
	defer m.scratch.Put(s)
	logits, err := m.rowLogits(s, row)
	if err != nil {
		return err
	}
	toProbabilities(dst, logits)
	return nil
}

// Score returns the accuracy of the model on rows x with the labels y.
func (m *model[L]) Score(x Features, y []L) (float64, error) {
	if err := checkLabels(x, y); err != nil {
		return 0, err
	}
	labels, err := m.Predict(x)
	if err != nil {
		return 0, err
	}
	if len(y) == 0 {
		return 0, dataErrorf("the inputs have no rows")
	}
	return metrics.Accuracy(y, labels)
}

// eachBlock computes the logits of all rows, block by block.
func (m *model[L]) eachBlock(x Features, use func(first int, logits kernels.Matrix)) error {
	if err := checkEnvironment(); err != nil {
		return err
	}
	s := m.scratch.Get().(*modelScratch)
	defer m.scratch.Put(s)
	for first := 0; first < x.len(); first += modelBlock {
		rows := min(modelBlock, x.len()-first)
		for i := range rows {
			if err := x.source.copyRow(s.x.Row(i), first+i); err != nil {
				return err
			}
		}
		logits := s.logits.RowRange(0, rows)
		m.predictor.Predict(logits, s.x.RowRange(0, rows))
		use(first, logits)
	}
	return nil
}

// rowLogits computes the logits of one row in the scratch memory.
func (m *model[L]) rowLogits(s *modelScratch, row []float64) ([]float32, error) {
	if err := checkEnvironment(); err != nil {
		return nil, err
	}
	x, logits := s.x.Row(0), s.logits.Row(0)
	if err := convertRow(x, row, -1); err != nil {
		return nil, err
	}
	m.predictor.PredictRow(logits, x)
	return logits, nil
}

func checkEnvironment() error {
	if err := kernels.CheckEnvironment(); err != nil {
		return fmt.Errorf("mlp: %w", err)
	}
	return nil
}

// mostProbable returns the index of the most probable class. A single logit is
// that of the second of two classes.
func mostProbable(logits []float32) int {
	if len(logits) == 1 {
		if logits[0] > 0 {
			return 1
		}
		return 0
	}
	return kernels.ArgMax(logits)
}

// toProbabilities sets p to the probabilities of the classes: the softmax of
// the logits or, for a single logit z, the sigmoids of -z and z.
func toProbabilities(p, logits []float32) {
	if len(logits) == 1 {
		p[0], p[1] = -logits[0], logits[0]
		kernels.Sigmoid(p, p)
		return
	}
	kernels.Softmax(rowMatrix(p), rowMatrix(logits))
}

func rowMatrix(x []float32) kernels.Matrix {
	return kernels.Matrix{Rows: 1, Cols: len(x), Stride: len(x), Data: x}
}
