package gonumblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// Dtrsm solves op(A)*X = alpha*B, or X*op(A) = alpha*B, for X, which overwrites B.
//
//go:nosplit
func (impl Implementation) Dtrsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	if (m-limits.triangle)|(n-limits.others) < 0 { // one of them is, by a branch that is not taken
		impl.Implementation.Dtrsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	trsm(impl, s, ul, tA, d, m, n, alpha, a, lda, b, ldb, gonum.Implementation.Dtrsm)
}

// Strsm solves op(A)*X = alpha*B, or X*op(A) = alpha*B, for X, which overwrites B.
//
//go:nosplit
func (impl Implementation) Strsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float32, a []float32, lda int, b []float32, ldb int) {
	if (m-limits.triangle)|(n-limits.others) < 0 { // one of them is, by a branch that is not taken
		impl.Implementation.Strsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	trsm(impl, s, ul, tA, d, m, n, alpha, a, lda, b, ldb, gonum.Implementation.Strsm)
}

func trsm[T float](impl Implementation, s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int, otherwise triangularRoutine[T]) {
	if !worthSplitting(s, m, n) {
		otherwise(impl.Implementation, s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	t := triangular[T]{impl, s, ul, tA, d, lda, ldb, true, otherwise}
	if !t.valid(m, n, alpha, a, b) {
		otherwise(impl.Implementation, s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	t.apply(m, n, alpha, a, b)
}
