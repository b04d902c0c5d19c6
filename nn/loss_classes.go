package nn

import (
	"errors"
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/kernels"
)

// CrossEntropy is the cross-entropy of the softmax of the outputs z, the
// logits:
//
//	loss = log(sum_j exp(z[j])) - z[label],  d loss/d z = softmax(z) - onehot(label)
//
// The target is one column with the index of the class, or one column an output with
// a probability distribution t, for which the loss is
// sum_j t[j]*(log(sum_i exp(z[i])) - z[j]) and the gradient softmax(z) - t. As
// PyTorch's CrossEntropyLoss it takes logits: the network must not end in
// [Softmax].
//
// The loss is finite for finite logits: it is computed in float64 as
// (max - z[label]) + log1p(rest), where rest is the other classes' share of
// the softmax divided by that of the largest.
//
// Options change the target distribution: see [LabelSmoothing] and
// [ClassWeights].
func CrossEntropy(options ...ClassOption) Loss { return crossEntropy{newClassSettings(options)} }

// NLL is the negative log-likelihood -z[label] of outputs z that are logarithms
// of probabilities, those of [LogSoftmax] for instance; its gradient is -1 at the
// label. The target is one column with the index of the class. It is PyTorch's
// NLLLoss. [CrossEntropy] does both steps in one.
//
// Of the options it takes [ClassWeights].
func NLL(options ...ClassOption) Loss { return nll{newClassSettings(options)} }

// KLDivergence is the Kullback-Leibler divergence of a target distribution t
// from the one whose logarithms are the outputs z:
//
//	loss = sum_j t[j]*(log(t[j]) - z[j]),  d loss/d z = -t
//
// where 0*log(0) counts as 0. It is the loss of PyTorch's KLDivLoss with
// reduction "batchmean": the sum over the columns, the mean over the rows.
func KLDivergence() Loss { return klDivergence{} }

// A ClassOption changes a setting of [CrossEntropy] or [NLL].
type ClassOption func(*classSettings)

// LabelSmoothing mixes the target distribution with the uniform one: of K
// classes, t[j] becomes (1-share)*t[j] + share/K (Szegedy et al., CVPR 2016), as
// in PyTorch.
func LabelSmoothing(share float64) ClassOption {
	return func(s *classSettings) { s.smoothing = share }
}

// ClassWeights multiplies the term of each class in the loss by a weight, one
// for each output. As in PyTorch, the mean of the losses of rows with labels is
// then the weighted one: their sum divided by the sum of the labels' weights.
// That of rows with distributions is divided by the number of rows.
func ClassWeights(weights ...float64) ClassOption {
	weights = append([]float64{}, weights...)
	return func(s *classSettings) { s.weights = weights }
}

type classSettings struct {
	smoothing float64
	weights   []float64 // nil if all are 1
}

func newClassSettings(options []ClassOption) classSettings {
	var s classSettings
	for _, option := range options {
		option(&s)
	}
	return s
}

func (s classSettings) check(loss string, outputs int) error {
	if !(s.smoothing >= 0 && s.smoothing <= 1) {
		return fmt.Errorf("%s: LabelSmoothing is %v, want a number from 0 to 1", loss, s.smoothing)
	}
	if s.weights != nil && len(s.weights) != outputs {
		return fmt.Errorf("%s: ClassWeights has %d weights, want one for each of %d outputs", loss, len(s.weights), outputs)
	}
	for j, w := range s.weights {
		if !(w >= 0) || math.IsInf(w, 0) {
			return fmt.Errorf("%s: the weight of class %d is %v, want a number from 0", loss, j, w)
		}
	}
	return nil
}

// describe returns the loss's name with its settings.
func (s classSettings) describe(name string) string {
	switch {
	case s.smoothing != 0 && s.weights != nil:
		return fmt.Sprintf("%s(label smoothing %g, class weights %g)", name, s.smoothing, s.weights)
	case s.smoothing != 0:
		return fmt.Sprintf("%s(label smoothing %g)", name, s.smoothing)
	case s.weights != nil:
		return fmt.Sprintf("%s(class weights %g)", name, s.weights)
	}
	return name
}

