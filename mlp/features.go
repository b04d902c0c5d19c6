package mlp

import (
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Features are rows of inputs, a column for each input. [Rows] makes them.
type Features struct{ source source }

// A Source holds rows of numbers.
type Source interface {
	[][]float64 | [][]float32 | kernels.Matrix
}

// Rows returns the rows of x as features. It keeps x and copies nothing.
//
// What uses the features checks them: rows of different lengths, NaN,
// infinities and numbers beyond the range of float32 are a [*DataError].
func Rows[S Source](x S) Features {
	switch x := any(x).(type) {
	case [][]float64:
		return Features{sliceRows[float64](x)}
	case [][]float32:
		return Features{sliceRows[float32](x)}
	default:
		return Features{matrixRows(x.(kernels.Matrix))}
	}
}

// source is what the types of Source have in common.
type source interface {
	len() int
	width(row int) int
	// copyRow copies a row to dst, rounded to float32, and checks that it
	// is as long and that each number is finite.
	copyRow(dst []float32, row int) error
}

// len returns the number of rows.
func (x Features) len() int {
	if x.source == nil {
		return 0
	}
	return max(0, x.source.len())
}

// matrix returns a checked copy of the features.
func (x Features) matrix() (kernels.Matrix, error) {
	if x.len() == 0 {
		return kernels.Matrix{}, dataErrorf("the inputs have no rows")
	}
	columns := x.source.width(0)
	if columns < 1 {
		return kernels.Matrix{}, dataErrorf("the inputs have no columns")
	}
	m := kernels.NewMatrix(x.len(), columns)
	for i := range m.Rows {
		if err := x.source.copyRow(m.Row(i), i); err != nil {
			return kernels.Matrix{}, err
		}
	}
	return m, nil
}

type sliceRows[T float32 | float64] [][]T

func (s sliceRows[T]) len() int          { return len(s) }
func (s sliceRows[T]) width(row int) int { return len(s[row]) }

func (s sliceRows[T]) copyRow(dst []float32, row int) error { return convertRow(dst, s[row], row) }

type matrixRows kernels.Matrix

func (m matrixRows) len() int      { return m.Rows }
func (m matrixRows) width(int) int { return m.Cols }

func (m matrixRows) copyRow(dst []float32, row int) error {
	if m.Cols < 0 || m.Stride < m.Cols || len(m.Data) < m.Cols || row > (len(m.Data)-m.Cols)/max(m.Stride, 1) {
		return dataErrorf("the inputs are a matrix of %d x %d with stride %d, which does not fit its %d elements", m.Rows, m.Cols, m.Stride, len(m.Data))
	}
	return convertRow(dst, kernels.Matrix(m).Row(row), row)
}

// convertRow sets dst to src, rounded to float32. row is its index for errors.
func convertRow[T float32 | float64](dst []float32, src []T, row int) error {
	if len(src) != len(dst) {
		return &DataError{Row: row, Column: -1, Reason: fmt.Sprintf("%d columns, want %d", len(src), len(dst))}
	}
	for j, v := range src {
		dst[j] = float32(v)
		if dst[j]-dst[j] != 0 {
			return &DataError{Row: row, Column: j, Reason: fmt.Sprintf("%v, want a finite number within the range of float32", v)}
		}
	}
	return nil
}
