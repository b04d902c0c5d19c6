package kernels

import "fmt"

// Gemv computes the product of a matrix and a vector, y = alpha*op(A)*x + beta*y,
// where A is m x n as stored, row-major with the distance lda between rows, and
// op(A) is A or its transpose. x has n elements and y has m, or the other way
// round if A is transposed.
//
// Class chain: the bits are those of [Gemm] with x and y for matrices of one
// column. So y[i] depends on row i of op(A) and on x alone. Gemv panics if A does
// not fit its slice, if a vector has another length, or if y shares elements with A
// or x.
func Gemv[T float32 | float64](transA bool, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	if m < 0 || n < 0 {
		panic(fmt.Sprintf("kernels: Gemv: negative size m=%d n=%d", m, n))
	}
	rows, cols := swapIf(transA, m, n)
	checkMatrix("Gemv", "A", m, n, lda, len(a))
	checkLen("Gemv", "x", len(x), "columns of op(A)", cols)
	checkLen("Gemv", "y", len(y), "rows of op(A)", rows)
	checkMatricesApart("Gemv", "y", y, rows, 1, 1, "A", a, m, n, lda)
	checkMatricesApart("Gemv", "y", y, rows, 1, 1, "x", x, cols, 1, 1)
	gemm(transA, false, rows, 1, cols, alpha, a, lda, x, 1, beta, y, 1)
}

// Ger adds the product of a column and a row to a matrix, A = alpha*x*y^T + A,
// where A is len(x) x len(y), row-major with the distance lda between rows.
//
// Class chain: a[i][j] = fma(fl(alpha*x[i]), y[j], a[i][j]), the bits of [Gemm] with
// k = 1 and beta = 1. Ger panics if A does not fit its slice or shares elements
// with x or y.
func Ger[T float32 | float64](alpha T, x, y []T, a []T, lda int) {
	m, n := len(x), len(y)
	checkMatrix("Ger", "A", m, n, lda, len(a))
	checkMatricesApart("Ger", "A", a, m, n, lda, "x", x, m, 1, 1)
	checkMatricesApart("Ger", "A", a, m, n, lda, "y", y, 1, n, n)
	gemm(false, false, m, n, 1, alpha, x, 1, y, n, 1, a, lda)
}
