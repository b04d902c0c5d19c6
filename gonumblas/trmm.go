package gonumblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// Dtrmm computes B = alpha*op(A)*B, or B = alpha*B*op(A).
//
//go:nosplit
func (impl Implementation) Dtrmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	if (m-limits.triangle)|(n-limits.others) < 0 { // one of them is, by a branch that is not taken
		impl.Implementation.Dtrmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	trmm(impl, s, ul, tA, d, m, n, alpha, a, lda, b, ldb, gonum.Implementation.Dtrmm)
}

// Strmm computes B = alpha*op(A)*B, or B = alpha*B*op(A).
//
//go:nosplit
func (impl Implementation) Strmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float32, a []float32, lda int, b []float32, ldb int) {
	if (m-limits.triangle)|(n-limits.others) < 0 { // one of them is, by a branch that is not taken
		impl.Implementation.Strmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	trmm(impl, s, ul, tA, d, m, n, alpha, a, lda, b, ldb, gonum.Implementation.Strmm)
}

func trmm[T float](impl Implementation, s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int, otherwise triangularRoutine[T]) {
	if !worthSplitting(s, m, n) {
		otherwise(impl.Implementation, s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	t := triangular[T]{impl, s, ul, tA, d, lda, ldb, false, otherwise}
	if !t.valid(m, n, alpha, a, b) {
		otherwise(impl.Implementation, s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	t.apply(m, n, alpha, a, b)
}
