package mlp

import (
	"fmt"
	"unicode/utf8"

	"github.com/lockstep-ml/lockstep/kernels"
)

// fitScaling returns the scaling for the rows of x: that of the model to start from
// if there is one, else that of the scaler, nil without.
func fitScaling(x Features, scaler Scaler, start Model) (*Scaling, error) {
	switch {
	case start != nil:
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

// trainingSet is inputs and labels, checked and in the form that training
// works on.
type trainingSet[L Label] struct {
	x       kernels.Matrix
	scaling *Scaling
	classes []L       // in ascending order
	class   []int     // of each row, an index of classes
	weights []float32 // of the rows, nil if all are 1
}

// newTrainingSet checks the data for a classifier.
func newTrainingSet[L Label](x Features, y []L, scaler Scaler, weighting ClassWeighting[L], o fitOptions) (*trainingSet[L], error) {
	if err := checkTargets("labels", len(y), x); err != nil {
		return nil, err
	}
	if _, err := x.columns(); err != nil {
		return nil, err
	}
	scaling, err := fitScaling(x, scaler, o.start)
	if err != nil {
		return nil, err
	}
	set := &trainingSet[L]{scaling: scaling}
	if set.x, err = x.matrix(scaling); err != nil {
		return nil, err
	}
	set.classes, set.class = indexClasses(y)
	if err := checkClasses(set.classes); err != nil {
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

// checkClasses reports classes that cannot be told apart or saved.
func checkClasses[L Label](classes []L) error {
	if len(classes) < 2 {
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
