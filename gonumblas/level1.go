package gonumblas

import "github.com/lockstep-ml/lockstep/kernels"

// unit reports whether a vector has unit increment and n elements, at least least.
func unit(least, n, inc, length int) bool { return n >= least && inc == 1 && n <= length }

// Ddot returns the sum of x[i]*y[i].
func (impl Implementation) Ddot(n int, x []float64, incX int, y []float64, incY int) float64 {
	if !unit(limits.dot, n, incX, len(x)) || !unit(limits.dot, n, incY, len(y)) {
		return impl.Implementation.Ddot(n, x, incX, y, incY)
	}
	return kernels.Dot(x[:n], y[:n])
}

// Sdot returns the sum of x[i]*y[i].
func (impl Implementation) Sdot(n int, x []float32, incX int, y []float32, incY int) float32 {
	if !unit(limits.dot, n, incX, len(x)) || !unit(limits.dot, n, incY, len(y)) {
		return impl.Implementation.Sdot(n, x, incX, y, incY)
	}
	return kernels.Dot(x[:n], y[:n])
}

// Daxpy computes y = alpha*x + y.
func (impl Implementation) Daxpy(n int, alpha float64, x []float64, incX int, y []float64, incY int) {
	if alpha == 0 || !unit(limits.axpy, n, incX, len(x)) || !unit(limits.axpy, n, incY, len(y)) {
		impl.Implementation.Daxpy(n, alpha, x, incX, y, incY)
		return
	}
	kernels.Axpy(alpha, x[:n], y[:n])
}

// Saxpy computes y = alpha*x + y.
func (impl Implementation) Saxpy(n int, alpha float32, x []float32, incX int, y []float32, incY int) {
	if alpha == 0 || !unit(limits.axpy, n, incX, len(x)) || !unit(limits.axpy, n, incY, len(y)) {
		impl.Implementation.Saxpy(n, alpha, x, incX, y, incY)
		return
	}
	kernels.Axpy(alpha, x[:n], y[:n])
}

// Dscal computes x = alpha*x.
func (impl Implementation) Dscal(n int, alpha float64, x []float64, incX int) {
	if alpha == 0 || !unit(limits.scal, n, incX, len(x)) {
		impl.Implementation.Dscal(n, alpha, x, incX)
		return
	}
	kernels.Scale(x[:n], x[:n], alpha)
}

// Sscal computes x = alpha*x.
func (impl Implementation) Sscal(n int, alpha float32, x []float32, incX int) {
	if alpha == 0 || !unit(limits.scal, n, incX, len(x)) {
		impl.Implementation.Sscal(n, alpha, x, incX)
		return
	}
	kernels.Scale(x[:n], x[:n], alpha)
}

// Dasum returns the sum of the magnitudes of x.
func (impl Implementation) Dasum(n int, x []float64, incX int) float64 {
	if !unit(limits.sum, n, incX, len(x)) {
		return impl.Implementation.Dasum(n, x, incX)
	}
	return kernels.Asum(x[:n])
}

// Sasum returns the sum of the magnitudes of x.
func (impl Implementation) Sasum(n int, x []float32, incX int) float32 {
	if !unit(limits.sum, n, incX, len(x)) {
		return impl.Implementation.Sasum(n, x, incX)
	}
	return kernels.Asum(x[:n])
}

// Snrm2 returns the Euclidean norm of x. Its squares are summed in float64, in which
// none overflows; of float64, Dnrm2, that is left to gonum, which scales.
func (impl Implementation) Snrm2(n int, x []float32, incX int) float32 {
	if !unit(limits.sum, n, incX, len(x)) {
		return impl.Implementation.Snrm2(n, x, incX)
	}
	return kernels.Nrm2(x[:n])
}
