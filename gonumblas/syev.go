package gonumblas

import (
	"cmp"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
)

// Dsyev computes the eigenvalues of a symmetric matrix, and its eigenvectors if they are wanted,
// with the arguments, the workspace and the panics of gonum's Dsyev; some more memory it
// allocates. Signs of eigenvectors, and the basis of those that share an eigenvalue, may differ
// from gonum's. For small matrices it is gonum's own.
//
// If an element of A is not finite, the eigenvalues are NaN and the result is false.
func (impl LAPACK) Dsyev(jobz lapack.EVJob, uplo blas.Uplo, n int, a []float64, lda int, w, work []float64, lwork int) (ok bool) {
	least := limits.eigen
	if jobz == lapack.EVNone {
		least = limits.eigenvalues
	}
	if jobz != lapack.EVCompute && jobz != lapack.EVNone || !isTriangle(uplo) || n < least ||
		!holds(n, n, lda, len(a)) || len(w) < n || lwork < 3*n-1 || lwork > len(work) {
		return impl.Implementation.Dsyev(jobz, uplo, n, a, lda, w, work, lwork)
	}
	vectors := matrixOf(n, n, a, lda)
	if jobz == lapack.EVNone {
		vectors = newMatrix(n, n) // the other triangle is not ours
		impl.Dlacpy(uplo, n, n, a, lda, vectors.Data, vectors.Stride)
	}
	symmetrize(vectors, uplo)
	ok = impl.eigen(vectors, w[:n], work[:lwork], jobz == lapack.EVCompute)
	// The length of work that is best.
	impl.Implementation.Dsyev(jobz, uplo, n, a, lda, w, work, -1)
	return ok
}

// eigen overwrites a symmetric matrix with its eigenvectors, if they are wanted.
func (impl LAPACK) eigen(a blas64.General, w, work []float64, vectors bool) (ok bool) {
	const limit = 0x1p485 // sqrt(2^-52/2^-1022)
	n := a.Rows
	return impl.inRange(a, limit, w, func() bool {
		team := impl.newTeam()
		defer team.Close()
		e, tau, rest := work[:n], work[n:2*n], work[2*n:]
		tridiagonalize(impl, team, a, w, e, tau)
		of := blas64.General{}
		if vectors {
			impl.Dorgtr(blas.Lower, n, a.Data, a.Stride, tau, rest, len(rest))
			of = a
		}
		ok := diagonalizeSymmetric(team, w, e, of)
		sortColumns(w, of)
		return ok
	})
}

// sortColumns orders eigenvalues, and columns of vectors, from the least to the largest.
func sortColumns(w []float64, vectors blas64.General) {
	source := make([]int, len(w))
	for i := range source {
		source[i] = i
	}
	slices.SortStableFunc(source, func(i, j int) int { return cmp.Compare(w[i], w[j]) })
	permuteColumns(vectors, source)
	slices.Sort(w)
}
