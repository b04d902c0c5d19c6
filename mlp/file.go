package mlp

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/lockstep-ml/lockstep/metrics"
	"github.com/lockstep-ml/lockstep/nn"
)

// metadataKey is the key in a network's file under which the rest of the
// model stands, a JSON record.
const metadataKey = "mlp"

// record is the rest of the model.
type record struct {
	Estimator     string   `json:"estimator"`
	LabelKind     string   `json:"label_kind,omitempty"`
	Classes       []string `json:"classes,omitempty"`
	Scaling       *Scaling `json:"scaling,omitempty"`
	TargetScaling *Scaling `json:"target_scaling,omitempty"`
	FeatureNames  []string `json:"feature_names,omitempty"`
	history
}

// Estimators, as records name them.
const (
	classifierEstimator = "classifier"
	regressorEstimator  = "regressor"
	logisticEstimator   = "logistic regression"
)

func (m *fitted) record() record {
	return record{Estimator: m.estimator, Scaling: m.scaling, FeatureNames: m.names, history: m.history}
}

func (m *fitted) saveFile(path string, r record) error {
	metadata, err := r.metadata()
	if err != nil {
		return err
	}
	if err := m.network.SaveFile(path, metadata); err != nil {
		return fmt.Errorf("mlp: %w", err)
	}
	return nil
}

func (m *fitted) save(w io.Writer, r record) error {
	metadata, err := r.metadata()
	if err != nil {
		return err
	}
	if err := m.network.Save(w, metadata); err != nil {
		return fmt.Errorf("mlp: %w", err)
	}
	return nil
}

// metadata returns the record as metadata for the network's file.
func (r record) metadata() (map[string]string, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("mlp: save a model: %w", err)
	}
	return map[string]string{metadataKey: string(text)}, nil
}

// loadFile reads a model from a file with the given function.
func loadFile[M any](path string, read func(io.Reader) (M, error)) (M, error) {
	var none M
	f, err := os.Open(path)
	if err != nil {
		return none, fmt.Errorf("mlp: load a model: %w", err)
	}
	defer f.Close()
	m, err := read(f)
	if err != nil {
		return none, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// Load reads a model of any estimator from a file that SaveFile wrote, for programs
// that do not know what it holds: a [*ClassifierModel] or a [*LogisticModel] of
// strings, with labels of other types as text, in the order of the file, or a
// [*RegressorModel].
func Load(path string) (Model, error) { return loadFile(path, Read) }

// Read reads a model of any estimator that Save wrote, as Load does.
func Read(r io.Reader) (Model, error) {
	network, rec, err := readRecord(r)
	if err != nil {
		return nil, err
	}
	if rec.Estimator == regressorEstimator {
		m, err := regressorOf(network, rec)
		if err != nil {
			return nil, err
		}
		return m, nil
	}
	if distinct := metrics.Classes(rec.Classes); len(distinct) != len(rec.Classes) {
		return nil, fileErrorf("its %d classes are %d different ones", len(rec.Classes), len(distinct))
	}
	if err := checkOutputs(network, len(rec.Classes)); err != nil {
		return nil, err
	}
	m := newClassModel(newFitted(rec.Estimator, network, rec.Scaling, rec.FeatureNames, rec.history), rec.Classes)
	m.kind = rec.LabelKind
	switch rec.Estimator {
	case classifierEstimator:
		return &ClassifierModel[string]{m, nil}, nil
	case logisticEstimator:
		if err := checkLinear(network); err != nil {
			return nil, err
		}
		return &LogisticModel[string]{m}, nil
	}
	return nil, fileErrorf("it holds a model of an unknown kind %q", rec.Estimator)
}

// readRecordOf reads a network with the record of a model of the given estimator.
func readRecordOf(r io.Reader, estimator string) (*nn.Network, record, error) {
	network, rec, err := readRecord(r)
	if err == nil && rec.Estimator != estimator {
		err = fileErrorf("it holds a %s, not a %s: load it with the function for that", rec.Estimator, estimator)
	}
	return network, rec, err
}

// readRecord reads a network with the record of a model.
func readRecord(r io.Reader) (*nn.Network, record, error) {
	network, metadata, err := nn.Load(r)
	if err != nil {
		return nil, record{}, fmt.Errorf("mlp: %w", err)
	}
	text := metadata[metadataKey]
	if text == "" {
		return nil, record{}, fileErrorf("it holds a network, but no model of this package: nn.LoadFile reads it")
	}
	var rec record
	if err := json.Unmarshal([]byte(text), &rec); err != nil {
		return nil, record{}, fileErrorf("its record %q: %w", metadataKey, err)
	}
	if rec.Scaling != nil {
		if err := rec.Scaling.check(network.Inputs()); err != nil {
			return nil, record{}, fileErrorf("its scaling: %w", err)
		}
	}
	if names := len(rec.FeatureNames); names != 0 && names != network.Inputs() {
		return nil, record{}, fileErrorf("it names %d inputs, but its network has %d", names, network.Inputs())
	}
	return network, rec, nil
}
