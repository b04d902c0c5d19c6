package main

import (
	"math"
	"testing"
)

// TestTanhIntervals compares the polynomials with tanh: they are nearer than the
// tolerance, which is relative to half a unit in the last place.
func TestTanhIntervals(t *testing.T) {
	const samples = 1000
	seen := map[int]bool{}
	for n := range samples * len(tanhIntervals) {
		a := float32(quickTanhMax * (float64(n) + 0.5) / (samples * float64(len(tanhIntervals))))
		sum := float32(tanhFirst + tanhScale*float64(a))
		entry := int(math.Float32bits(sum)>>tanhIndexShift) % len(tanhIntervals)
		for j, i := range tanhIntervals {
			if tanhIndex(j) != entry {
				continue
			}
			seen[j] = true
			want := math.Tanh(float64(a))
			_, exponent := math.Frexp(want)
			e := math.Abs(i.at(a)-want) / math.Ldexp(1, exponent-25)
			if !(e <= float64(i.tolerance)) {
				t.Errorf("interval %d: tanh %g has an error of %g half units, want at most %g", j, a, e, i.tolerance)
			}
		}
	}
	if len(seen) != len(tanhIntervals) {
		t.Errorf("%d of %d intervals are used", len(seen), len(tanhIntervals))
	}
}

// at evaluates the polynomial of an interval.
func (i tanhInterval) at(a float32) float64 {
	d := float64(a) - float64(i.center)
	p := 0.0
	for k := len(i.c) - 1; k >= 0; k-- {
		p = p*d + float64(i.c[k])
	}
	return float64(i.c0) + d*(float64(i.c1)+float64(i.rest)+d*(float64(i.c2)+d*p))
}
