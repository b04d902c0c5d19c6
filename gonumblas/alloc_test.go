//go:build !race

// The race detector makes sync.Pool drop buffers at random.

package gonumblas

import (
	"strings"
	"testing"
)

// TestAllocations makes sure that only what starts goroutines allocates: gemv and triangular
// matrices that are larger.
func TestAllocations(t *testing.T) {
	for _, contest := range contests {
		if strings.HasPrefix(contest.name, "mat.") {
			continue
		}
		work := contest.prepare(200)
		if n := testing.AllocsPerRun(10, func() { work(Implementation{}) }); n > 0 {
			t.Errorf("%s allocates %v times", contest.name, n)
		}
	}
}
