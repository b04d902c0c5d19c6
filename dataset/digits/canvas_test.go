package digits

import (
	"math/bits"
	"testing"
)

// inked reports whether a sample of the canvas is inked.
func (c *canvas) inked(y, x int) bool { return c[y][x/64]>>(x%64)&1 == 1 }

// spreadOracle is the canvas's spread, sample by sample.
func spreadOracle(c *canvas, diagonals bool) (out canvas) {
	for y := range samples {
		for x := range samples {
			for dy := -1; dy <= 1; dy++ {
				for dx := -1; dx <= 1; dx++ {
					if !diagonals && dx != 0 && dy != 0 || y+dy < 0 || y+dy >= samples || x+dx < 0 || x+dx >= samples {
						continue
					}
					if c.inked(y+dy, x+dx) {
						out[y][x/64] |= 1 << (x % 64)
					}
				}
			}
		}
	}
	return out
}

func TestSpread(t *testing.T) {
	r := newRandom(1, 3)
	var c canvas
	for range 2000 {
		c[r.below(samples)].ink(40, 40+r.below(150))
		c[r.below(samples)][r.below(3)] |= 1 << r.below(64)
	}
	for _, diagonals := range []bool{false, true} {
		want, got := spreadOracle(&c, diagonals), c
		got.spread(diagonals)
		for y := range samples {
			for x := range samples {
				if got.inked(y, x) != want.inked(y, x) {
					t.Fatalf("diagonals %v: sample %d, %d differs", diagonals, y, x)
				}
			}
		}
	}
}

// A square grows by n at each side and loses its corners; one that is then made
// thinner again is a square again.
func TestThicken(t *testing.T) {
	var square canvas
	for y := 100; y < 140; y++ {
		square[y].ink(90, 130)
	}
	count := func(c canvas) (n int) {
		for _, l := range c {
			for _, word := range l {
				n += bits.OnesCount64(word)
			}
		}
		return n
	}
	for _, test := range []struct{ n, want int }{{0, 40 * 40}, {1, 42*42 - 4}, {2, 44*44 - 4}, {3, 46*46 - 12}, {-1, 38 * 38}, {-5, 30 * 30}, {-20, 0}} {
		c := square
		c.thicken(test.n)
		if got := count(c); got != test.want {
			t.Errorf("thicken(%d): %d samples, want %d", test.n, got, test.want)
		}
		if c.thicken(-test.n); test.n > 0 && c != square {
			t.Errorf("thicken(%d) and back is another shape", test.n)
		}
	}
}

func TestInk(t *testing.T) {
	for lo := range samples {
		for _, hi := range []int{lo, lo + 1, lo + 63, lo + 64, lo + 65, samples} {
			hi = min(hi, samples)
			var l line
			l.ink(lo, hi)
			for x := range 256 {
				if got := l[x/64]>>(x%64)&1 == 1; got != (lo <= x && x < hi) {
					t.Fatalf("ink(%d, %d): sample %d is %v", lo, hi, x, got)
				}
			}
		}
	}
}

func TestCoverage(t *testing.T) {
	var c canvas
	for y := 8; y < 11; y++ {
		c[y].ink(60, 70)
	}
	for _, test := range []struct{ row, col, want int }{{1, 7, 12}, {1, 8, 18}, {1, 9, 0}, {0, 8, 0}, {2, 8, 0}} {
		if got := c.coverage(test.row, test.col); got != test.want {
			t.Errorf("coverage(%d, %d) = %d, want %d", test.row, test.col, got, test.want)
		}
	}
}
