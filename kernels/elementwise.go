package kernels

import (
	"fmt"
	"math"
)

// Axpy adds alpha times x to y: y[i] = y[i] + alpha*x[i].
//
// Class element: the product is rounded before it is added, not fused. x may
// be y. It panics if the lengths differ.
func Axpy[T float32 | float64](alpha T, x, y []T) { axpy(alpha, x, y) }

func axpyGeneric[T float32 | float64](alpha T, x, y []T) {
	for i, v := range x {
		y[i] += T(alpha * v)
	}
}

// Add sets dst[i] = x[i] + y[i].
//
// Class element. dst may be x or y. It panics if the lengths differ.
func Add[T float32 | float64](dst, x, y []T) { add(dst, x, y) }

func addGeneric[T float32 | float64](dst, x, y []T) {
	for i, v := range x {
		dst[i] = v + y[i]
	}
}

// Sub sets dst[i] = x[i] - y[i].
//
// Class element. dst may be x or y. It panics if the lengths differ.
func Sub[T float32 | float64](dst, x, y []T) { sub(dst, x, y) }

func subGeneric[T float32 | float64](dst, x, y []T) {
	for i, v := range x {
		dst[i] = v - y[i]
	}
}

// Mul sets dst[i] = x[i] * y[i].
//
// Class element. dst may be x or y. It panics if the lengths differ.
func Mul[T float32 | float64](dst, x, y []T) { mul(dst, x, y) }

func mulGeneric[T float32 | float64](dst, x, y []T) {
	for i, v := range x {
		dst[i] = v * y[i]
	}
}

// Div sets dst[i] = x[i] / y[i], a true division.
//
// Class element. dst may be x or y. It panics if the lengths differ.
func Div[T float32 | float64](dst, x, y []T) { div(dst, x, y) }

func divGeneric[T float32 | float64](dst, x, y []T) {
	for i, v := range x {
		dst[i] = v / y[i]
	}
}

// AddScalar sets dst[i] = x[i] + c; AddScalar(dst, x, -c) subtracts c.
//
// Class element. dst may be x. It panics if the lengths differ.
func AddScalar[T float32 | float64](dst, x []T, c T) { addScalar(dst, x, c) }

func addScalarGeneric[T float32 | float64](dst, x []T, c T) {
	for i, v := range x {
		dst[i] = v + c
	}
}

// Scale sets dst[i] = x[i] * c.
//
// Class element. dst may be x. It panics if the lengths differ.
func Scale[T float32 | float64](dst, x []T, c T) { scale(dst, x, c) }

func scaleGeneric[T float32 | float64](dst, x []T, c T) {
	for i, v := range x {
		dst[i] = v * c
	}
}

// DivScalar sets dst[i] = x[i] / c, by true division.
//
// Class element. dst may be x. It panics if the lengths differ.
func DivScalar[T float32 | float64](dst, x []T, c T) { divScalar(dst, x, c) }

func divScalarGeneric[T float32 | float64](dst, x []T, c T) {
	for i, v := range x {
		dst[i] = v / c
	}
}

// Abs sets dst[i] to the magnitude of x[i].
//
// Class element: exact. dst may be x. It panics if the lengths differ.
func Abs[T float32 | float64](dst, x []T) { abs(dst, x) }

func absGeneric[T float32 | float64](dst, x []T) {
	for i, v := range x {
		dst[i] = T(math.Abs(float64(v)))
	}
}

// Neg sets dst[i] to -x[i].
//
// Class element: exact. dst may be x. It panics if the lengths differ.
func Neg[T float32 | float64](dst, x []T) { neg(dst, x) }

func negGeneric[T float32 | float64](dst, x []T) {
	for i, v := range x {
		dst[i] = -v
	}
}

// Sqrt sets dst[i] to the square root of x[i], NaN if x[i] < 0.
//
// Class element: correctly rounded. dst may be x. It panics if the lengths differ.
func Sqrt[T float32 | float64](dst, x []T) { sqrt(dst, x) }

// The root of a float32 may be rounded twice: from float64 that is innocuous.
func sqrtGeneric[T float32 | float64](dst, x []T) {
	for i, v := range x {
		dst[i] = T(math.Sqrt(float64(v)))
	}
}

// Clamp sets dst[i] to x[i], or to lo if x[i] < lo, or to hi if x[i] > hi. NaN
// stays NaN.
//
// Class element: exact. dst may be x. It panics if the lengths differ, and
// unless lo <= hi.
func Clamp[T float32 | float64](dst, x []T, lo, hi T) {
	checkLen("Clamp", "dst", len(dst), "x", len(x))
	if !(lo <= hi) {
		panic(fmt.Sprintf("kernels: Clamp: the limits are %v and %v, want lo <= hi", lo, hi))
	}
	clamp(dst, x, lo, hi)
}

func clampGeneric[T float32 | float64](dst, x []T, lo, hi T) {
	for i, v := range x {
		switch {
		case v < lo:
			v = lo
		case v > hi:
			v = hi
		}
		dst[i] = v
	}
}
