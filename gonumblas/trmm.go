package gonumblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// gonum's own, for leaves, as values that no call has to make.
var dtrmm, strmm = gonum.Implementation{}.Dtrmm, gonum.Implementation{}.Strmm

// Dtrmm computes B = alpha*op(A)*B, or B = alpha*B*op(A).
func (impl Implementation) Dtrmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	if worthSplitting(s, m, n) {
		t := triangular[float64]{impl, s, ul, tA, d, lda, ldb, dtrmm}
		if t.valid(m, n, alpha, a, b) {
			t.multiply(m, n, alpha, a, b)
			return
		}
	}
	impl.Implementation.Dtrmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
}

// Strmm computes B = alpha*op(A)*B, or B = alpha*B*op(A).
func (impl Implementation) Strmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float32, a []float32, lda int, b []float32, ldb int) {
	if worthSplitting(s, m, n) {
		t := triangular[float32]{impl, s, ul, tA, d, lda, ldb, strmm}
		if t.valid(m, n, alpha, a, b) {
			t.multiply(m, n, alpha, a, b)
			return
		}
	}
	impl.Implementation.Strmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
}
