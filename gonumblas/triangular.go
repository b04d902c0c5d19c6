package gonumblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// A triangular is a triangular matrix A that stands on one side of a matrix B, which
// op(A)*B, or B*op(A), or one of their inverses overwrites.
type triangular[T float] struct {
	impl  Implementation
	side  blas.Side
	uplo  blas.Uplo
	trans blas.Transpose
	diag  blas.Diag
	lda   int
	ldb   int
	// inverse is whether it is the inverse of op(A).
	inverse bool
	// leaf is gonum's own routine, for blocks on the diagonal.
	leaf triangularRoutine[T]
}

type triangularRoutine[T float] func(_ gonum.Implementation, s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int)

// worthSplitting reports whether A is large enough for gemm to gain more than it costs. One
// that is on the right gonum's own routines go through in whole rows.
func worthSplitting(s blas.Side, m, n int) bool {
	if s == blas.Right {
		return n >= limits.triangleRight && m >= limits.rows
	}
	return m >= limits.triangle && n >= limits.others
}

// valid reports whether the arguments are right, and alpha is not 0.
func (t *triangular[T]) valid(m, n int, alpha T, a, b []T) bool {
	_, ok := transposes(t.trans)
	order := t.order(m, n)
	return ok && (t.side == blas.Left || t.side == blas.Right) && isTriangle(t.uplo) &&
		(t.diag == blas.Unit || t.diag == blas.NonUnit) && alpha != 0 &&
		holds(order, order, t.lda, len(a)) && holds(m, n, t.ldb, len(b))
}

// topDown reports whether the first part of B depends on that part alone if the
// inverse of A is applied, and the second on both.
func (t *triangular[T]) topDown() bool {
	lower := (t.uplo == blas.Lower) == (t.trans == blas.NoTrans)
	return lower == (t.side == blas.Left)
}

// split divides A into two blocks on the diagonal, of which the first has order k, and
// the block beside it; and B into the two parts that they meet.
func (t *triangular[T]) split(m, n int, a, b []T) (k int, a2, beside, b2 []T) {
	if t.side == blas.Left {
		k = half(m)
		b2 = b[k*t.ldb:]
	} else {
		k = half(n)
		b2 = b[k:]
	}
	if t.uplo == blas.Lower {
		beside = a[k*t.lda:]
	} else {
		beside = a[k:]
	}
	return k, a[k*t.lda+k:], beside, b2
}

// apply overwrites B, m x n, with alpha times the product of op(A), or its inverse, and B.
func (t *triangular[T]) apply(m, n int, alpha T, a, b []T) {
	const worth = 1 << 24 // multiply-adds, twice
	if float64(m)*float64(n)*float64(t.order(m, n)) < worth {
		t.applyTo(m, n, alpha, a, b)
	} else {
		t.divided(m, n, alpha, a, b)
	}
}

// divided is applyTo by all workers: each column of B, or row if A is on the right, is a problem
// of its own.
func (t triangular[T]) divided(m, n int, alpha T, a, b []T) {
	const step = 16 // so that parts are of whole tiles
	pool := t.impl.Pool
	t.impl.Pool = alone
	if t.side == blas.Left {
		shareOut(pool, n, step, func(lo, hi int) { t.applyTo(m, hi-lo, alpha, a, b[lo:]) })
	} else {
		shareOut(pool, m, step, func(lo, hi int) { t.applyTo(hi-lo, n, alpha, a, b[lo*t.ldb:]) })
	}
}

func (t *triangular[T]) applyTo(m, n int, alpha T, a, b []T) {
	switch {
	case t.isLeaf(m, n):
		t.leaf(t.impl.Implementation, t.side, t.uplo, t.trans, t.diag, m, n, alpha, a, t.lda, b, t.ldb)
	case t.side == blas.Right && n <= limits.square:
		t.applyTurned(m, n, alpha, a, b)
	case t.inverse:
		t.solve(m, n, alpha, a, b)
	default:
		t.multiply(m, n, alpha, a, b)
	}
}

