package gonumblas

import (
	"math"

	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lockstep-ml/lockstep/kernels"
)

// The methods decide between two calls, gonum's first, and nothing else. Then the compiler
// places the way to gonum's routine without a jump. And they are nosplit, as it is enough that
// what they call makes sure of its stack: that saves what the decision costs, so that a short
// vector, of which a routine takes some nanoseconds, is as fast as if gonum were called straight.

// Ddot returns the sum of x[i]*y[i].
//
//go:nosplit
func (impl Implementation) Ddot(n int, x []float64, incX int, y []float64, incY int) float64 {
	if n < limits.ddot {
		return impl.Implementation.Ddot(n, x, incX, y, incY)
	}
	return dot(n, x, incX, y, incY, gonum.Implementation.Ddot)
}

// Sdot returns the sum of x[i]*y[i].
//
//go:nosplit
func (impl Implementation) Sdot(n int, x []float32, incX int, y []float32, incY int) float32 {
	if n < limits.sdot {
		return impl.Implementation.Sdot(n, x, incX, y, incY)
	}
	return dot(n, x, incX, y, incY, gonum.Implementation.Sdot)
}

//go:noinline
func dot[T float](n int, x []T, incX int, y []T, incY int, otherwise func(_ gonum.Implementation, n int, x []T, incX int, y []T, incY int) T) T {
	if !contiguous(n, incX, len(x)) || !contiguous(n, incY, len(y)) {
		return otherwise(gonum.Implementation{}, n, x, incX, y, incY)
	}
	return kernels.Dot(x[:n], y[:n])
}

// Daxpy computes y = alpha*x + y.
//
//go:nosplit
func (impl Implementation) Daxpy(n int, alpha float64, x []float64, incX int, y []float64, incY int) {
	if n < limits.daxpy {
		impl.Implementation.Daxpy(n, alpha, x, incX, y, incY)
		return
	}
	daxpy(n, alpha, x, incX, y, incY)
}

// Saxpy computes y = alpha*x + y.
//
//go:nosplit
func (impl Implementation) Saxpy(n int, alpha float32, x []float32, incX int, y []float32, incY int) {
	if n < limits.saxpy {
		impl.Implementation.Saxpy(n, alpha, x, incX, y, incY)
		return
	}
	saxpy(n, alpha, x, incX, y, incY)
}

// daxpy and saxpy are no function over both types, unlike others here: passing on its dictionary
// and gonum's routine would cost vectors with gaps a twentieth.
//
//go:noinline
func daxpy(n int, alpha float64, x []float64, incX int, y []float64, incY int) {
	if alpha == 0 || !contiguous(n, incX, len(x)) || !contiguous(n, incY, len(y)) {
		gonum.Implementation{}.Daxpy(n, alpha, x, incX, y, incY)
		return
	}
	kernels.Axpy(alpha, x[:n], y[:n])
}

//go:noinline
func saxpy(n int, alpha float32, x []float32, incX int, y []float32, incY int) {
	if alpha == 0 || !contiguous(n, incX, len(x)) || !contiguous(n, incY, len(y)) {
		gonum.Implementation{}.Saxpy(n, alpha, x, incX, y, incY)
		return
	}
	kernels.Axpy(alpha, x[:n], y[:n])
}

// Dscal computes x = alpha*x.
//
//go:nosplit
func (impl Implementation) Dscal(n int, alpha float64, x []float64, incX int) {
	if n < limits.dscal {
		impl.Implementation.Dscal(n, alpha, x, incX)
		return
	}
	scale(n, alpha, x, incX, gonum.Implementation.Dscal)
}

// Sscal computes x = alpha*x.
//
//go:nosplit
func (impl Implementation) Sscal(n int, alpha float32, x []float32, incX int) {
	if n < limits.sscal {
		impl.Implementation.Sscal(n, alpha, x, incX)
		return
	}
	scale(n, alpha, x, incX, gonum.Implementation.Sscal)
}

//go:noinline
func scale[T float](n int, alpha T, x []T, incX int, otherwise func(_ gonum.Implementation, n int, alpha T, x []T, incX int)) {
	if alpha == 0 || !contiguous(n, incX, len(x)) {
		otherwise(gonum.Implementation{}, n, alpha, x, incX)
		return
	}
	kernels.Scale(x[:n], x[:n], alpha)
}

// Dasum returns the sum of the magnitudes of x.
//
//go:nosplit
func (impl Implementation) Dasum(n int, x []float64, incX int) float64 {
	if n < limits.dasum {
		return impl.Implementation.Dasum(n, x, incX)
	}
	return asum(n, x, incX, gonum.Implementation.Dasum)
}

// Sasum returns the sum of the magnitudes of x.
//
//go:nosplit
func (impl Implementation) Sasum(n int, x []float32, incX int) float32 {
	if n < limits.sasum {
		return impl.Implementation.Sasum(n, x, incX)
	}
	return asum(n, x, incX, gonum.Implementation.Sasum)
}

//go:noinline
func asum[T float](n int, x []T, incX int, otherwise func(_ gonum.Implementation, n int, x []T, incX int) T) T {
	if contiguous(n, incX, len(x)) {
		return kernels.Asum(x[:n])
	}
	if incX < 1 || (n-1)*incX >= len(x) {
		return otherwise(gonum.Implementation{}, n, x, incX)
	}
	var even, odd float64 // two chains, as an addition takes several cycles
	i := 0
	for ; i+1 < n; i += 2 {
		even += math.Abs(float64(x[i*incX]))
		odd += math.Abs(float64(x[(i+1)*incX]))
	}
	if i < n {
		even += math.Abs(float64(x[i*incX]))
	}
	return T(even + odd)
}

// Snrm2 returns the Euclidean norm of x. Its squares are summed in float64, in which
// none overflows; of float64, Dnrm2, that is left to gonum, which scales.
//
//go:nosplit
func (impl Implementation) Snrm2(n int, x []float32, incX int) float32 {
	if n < limits.snrm2 {
		return impl.Implementation.Snrm2(n, x, incX)
	}
	return snrm2(n, x, incX)
}

//go:noinline
func snrm2(n int, x []float32, incX int) float32 {
	if contiguous(n, incX, len(x)) {
		return kernels.Nrm2(x[:n])
	}
	if incX < 1 || (n-1)*incX >= len(x) {
		return gonum.Implementation{}.Snrm2(n, x, incX)
	}
	sum := 0.0
	for i := range n {
		v := float64(x[i*incX])
		sum += float64(v * v)
	}
	return float32(math.Sqrt(sum))
}

// contiguous reports whether a vector has unit increment, and its slice n elements.
func contiguous(n, inc, length int) bool { return inc == 1 && n <= length }
