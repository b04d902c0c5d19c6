package main

import (
	"math"
	"testing"
)

// TestSinglePowers compares the tables with 2^(j/32): a power is the nearest float32,
// and with its rest it is as good as exact.
func TestSinglePowers(t *testing.T) {
	for j, power := range singlePowers {
		exact := math.Exp2(float64(j) / 32)
		if power != float32(exact) {
			t.Errorf("power %d is %g, want %g", j, power, float32(exact))
		}
		want := math.Log1p((exact - float64(power)) / float64(power))
		if rest := float64(singleRests[j]); math.Abs(rest-want) > 0x1p-48 {
			t.Errorf("rest %d is %g, want %g", j, rest, want)
		}
	}
}
