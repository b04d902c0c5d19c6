package gonumblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"

	"github.com/lockstep-ml/lockstep/internal/parallel"
)

// Dgesvd computes the singular value decomposition A = U * S * V^T of an m x n matrix, with
// the arguments, the workspace and the panics of gonum's Dgesvd; some more memory it
// allocates. Signs of singular vectors, and the basis of those that share a singular value,
// may differ from gonum's. For small matrices it is gonum's own.
//
// If an element of A is not finite, the singular values are NaN and the result is false; gonum
// does not return from some of these.
func (impl LAPACK) Dgesvd(jobU, jobVT lapack.SVDJob, m, n int, a []float64, lda int, s, u []float64, ldu int, vt []float64, ldvt int, work []float64, lwork int) (ok bool) {
	order := min(m, n)
	colsU, okU := vectors(jobU, m, order)
	rowsVT, okVT := vectors(jobVT, n, order)
	least := limits.svd
	if colsU+rowsVT == 0 {
		least = limits.svdValues
	}
	if !okU || !okVT || order < least ||
		!holds(m, n, lda, len(a)) || len(s) < order ||
		ldu < 1 || colsU > 0 && !holds(m, colsU, ldu, len(u)) ||
		ldvt < 1 || rowsVT > 0 && !holds(rowsVT, n, ldvt, len(vt)) ||
		lwork < max(3*order+max(m, n), 5*order) || lwork > len(work) {
		return impl.Implementation.Dgesvd(jobU, jobVT, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork)
	}
	ok = impl.svd(matrixOf(m, n, a, lda), s[:order], matrixOf(m, colsU, u, ldu), matrixOf(rowsVT, n, vt, ldvt), work[:lwork])
	// The length of work that is best.
	impl.Implementation.Dgesvd(jobU, jobVT, m, n, a, lda, s, u, ldu, vt, ldvt, work, -1)
	return ok
}

// vectors returns how many singular vectors of n elements are wanted.
func vectors(job lapack.SVDJob, n, order int) (count int, ok bool) {
	switch job {
	case lapack.SVDAll:
		return n, true
	case lapack.SVDStore:
		return order, true
	}
	return 0, job == lapack.SVDNone
}

// svd decomposes a matrix in the way that its shape asks for.
func (impl LAPACK) svd(a blas64.General, s []float64, u, vt blas64.General, work []float64) (ok bool) {
	const limit = 0x1p458 // 2^-53/sqrt(2^-1022)
	return impl.inRange(a, limit, s, func() bool {
		const much = 1.6 // times as many rows as columns
		switch rows, cols := float64(a.Rows), float64(a.Cols); {
		case rows >= much*cols:
			return impl.svdTall(a, s, u, vt, work)
		case cols >= much*rows:
			return impl.svdWide(a, s, u, vt, work)
		default:
			return impl.svdAny(a, s, u, vt, work)
		}
	})
}

// svdTall decomposes a matrix with many more rows than columns, A = Q * R: it decomposes R.
func (impl LAPACK) svdTall(a blas64.General, s []float64, u, vt blas64.General, work []float64) bool {
	n := a.Cols
	tau := make([]float64, n)
	impl.Dgeqrf(a.Rows, n, a.Data, a.Stride, tau, work, len(work))
	r := newMatrix(n, n)
	impl.Dlacpy(blas.Upper, n, n, a.Data, a.Stride, r.Data, r.Stride)
	ok := impl.svdAny(r, s, leading(u, n), vt, work)
	if u.Cols > 0 {
		extend(u, n)
		impl.Dormqr(blas.Left, blas.NoTrans, u.Rows, u.Cols, n, a.Data, a.Stride, tau, u.Data, u.Stride, work, len(work))
	}
	return ok
}

