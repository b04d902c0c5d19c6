package gonumblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// Dgemm computes C = alpha*op(A)*op(B) + beta*C.
//
//go:nosplit
func (impl Implementation) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	if isSmall(tB, m, n, k, alpha, beta) {
		impl.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	if !gemmPays(tA, tB, m, n, k, alpha, beta) {
		impl.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	gemm(impl, tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, gonum.Implementation.Dgemm)
}

// Sgemm computes C = alpha*op(A)*op(B) + beta*C.
//
//go:nosplit
func (impl Implementation) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	if isSmall(tB, m, n, k, alpha, beta) {
		impl.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	if !gemmPays(tA, tB, m, n, k, alpha, beta) {
		impl.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	gemm(impl, tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, gonum.Implementation.Sgemm)
}

type gemmRoutine[T float] func(_ gonum.Implementation, tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)

func gemm[T float](impl Implementation, tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int, otherwise gemmRoutine[T]) {
	transA, okA := transposes(tA)
	transB, okB := transposes(tB)
	rowsA, colsA := swapIf(transA, m, k)
	rowsB, colsB := swapIf(transB, k, n)
	if !okA || !okB || alpha == 0 ||
		!holds(rowsA, colsA, lda, len(a)) || !holds(rowsB, colsB, ldb, len(b)) || !holds(m, n, ldc, len(c)) {
		otherwise(impl.Implementation, tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	multiply(impl.Pool, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// isSmall reports whether a product is too small to gain. Much smaller ones do if the kernels
// take the operands as they are, without packing B or scaling A or C.
func isSmall[T float](tB blas.Transpose, m, n, k int, alpha, beta T) bool {
	size := m * n * k
	return size < limits.gemmPacked && (tB != blas.NoTrans || size < limits.gemm || n == 1 || m*k == 1 || alpha != 1 || beta*beta != beta)
}

// gemmPays reports whether a product gains that is not small. gonum is quick at few columns
// of rows times rows, which is what A*B^T is and what it does by dot products, and at
// products of little depth, which it does by additions of rows.
func gemmPays[T float](tA, tB blas.Transpose, m, n, k int, alpha, beta T) bool {
	size := m * n * k
	switch {
	case tB == blas.NoTrans && alpha == 1 && (beta == 0 || beta == 1):
		return true
	case tB != blas.NoTrans && m <= 2 && n*k < limits.gemmRow:
		return false
	case tB != blas.NoTrans && tA == blas.NoTrans && (n < limits.gemmColumns || m*n < limits.gemmDots):
		return false
	case tB != blas.NoTrans && tA == blas.NoTrans && alpha != 1 && n < limits.gemmScaledColumns:
		return false // A is copied
	case k < limits.depth:
		return m*n >= limits.gemmOuter
	case alpha == 1 && (beta == 0 || beta == 1):
		return true
	}
	return size >= limits.gemmScaled
}
