//go:build !darwin && !linux

package guard

import (
	"os"
	"testing"
)

// Enforced reports whether the guard pages exist.
const Enforced = false

func pages(tb testing.TB, bytes int) []byte {
	return make([]byte, wholePages(bytes, os.Getpagesize()))
}
