// Package stopwatch times what the examples do, before and after.
package stopwatch

import (
	"fmt"
	"io"
	"time"
)

// Best returns the shortest time of five goes at the work.
func Best(work func()) time.Duration {
	best := time.Duration(1<<63 - 1)
	for range 5 {
		start := time.Now()
		work()
		best = min(best, time.Since(start))
	}
	return best
}

// Print writes both times and their ratio.
func Print(w io.Writer, before, after time.Duration) {
	const digits = 10 * time.Microsecond
	fmt.Fprintf(w, "gonum            %v\nwith gonumblas   %v, %.2f times as fast\n",
		before.Round(digits), after.Round(digits), float64(before)/float64(max(after, 1)))
}
