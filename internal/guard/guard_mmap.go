//go:build darwin || linux

package guard

import (
	"syscall"
	"testing"
)

// Enforced reports whether the guard pages exist.
const Enforced = true

func pages(tb testing.TB, bytes int) []byte {
	tb.Helper()
	page := syscall.Getpagesize()
	bytes = wholePages(bytes, page)
	region, err := syscall.Mmap(-1, 0, page+bytes+page, syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		tb.Fatalf("guard: reserving %d bytes: %v", bytes, err)
	}
	tb.Cleanup(func() {
		if err := syscall.Munmap(region); err != nil {
			tb.Errorf("guard: releasing %d bytes: %v", bytes, err)
		}
	})
	inner := region[page : page+bytes]
	if err := syscall.Mprotect(inner, syscall.PROT_READ|syscall.PROT_WRITE); err != nil {
		tb.Fatalf("guard: opening %d bytes between the guard pages: %v", bytes, err)
	}
	if readsAllowed(tb) {
		if err := syscall.Mprotect(region[page+bytes:], syscall.PROT_READ); err != nil {
			tb.Fatalf("guard: opening the guard page behind %d bytes for reading: %v", bytes, err)
		}
	}
	return inner[:bytes:bytes]
}
