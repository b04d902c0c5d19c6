package main

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/lockstep-ml/lockstep/kernels"
)

// An implementation times products: kind is s for float32 or d for float64.
type implementation interface {
	String() string
	time(kind string, s shape) (timing, error)
}

// A timing is the shortest time of a product in nanoseconds, and how much
// processor time a nanosecond took.
type timing struct{ best, load float64 }

// lockstep is this library.
type lockstep struct {
	pool  *kernels.Pool
	clock func() time.Duration
}

func newLockstep(workers string, clock func() time.Duration) (lockstep, error) {
	n, err := strconv.Atoi(workers)
	if err != nil || n < 1 {
		return lockstep{}, fmt.Errorf("%q is no number of workers", workers)
	}
	runtime.GOMAXPROCS(max(n, 2)) // the collector must not need a worker's turn
	return lockstep{kernels.NewPool(n), clock}, nil
}

func (l lockstep) close() { l.pool.Close() }

func (l lockstep) String() string { return "lockstep" }

func (l lockstep) time(kind string, s shape) (timing, error) {
	if kind == "d" {
		return timeProduct[float64](l.pool, s, l.clock), nil
	}
	return timeProduct[float32](l.pool, s, l.clock), nil
}

// timeProduct times batches of half a millisecond or more, as the peers do.
func timeProduct[T float32 | float64](pool *kernels.Pool, s shape, clock func() time.Duration) timing {
	const batches = 15
	a, b, c := numbers[T](s.m*s.k), numbers[T](s.k*s.n), numbers[T](s.m*s.n)
	lda, ldb := s.k, s.n
	if s.transA {
		lda = s.m
	}
	if s.transB {
		ldb = s.k
	}
	batch := func(count int) time.Duration {
		start := clock()
		for range count {
			kernels.GemmParallel(pool, s.transA, s.transB, s.m, s.n, s.k, 1, a, lda, b, ldb, 0, c, s.n)
		}
		return clock() - start
	}
	count := 1
	for batch(count) < time.Millisecond/2 {
		count *= 2
	}
	start, used := wallTime(), processorTime()
	times := make([]time.Duration, batches)
	for i := range times {
		times[i] = batch(count)
	}
	load := float64(processorTime()-used) / float64(wallTime()-start)
	return timing{float64(slices.Min(times)) / float64(count), load}
}

func numbers[T float32 | float64](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(i*7919%2001-1000) / 1000
	}
	return x
}

var began = time.Now()

// wallTime is the time by the clock on the wall.
func wallTime() time.Duration { return time.Since(began) }