func (s classSettings) weighsRows() bool { return s.weights != nil }

// rowWeights sets w to the weights of the rows' labels; distributions count 1.
func (s classSettings) rowWeights(w []float64, y kernels.Matrix) {
	for i := range w {
		w[i] = 1
		if label, ok := classIndex(y.Row(i)[0], len(s.weights)); ok && y.Cols == 1 {
			w[i] = s.weights[label]
		}
	}
}

func (s classSettings) weight(class int) float64 {
	if s.weights == nil {
		return 1
	}
	return s.weights[class]
}

// share returns the smoothed and weighted target of class j out of classes.
func (s classSettings) share(target []float32, j, classes int) float64 {
	var t float64
	if len(target) > 1 {
		t = float64(target[j])
	} else if label, _ := classIndex(target[0], classes); label == j {
		t = 1
	}
	return float64(s.weight(j) * (float64((1-s.smoothing)*t) + s.smoothing/float64(classes)))
}

type crossEntropy struct{ classSettings }

func (c crossEntropy) String() string { return c.describe("CrossEntropy") }

func (c crossEntropy) Check(outputs, targets int) error {
	if outputs < 2 {
		return fmt.Errorf("CrossEntropy needs at least 2 outputs (logits), the network has %d; for a single output use BCEWithLogits", outputs)
	}
	if targets != 1 && targets != outputs {
		return fmt.Errorf("CrossEntropy needs targets of 1 column (class indices) or of %d (probabilities), the data have %d", outputs, targets)
	}
	return c.check("CrossEntropy", outputs)
}

func (crossEntropy) CheckTarget(y []float32, outputs int) error {
	if len(y) == 1 {
		return checkLabel(y[0], outputs)
	}
	return checkDistribution(y)
}

func checkLabel(y float32, classes int) error {
	if _, ok := classIndex(y, classes); !ok {
		return fmt.Errorf("class %v is not one of 0 to %d", y, classes-1)
	}
	return nil
}

func checkDistribution(y []float32) error {
	sum := 0.0
	for j, t := range y {
		if !(t >= 0 && t <= 1) {
			return fmt.Errorf("probability %v of class %d is not in [0, 1]", t, j)
		}
		sum += float64(t)
	}
	const rounding = 0.01 // of probabilities written with two or three digits
	if math.Abs(sum-1) > rounding {
		return fmt.Errorf("probabilities add up to %v, want 1", sum)
	}
	return nil
}

func (c crossEntropy) Rows(loss []float64, dz, z, y kernels.Matrix, scale float64) {
	if y.Cols == 1 && c.smoothing == 0 && c.weights == nil {
		labelRows(loss, dz, z, y, scale)
		return
	}
	kernels.Softmax(dz, z)
	for i := range z.Rows {
		p, logits, target := dz.Row(i), z.Row(i), y.Row(i)
		switch {
		case c.CheckTarget(target, len(p)) != nil:
			loss[i] = math.NaN()
		case c.smoothing != 0 || c.weights != nil:
			loss[i] = c.sharesLoss(p, logits, target, scale)
		default:
			loss[i] = distributionLoss(p, logits, target, scale)
		}
	}
}

// labelRows is the plain case: the targets are labels. One that is no class gives
// NaN.
func labelRows(loss []float64, dz, z, y kernels.Matrix, scale float64) {
	var labels [64]int
	for lo := 0; lo < z.Rows; lo += len(labels) {
		hi := min(lo+len(labels), z.Rows)
		for i := lo; i < hi; i++ {
			// y.Row(i)[0], which copies y and takes ten times as long.
			label, ok := classIndex(y.Data[i*y.Stride], z.Cols)
			if !ok {
				label = -1
			}
			labels[i-lo] = label
		}
		kernels.SoftmaxCrossEntropy(loss[lo:hi], dz.RowRange(lo, hi), z.RowRange(lo, hi), labels[:hi-lo], scale)
	}
}

