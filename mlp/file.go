package mlp

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/lockstep-ml/lockstep/metrics"
	"github.com/lockstep-ml/lockstep/nn"
)

// metadataKey is the key in a network's file under which the rest of the
// model stands, a JSON record.
const metadataKey = "mlp"

type record struct {
	Estimator string   `json:"estimator"`
	LabelKind string   `json:"label_kind"`
	Classes   []string `json:"classes"`
	history
}

// Estimators, as records name them.
const (
	classifierEstimator = "classifier"
	logisticEstimator   = "logistic regression"
)

// SaveFile writes the model to a safetensors file with all that belongs to it.
// The file appears under its name only when it is complete.
func (m *model[L]) SaveFile(path string) error {
	metadata, err := m.metadata()
	if err != nil {
		return err
	}
	if err := m.network.SaveFile(path, metadata); err != nil {
		return fmt.Errorf("mlp: %w", err)
	}
	return nil
}

// Save writes the model to w, as SaveFile does.
func (m *model[L]) Save(w io.Writer) error {
	metadata, err := m.metadata()
	if err != nil {
		return err
	}
	if err := m.network.Save(w, metadata); err != nil {
		return fmt.Errorf("mlp: %w", err)
	}
	return nil
}

// metadata returns the model's record as metadata for the network's file.
func (m *model[L]) metadata() (map[string]string, error) {
	r := record{Estimator: m.estimator, LabelKind: labelKind[L](), history: m.history}
	for _, class := range m.classes {
		r.Classes = append(r.Classes, formatLabel(class))
	}
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

// read reads a model of the given estimator.
func read[L Label](r io.Reader, estimator string) (*model[L], error) {
	network, metadata, err := nn.Load(r)
	if err != nil {
		return nil, fmt.Errorf("mlp: %w", err)
	}
	m, err := fromRecord[L](network, metadata[metadataKey], estimator)
	if err != nil {
		return nil, fmt.Errorf("mlp: load a model: %w", err)
	}
	return m, nil
}

// fromRecord makes a model of a network and its record.
func fromRecord[L Label](network *nn.Network, text, estimator string) (*model[L], error) {
	if text == "" {
		return nil, errors.New("the file holds a network, but no model of this package: nn.LoadFile reads it")
	}
	var r record
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return nil, fmt.Errorf("the file's record %q: %w", metadataKey, err)
	}
	if r.Estimator != estimator {
		return nil, fmt.Errorf("the file holds a %s, not a %s: load it with the function for that", r.Estimator, estimator)
	}
	if kind := labelKind[L](); r.LabelKind != kind {
		return nil, fmt.Errorf("the file's classes are of type %s, not %s: load it with [%s]", r.LabelKind, kind, r.LabelKind)
	}
	var classes []L
	for _, text := range r.Classes {
		class, err := parseLabel[L](text)
		if err != nil {
			return nil, err
		}
		classes = append(classes, class)
	}
	if len(classes) < 2 || !slices.Equal(classes, metrics.Classes(classes)) {
		return nil, fmt.Errorf("the file's %d classes are not at least 2 in ascending order", len(classes))
	}
	if network.Outputs() != outputs(len(classes)) {
		return nil, fmt.Errorf("the file's network has %d outputs, want %d for %d classes", network.Outputs(), outputs(len(classes)), len(classes))
	}
	return newModel(estimator, network, classes, r.history), nil
}
