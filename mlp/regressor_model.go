package mlp

import (
	"io"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/metrics"
	"github.com/lockstep-ml/lockstep/nn"
)

// A RegressorModel is a fitted [Regressor]. Nothing changes it, and any number
// of goroutines may use it at the same time.
type RegressorModel struct {
	*fitted
	target   *Scaling                 // of the targets, nil without
	training *continuation[Regressor] // nil of a model that was loaded
}

// ValidationScores returns the score on the validation rows after each
// epoch. It is empty without EarlyStopping.
func (m *RegressorModel) ValidationScores() []float64 { return m.validationScores() }

// Predict returns the prediction for each row. Rows that do not fit the model
// are a [*DataError]. Many rows are divided among processors, at most GOMAXPROCS.
func (m *RegressorModel) Predict(x Features) ([]float64, error) {
	predictions := make([]float64, x.len())
	err := m.eachBlock(x, func(first int, outputs kernels.Matrix) {
		for i := range outputs.Rows {
			predictions[first+i] = m.toTarget(outputs.Row(i)[0])
		}
	})
	if err != nil {
		return nil, err
	}
	return predictions, nil
}

// PredictRow returns the prediction for one row. Unlike Predict it allocates
// nothing.
func (m *RegressorModel) PredictRow(row []float64) (float64, error) {
	s := m.getScratch()
	defer m.scratch.Put(s)
	outputs, err := m.rowOutputs(s, row)
	if err != nil {
		return 0, err
	}
	return m.toTarget(outputs[0]), nil
}

func (m *RegressorModel) toTarget(output float32) float64 {
	if m.target == nil {
		return float64(output)
	}
	return m.target.invert(0, float64(output))
}

// Score returns the coefficient of determination, [metrics.R2], of the
// predictions for rows x with the targets y.
func (m *RegressorModel) Score(x Features, y []float64) (float64, error) {
	if err := checkTargets("targets", len(y), x); err != nil {
		return 0, err
	}
	if len(y) == 0 {
		return 0, dataErrorf("the inputs have no rows")
	}
	predictions, err := m.Predict(x)
	if err != nil {
		return 0, err
	}
	return metrics.R2(y, predictions)
}

// LoadRegressor reads a model from a file that SaveFile wrote. Damaged files are
// an error.
func LoadRegressor(path string) (*RegressorModel, error) { return loadFile(path, ReadRegressor) }

// ReadRegressor reads a model that Save wrote, such as one that is embedded in
// the program.
func ReadRegressor(r io.Reader) (*RegressorModel, error) {
	network, record, err := readRecordOf(r, regressorEstimator)
	if err != nil {
		return nil, err
	}
	return regressorOf(network, record)
}

// regressorOf makes a model of a network and its record.
func regressorOf(network *nn.Network, record record) (*RegressorModel, error) {
	if network.Outputs() != 1 {
		return nil, fileErrorf("its network has %d outputs, want 1", network.Outputs())
	}
	if record.TargetScaling != nil {
		if err := record.TargetScaling.check(1); err != nil {
			return nil, fileErrorf("target scaling: %w", err)
		}
	}
	return &RegressorModel{fitted: newFitted(regressorEstimator, network, record.Scaling, record.FeatureNames, record.history), target: record.TargetScaling}, nil
}

// SaveFile writes the model to a safetensors file with all that belongs to it.
// The file appears under its name only when it is complete.
func (m *RegressorModel) SaveFile(path string) error { return m.saveFile(path, m.record()) }

// Save writes the model to w, as SaveFile does.
func (m *RegressorModel) Save(w io.Writer) error { return m.save(w, m.record()) }

func (m *RegressorModel) record() record {
	r := m.fitted.record()
	r.TargetScaling = m.target
	return r
}
