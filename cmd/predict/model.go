package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/mlp"
	"github.com/lockstep-ml/lockstep/nn"
)

// A model predicts rows.
type model struct {
	inputs  int
	columns []string // names of the inputs, if they have any
	classes []string // nil of a regression
	predict func(rows [][]float64) ([]prediction, error)
}

// A prediction is that of a row.
type prediction struct {
	label         string
	probabilities []float32 // of the classes
	value         float64   // of a regression
}

// loadModel reads a model of package mlp, or a network.
func loadModel(path string) (*model, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("-model: %w", err)
	}
	network, metadata, err := nn.Load(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("-model %s: %w", path, err)
	}
	var m *model
	if metadata["mlp"] != "" {
		m, err = estimatorModel(content)
	} else {
		m, err = networkModel(network, metadata["classes"])
	}
	if err != nil {
		return nil, fmt.Errorf("-model %s: %w", path, err)
	}
	return m, nil
}

// estimatorModel is a model of package mlp.
func estimatorModel(content []byte) (*model, error) {
	fitted, err := mlp.Read(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	m := &model{inputs: fitted.Inputs(), columns: fitted.FeatureNames()}
	switch fitted := fitted.(type) {
	case *mlp.RegressorModel:
		m.predict = func(rows [][]float64) ([]prediction, error) {
			values, err := fitted.Predict(mlp.Rows(rows))
			predictions := make([]prediction, len(values))
			for i, v := range values {
				predictions[i].value = v
			}
			return predictions, err
		}
	case classModel:
		m.classes = fitted.Classes()
		m.predict = func(rows [][]float64) ([]prediction, error) {
			probabilities, err := fitted.PredictProba(mlp.Rows(rows))
			if err != nil {
				return nil, err
			}
			return m.choose(probabilities), nil
		}
	default:
		return nil, fmt.Errorf("it holds a %T, which this program does not know", fitted)
	}
	return m, nil
}

// classModel is what a classifier and a logistic regression have in common.
type classModel interface {
	Classes() []string
	PredictProba(mlp.Features) (kernels.Matrix, error)
}

// choose returns the most probable classes.
func (m *model) choose(probabilities kernels.Matrix) []prediction {
	predictions := make([]prediction, probabilities.Rows)
	for i := range predictions {
		p := probabilities.Row(i)
		predictions[i] = prediction{label: m.classes[kernels.ArgMax(p)], probabilities: p}
	}
	return predictions
}

// networkModel is a network that cmd/train wrote, with the names of its classes, or any other
// one. Without names one output is a number, and several are classes named by numbers.
func networkModel(network *nn.Network, names string) (*model, error) {
	m := &model{inputs: network.Inputs()}
	var err error
	if m.classes, err = parseClasses(names); err != nil {
		return nil, err
	}
	outputs := network.Outputs()
	if names == "" && outputs > 1 {
		for i := range outputs {
			m.classes = append(m.classes, strconv.Itoa(i))
		}
	}
	if n := len(m.classes); n > 0 && n != outputs && !(n == 2 && outputs == 1) {
		return nil, fmt.Errorf("the network has %d outputs, but %d classes are named", outputs, n)
	}
	predictor := network.Predictor()
	m.predict = func(rows [][]float64) ([]prediction, error) {
		x, y := kernels.NewMatrix(len(rows), m.inputs), kernels.NewMatrix(len(rows), outputs)
		for i, row := range rows {
			kernels.FromFloat64(x.Row(i), row)
		}
		if err := kernels.CheckEnvironment(); err != nil {
			return nil, err
		}
		predictor.Predict(y, x)
		if m.classes == nil {
			predictions := make([]prediction, len(rows))
			for i := range predictions {
				predictions[i].value = float64(y.Row(i)[0])
			}
			return predictions, nil
		}
		return m.choose(probabilities(y, len(m.classes))), nil
	}
	return m, nil
}

// probabilities turns logits into the probabilities of classes. A single logit is that of
// the second of two.
func probabilities(logits kernels.Matrix, classes int) kernels.Matrix {
	p := kernels.NewMatrix(logits.Rows, classes)
	if logits.Cols == classes {
		kernels.Softmax(p, logits)
		return p
	}
	for i := range p.Rows {
		z := logits.Row(i)[0]
		p.Row(i)[0], p.Row(i)[1] = -z, z
	}
	kernels.Sigmoid(p.Data, p.Data)
	return p
}

// parseClasses parses names as cmd/train writes them: ["0" "1"].
func parseClasses(text string) (names []string, err error) {
	if text == "" {
		return nil, nil
	}
	inner, open := strings.CutPrefix(text, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	for ; open && closed && inner != ""; inner = strings.TrimPrefix(inner, " ") {
		quoted, err := strconv.QuotedPrefix(inner)
		if err != nil {
			return nil, fmt.Errorf("the names of its classes, %s, are not a list of quoted names", text)
		}
		name, _ := strconv.Unquote(quoted) // it was found to be quoted
		names, inner = append(names, name), inner[len(quoted):]
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("the names of its classes, %s, are not a list of quoted names", text)
	}
	return names, nil
}
