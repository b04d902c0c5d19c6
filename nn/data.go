package nn

import (
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Data is what a network is trained on: rows of inputs with their targets,
// gathered in any order. A type of one's own may read them from anywhere.
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
