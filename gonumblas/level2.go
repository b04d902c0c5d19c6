package gonumblas

import (
	"gonum.org/v1/gonum/blas"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Dgemv computes y = alpha*op(A)*x + beta*y.
func (impl Implementation) Dgemv(tA blas.Transpose, m, n int, alpha float64, a []float64, lda int, x []float64, incX int, beta float64, y []float64, incY int) {
	if !gemv(impl, tA, m, n, alpha, a, lda, x, incX, beta, y, incY) {
		impl.Implementation.Dgemv(tA, m, n, alpha, a, lda, x, incX, beta, y, incY)
	}
}

// Sgemv computes y = alpha*op(A)*x + beta*y.
func (impl Implementation) Sgemv(tA blas.Transpose, m, n int, alpha float32, a []float32, lda int, x []float32, incX int, beta float32, y []float32, incY int) {
	if !gemv(impl, tA, m, n, alpha, a, lda, x, incX, beta, y, incY) {
		impl.Implementation.Sgemv(tA, m, n, alpha, a, lda, x, incX, beta, y, incY)
	}
}

func gemv[T float](impl Implementation, tA blas.Transpose, m, n int, alpha T, a []T, lda int, x []T, incX int, beta T, y []T, incY int) bool {
	trans, ok := transposes(tA)
	if !ok || alpha == 0 || m*n < limits.gemv || !holds(m, n, lda, len(a)) {
		return false
	}
	lenY, lenX := swapIf(trans, m, n)
	if trans {
		// The row y is a product of the row x and A.
		if incY != 1 || !holds(lenX, 1, incX, len(x)) || !holds(1, lenY, lenY, len(y)) {
			return false
		}
		multiply(impl.Pool, true, false, 1, n, m, alpha, x, incX, a, lda, beta, y, n)
		return true
	}
	if incX != 1 || lenX > len(x) || !holds(lenY, 1, incY, len(y)) {
		return false
	}
	x = x[:n]
	for i := range m {
		v := alpha * kernels.Dot(a[i*lda:][:n], x)
		if beta != 0 {
			v += T(beta * y[i*incY])
		}
		y[i*incY] = v
	}
	return true
}

// Dger computes A = alpha*x*y^T + A.
func (impl Implementation) Dger(m, n int, alpha float64, x []float64, incX int, y []float64, incY int, a []float64, lda int) {
	if !ger(m, n, alpha, x, incX, y, incY, a, lda) {
		impl.Implementation.Dger(m, n, alpha, x, incX, y, incY, a, lda)
	}
}

// Sger computes A = alpha*x*y^T + A.
func (impl Implementation) Sger(m, n int, alpha float32, x []float32, incX int, y []float32, incY int, a []float32, lda int) {
	if !ger(m, n, alpha, x, incX, y, incY, a, lda) {
		impl.Implementation.Sger(m, n, alpha, x, incX, y, incY, a, lda)
	}
}

func ger[T float](m, n int, alpha T, x []T, incX int, y []T, incY int, a []T, lda int) bool {
	if alpha == 0 || m*n < limits.ger || !holds(m, n, lda, len(a)) || !holds(m, 1, incX, len(x)) || incY != 1 || n > len(y) {
		return false
	}
	y = y[:n]
	for i := range m {
		kernels.Axpy(alpha*x[i*incX], y, a[i*lda:][:n])
	}
	return true
}
