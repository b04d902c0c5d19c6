package kernels

import "unsafe"

// isFloat32 reports whether T is float32. It is a constant in each
// instantiation, so the branch that asks costs nothing.
func isFloat32[T float32 | float64]() bool {
	var zero T
	return unsafe.Sizeof(zero) == 4
}

// as reinterprets a slice as a slice of U. It is only called with U equal to
// T, which the compiler cannot know in generic code. (unsafe.Slice would check the
// length once more, which short vectors feel.)
func as[U, T float32 | float64](x []T) []U {
	return *(*[]U)(unsafe.Pointer(&x))
}

// maxCall bounds the elements of one assembly call, which cannot be
// preempted: at a nanosecond an element it stays well below 0.1 ms.
const maxCall = 1 << 16
