package gonumblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Dsymm computes C = alpha*A*B + beta*C, or C = alpha*B*A + beta*C, of a symmetric A.
//
//go:nosplit
func (impl Implementation) Dsymm(s blas.Side, ul blas.Uplo, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	if min(m, n) < limits.others {
		impl.Implementation.Dsymm(s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	symm(impl, s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc, gonum.Implementation.Dsymm)
}

// Ssymm computes C = alpha*A*B + beta*C, or C = alpha*B*A + beta*C, of a symmetric A.
//
//go:nosplit
func (impl Implementation) Ssymm(s blas.Side, ul blas.Uplo, m, n int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	if min(m, n) < limits.others {
		impl.Implementation.Ssymm(s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	symm(impl, s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc, gonum.Implementation.Ssymm)
}

type symmRoutine[T float] func(_ gonum.Implementation, s blas.Side, ul blas.Uplo, m, n int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)

func symm[T float](impl Implementation, s blas.Side, ul blas.Uplo, m, n int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int, otherwise symmRoutine[T]) {
	order, others := swapIf(s == blas.Right, m, n)
	if order < limits.symmetric || others < limits.others || s != blas.Left && s != blas.Right || !isTriangle(ul) || alpha == 0 ||
		!holds(order, order, lda, len(a)) || !holds(m, n, ldb, len(b)) || !holds(m, n, ldc, len(c)) {
		otherwise(impl.Implementation, s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	x := symmetric[T]{impl, s, ul, others, alpha, lda, ldb, ldc}
	x.multiply(order, a, b, beta, c)
}

// A symmetric is a symmetric matrix A, of which one triangle is stored, that stands on
// one side of a matrix B.
type symmetric[T float] struct {
	impl          Implementation
	side          blas.Side
	uplo          blas.Uplo
	others        int // columns of B if A is on the left, else rows
	alpha         T
	lda, ldb, ldc int
}

// multiply computes C = alpha*A*B + beta*C, or B*A, of an A of order n by its four
// blocks, of which the two beside the diagonal are one and its transpose.
func (x *symmetric[T]) multiply(n int, a, b []T, beta T, c []T) {
	if n <= limits.square {
		x.multiplySquare(n, a, b, beta, c)
		return
	}
	k := half(n)
	beside := a[k:]
	if x.uplo == blas.Lower {
		beside = a[k*x.lda:]
	}
	stepB, stepC := 1, 1
	if x.side == blas.Left {
		stepB, stepC = x.ldb, x.ldc
	}
	b2, c2 := b[k*stepB:], c[k*stepC:]
	// beside is the block of the first rows and last columns if it is of the
	// upper triangle; if A is on the right, what counts is the transpose.
	first := (x.uplo == blas.Lower) == (x.side == blas.Left)
	x.multiply(k, a, b, beta, c)
	x.add(k, n-k, beside, first, b2, 1, c)
	x.add(n-k, k, beside, !first, b, beta, c2)
	x.multiply(n-k, a[k*x.lda+k:], b2, 1, c2)
}

// add adds the product of a block of A, rows of C by rows of B, and a part of B to a part
// of C. If A is on the right it is columns by columns.
func (x *symmetric[T]) add(toC, ofB int, block []T, trans bool, b []T, beta T, c []T) {
	if x.side == blas.Left {
		multiply(x.impl.Pool, trans, false, toC, x.others, ofB, x.alpha, block, x.lda, b, x.ldb, beta, c, x.ldc)
	} else {
		multiply(x.impl.Pool, false, trans, x.others, toC, ofB, x.alpha, b, x.ldb, block, x.lda, beta, c, x.ldc)
	}
}

// multiplySquare is multiply for an A that is completed to a square first.
func (x *symmetric[T]) multiplySquare(n int, a, b []T, beta T, c []T) {
	var square [maxSquare * maxSquare]T // stays on the stack: kernels.Gemm keeps nothing
	mirror(square[:], x.uplo, n, a, x.lda)
	if x.side == blas.Left {
		kernels.Gemm(false, false, n, x.others, n, x.alpha, square[:], maxSquare, b, x.ldb, beta, c, x.ldc)
	} else {
		kernels.Gemm(false, false, x.others, n, n, x.alpha, b, x.ldb, square[:], maxSquare, beta, c, x.ldc)
	}
}

// mirror sets square to the symmetric matrix of which a has one triangle.
func mirror[T float](square []T, uplo blas.Uplo, n int, a []T, lda int) {
	for i := range n {
		lo, hi := columns(uplo, i, n)
		for j, v := range a[i*lda+lo : i*lda+hi] {
			square[i*maxSquare+lo+j] = v
			square[(lo+j)*maxSquare+i] = v
		}
	}
}
