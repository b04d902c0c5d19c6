package gonumblas

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
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
	if !okU || !okVT || order < limits.svd ||
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

// svd scales a matrix whose elements are very large or very small, and decomposes it.
func (impl LAPACK) svd(a blas64.General, s []float64, u, vt blas64.General, work []float64) (ok bool) {
	const low, high = 0x1p-458, 0x1p458 // sqrt(smallest)/epsilon and its inverse
	norm := impl.Dlange(lapack.MaxAbs, a.Rows, a.Cols, a.Data, a.Stride, nil)
	if math.IsNaN(norm - norm) {
		for i := range s {
			s[i] = math.NaN()
		}
		return false
	}
	scaled := norm
	if norm > 0 {
		scaled = min(max(norm, low), high)
	}
	if scaled != norm {
		impl.Dlascl(lapack.General, 0, 0, norm, scaled, a.Rows, a.Cols, a.Data, a.Stride)
	}
	if a.Rows >= a.Cols {
		ok = impl.svdTall(a, s, u, vt, work)
	} else {
		ok = impl.svdWide(a, s, u, vt, work)
	}
	if scaled != norm {
		impl.Dlascl(lapack.General, 0, 0, scaled, norm, 1, len(s), s, len(s))
	}
	return ok
}

// svdWide decomposes a matrix with more columns than rows: A^T = V * S * U^T.
func (impl LAPACK) svdWide(a blas64.General, s []float64, u, vt blas64.General, work []float64) bool {
	// Square matrices are transposed where they are.
	v := vt
	if vt.Rows != vt.Cols {
		v = newMatrix(vt.Cols, vt.Rows)
	}
	ok := impl.svdTall(transposed(a), s, v, u, work)
	if vt.Rows == vt.Cols {
		transpose(vt)
	} else {
		transposeTo(vt, v)
	}
	transpose(u)
	return ok
}

// svdTall decomposes a matrix with no more columns than rows. u has all of its rows, or is
// empty; vt is square, or empty.
func (impl LAPACK) svdTall(a blas64.General, s []float64, u, vt blas64.General, work []float64) bool {
	n := a.Cols
	e, rest := work[:n], work[n:]
	tauQ, tauP, work := rest[:n], rest[n:2*n], rest[2*n:]

	// Much higher than wide, the matrix is reduced to R of A = Q * R first.
	core := a
	var tau []float64
	reduced := float64(a.Rows) >= 1.6*float64(n)
	if reduced {
		tau = make([]float64, n)
		impl.Dgeqrf(a.Rows, n, a.Data, a.Stride, tau, work, len(work))
		core = newMatrix(n, n)
		impl.Dlacpy(blas.Upper, n, n, a.Data, a.Stride, core.Data, core.Stride)
	}

	// core = Q * B * P^T, where B is bidiagonal.
	bidiagonalize(impl, core, s, e, tauQ, tauP, work)
	if vt.Rows > 0 {
		impl.Dlacpy(blas.Upper, n, n, core.Data, core.Stride, vt.Data, vt.Stride)
		impl.Dorgbr(lapack.GeneratePT, n, n, n, vt.Data, vt.Stride, tauP, work, len(work))
	}
	left := u
	if u.Cols > 0 {
		impl.Dlacpy(blas.Lower, core.Rows, n, core.Data, core.Stride, u.Data, u.Stride)
		if reduced {
			impl.identityBelow(u, n)
			left.Rows, left.Cols = n, n
		}
		impl.Dorgbr(lapack.GenerateQ, left.Rows, left.Cols, n, u.Data, u.Stride, tauQ, work, len(work))
		left.Cols = n
	}

	if u.Cols == 0 && vt.Rows == 0 {
		return impl.Dbdsqr(blas.Upper, n, 0, 0, 0, s, e, nil, 1, nil, 1, nil, 1, rest)
	}
	ok := diagonalize(impl, s, e, left, vt)
	if ok {
		sortValues(s, left, vt)
	}
	if reduced && u.Cols > 0 {
		impl.Dormqr(blas.Left, blas.NoTrans, u.Rows, u.Cols, n, a.Data, a.Stride, tau, u.Data, u.Stride, work, len(work))
	}
	return ok
}

// identityBelow sets all but the leading n rows and columns of u to those of the identity.
func (impl LAPACK) identityBelow(u blas64.General, n int) {
	impl.Dlaset(blas.All, u.Rows-n, n, 0, 0, u.Data[n*u.Stride:], u.Stride)
	if u.Cols > n {
		impl.Dlaset(blas.All, n, u.Cols-n, 0, 0, u.Data[n:], u.Stride)
		impl.Dlaset(blas.All, u.Rows-n, u.Cols-n, 0, 1, u.Data[n*u.Stride+n:], u.Stride)
	}
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

// permuteColumns moves column source[j] to column j.
func permuteColumns(u blas64.General, source []int) {
	moved := make([]float64, len(source))
	for i := range u.Rows {
		row := u.Data[i*u.Stride:][:len(source)]
		for j, from := range source {
			moved[j] = row[from]
		}
		copy(row, moved)
	}
}
