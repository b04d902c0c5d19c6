package parallel

import "runtime"

// Share returns the part [lo, hi) of n items that falls to one of a number of
// workers, in whole tiles and as equal as tiles allow. Late workers may get
// nothing.
func Share(worker, workers, n, tile int) (lo, hi int) {
	tiles := (n + tile - 1) / tile
	lo = tiles * worker / workers * tile
	hi = tiles * (worker + 1) / workers * tile
	return min(lo, n), min(hi, n)
}

// Workers returns n, or GOMAXPROCS if n is not positive.
func Workers(n int) int {
	if n > 0 {
		return n
	}
	return runtime.GOMAXPROCS(0)
}
