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

// solve overwrites B, m x n, with alpha times the product of the inverse of op(A) and B:
// one part is solved, its share taken from the other part, and that one solved.
func (t *triangular[T]) solve(m, n int, alpha T, a, b []T) {
	if t.isLeaf(m, n) {
		t.leaf(t.impl.Implementation, t.side, t.uplo, t.trans, t.diag, m, n, alpha, a, t.lda, b, t.ldb)
		return
	}
	k, a2, beside, b2 := t.split(m, n, a, b)
	m1, n1, m2, n2 := t.parts(m, n, k)
	if t.topDown() {
		t.solve(m1, n1, alpha, a, b)
		t.add(m2, n2, k, -1, beside, b, alpha, b2)
		t.solve(m2, n2, 1, a2, b2)
		return
	}
	t.solve(m2, n2, alpha, a2, b2)
	t.add(m1, n1, t.order(m2, n2), -1, beside, b2, alpha, b)
	t.solve(m1, n1, 1, a, b)
}

// multiply overwrites B, m x n, with alpha times the product of op(A) and B: the part
// that no other one needs goes first.
func (t *triangular[T]) multiply(m, n int, alpha T, a, b []T) {
	if t.isLeaf(m, n) {
		t.leaf(t.impl.Implementation, t.side, t.uplo, t.trans, t.diag, m, n, alpha, a, t.lda, b, t.ldb)
		return
	}
	k, a2, beside, b2 := t.split(m, n, a, b)
	m1, n1, m2, n2 := t.parts(m, n, k)
	if t.topDown() {
		t.multiply(m2, n2, alpha, a2, b2)
		t.add(m2, n2, k, alpha, beside, b, 1, b2)
		t.multiply(m1, n1, alpha, a, b)
		return
	}
	t.multiply(m1, n1, alpha, a, b)
	t.add(m1, n1, t.order(m2, n2), alpha, beside, b2, 1, b)
	t.multiply(m2, n2, alpha, a2, b2)
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
