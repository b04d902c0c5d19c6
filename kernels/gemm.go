package kernels

import (
	"fmt"
	"unsafe"
)

// Gemm computes the matrix product C = alpha*op(A)*op(B) + beta*C on row-major
// matrices, where op(X) is X or its transpose, op(A) is m x k, op(B) is k x n
// and C is m x n; lda, ldb and ldc are the distances between rows as stored.
//
// Class chain: C becomes fl(beta*C) (it is not read if beta is 0 and left as
// it is if beta is 1), then each element is one chain over ascending k,
//
//	c = fma(fl(alpha*a[i][p]), b[p][j], c),
//
// from +0 if beta is 0. So element (i, j) depends on row i of op(A) and column
// j of op(B) alone: not on m, n, tiles, blocks or workers. As in BLAS, A and B
// are not read if alpha is 0. The error of an element is bounded by about k
// units in the last place of the sum of |a*b|.
//
// Gemm runs on the calling goroutine; see [GemmParallel]. It panics if a matrix
// does not fit its slice or if C shares elements with A or B.
func Gemm[T float32 | float64](transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	if !valid(transA, transB, m, n, k, a, lda, b, ldb, c, ldc) {
		checkGemm(transA, transB, m, n, k, a, lda, b, ldb, c, ldc)
	}
	if transB || alpha != 1 || beta != 0 && beta != 1 || !small(m, n, k, lda) {
		gemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	// What a small product costs is, to a part, the way to its kernel.
	rowStride, colStride := lda, 1
	if transA {
		rowStride, colStride = 1, lda
	}
	nr, j := panelCols[T](), 0
	if m == 1 {
		j = multiplyRow(n, k, a, colStride, b, ldb, nr, c, beta != 0)
	}
	for ; j < n; j += nr {
		gemmPanel(m, min(nr, n-j), k, a, rowStride, colStride, b[j:], ldb, c[j:], ldc, beta != 0)
	}
}

// MatMul computes dst = a*b. It is [Gemm] with alpha 1 and beta 0 and panics if
// the shapes do not agree.
func MatMul(dst, a, b Matrix) {
	if dst.Rows != a.Rows || a.Cols != b.Rows || dst.Cols != b.Cols {
		panic(fmt.Sprintf("kernels: MatMul: (%d x %d) = (%d x %d) * (%d x %d): shapes do not agree",
			dst.Rows, dst.Cols, a.Rows, a.Cols, b.Rows, b.Cols))
	}
	Gemm(false, false, a.Rows, b.Cols, a.Cols, 1, a.Data, a.Stride, b.Data, b.Stride, 0, dst.Data, dst.Stride)
}

// valid reports whether checkGemm would find nothing. It is quick, and sure of
// matrices alone that are not empty, of ordinary size and in memory of their own.
func valid[T float32 | float64](transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) bool {
	const limit = 1 << 15 // its square is an int everywhere
	if uint(m-1) >= limit || uint(n-1) >= limit || uint(k-1) >= limit || uint(lda) >= limit || uint(ldb) >= limit || uint(ldc) >= limit {
		return false
	}
	rowsA, colsA := swapIf(transA, m, k)
	rowsB, colsB := swapIf(transB, k, n)
	return lda >= colsA && (rowsA-1)*lda+colsA <= len(a) &&
		ldb >= colsB && (rowsB-1)*ldb+colsB <= len(b) &&
		ldc >= n && (m-1)*ldc+n <= len(c) &&
		apart(c, a) && apart(c, b)
}

// apart reports whether two slices share no memory.
func apart[T float32 | float64](x, y []T) bool {
	px, py := uintptr(unsafe.Pointer(unsafe.SliceData(x))), uintptr(unsafe.Pointer(unsafe.SliceData(y)))
	size := unsafe.Sizeof(x[0])
	return px+uintptr(len(x))*size <= py || py+uintptr(len(y))*size <= px
}

func checkGemm[T float32 | float64](transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	if m < 0 || n < 0 || k < 0 {
		panic(fmt.Sprintf("kernels: Gemm: negative size m=%d n=%d k=%d", m, n, k))
	}
	rowsA, colsA := swapIf(transA, m, k)
	rowsB, colsB := swapIf(transB, k, n)
	checkMatrix("Gemm", "A", rowsA, colsA, lda, len(a))
	checkMatrix("Gemm", "B", rowsB, colsB, ldb, len(b))
	checkMatrix("Gemm", "C", m, n, ldc, len(c))
	checkMatricesApart("Gemm", "C", c, m, n, ldc, "A", a, rowsA, colsA, lda)
	checkMatricesApart("Gemm", "C", c, m, n, ldc, "B", b, rowsB, colsB, ldb)
}

func swapIf(swap bool, x, y int) (int, int) {
	if swap {
		return y, x
	}
	return x, y
}

// gemm is Gemm without checks.
func gemm[T float32 | float64](transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	if !transB && n == 1 && ldc == 1 && alpha == 1 && m > 1 {
		// The transpose of the product, a row, has A for its right operand,
		// of which a vector holds several columns. The chains are the same:
		// the factors of fma commute.
		right := rightOperand[T]{data: a, stride: lda}
		if !transA {
			right.layout = transposed
		}
		multiply(1, m, k, 1, leftOperand[T]{b, 1, ldb}, right, beta, c, m)
		return
	}
	left := leftOperand[T]{a, lda, 1}
	if transA {
		left = leftOperand[T]{a, 1, lda}
	}
	right := rightOperand[T]{data: b, stride: ldb}
	if transB {
		right.layout = transposed
	}
	multiply(m, n, k, alpha, left, right, beta, c, ldc)
}

// small reports whether a product is not empty and is done by panels, in one
// block and without a copy. gemm is better at a single column.
func small(m, n, k, lda int) bool {
	const limit, row = 128, 1 << 12
	return uint(m-1) < limit && uint(n-2) < limit-1 && uint(k-1) < limit && lda < 1000 ||
		m == 1 && n > 1 && uint(k-1) < row
}

// gemmPanelGeneric adds the product of an m x k block of A, any strides, and a
// k x n panel of B, unit-stride rows, to an m x n block of C; it starts from +0
// instead of C unless load is set.
func gemmPanelGeneric[T float32 | float64](m, n, k int, a []T, rowStride, colStride int, b []T, ldb int, c []T, ldc int, load bool) {
	for i := range m {
		row := c[i*ldc:][:n]
		if !load {
			clear(row)
		}
		for p := range k {
			fmaRow(row, a[i*rowStride+p*colStride], b[p*ldb:][:n])
		}
	}
}

// gemmStripGeneric does what gemmPanelGeneric does for a strip of A and adjacent
// packed panels of B.
func gemmStripGeneric[T float32 | float64](panels, k int, a []T, rowStride, colStride int, b []T, c []T, ldc int, load bool) {
	size := blockSizes[T]()
	for i := range panels {
		gemmPanelGeneric(size.mr, size.nr, k, a, rowStride, colStride, b[i*k*size.nr:], size.nr, c[i*size.nr:], ldc, load)
	}
}

// gemmColumnGeneric does what gemmPanelGeneric does for strips of A and a packed
// panel of B, and packPanelGeneric for a part of the next one.
func gemmColumnGeneric[T float32 | float64](quiet, packing, k int, a []T, rowStride, colStride int, b, c []T, ldc int, load bool, next []T, nextStride int, spare []T, twice bool) {
	size := blockSizes[T]()
	gemmPanelGeneric((quiet+packing)*size.mr, size.nr, k, a, rowStride, colStride, b, size.nr, c, ldc, load)
	rows := k / packEvery * packing
	if twice {
		rows *= 2
	}
	packPanelGeneric(rows, next, nextStride, spare)
}

// gemmRowGeneric does what gemmPanelGeneric does for one row of A and rowPanels
// whole panels of B, panelStride apart.
func gemmRowGeneric[T float32 | float64](k int, a []T, colStride int, b []T, ldb, panelStride int, c []T, load bool) {
	nr := panelCols[T]()
	for i := range rowPanels {
		gemmPanelGeneric(1, nr, k, a, 0, colStride, b[i*panelStride:], ldb, c[i*nr:], nr, load)
	}
}

// fmaRow sets c[j] = fma(a, b[j], c[j]).
func fmaRow[T float32 | float64](c []T, a T, b []T) {
	if isFloat32[T]() {
		fmaRow32(as[float32](c), float32(a), as[float32](b))
		return
	}
	for j, v := range b {
		c[j] = fma(a, v, c[j])
	}
}
