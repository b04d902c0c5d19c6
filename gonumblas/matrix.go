package gonumblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// matrixOf returns a matrix that lies in data, 0 x 0 if it has no elements.
func matrixOf(rows, cols int, data []float64, stride int) blas64.General {
	if rows == 0 || cols == 0 {
		return blas64.General{Stride: 1}
	}
	return blas64.General{Rows: rows, Cols: cols, Data: data, Stride: stride}
}

func newMatrix(rows, cols int) blas64.General {
	return matrixOf(rows, cols, make([]float64, rows*cols), cols)
}

// leading returns the first n rows and columns of a matrix, or the matrix if it is empty.
func leading(a blas64.General, n int) blas64.General {
	if a.Rows > 0 {
		a.Rows, a.Cols = n, n
	}
	return a
}

// extend sets all of a matrix but the first n rows and columns to those of the identity.
func extend(a blas64.General, n int) {
	for i := range a.Rows {
		row := a.Data[i*a.Stride:][:a.Cols]
		if i < n {
			clear(row[n:])
			continue
		}
		clear(row)
		if i < a.Cols {
			row[i] = 1
		}
	}
}

// symmetrize copies one triangle of a square matrix to the other.
func symmetrize(a blas64.General, from blas.Uplo) {
	for i := range a.Rows {
		for j := range i {
			lower, upper := &a.Data[i*a.Stride+j], &a.Data[j*a.Stride+i]
			if from == blas.Lower {
				*upper = *lower
			} else {
				*lower = *upper
			}
		}
	}
}

// permuteColumns moves column source[j] to column j.
func permuteColumns(a blas64.General, source []int) {
	moved := make([]float64, len(source))
	for i := range a.Rows {
		row := a.Data[i*a.Stride:][:len(source)]
		for j, from := range source {
			moved[j] = row[from]
		}
		copy(row, moved)
	}
}

// transposed returns the transpose of a matrix.
func transposed(a blas64.General) blas64.General {
	t := newMatrix(a.Cols, a.Rows)
	transposeTo(t, a)
	return t
}

// A tile is the side of the squares in which matrices are transposed.
const tile = 16

func transposeTo(dst, a blas64.General) {
	for i0 := 0; i0 < a.Rows; i0 += tile {
		for j0 := 0; j0 < a.Cols; j0 += tile {
			for i := i0; i < min(i0+tile, a.Rows); i++ {
				for j := j0; j < min(j0+tile, a.Cols); j++ {
					dst.Data[j*dst.Stride+i] = a.Data[i*a.Stride+j]
				}
			}
		}
	}
}

// transpose transposes a square matrix.
func transpose(a blas64.General) {
	for i0 := 0; i0 < a.Rows; i0 += tile {
		for j0 := 0; j0 <= i0; j0 += tile {
			for i := i0; i < min(i0+tile, a.Rows); i++ {
				for j := j0; j < min(j0+tile, i); j++ {
					x, y := &a.Data[i*a.Stride+j], &a.Data[j*a.Stride+i]
					*x, *y = *y, *x
				}
			}
		}
	}
}
