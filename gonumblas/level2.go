package gonumblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Dgemv computes y = alpha*op(A)*x + beta*y.
//
//go:nosplit
func (impl Implementation) Dgemv(tA blas.Transpose, m, n int, alpha float64, a []float64, lda int, x []float64, incX int, beta float64, y []float64, incY int) {
	if m*n < limits.gemv {
		impl.Implementation.Dgemv(tA, m, n, alpha, a, lda, x, incX, beta, y, incY)
		return
	}
	gemv(impl, tA, m, n, alpha, a, lda, x, incX, beta, y, incY, gonum.Implementation.Dgemv)
}

// Sgemv computes y = alpha*op(A)*x + beta*y.
//
//go:nosplit
func (impl Implementation) Sgemv(tA blas.Transpose, m, n int, alpha float32, a []float32, lda int, x []float32, incX int, beta float32, y []float32, incY int) {
	if m*n < limits.gemv {
		impl.Implementation.Sgemv(tA, m, n, alpha, a, lda, x, incX, beta, y, incY)
		return
	}
	gemv(impl, tA, m, n, alpha, a, lda, x, incX, beta, y, incY, gonum.Implementation.Sgemv)
}

type gemvRoutine[T float] func(_ gonum.Implementation, tA blas.Transpose, m, n int, alpha T, a []T, lda int, x []T, incX int, beta T, y []T, incY int)

func gemv[T float](impl Implementation, tA blas.Transpose, m, n int, alpha T, a []T, lda int, x []T, incX int, beta T, y []T, incY int, otherwise gemvRoutine[T]) {
	trans, ok := transposes(tA)
	lenY, lenX := swapIf(trans, m, n)
	if !gemvPays(trans, m, n) || !ok || alpha == 0 || !holds(m, n, lda, len(a)) || !holds(lenX, 1, incX, len(x)) || !holds(lenY, 1, incY, len(y)) {
		otherwise(impl.Implementation, tA, m, n, alpha, a, lda, x, incX, beta, y, incY)
		return
	}
	switch {
	case trans && incY == 1:
		row(impl, m, n, alpha, a, lda, x, incX, beta, y)
	case !trans && incX == 1 && m*n < limits.shared:
		dotRows(m, n, alpha, a, lda, x, beta, y, incY)
	case !trans && incX == 1:
		shareOut(impl.Pool, m, 1, func(lo, hi int) {
			dotRows(hi-lo, n, alpha, a[lo*lda:], lda, x, beta, y[lo*incY:], incY)
		})
	default:
		otherwise(impl.Implementation, tA, m, n, alpha, a, lda, x, incX, beta, y, incY)
	}
}

// gemvPays reports whether a matrix is large enough for gemv to gain: gonum takes several
// rows at a time, of which a kernel takes one.
func gemvPays(trans bool, m, n int) bool {
	if trans {
		return n >= limits.gemvColumns && m*n >= limits.gemvTrans
	}
	return n >= limits.gemvRow
}

// row computes the row y = alpha*x*A + beta*y.
func row[T float](impl Implementation, m, n int, alpha T, a []T, lda int, x []T, incX int, beta T, y []T) {
	if m*n >= limits.shared {
		multiply(impl.Pool, true, false, 1, n, m, alpha, x, incX, a, lda, beta, y, n)
		return
	}
	if beta != 0 && beta != 1 {
		kernels.Scale(y[:n], y[:n], beta)
		beta = 1
	}
	// What is small goes to its kernel straight if x is contiguous and alpha is 1.
	var buffer [64]T
	for first := 0; first < m; first += len(buffer) {
		scaled := buffer[:min(len(buffer), m-first)]
		for i := range scaled {
			scaled[i] = alpha * x[(first+i)*incX]
		}
		kernels.Gemm(false, false, 1, n, len(scaled), 1, scaled, len(scaled), a[first*lda:], lda, beta, y, n)
		beta = 1
	}
}

// dotRows computes y = alpha*A*x + beta*y, row by row.
func dotRows[T float](m, n int, alpha T, a []T, lda int, x []T, beta T, y []T, incY int) {
	x = x[:n]
	for i := range m {
		v := T(alpha * kernels.Dot(a[i*lda:][:n], x))
		if beta != 0 {
			v += T(beta * y[i*incY])
		}
		y[i*incY] = v
	}
}

// Dger computes A = alpha*x*y^T + A.
//
//go:nosplit
func (impl Implementation) Dger(m, n int, alpha float64, x []float64, incX int, y []float64, incY int, a []float64, lda int) {
	if (limits.shared-1-m*n)|incX|incY >= 0 { // none is negative
		impl.Implementation.Dger(m, n, alpha, x, incX, y, incY, a, lda)
		return
	}
	dger(impl, m, n, alpha, x, incX, y, incY, a, lda)
}

//go:noinline
func dger(impl Implementation, m, n int, alpha float64, x []float64, incX int, y []float64, incY int, a []float64, lda int) {
	ger(impl, m, n, alpha, x, incX, y, incY, a, lda, gonum.Implementation.Dger)
}

// Sger computes A = alpha*x*y^T + A.
//
//go:nosplit
func (impl Implementation) Sger(m, n int, alpha float32, x []float32, incX int, y []float32, incY int, a []float32, lda int) {
	if (limits.shared-1-m*n)|incX|incY >= 0 { // none is negative
		impl.Implementation.Sger(m, n, alpha, x, incX, y, incY, a, lda)
		return
	}
	sger(impl, m, n, alpha, x, incX, y, incY, a, lda)
}

//go:noinline
func sger(impl Implementation, m, n int, alpha float32, x []float32, incX int, y []float32, incY int, a []float32, lda int) {
	ger(impl, m, n, alpha, x, incX, y, incY, a, lda, gonum.Implementation.Sger)
}

type gerRoutine[T float] func(_ gonum.Implementation, m, n int, alpha T, x []T, incX int, y []T, incY int, a []T, lda int)

// ger is for matrices that are large enough to share: gonum's assembly goes through a small one
// as fast as the cache allows. But of vectors that run backwards it reads what is not
// theirs (seen in gonum 0.17).
func ger[T float](impl Implementation, m, n int, alpha T, x []T, incX int, y []T, incY int, a []T, lda int, otherwise gerRoutine[T]) {
	if alpha == 0 || incX > 0 && incY > 1 || !holds(m, n, lda, len(a)) || !holds(m, 1, abs(incX), len(x)) || !holds(n, 1, abs(incY), len(y)) {
		otherwise(impl.Implementation, m, n, alpha, x, incX, y, incY, a, lda)
		return
	}
	if incX > 0 && incY == 1 {
		multiply(impl.Pool, false, false, m, n, 1, alpha, x, incX, y, n, 1, a, lda)
		return
	}
	firstX, firstY := max(0, (1-m)*incX), max(0, (1-n)*incY)
	for i := range m {
		v := alpha * x[firstX+i*incX]
		row := a[i*lda:][:n]
		for j := range row {
			row[j] += T(v * y[firstY+j*incY])
		}
	}
}

func abs(n int) int { return max(n, -n) }
