package nn

import (
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/kernels"
)

// The losses here look at margins: by how much an output is on the right side. They are
// 0, as their gradients are, where the margin is large enough.

// Hinge is the loss of support vector machines for outputs z with targets t of 0 or 1,
// averaged over the columns, one column an output:
//
//	loss = max(1 - s*z, 0),  d loss/d z = -s if s*z < 1, else 0
//
// with s = 1 for t = 1 and s = -1 for t = 0 (Cortes and Vapnik, Machine Learning 20,
// 1995). It is scikit-learn's hinge_loss of two classes, whose labels are -1 and 1. The
// network must not end in [Sigmoid]; its decision is the sign of z. For more classes see
// [MultiMargin].
func Hinge() Loss { return columnMargin("Hinge", 1, hinge) }

// SquaredHinge is the square of [Hinge], max(1 - s*z, 0)^2, averaged over the columns: the
// loss of scikit-learn's LinearSVC. Its gradient -2*s*max(1 - s*z, 0) has no jump.
func SquaredHinge() Loss { return columnMargin("SquaredHinge", 2, squaredHinge) }

// MultiMargin is the hinge loss of several classes (Weston and Watkins 1998): each output
// is to be smaller than that of the label, by a margin, such as 1. Of K outputs z
//
//	loss = (1/K) * sum_{j != label} max(margin - z[label] + z[j], 0)
//
// The gradient is 1/K for each j whose term is not 0, and for the label -1/K times the
// number of these. The target is one column with the index of the class. It is PyTorch's
// MultiMarginLoss.
func MultiMargin(margin float64) Loss {
	return multiMargin{name: "MultiMargin", margin: margin, factor: 1, term: hinge}
}

// SquaredMultiMargin is [MultiMargin] with the square of each term, PyTorch's
// MultiMarginLoss with p=2.
func SquaredMultiMargin(margin float64) Loss {
	return multiMargin{name: "SquaredMultiMargin", margin: margin, factor: 2, term: squaredHinge}
}

// hinge returns the loss of a margin that lacks so much, and its slope.
func hinge(lack float64) (loss, slope float64) {
	switch {
	case lack > 0:
		return lack, 1
	case lack <= 0:
		return 0, 0
	}
	return lack, lack // NaN
}

// squaredHinge returns half of the slope, as MSE does.
func squaredHinge(lack float64) (loss, slope float64) {
	if lack <= 0 {
		return 0, 0
	}
	return float64(lack * lack), lack
}

func columnMargin(name string, factor float64, term func(lack float64) (loss, slope float64)) Loss {
	return columnLoss{name: name, factor: factor, check: checkBit, term: func(z, t float64) (loss, slope float64) {
		s := float64(2*t) - 1
		loss, slope = term(1 - float64(s*z))
		return loss, 0 - float64(s*slope) // no -0
	}}
}

func checkBit(t float64) string {
	if t != 0 && t != 1 {
		return "is not 0 or 1"
	}
	return ""
}

type multiMargin struct {
	name   string
	margin float64
	term   func(lack float64) (loss, slope float64)
	factor float64 // the gradient is factor*slope
}

func (m multiMargin) String() string { return fmt.Sprintf("%s(%g)", m.name, m.margin) }

func (m multiMargin) Check(outputs, targets int) error {
	switch {
	case !(m.margin > 0) || math.IsInf(m.margin, 0):
		return fmt.Errorf("%s: the margin is %v, want a positive number, such as 1", m.name, m.margin)
	case outputs < 2:
		return fmt.Errorf("%s needs at least 2 outputs, the network has %d; for a single output use Hinge", m.name, outputs)
	case targets != 1:
		return fmt.Errorf("%s needs targets of 1 column (class indices), the data have %d", m.name, targets)
	}
	return nil
}

func (multiMargin) CheckTarget(y []float32, outputs int) error { return checkLabel(y[0], outputs) }

func (m multiMargin) Rows(loss []float64, dz, z, y kernels.Matrix, scale float64) {
	scale *= m.factor / float64(z.Cols)
	for i := range z.Rows {
		gradient, outputs := dz.Row(i), z.Row(i)
		label, ok := classIndex(y.Row(i)[0], len(outputs))
		if !ok {
			loss[i] = math.NaN()
			continue
		}
		own, losses, slopes := float64(outputs[label]), 0.0, 0.0
		for j, v := range outputs {
			if j == label {
				continue
			}
			value, slope := m.term(m.margin - own + float64(v))
			losses += value
			slopes += slope
			gradient[j] = float32(slope * scale)
		}
		loss[i] = losses / float64(z.Cols)
		gradient[label] = float32((0 - slopes) * scale)
	}
}
