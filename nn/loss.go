package nn

import (
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/kernels"
)

// A Loss measures how far a network's outputs are from their targets. The loss
// of a batch is the mean of its rows' losses.
type Loss interface {
	// Check reports whether the loss fits a network with the given number
	// of outputs and targets with the given number of columns.
	Check(outputs, targets int) error

	// Rows computes the loss of each row of outputs z with targets y, in
	// float64, and in dz the gradient of scale times that loss with respect
	// to z. A row whose target cannot be has the loss NaN.
	Rows(loss []float64, dz, z, y kernels.Matrix, scale float64)

	// CheckTarget explains why a row of targets cannot be, nil if it can.
	// outputs is the number of the network's outputs.
	CheckTarget(y []float32, outputs int) error

	// String returns the loss's name.
	String() string
}

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
func CrossEntropy() Loss { return crossEntropy{} }

type crossEntropy struct{}

func (crossEntropy) String() string { return "CrossEntropy" }

func (crossEntropy) Check(outputs, targets int) error {
	if outputs < 2 {
		return fmt.Errorf("CrossEntropy needs at least 2 outputs (logits), the network has %d; for a single output use BCEWithLogits", outputs)
	}
	if targets != 1 && targets != outputs {
		return fmt.Errorf("CrossEntropy needs targets of 1 column (class indices) or of %d (probabilities), the data have %d", outputs, targets)
	}
	return nil
}

func (crossEntropy) CheckTarget(y []float32, outputs int) error {
	if len(y) == 1 {
		if _, ok := classIndex(y[0], outputs); !ok {
			return fmt.Errorf("class %v is not one of 0 to %d", y[0], outputs-1)
		}
		return nil
	}
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
	kernels.Softmax(dz, z)
	for i := range z.Rows {
		p, logits, target := dz.Row(i), z.Row(i), y.Row(i)
		switch label, ok := classIndex(target[0], len(p)); {
		case c.CheckTarget(target, len(p)) != nil:
			loss[i] = math.NaN()
		case len(target) > 1:
			loss[i] = distributionLoss(p, logits, target, scale)
		case ok:
			loss[i] = labelLoss(p, logits, label, scale)
		}
	}
}

// labelLoss returns the loss of one row and turns its softmax p into the
// gradient.
func labelLoss(p, logits []float32, label int, scale float64) float64 {
	top, rest := logPartition(p, logits)
	loss := float64(logits[top]) - float64(logits[label]) + rest
	for j, v := range p {
		t := 0.0
		if j == label {
			t = 1
		}
		p[j] = float32((float64(v) - t) * scale)
	}
	return loss
}

// distributionLoss is labelLoss for a target distribution.
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

// BCEWithLogits is the binary cross-entropy of the sigmoid of the outputs z,
// the logits, averaged over the columns:
//
//	loss = max(z, 0) - z*t + log1p(exp(-|z|)),  d loss/d z = sigmoid(z) - t
//
// for targets t in [0, 1], one column an output. As PyTorch's
// BCEWithLogitsLoss it takes logits: the network must not end in [Sigmoid].
// The loss is computed in float64 and finite for finite logits.
func BCEWithLogits() Loss { return bceWithLogits{} }

type bceWithLogits struct{}

func (bceWithLogits) String() string { return "BCEWithLogits" }

func (bceWithLogits) Check(outputs, targets int) error {
	return checkColumns("BCEWithLogits", outputs, targets)
}

func (bceWithLogits) CheckTarget(y []float32, _ int) error {
	for j, t := range y {
		if !(t >= 0 && t <= 1) {
			return fmt.Errorf("target %v in column %d is not in [0, 1]", t, j)
		}
	}
	return nil
}

func (b bceWithLogits) Rows(loss []float64, dz, z, y kernels.Matrix, scale float64) {
	scale /= float64(z.Cols)
	for i := range z.Rows {
		p, logits, target := dz.Row(i), z.Row(i), y.Row(i)
		if b.CheckTarget(target, 0) != nil {
			loss[i] = math.NaN()
			continue
		}
		kernels.Sigmoid(p, logits)
		sum := 0.0
		for j, t := range target {
			v := float64(logits[j])
			sum += max(v, 0) - float64(v*float64(t)) + detmath.Log1p(detmath.Exp(-math.Abs(v)))
			p[j] = float32((float64(p[j]) - float64(t)) * scale)
		}
		loss[i] = sum / float64(z.Cols)
	}
}

// MSE is the squared error (z - t)^2, averaged over the columns; its gradient
// is 2*(z - t). As PyTorch's MSELoss it has no factor 1/2.
func MSE() Loss { return mse{} }

type mse struct{}

func (mse) String() string { return "MSE" }

func (mse) Check(outputs, targets int) error { return checkColumns("MSE", outputs, targets) }

func (mse) CheckTarget(y []float32, _ int) error {
	for j, t := range y {
		if v := float64(t); math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("target %v in column %d is not a number", t, j)
		}
	}
	return nil
}

func (mse) Rows(loss []float64, dz, z, y kernels.Matrix, scale float64) {
	scale *= 2 / float64(z.Cols)
	for i := range z.Rows {
		gradient, outputs := dz.Row(i), z.Row(i)
		sum := 0.0
		for j, t := range y.Row(i) {
			d := float64(outputs[j]) - float64(t)
			sum += float64(d * d)
			gradient[j] = float32(d * scale)
		}
		loss[i] = sum / float64(z.Cols)
	}
}

func checkColumns(loss string, outputs, targets int) error {
	if outputs != targets {
		return fmt.Errorf("%s needs one column of targets an output: the network has %d outputs, the data %d columns", loss, outputs, targets)
	}
	return nil
}

// MeanLoss returns the mean loss of rows of outputs z, as a [Predictor] gives
// them, with the targets in the same rows of y: a validation loss, for instance.
// It is NaN if a target cannot be.
func MeanLoss(loss Loss, z, y kernels.Matrix) (float64, error) {
	if z.Rows != y.Rows || z.Rows == 0 {
		return 0, fmt.Errorf("nn: MeanLoss: %d rows of outputs, %d of targets; want equally many, at least one", z.Rows, y.Rows)
	}
	if err := loss.Check(z.Cols, y.Cols); err != nil {
		return 0, fmt.Errorf("nn: MeanLoss: %w", err)
	}
	losses := make([]float64, z.Rows)
	loss.Rows(losses, kernels.NewMatrix(z.Rows, z.Cols), z, y, 1)
	return meanLoss(losses), nil
}

// meanLoss returns the mean of the losses of one batch.
func meanLoss(losses []float64) float64 {
	var m mean
	m.add(losses)
	return m.value()
}

// mean is a mean in the making, correct to about the last place: the numbers
// are added in order, with the rounding errors carried along (Neumaier's
// variant of Kahan's summation, ZAMM 54, 1974), and sum and carry are divided
// together.
type mean struct {
	sum, carry float64
	n          int
}

func (m *mean) add(values []float64) {
	for _, v := range values {
		t := m.sum + v
		if math.Abs(m.sum) >= math.Abs(v) {
			m.carry += (m.sum - t) + v
		} else {
			m.carry += (v - t) + m.sum
		}
		m.sum = t
	}
	m.n += len(values)
}

// value returns the mean, 0 of no numbers.
func (m *mean) value() float64 {
	n := float64(max(m.n, 1))
	q := m.sum / n
	return q + (math.FMA(-q, n, m.sum)+m.carry)/n
}
