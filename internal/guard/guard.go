// Package guard gives tests memory that ends where it says: the pages before
// and after a guarded slice cannot be accessed, so a kernel that reads or
// writes one byte beyond its operands faults.
//
// This holds on linux and darwin; elsewhere the memory is ordinary.
//
// An emulator may read what the program does not: qemu-user 7.2 loads the whole
// vector for VMASKMOVPS and VMASKMOVPD, where a processor leaves alone what the
// mask excludes. With LOCKSTEP_GUARD_READS=allow in the environment the page
// behind a slice can be read, so that only writes to it fault. It is for
// emulators: on a processor both must fault.
package guard

import (
	"os"
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

// EnvReads is the environment variable that makes pages behind slices readable.
const EnvReads = "LOCKSTEP_GUARD_READS"

// readsAllowed reports whether reads behind a slice need not fault.
func readsAllowed(tb testing.TB) bool {
	tb.Helper()
	value := os.Getenv(EnvReads)
	if value != "" && value != "allow" {
		tb.Fatalf("%s=%s: want it to be unset, or \"allow\" in an emulator", EnvReads, value)
	}
	return value != ""
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
