package mlp

import (
	"fmt"
	"io"
	"slices"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/metrics"
	"github.com/lockstep-ml/lockstep/nn"
)

// classModel is what the fitted models of classes have in common: the outputs of the
// network are logits of the classes.
type classModel[L Label] struct {
	*fitted
	classes []L
	kind    string // of the labels
}

func newClassModel[L Label](f *fitted, names []L) *classModel[L] {
	return &classModel[L]{f, names, labelKind[L]()}
}

// Classes returns the classes in ascending order, which is the order of the
// columns of probabilities.
func (m *classModel[L]) Classes() []L { return slices.Clone(m.classes) }

// Predict returns the most probable class of each row, the first of equally
// probable ones. Rows that do not fit the model are a [*DataError]. Many rows are
// divided among processors, at most GOMAXPROCS.
func (m *classModel[L]) Predict(x Features) ([]L, error) {
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
func (m *classModel[L]) PredictProba(x Features) (kernels.Matrix, error) {
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
func (m *classModel[L]) PredictRow(row []float64) (L, error) {
	s := m.getScratch()
	defer m.scratch.Put(s)
	logits, err := m.rowOutputs(s, row)
	if err != nil {
		var none L
		return none, err
	}
	return m.classes[mostProbable(logits)], nil
}

// PredictProbaRow sets dst to the probabilities of the classes for one row. It
// fails if dst is not as long as Classes. Unlike PredictProba it allocates nothing.
func (m *classModel[L]) PredictProbaRow(dst []float32, row []float64) error {
	if len(dst) != len(m.classes) {
		return fmt.Errorf("mlp: PredictProbaRow: dst has room for %d probabilities, the model has %d classes", len(dst), len(m.classes))
	}
	s := m.getScratch()
	defer m.scratch.Put(s)
	logits, err := m.rowOutputs(s, row)
	if err != nil {
		return err
	}
	toProbabilities(dst, logits)
	return nil
}

// Score returns the accuracy of the model on rows x with the labels y.
func (m *classModel[L]) Score(x Features, y []L) (float64, error) {
	if err := checkTargets("labels", len(y), x); err != nil {
		return 0, err
	}
	if len(y) == 0 {
		return 0, dataErrorf("the inputs have no rows")
	}
	labels, err := m.Predict(x)
	if err != nil {
		return 0, err
	}
	return metrics.Accuracy(y, labels)
}

// SaveFile writes the model to a safetensors file with all that belongs to it.
// The file appears under its name only when it is complete.
func (m *classModel[L]) SaveFile(path string) error { return m.saveFile(path, m.record()) }

// Save writes the model to w, as SaveFile does.
func (m *classModel[L]) Save(w io.Writer) error { return m.save(w, m.record()) }

func (m *classModel[L]) record() record {
	r := m.fitted.record()
	r.LabelKind = m.kind
	for _, class := range m.classes {
		r.Classes = append(r.Classes, formatLabel(class))
	}
	return r
}

// readClassModel reads a model of the given estimator.
func readClassModel[L Label](r io.Reader, estimator string) (*classModel[L], error) {
	network, record, err := readRecordOf(r, estimator)
	if err != nil {
		return nil, err
	}
	names, err := classesOf[L](record, network)
	if err != nil {
		return nil, err
	}
	return newClassModel(newFitted(estimator, network, record.Scaling, record.FeatureNames, record.history), names), nil
}

// classesOf returns the classes of a record, which fit the network.
func classesOf[L Label](r record, network *nn.Network) ([]L, error) {
	if kind := labelKind[L](); r.LabelKind != kind {
		return nil, fileErrorf("its classes are of type %s, not %s: load it with [%s]", r.LabelKind, kind, r.LabelKind)
	}
	var names []L
	for _, text := range r.Classes {
		class, err := parseLabel[L](text)
		if err != nil {
			return nil, fileErrorf("%w", err)
		}
		names = append(names, class)
	}
	if !slices.Equal(names, metrics.Classes(names)) {
		return nil, fileErrorf("its %d classes are not in ascending order", len(names))
	}
	return names, checkOutputs(network, len(names))
}

// checkOutputs reports a network that cannot tell so many classes apart.
func checkOutputs(network *nn.Network, classes int) error {
	if classes < 2 {
		return fileErrorf("it has %d classes, want at least 2", classes)
	}
	if network.Outputs() != outputs(classes) {
		return fileErrorf("its network has %d outputs, want %d for %d classes", network.Outputs(), outputs(classes), classes)
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
