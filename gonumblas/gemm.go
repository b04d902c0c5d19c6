package gonumblas

import "gonum.org/v1/gonum/blas"

// Dgemm computes C = alpha*op(A)*op(B) + beta*C.
func (impl Implementation) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	if m*n*k < limits.gemm || !gemm(impl, tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		impl.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Sgemm computes C = alpha*op(A)*op(B) + beta*C.
func (impl Implementation) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	if m*n*k < limits.gemm || !gemm(impl, tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		impl.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

func gemm[T float](impl Implementation, tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) bool {
	transA, okA := transposes(tA)
	transB, okB := transposes(tB)
	rowsA, colsA := swapIf(transA, m, k)
	rowsB, colsB := swapIf(transB, k, n)
	if !okA || !okB || !holds(rowsA, colsA, lda, len(a)) || !holds(rowsB, colsB, ldb, len(b)) || !holds(m, n, ldc, len(c)) {
		return false
	}
	if alpha == 0 || transB && m*n*k < limits.gemmTransposed {
		return false
	}
	multiply(impl.Pool, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	return true
}
