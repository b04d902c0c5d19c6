package mlp

import "io"

// A ClassifierModel is a fitted [Classifier]. Nothing changes it, and any number
// of goroutines may use it at the same time.
type ClassifierModel[L Label] struct {
	*classModel[L]
	training *continuation[Classifier[L]] // nil of a model that was loaded
}

// ValidationScores returns the accuracy on the validation rows after each
// epoch. It is empty without EarlyStopping.
func (m *ClassifierModel[L]) ValidationScores() []float64 { return m.validationScores() }

// LoadClassifier reads a model from a file that SaveFile wrote. L must be of
// the same basic type as it was then. Damaged files are an error.
func LoadClassifier[L Label](path string) (*ClassifierModel[L], error) {
	return loadFile(path, ReadClassifier[L])
}

// ReadClassifier reads a model that Save wrote, such as one that is embedded
// in the program.
func ReadClassifier[L Label](r io.Reader) (*ClassifierModel[L], error) {
	m, err := readClassModel[L](r, classifierEstimator)
	if err != nil {
		return nil, err
	}
	return &ClassifierModel[L]{m, nil}, nil
}
