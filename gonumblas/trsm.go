package gonumblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// gonum's own, for leaves, as values that no call has to make.
var dtrsm, strsm = gonum.Implementation{}.Dtrsm, gonum.Implementation{}.Strsm

// Dtrsm solves op(A)*X = alpha*B, or X*op(A) = alpha*B, for X, which overwrites B.
func (impl Implementation) Dtrsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	if worthSplitting(s, m, n) {
		t := triangular[float64]{impl, s, ul, tA, d, lda, ldb, dtrsm}
		if t.valid(m, n, alpha, a, b) {
			t.solve(m, n, alpha, a, b)
			return
		}
	}
	impl.Implementation.Dtrsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
}

// Strsm solves op(A)*X = alpha*B, or X*op(A) = alpha*B, for X, which overwrites B.
func (impl Implementation) Strsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float32, a []float32, lda int, b []float32, ldb int) {
	if worthSplitting(s, m, n) {
		t := triangular[float32]{impl, s, ul, tA, d, lda, ldb, strsm}
		if t.valid(m, n, alpha, a, b) {
			t.solve(m, n, alpha, a, b)
			return
		}
	}
	impl.Implementation.Strsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
}
