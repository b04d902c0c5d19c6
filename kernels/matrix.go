package kernels

import (
	"fmt"
	"math"
)

// A Matrix is a row-major float32 matrix over a plain slice: element (i, j) is
// Data[i*Stride+j]. Its fields are those of gonum's blas32.General, into which
// it converts.
//
// The zero Matrix is an empty one.
type Matrix struct {
	Rows, Cols int
	Stride     int // distance between rows in elements, at least Cols
	Data       []float32
}

// NewMatrix returns a zero matrix of the given size, with rows adjacent.
// It panics if a size is negative or their product overflows.
func NewMatrix(rows, cols int) Matrix {
	if rows < 0 || cols < 0 || cols > 0 && rows > math.MaxInt/cols {
		panic(fmt.Sprintf("kernels: NewMatrix: a matrix of %d x %d cannot be", rows, cols))
	}
	return Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
}

// MatrixOf returns a matrix with a copy of the given rows. It panics if the
// rows differ in length.
func MatrixOf(rows [][]float32) Matrix {
	if len(rows) == 0 {
		return Matrix{}
	}
	m := NewMatrix(len(rows), len(rows[0]))
	for i, row := range rows {
		if len(row) != m.Cols {
			panic(fmt.Sprintf("kernels: MatrixOf: row %d has %d elements, row 0 has %d", i, len(row), m.Cols))
		}
		copy(m.Row(i), row)
	}
	return m
}

// Row returns row i as a slice that shares the matrix's memory.
func (m Matrix) Row(i int) []float32 {
	if m.Cols == 0 {
		return nil // a matrix without columns needs no data
	}
	return m.Data[i*m.Stride:][:m.Cols:m.Cols]
}

// RowRange returns rows lo to hi (exclusive) as a matrix that shares m's
// memory.
func (m Matrix) RowRange(lo, hi int) Matrix {
	if lo < 0 || hi < lo || hi > m.Rows {
		panic(fmt.Sprintf("kernels: Matrix.RowRange(%d, %d) of %d rows", lo, hi, m.Rows))
	}
	if lo == hi || m.Cols == 0 {
		return Matrix{Rows: hi - lo, Cols: m.Cols, Stride: m.Stride}
	}
	return Matrix{Rows: hi - lo, Cols: m.Cols, Stride: m.Stride, Data: m.Data[lo*m.Stride : (hi-1)*m.Stride+m.Cols]}
}

// check panics unless m's fields describe a matrix that lies within its data.
func (m Matrix) check(op, name string) {
	checkMatrix(op, name, m.Rows, m.Cols, m.Stride, len(m.Data))
}
