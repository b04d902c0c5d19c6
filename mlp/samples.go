package mlp

import (
	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// samples are rows of inputs with a number as target: a value, or the index of a
// class, which of two classes is the probability of the second.
type samples struct {
	x       kernels.Matrix
	target  []float32
	weights []float32 // of the rows, nil if all are 1
	rows    []int     // those of x that count
}

func newSamples(x kernels.Matrix, target, weights []float32) samples {
	rows := make([]int, x.Rows)
	for i := range rows {
		rows[i] = i
	}
	return samples{x, target, weights, rows}
}

func (s samples) Len() int         { return len(s.rows) }
func (s samples) Dims() (int, int) { return s.x.Cols, 1 }

func (s samples) Gather(rows []int, x, y kernels.Matrix) {
	for i, row := range rows {
		row = s.rows[row]
		copy(x.Row(i), s.x.Row(row))
		y.Row(i)[0] = s.target[row]
	}
}

// total returns the sum of the weights.
func (s samples) total() float64 {
	if s.weights == nil {
		return float64(len(s.rows))
	}
	sum := 0.0
	for _, row := range s.rows {
		sum += float64(s.weights[row])
	}
	return sum
}

// data returns the samples for package nn.
func (s samples) data() nn.Data {
	if s.weights == nil {
		return s
	}
	return weightedSamples{s}
}

// only returns the samples of the given rows.
func (s samples) only(rows []int) samples {
	s.rows = rows
	return s
}

type weightedSamples struct{ samples }

func (s weightedSamples) Weights(rows []int, w []float32) {
	for i, row := range rows {
		w[i] = s.weights[s.rows[row]]
	}
}
