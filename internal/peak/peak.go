// Package peak measures how many floating-point operations a core can do a
// second, with which the rate of a program is compared.
package peak

import (
	"time"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// The probe is long enough for the clock and for a processor to raise its
// frequency for wide vectors, and short enough to be unnoticed.
const (
	turns   = 20_000 // some 50 microseconds
	repeats = 60
)

// Measure returns the float32 operations a second of one core in fused
// multiply-adds of the active tier's vectors, two each, in registers; 0 where
// there is no probe. It takes a few milliseconds.
func Measure() float64 {
	flops := flopsPerTurn(tier.Active())
	if flops == 0 {
		return 0
	}
	best := time.Duration(1<<63 - 1)
	for range repeats {
		start := time.Now()
		multiplyAdd(tier.Active(), turns)
		best = min(best, time.Since(start))
	}
	return flops * turns / best.Seconds()
}
