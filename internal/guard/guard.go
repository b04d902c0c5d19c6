// Package guard gives tests memory that ends where it says: the pages before
// and after a guarded slice cannot be accessed, so a kernel that reads or
// writes one byte beyond its operands faults.
//
// This holds on linux and darwin; elsewhere the memory is ordinary.
package guard

import (
	"runtime/debug"
	"testing"
	"unsafe"
)

// Pages returns a zeroed slice of at least n elements that fills whole pages,
// with an inaccessible page on either side. Place an operand at its end to
// catch accesses behind it, at its beginning for those before it. The memory
// is released when the test ends and must not be used afterwards.
func Pages[T uint8 | uint16 | float32 | float64](tb testing.TB, n int) []T {
	var element T
	size := int(unsafe.Sizeof(element))
	data := pages(tb, max(1, n*size))
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(data))), len(data)/size)
}

// Fault calls f and returns what it panicked with, an invalid memory access
// included, or nil. Without it such an access ends the whole test binary.
func Fault(f func()) (reason any) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() { reason = recover() }()
	f()
	return nil
}

// wholePages rounds a number of bytes up to whole pages.
func wholePages(bytes, page int) int { return (bytes + page - 1) / page * page }
