package gonumblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// Dsyrk computes C = alpha*A*A^T + beta*C, or C = alpha*A^T*A + beta*C, of one triangle of C.
//
//go:nosplit
func (impl Implementation) Dsyrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float64, a []float64, lda int, beta float64, c []float64, ldc int) {
	if n < limits.rank {
		impl.Implementation.Dsyrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc)
		return
	}
	syrk(impl, ul, tA, n, k, alpha, a, lda, beta, c, ldc, gonum.Implementation.Dsyrk)
}

// Ssyrk computes C = alpha*A*A^T + beta*C, or C = alpha*A^T*A + beta*C, of one triangle of C.
//
//go:nosplit
func (impl Implementation) Ssyrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float32, a []float32, lda int, beta float32, c []float32, ldc int) {
	if n < limits.rank {
		impl.Implementation.Ssyrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc)
		return
	}
	syrk(impl, ul, tA, n, k, alpha, a, lda, beta, c, ldc, gonum.Implementation.Ssyrk)
}

type syrkRoutine[T float] func(_ gonum.Implementation, ul blas.Uplo, tA blas.Transpose, n, k int, alpha T, a []T, lda int, beta T, c []T, ldc int)

func syrk[T float](impl Implementation, ul blas.Uplo, tA blas.Transpose, n, k int, alpha T, a []T, lda int, beta T, c []T, ldc int, otherwise syrkRoutine[T]) {
	trans, ok := transposes(tA)
	rows, cols := swapIf(trans, n, k)
	if k < limits.others || !ok || !isTriangle(ul) || alpha == 0 ||
		!holds(rows, cols, lda, len(a)) || !holds(n, n, ldc, len(c)) {
		otherwise(impl.Implementation, ul, tA, n, k, alpha, a, lda, beta, c, ldc)
		return
	}
	x := rankUpdate[T]{impl, ul, trans, k, alpha, lda, lda, ldc}
	x.add(n, a, a, beta, c)
}

// Dsyr2k computes C = alpha*(A*B^T + B*A^T) + beta*C, or C = alpha*(A^T*B + B^T*A) + beta*C,
// of one triangle of C.
//
//go:nosplit
func (impl Implementation) Dsyr2k(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	if n < limits.rank {
		impl.Implementation.Dsyr2k(ul, tA, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	syr2k(impl, ul, tA, n, k, alpha, a, lda, b, ldb, beta, c, ldc, gonum.Implementation.Dsyr2k)
}

// Ssyr2k computes C = alpha*(A*B^T + B*A^T) + beta*C, or C = alpha*(A^T*B + B^T*A) + beta*C,
// of one triangle of C.
//
//go:nosplit
func (impl Implementation) Ssyr2k(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	if n < limits.rank {
		impl.Implementation.Ssyr2k(ul, tA, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	syr2k(impl, ul, tA, n, k, alpha, a, lda, b, ldb, beta, c, ldc, gonum.Implementation.Ssyr2k)
}

type syr2kRoutine[T float] func(_ gonum.Implementation, ul blas.Uplo, tA blas.Transpose, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)

func syr2k[T float](impl Implementation, ul blas.Uplo, tA blas.Transpose, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int, otherwise syr2kRoutine[T]) {
	trans, ok := transposes(tA)
	rows, cols := swapIf(trans, n, k)
	if k < limits.others || !ok || !isTriangle(ul) || alpha == 0 ||
		!holds(rows, cols, lda, len(a)) || !holds(rows, cols, ldb, len(b)) || !holds(n, n, ldc, len(c)) {
		otherwise(impl.Implementation, ul, tA, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	x := rankUpdate[T]{impl, ul, trans, k, alpha, lda, ldb, ldc}
	x.add(n, a, b, beta, c)
	x.lda, x.ldb = ldb, lda
	x.add(n, b, a, 1, c)
}

// A rankUpdate adds a product of matrices to one triangle of C.
type rankUpdate[T float] struct {
	impl          Implementation
	uplo          blas.Uplo
	trans         bool // of A; B is transposed if A is not
	depth         int  // columns of op(A)
	alpha         T
	lda, ldb, ldc int
}

// add computes C = alpha*op(A)*op(B) + beta*C of a triangle of order n, by its square and
// two triangles.
func (x *rankUpdate[T]) add(n int, a, b []T, beta T, c []T) {
	if n <= limits.square {
		x.addSquare(n, a, b, beta, c)
		return
	}
	k := half(n)
	stepA, stepB := x.lda, x.ldb
	if x.trans {
		stepA, stepB = 1, 1
	}
	a2, b2 := a[k*stepA:], b[k*stepB:]
	x.add(k, a, b, beta, c)
	if x.uplo == blas.Lower {
		x.multiply(n-k, k, a2, b, beta, c[k*x.ldc:])
	} else {
		x.multiply(k, n-k, a, b2, beta, c[k:])
	}
	x.add(n-k, a2, b2, beta, c[k*x.ldc+k:])
}

// addSquare computes, aside, the whole square of which a triangle is wanted.
func (x *rankUpdate[T]) addSquare(n int, a, b []T, beta T, c []T) {
	square := getSquare[T]()
	defer putSquare(square)
	if beta != 0 {
		for i := range n {
			lo, hi := columns(x.uplo, i, n)
			copy(square[i*maxSquare+lo:], c[i*x.ldc+lo:i*x.ldc+hi])
		}
	}
	multiply(x.impl.Pool, x.trans, !x.trans, n, n, x.depth, x.alpha, a, x.lda, b, x.ldb, beta, square[:], maxSquare)
	for i := range n {
		lo, hi := columns(x.uplo, i, n)
		copy(c[i*x.ldc+lo:i*x.ldc+hi], square[i*maxSquare+lo:])
	}
}

func (x *rankUpdate[T]) multiply(m, n int, a, b []T, beta T, c []T) {
	multiply(x.impl.Pool, x.trans, !x.trans, m, n, x.depth, x.alpha, a, x.lda, b, x.ldb, beta, c, x.ldc)
}

// columns returns the columns of row i of a triangle of order n.
func columns(uplo blas.Uplo, i, n int) (lo, hi int) {
	if uplo == blas.Lower {
		return 0, i + 1
	}
	return i, n
}
