package gonumblas

import "gonum.org/v1/gonum/blas"

// Dgemm computes C = alpha*op(A)*op(B) + beta*C.
func (impl Implementation) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	if !gemmPays(tA, tB, m, n, k, alpha == 1) || !gemm(impl, tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		impl.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Sgemm computes C = alpha*op(A)*op(B) + beta*C.
func (impl Implementation) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	if !gemmPays(tA, tB, m, n, k, alpha == 1) || !gemm(impl, tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		impl.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

func gemm[T float](impl Implementation, tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) bool {
	transA, okA := transposes(tA)
	transB, okB := transposes(tB)
	rowsA, colsA := swapIf(transA, m, k)
	rowsB, colsB := swapIf(transB, k, n)
	if !okA || !okB || alpha == 0 || !holds(rowsA, colsA, lda, len(a)) || !holds(rowsB, colsB, ldb, len(b)) || !holds(m, n, ldc, len(c)) {
		return false
	}
	multiply(impl.Pool, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	return true
}

// gemmPays reports whether a product is large enough to gain: much smaller ones do if the
// kernels take the operands as they are, and few columns of rows times rows, which
// is what A*B^T is, gonum does by dot products.
func gemmPays(tA, tB blas.Transpose, m, n, k int, asTheyAre bool) bool {
	if tA == blas.NoTrans && tB != blas.NoTrans && n < limits.gemmColumns {
		return false
	}
	least := limits.gemm
	if tB != blas.NoTrans || !asTheyAre || n == 1 {
		least = limits.gemmPacked
	}
	return m*n*k >= least
}
