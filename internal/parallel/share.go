package parallel

import (
	"runtime"
	"sync/atomic"
)

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

// workerShare is the number of multiply-adds that take about as long as it costs a
// worker to take part in a step: to wait for the others and to have their results.
const workerShare = 1 << 20

// Useful returns how many workers make steps of the given number of multiply-adds
// faster: at most n, or GOMAXPROCS if n is not positive.
func Useful(n int, multiplyAdds int64) int {
	if n > 0 && every.Load() > 0 {
		return n
	}
	return int(min(int64(Workers(n)), 1+multiplyAdds/workerShare))
}

var every atomic.Int32 // calls of UseEvery that are not undone

// UseEvery has [Useful] return the number that it is given until undo is called:
// small trainings, quick to check, are then divided as large ones are.
func UseEvery() (undo func()) {
	every.Add(1)
	return func() { every.Add(-1) }
}
