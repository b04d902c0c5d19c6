package gonumblas

import (
	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// A reduction is what the ways to bidiagonal and to tridiagonal form have in common:
// reflections are collected for a block of columns, and the rest of the matrix gets them at
// once. (Dongarra, Hammarling and Sorensen, "Block reduction of matrices to condensed forms
// for eigenvalue computations", 1989.) They differ from gonum's in where they keep vectors:
// each contiguous, so that kernels take them.
type reduction struct {
	impl         LAPACK
	team         *parallel.Team
	coefficients [reductionBlock]float64
}

const reductionBlock = 32

// column returns a copy of the first n elements of a column.
func (r *reduction) column(a []float64, lda, n int) []float64 {
	for i := range n {
		r.coefficients[i] = a[i*lda]
	}
	return r.coefficients[:n]
}

// products returns the dot products of n rows of a and x.
func (r *reduction) products(a []float64, lda, n int, x []float64) []float64 {
	dotRows(n, len(x), 1, a, lda, x, 0, r.coefficients[:], 1)
	return r.coefficients[:n]
}

// subtract subtracts from a vector the rows of a, times coefficients.
func (r *reduction) subtract(from, coefficients []float64, a []float64, lda int) {
	if n := len(coefficients); n > 0 {
		kernels.Gemm(false, false, 1, len(from), n, -1, coefficients, n, a, lda, 1, from, len(from))
	}
}

// share has several workers compute n elements of a product, from as many rows or columns
// of the given length, if that is worth it.
func (r *reduction) share(n, length int, f func(lo, hi int)) {
	const worth = 1 << 16
	if n*length < worth {
		f(0, n)
	} else {
		share(r.team, n, f)
	}
}
