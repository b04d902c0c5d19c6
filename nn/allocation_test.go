package nn

import (
	"context"
	"math"
	"runtime/debug"
	"testing"
)

// fewestAllocations returns how often f allocates: the least of several counts.
// The runtime allocates now and then, too, for a goroutine that parks in a barrier
// for instance, and it counts as well what other tests have left running; what f
// allocates shows in each of them.
func fewestAllocations(f func()) float64 {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // it empties the runtime's pools
	least := math.Inf(1)
	for range 6 {
		least = min(least, testing.AllocsPerRun(1, f))
	}
	return least
}

// epochAllocations returns how often an epoch allocates.
func epochAllocations(t *testing.T, trainer *Trainer, data Data) float64 {
	t.Helper()
	return fewestAllocations(func() {
		for _, err := range trainer.Epochs(context.Background(), data, 1) {
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