// sharesLoss is distributionLoss for targets that are smoothed or weighted and so
// may not add up to 1.
func (c crossEntropy) sharesLoss(p, logits, target []float32, scale float64) float64 {
	top, rest := logPartition(p, logits)
	loss, total := 0.0, 0.0
	for j := range p {
		t := c.share(target, j, len(p))
		if t != 0 { // 0 times the logarithm of 0 counts as 0
			loss += float64(t * (float64(logits[top]) - float64(logits[j]) + rest))
		}
		total += t
	}
	for j, v := range p {
		p[j] = float32((float64(total*float64(v)) - c.share(target, j, len(p))) * scale)
	}
	return loss
}

// distributionLoss returns the loss of one row with a target distribution, and turns
// its softmax p into the gradient.
func distributionLoss(p, logits, target []float32, scale float64) float64 {
	top, rest := logPartition(p, logits)
	loss := 0.0
	for j, t := range target {
		if t != 0 { // 0 times the logarithm of 0 counts as 0
			loss += float64(float64(t) * (float64(logits[top]) - float64(logits[j]) + rest))
		}
		p[j] = float32((float64(p[j]) - float64(t)) * scale)
	}
	return loss
}

// logPartition returns the index of the largest logit and
// log(sum_j exp(z[j] - largest)), given the softmax p of the logits. It is NaN
// if any is.
func logPartition(p, logits []float32) (top int, rest float64) {
	for j, v := range logits {
		if v > logits[top] || v != v {
			top = j
		}
	}
	sum := 0.0
	for j, v := range p {
		if j != top {
			sum += float64(v)
		}
	}
	return top, detmath.Log1p(sum / float64(p[top]))
}

// classIndex converts a target to the index of one of the classes.
func classIndex(y float32, classes int) (int, bool) {
	if !(y >= 0 && y < float32(classes)) {
		return 0, false
	}
	label := int(y)
	return label, float32(label) == y
}

type nll struct{ classSettings }

func (l nll) String() string { return l.describe("NLL") }

func (l nll) Check(outputs, targets int) error {
	switch {
	case outputs < 2:
		return fmt.Errorf("NLL needs at least 2 outputs (logarithms of probabilities), the network has %d", outputs)
	case targets != 1:
		return fmt.Errorf("NLL needs targets of 1 column (class indices), the data have %d", targets)
	case l.smoothing != 0:
		return errors.New("NLL takes no LabelSmoothing: use CrossEntropy")
	}
	return l.check("NLL", outputs)
}

func (nll) CheckTarget(y []float32, outputs int) error { return checkLabel(y[0], outputs) }

func (l nll) Rows(loss []float64, dz, z, y kernels.Matrix, scale float64) {
	for i := range z.Rows {
		gradient := dz.Row(i)
		clear(gradient)
		label, ok := classIndex(y.Row(i)[0], len(gradient))
		if !ok {
			loss[i] = math.NaN()
			continue
		}
		loss[i] = -l.weight(label) * float64(z.Row(i)[label])
		gradient[label] = float32(-l.weight(label) * scale)
	}
}

type klDivergence struct{}

func (klDivergence) String() string { return "KLDivergence" }

func (klDivergence) Check(outputs, targets int) error {
	return checkColumns("KLDivergence", outputs, targets)
}

func (klDivergence) CheckTarget(y []float32, _ int) error { return checkDistribution(y) }

func (klDivergence) Rows(loss []float64, dz, z, y kernels.Matrix, scale float64) {
	for i := range z.Rows {
		gradient, outputs, target := dz.Row(i), z.Row(i), y.Row(i)
		loss[i] = 0
		for j, t := range target {
			gradient[j] = 0
			if t != 0 { // 0 times the logarithm of 0 counts as 0
				t := float64(t)
				loss[i] += float64(t * (detmath.Log(t) - float64(outputs[j])))
				gradient[j] = float32(-t * scale)
			}
		}
		if checkDistribution(target) != nil {
			loss[i] = math.NaN()
		}
	}
}
