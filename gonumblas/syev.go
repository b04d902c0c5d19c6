package gonumblas

import (
	"cmp"
	"math"
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
	const low, high = 0x1p-485, 0x1p485 // sqrt(smallest/2/epsilon) and its inverse
	n := a.Rows
	norm := impl.Dlange(lapack.MaxAbs, n, n, a.Data, a.Stride, nil)
	if math.IsNaN(norm - norm) {
		for i := range w {
			w[i] = math.NaN()
		}
		return false
	}
	scaled := norm
	if norm > 0 {
		scaled = min(max(norm, low), high)
	}
	if scaled != norm {
		impl.Dlascl(lapack.General, 0, 0, norm, scaled, n, n, a.Data, a.Stride)
	}
	team := impl.newTeam()
	defer team.Close()
	e, tau, rest := work[:n], work[n:2*n], work[2*n:]
	tridiagonalize(impl, team, a, w, e, tau)
	if vectors {
		impl.Dorgtr(blas.Lower, n, a.Data, a.Stride, tau, rest, len(rest))
	} else {
		a = blas64.General{}
	}
	ok = diagonalizeSymmetric(team, w, e, a)
	sortColumns(w, a)
	if scaled != norm {
		impl.Dlascl(lapack.General, 0, 0, scaled, norm, 1, n, w, n)
	}
	return ok
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
