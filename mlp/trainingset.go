package mlp

import (
	"unicode/utf8"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/metrics"
)

// trainingSet is inputs and labels, checked and in the form that training
// works on.
type trainingSet[L Label] struct {
	x       kernels.Matrix
	classes []L   // in ascending order
	class   []int // of each row, an index of classes
}

func newTrainingSet[L Label](x Features, y []L) (*trainingSet[L], error) {
	if err := checkLabels(x, y); err != nil {
		return nil, err
	}
	matrix, err := x.matrix()
	if err != nil {
		return nil, err
	}
	set := &trainingSet[L]{x: matrix, classes: metrics.Classes(y), class: make([]int, len(y))}
	if len(set.classes) < 2 {
		return nil, dataErrorf("all rows are of class %v, want at least 2 classes", y[0])
	}
	index := make(map[L]int, len(set.classes))
	for k, class := range set.classes {
		index[class] = k
		if !utf8.ValidString(formatLabel(class)) {
			return nil, dataErrorf("class %q is not valid UTF-8, which files of models need", formatLabel(class))
		}
	}
	for i, label := range y {
		set.class[i] = index[label]
	}
	return set, nil
}

// checkLabels reports labels that are not one for each row.
func checkLabels[L Label](x Features, y []L) error {
	if len(y) != x.len() {
		return dataErrorf("%d labels for %d rows of inputs, want one for each row", len(y), x.len())
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

// samples is a part of a training set as data for package nn. The target is the
// index of the class, for two classes the probability of the second.
type samples struct {
	x     kernels.Matrix
	class []int
	rows  []int // of the training set
}

func (s samples) Len() int         { return len(s.rows) }
func (s samples) Dims() (int, int) { return s.x.Cols, 1 }

func (s samples) Gather(rows []int, x, y kernels.Matrix) {
	for i, row := range rows {
		row = s.rows[row]
		copy(x.Row(i), s.x.Row(row))
		y.Row(i)[0] = float32(s.class[row])
	}
}
