package digits

import "testing"

func TestRandom(t *testing.T) {
	r := newRandom(1, 4)
	var counts [7]int
	for range 7000 {
		counts[r.around(3)+3]++
	}
	for i, n := range counts {
		if n < 850 || n > 1150 {
			t.Errorf("%d came %d times of 7000, want about 1000", i-3, n)
		}
	}
}
