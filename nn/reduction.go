package nn

import (
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Summed returns the loss with the sum over rows and columns in place of the
// mean, as PyTorch's reduction "sum". A loss of one's own is summed over the rows.
func Summed(loss Loss) Loss { return summed{loss} }

type summed struct{ Loss }

func (s summed) String() string { return fmt.Sprintf("Summed(%v)", s.Loss) }

func (s summed) Rows(loss []float64, dz, z, y kernels.Matrix, scale float64) {
	columns := 1.0
	if _, ok := s.Loss.(interface{ meansOverColumns() }); ok {
		columns = float64(z.Cols)
	}
	s.Loss.Rows(loss, dz, z, y, scale*columns)
	for i := range loss {
		loss[i] *= columns
	}
}

// A rowWeigher is a loss whose mean over the rows is a weighted one. The rows'
// losses hold the weights already.
type rowWeigher interface {
	weighsRows() bool
	rowWeights(w []float64, y kernels.Matrix)
}

// A reduction turns the losses of a batch's rows into the loss of the batch:
// their sum divided by that of the divisors, one a row. With weights of the rows
// s, of the data, and c, of the loss, the divisor is s*c and the loss s times
// what the [Loss] makes of the row. Without weights the divisors are 1, and all
// 1 together if the loss is [Summed].
type reduction struct {
	loss     Loss
	summed   bool
	weigher  rowWeigher // nil unless the loss has weights
	fromData bool       // whether the data have weights
}

func newReduction(loss Loss, fromData bool) reduction {
	r := reduction{loss: loss, fromData: fromData}
	if _, r.summed = loss.(summed); r.summed {
		return r
	}
	if w, ok := loss.(rowWeigher); ok && w.weighsRows() {
		r.weigher = w
	}
	return r
}

// weighted reports whether the rows' losses need their weights.
func (r reduction) weighted() bool { return r.fromData || r.weigher != nil }

// divisors sets d to the divisors of rows with targets y and the data's weights
// s, which are empty if there are none.
func (r reduction) divisors(d []float64, s []float32, y kernels.Matrix) {
	for i := range d {
		d[i] = 1
	}
	if r.weigher != nil {
		r.weigher.rowWeights(d, y)
	}
	for i, weight := range s {
		d[i] *= float64(weight)
	}
}

// total returns the divisor of a batch: of so many rows, or with these divisors.
func (r reduction) total(rows int, divisors []float64) float64 {
	switch {
	case r.summed:
		return 1
	case r.weighted():
		total := 0.0
		for _, d := range divisors {
			total += d
		}
		return total
	}
	return float64(rows)
}

// rows computes the rows' losses and gradients. total is the divisor of the
// batch; one of 0 leaves nothing to learn from.
func (r reduction) rows(losses []float64, dz, z, y kernels.Matrix, s []float32, total float64) {
	scale := 1 / total
	if total == 0 {
		scale = 0
	}
	if !r.fromData {
		r.loss.Rows(losses, dz, z, y, scale)
		return
	}
	for i, weight := range s {
		r.loss.Rows(losses[i:i+1], dz.RowRange(i, i+1), z.RowRange(i, i+1), y.RowRange(i, i+1), float64(weight)*scale)
		losses[i] *= float64(weight)
		if checkWeight(weight) != nil {
			losses[i] = math.NaN()
		}
	}
}

func checkWeight(w float32) error {
	if v := float64(w); !(v >= 0) || math.IsInf(v, 0) {
		return fmt.Errorf("weight %v is not a number from 0", w)
	}
	return nil
}

// MeanLoss returns the loss of rows of outputs z, as a [Predictor] gives them,
// with the targets in the same rows of y: a validation loss, for instance. It is
// the mean of the rows' losses, as it is in training: with [ClassWeights] the
// weighted one, and the sum if the loss is [Summed]. It is NaN if a target cannot
// be.
func MeanLoss(loss Loss, z, y kernels.Matrix) (float64, error) {
	return reducedLoss(newReduction(loss, false), z, y, nil)
}

// WeightedMeanLoss is [MeanLoss] for rows that count differently, see
// [WeightedData].
func WeightedMeanLoss(loss Loss, z, y kernels.Matrix, weights []float32) (float64, error) {
	if len(weights) != z.Rows {
		return 0, fmt.Errorf("nn: WeightedMeanLoss: %d weights for %d rows of outputs", len(weights), z.Rows)
	}
	return reducedLoss(newReduction(loss, true), z, y, weights)
}

func reducedLoss(r reduction, z, y kernels.Matrix, weights []float32) (float64, error) {
	if z.Rows != y.Rows || z.Rows == 0 {
		return 0, fmt.Errorf("nn: MeanLoss: %d rows of outputs, %d of targets; want equally many, at least one", z.Rows, y.Rows)
	}
	if err := r.loss.Check(z.Cols, y.Cols); err != nil {
		return 0, fmt.Errorf("nn: MeanLoss: %w", err)
	}
	losses, divisors := make([]float64, z.Rows), make([]float64, z.Rows)
	r.rows(losses, kernels.NewMatrix(z.Rows, z.Cols), z, y, weights, 1)
	r.divisors(divisors, weights, y)
	var m mean
	m.add(losses, r.total(z.Rows, divisors))
	return m.value(), nil
}

// mean is a mean in the making, correct to about the last place: the numbers
// are added in order, with the rounding errors carried along (Neumaier's
// variant of Kahan's summation, ZAMM 54, 1974), and sum and carry are divided
// together.
type mean struct {
	sum, carry float64
	divisor    float64
}

// add adds values which count as much as the divisor says: their number, unless
// they are weighted.
func (m *mean) add(values []float64, divisor float64) {
	for _, v := range values {
		t := m.sum + v
		if math.Abs(m.sum) >= math.Abs(v) {
			m.carry += (m.sum - t) + v
		} else {
			m.carry += (v - t) + m.sum
		}
		m.sum = t
	}
	m.divisor += divisor
}

// value returns the mean, 0 of no numbers.
func (m *mean) value() float64 {
	n := m.divisor
	if n == 0 {
		n = 1
	}
	q := m.sum / n
	return q + (math.FMA(-q, n, m.sum)+m.carry)/n
}