// applyTurned is applyTo for an A on the right that is not large: its transpose is applied to
// that of some rows of B, from the left, where vectors are along the rows.
func (t *triangular[T]) applyTurned(m, n int, alpha T, a, b []T) {
	turned := getSquare[T]()
	defer putSquare(turned)
	left := *t
	left.side, left.ldb, left.trans = blas.Left, maxSquare, blas.Trans
	if t.trans != blas.NoTrans {
		left.trans = blas.NoTrans
	}
	for ; m > 0; m -= maxSquare {
		rows := min(m, maxSquare)
		transposeElements(n, rows, turned[:], maxSquare, b, t.ldb)
		left.applyTo(n, rows, alpha, a, turned[:])
		transposeElements(rows, n, b, t.ldb, turned[:], maxSquare)
		b = b[min(len(b), rows*t.ldb):]
	}
}

// transposeElements sets dst, m x n, to the transpose of src.
func transposeElements[T float](m, n int, dst []T, ldDst int, src []T, ldSrc int) {
	for i0 := 0; i0 < m; i0 += tile {
		for j0 := 0; j0 < n; j0 += tile {
			for j := j0; j < min(j0+tile, n); j++ {
				for i, v := range src[j*ldSrc+i0 : j*ldSrc+min(i0+tile, m)] {
					dst[(i0+i)*ldDst+j] = v
				}
			}
		}
	}
}

// solve overwrites B, m x n, with alpha times the product of the inverse of op(A) and B:
// one part is solved, its share taken from the other part, and that one solved.
func (t *triangular[T]) solve(m, n int, alpha T, a, b []T) {
	k, a2, beside, b2 := t.split(m, n, a, b)
	m1, n1, m2, n2 := t.parts(m, n, k)
	if t.topDown() {
		t.applyTo(m1, n1, alpha, a, b)
		t.add(m2, n2, k, -1, beside, b, alpha, b2)
		t.applyTo(m2, n2, 1, a2, b2)
		return
	}
	t.applyTo(m2, n2, alpha, a2, b2)
	t.add(m1, n1, t.order(m2, n2), -1, beside, b2, alpha, b)
	t.applyTo(m1, n1, 1, a, b)
}

// multiply overwrites B, m x n, with alpha times the product of op(A) and B: the part
// that no other one needs goes first.
func (t *triangular[T]) multiply(m, n int, alpha T, a, b []T) {
	k, a2, beside, b2 := t.split(m, n, a, b)
	m1, n1, m2, n2 := t.parts(m, n, k)
	if t.topDown() {
		t.applyTo(m2, n2, alpha, a2, b2)
		t.add(m2, n2, k, alpha, beside, b, 1, b2)
		t.applyTo(m1, n1, alpha, a, b)
		return
	}
	t.applyTo(m1, n1, alpha, a, b)
	t.add(m1, n1, t.order(m2, n2), alpha, beside, b2, 1, b)
	t.applyTo(m2, n2, alpha, a2, b2)
}

// add adds the product of the block beside the diagonal and one part of B to the other
// part, m x n: dst = alpha*op(beside)*src + beta*dst, or with src on the left.
func (t *triangular[T]) add(m, n, k int, alpha T, beside, src []T, beta T, dst []T) {
	trans := t.trans != blas.NoTrans
	if t.side == blas.Left {
		multiply(t.impl.Pool, trans, false, m, n, k, alpha, beside, t.lda, src, t.ldb, beta, dst, t.ldb)
	} else {
		multiply(t.impl.Pool, false, trans, m, n, k, alpha, src, t.ldb, beside, t.lda, beta, dst, t.ldb)
	}
}

func (t *triangular[T]) isLeaf(m, n int) bool { return t.order(m, n) <= limits.leaf }

// order returns the order of A for a B that is m x n.
func (t *triangular[T]) order(m, n int) int {
	if t.side == blas.Left {
		return m
	}
	return n
}

// parts returns the sizes of the parts of B.
func (t *triangular[T]) parts(m, n, k int) (m1, n1, m2, n2 int) {
	if t.side == blas.Left {
		return k, n, m - k, n
	}
	return m, k, m, n - k
}

// half returns where to split a matrix of n rows: about half way, and such that whole
// tiles of a kernel come first.
func half(n int) int {
	const tile = 16
	if n <= 2*tile {
		return n / 2
	}
	return n / 2 / tile * tile
}

func isTriangle(uplo blas.Uplo) bool { return uplo == blas.Lower || uplo == blas.Upper }
