package mlp

import (
	"fmt"
	"unicode/utf8"

	"github.com/lockstep-ml/lockstep/kernels"
)

// fitScaling returns the scaling for the rows of x: that of the model to start from
// if there is one, else that of the scaler, nil without.
func fitScaling(x Features, scaler Scaler, start Model) (*Scaling, error) {
	columns, err := x.columns()
	switch {
	case err != nil:
		return nil, err
	case start != nil && columns != start.Inputs():
		return nil, widthError(0, columns, start.Inputs())
	case start != nil:
		if err := x.checkNames(start.base().names); err != nil {
			return nil, err
		}
		return start.base().scaling, nil
	case scaler == nil:
		return nil, nil
	}
	scaling, err := scaler.Fit(x)
	if err != nil {
		return nil, fmt.Errorf("mlp: fit the scaler: %w", err)
	}
	return scaling.clone(), nil
}

// fitNames returns the names of the columns: those of x, or else those of the model to
// start from if there is one.
func fitNames(x Features, start Model) []string {
	if x.names == nil && start != nil {
		return start.base().names
	}
	return x.names
}

// trainingSet is inputs and labels, checked and in the form that training
// works on.
type trainingSet[L Label] struct {
	x       kernels.Matrix
	names   []string // of the columns
	scaling *Scaling
	classes []L       // in ascending order
	class   []int     // of each row, an index of classes
	weights []float32 // of the rows, nil if all are 1
}

// newTrainingSet checks the data for a classifier. known are the classes there may
// be, in ascending order; nil means those of y.
func newTrainingSet[L Label](x Features, y, known []L, scaler Scaler, weighting ClassWeighting[L], o fitOptions) (*trainingSet[L], error) {
	if err := checkTargets("labels", len(y), x); err != nil {
		return nil, err
	}
	scaling, err := fitScaling(x, scaler, o.start)
	if err != nil {
		return nil, err
	}
	set := &trainingSet[L]{names: fitNames(x, o.start), scaling: scaling}
	if set.x, err = x.matrix(scaling); err != nil {
		return nil, err
	}
	if known != nil {
		set.classes = known
		set.class, err = classIndices(known, y)
	} else {
		set.classes, set.class = indexClasses(y)
		err = checkClasses(set.classes)
	}
	if err != nil {
		return nil, err
	}
	factors, err := weighting.factors(set.classes, set.class)
	if err != nil {
		return nil, err
	}
	set.weights, err = rowWeights(len(y), o.weights, set.class, factors)
	return set, err
}

// samples returns the set for package nn.
func (s *trainingSet[L]) samples() samples {
	target := make([]float32, len(s.class))
	for i, k := range s.class {
		target[i] = float32(k)
	}
	return newSamples(s.x, target, s.weights)
}

// classIndices returns the index of each row's class, one of the given.
func classIndices[L Label](classes, y []L) ([]int, error) {
	index := make(map[L]int, len(classes))
	for k, name := range classes {
		index[name] = k
	}
	class := make([]int, len(y))
	for i, label := range y {
		k, known := index[label]
		if !known {
			return nil, &DataError{Row: i, Column: -1, Reason: fmt.Sprintf("class %v is not one of %v: name all classes when the training begins", label, classes)}
		}
		class[i] = k
	}
	return class, nil
}

// checkClasses reports classes that cannot be told apart or saved.
func checkClasses[L Label](classes []L) error {
	switch len(classes) {
	case 0:
		return dataErrorf("there are no classes, want at least 2")
	case 1:
		return dataErrorf("all rows are of class %v, want at least 2 classes", classes[0])
	}
	for _, class := range classes {
		if !utf8.ValidString(formatLabel(class)) {
			return dataErrorf("class %q is not valid UTF-8, which files of models need", formatLabel(class))
		}
	}
	return nil
}

// checkTargets reports targets that are not one for each row.
func checkTargets(what string, targets int, x Features) error {
	if targets != x.len() {
		return dataErrorf("%d %s for %d rows of inputs, want one for each row", targets, what, x.len())
	}
	return nil
}

// outputs returns the width of the output of a network that tells the given
// number of classes apart: one logit for two classes, one for each of more.
func outputs(classes int) int {
	if classes == 2 {
		return 1
	}
	return classes
}
