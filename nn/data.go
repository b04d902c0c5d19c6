package nn

import (
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Data is what a network is trained on: rows of inputs with their targets,
// gathered in any order. A type of one's own may read them from anywhere.
//
// A type that gathers rows as quickly as memory hands them out may have a method
// Prefetch(rows []int). A trainer calls it a step before Gather, and each worker
// gathers all rows that it needs, some of them for the second time.
type Data interface {
	// Len returns the number of rows.
	Len() int

	// Dims returns the number of inputs and of target columns of a row.
	// Class labels are one column with the index of the class.
	Dims() (inputs, targets int)

	// Gather writes inputs and targets of the given rows into the rows of x
	// and y. Workers call it at the same time for different rows.
	Gather(rows []int, x, y kernels.Matrix)
}

// A prefetcher is data that may be asked for rows ahead of Gather.
type prefetcher interface{ Prefetch(rows []int) }

// WeightedData is data whose rows count differently: the loss of a row is
// multiplied by its weight, and the loss of a batch is the sum of its rows'
// losses divided by the sum of their weights. See [Weighted].
type WeightedData interface {
	Data

	// Weights writes the weights of the given rows, finite numbers from 0,
	// into w. Workers call it at the same time for different rows.
	Weights(rows []int, w []float32)
}

// Weighted gives each row of the data a weight. It keeps the weights, and fails
// if there is not one for each row.
func Weighted(data Data, weights []float32) (WeightedData, error) {
	if len(weights) != data.Len() {
		return nil, fmt.Errorf("nn: Weighted: %d weights for %d rows, want one for each", len(weights), data.Len())
	}
	return weightedData{data, weights}, nil
}

type weightedData struct {
	Data
	weights []float32
}

func (d weightedData) Weights(rows []int, w []float32) {
	for i, row := range rows {
		w[i] = d.weights[row]
	}
}

// Rows returns data of the rows of x with the targets in the same rows of y.
// It keeps both, copies neither, and fails if they differ in rows.
func Rows(x, y kernels.Matrix) (Data, error) {
	if x.Rows != y.Rows {
		return nil, fmt.Errorf("nn: Rows: %d rows of inputs, but %d of targets", x.Rows, y.Rows)
	}
	return matrixData{x, y}, nil
}

type matrixData struct{ x, y kernels.Matrix }

func (d matrixData) Len() int         { return d.x.Rows }
func (d matrixData) Dims() (int, int) { return d.x.Cols, d.y.Cols }

func (d matrixData) Gather(rows []int, x, y kernels.Matrix) {
	for i, row := range rows {
		copy(x.Row(i), d.x.Row(row))
		copy(y.Row(i), d.y.Row(row))
	}
}
