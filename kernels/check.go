package kernels

import (
	"fmt"
	"math/bits"
	"unsafe"
)

// The checks below are what the assembly trusts: every exported function runs
// them before it hands out a pointer. A violation is a bug in the caller's
// shapes, so they panic, with the operation, the operand and the sizes.

// checkLen panics unless a vector has the wanted length.
func checkLen(op, name string, got int, wantName string, want int) {
	if got != want {
		panicLen(op, name, got, wantName, want)
	}
}

//go:noinline
func panicLen(op, name string, got int, wantName string, want int) {
	panic(fmt.Sprintf("kernels: %s: len(%s) = %d, len(%s) = %d: lengths must be equal", op, name, got, wantName, want))
}

// checkMatrix panics unless a rows x cols matrix with the given stride lies
// within length elements. It is safe against overflow on 32-bit platforms.
func checkMatrix(op, name string, rows, cols, stride, length int) {
	if rows < 0 || cols < 0 || stride < max(1, cols) && rows > 1 || !fits(rows, cols, stride, length) {
		panicMatrix(op, name, rows, cols, stride, length)
	}
}

// fits reports whether (rows-1)*stride + cols <= length, without overflow.
func fits(rows, cols, stride, length int) bool {
	if rows == 0 || cols == 0 {
		return true
	}
	hi, lo := bits.Mul(uint(rows-1), uint(stride))
	end, carry := bits.Add(lo, uint(cols), 0)
	return hi == 0 && carry == 0 && end <= uint(length)
}

//go:noinline
func panicMatrix(op, name string, rows, cols, stride, length int) {
	panic(fmt.Sprintf("kernels: %s: %s is %d x %d with stride %d, which does not fit its %d elements", op, name, rows, cols, stride, length))
}

// checkApart panics if dst shares memory with src, other than being exactly
// the same slice where that is allowed by the caller.
func checkApart[T float32 | float64](op, dstName string, dst []T, srcName string, src []T) {
	if overlaps(dst, src) {
		panic(fmt.Sprintf("kernels: %s: %s overlaps %s in memory", op, dstName, srcName))
	}
}

// overlaps reports whether two slices share an element.
func overlaps[T float32 | float64](a, b []T) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	size := unsafe.Sizeof(a[0])
	a0, b0 := uintptr(unsafe.Pointer(&a[0])), uintptr(unsafe.Pointer(&b[0]))
	return a0 < b0+uintptr(len(b))*size && b0 < a0+uintptr(len(a))*size
}