// svdWide decomposes a matrix with many more columns than rows, A = L * Q: it decomposes L.
func (impl LAPACK) svdWide(a blas64.General, s []float64, u, vt blas64.General, work []float64) bool {
	m := a.Rows
	tau := make([]float64, m)
	impl.Dgelqf(m, a.Cols, a.Data, a.Stride, tau, work, len(work))
	l := newMatrix(m, m)
	impl.Dlacpy(blas.Lower, m, m, a.Data, a.Stride, l.Data, l.Stride)
	ok := impl.svdAny(l, s, u, leading(vt, m), work)
	if vt.Cols > 0 {
		extend(vt, m)
		impl.Dormlq(blas.Right, blas.NoTrans, vt.Rows, vt.Cols, m, a.Data, a.Stride, tau, vt.Data, vt.Stride, work, len(work))
	}
	return ok
}

// svdAny decomposes a matrix of any shape. One with fewer rows than columns it transposes,
// A^T = V * S * U^T.
func (impl LAPACK) svdAny(a blas64.General, s []float64, u, vt blas64.General, work []float64) bool {
	team := impl.newTeam()
	defer team.Close()
	if a.Rows >= a.Cols {
		return impl.svdByColumns(team, a, s, u, vt, work)
	}
	v := vt // in its place if it is square
	if vt.Rows != vt.Cols {
		v = newMatrix(vt.Cols, vt.Rows)
	}
	ok := impl.svdByColumns(team, transposed(a), s, v, u, work)
	if vt.Rows == vt.Cols {
		transpose(vt)
	} else {
		transposeTo(vt, v)
	}
	transpose(u)
	return ok
}

// svdByColumns decomposes a matrix with no more columns than rows. vt is square, or empty.
func (impl LAPACK) svdByColumns(team *parallel.Team, a blas64.General, s []float64, u, vt blas64.General, work []float64) bool {
	m, n := a.Rows, a.Cols
	e, rest := work[:n], work[n:]
	tauQ, tauP, work := rest[:n], rest[n:2*n], rest[2*n:]

	// A = Q * B * P^T, where B is bidiagonal.
	bidiagonalize(impl, team, a, s, e, tauQ, tauP, work)
	if u.Cols == 0 && vt.Rows == 0 {
		return impl.Dbdsqr(blas.Upper, n, 0, 0, 0, s, e, nil, 1, nil, 1, nil, 1, rest)
	}
	if u.Cols > 0 {
		impl.Dlacpy(blas.Lower, m, n, a.Data, a.Stride, u.Data, u.Stride)
		impl.Dorgbr(lapack.GenerateQ, m, u.Cols, n, u.Data, u.Stride, tauQ, work, len(work))
		u.Cols = n
	}
	if vt.Rows > 0 {
		impl.Dlacpy(blas.Upper, n, n, a.Data, a.Stride, vt.Data, vt.Stride)
		impl.Dorgbr(lapack.GeneratePT, n, n, n, vt.Data, vt.Stride, tauP, work, len(work))
	}
	ok := diagonalize(team, s, e, u, vt)
	if ok {
		sortValues(s, u, vt)
	}
	return ok
}

// sortValues makes singular values positive and orders them, the columns of u and the
// rows of vt, from the largest to the smallest.
func sortValues(s []float64, u, vt blas64.General) {
	row := func(i int) blas64.Vector {
		return blas64.Vector{N: vt.Cols, Data: vt.Data[i*vt.Stride:], Inc: 1}
	}
	source := make([]int, len(s)) // of the columns of u
	for i := range s {
		source[i] = i
		if s[i] < 0 {
			s[i] = -s[i]
			if vt.Rows > 0 {
				blas64.Scal(-1, row(i))
			}
		}
	}
	for i := range s {
		largest := i
		for j := i + 1; j < len(s); j++ {
			if s[j] > s[largest] {
				largest = j
			}
		}
		if largest == i {
			continue
		}
		s[i], s[largest] = s[largest], s[i]
		source[i], source[largest] = source[largest], source[i]
		if vt.Rows > 0 {
			blas64.Swap(row(i), row(largest))
		}
	}
	if u.Cols > 0 {
		permuteColumns(u, source)
	}
}
