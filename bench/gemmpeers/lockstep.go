package main

import (
	"runtime"

	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/kernels"
)

// lockstep is this library.
type lockstep struct {
	pool *kernels.Pool
	held shape
	kind string
	run  func(count int) // products of the held shape
}

func newLockstep(workers int) *lockstep {
	runtime.GOMAXPROCS(workers)
	return &lockstep{pool: kernels.NewPool(workers)}
}

func (l *lockstep) String() string      { return "lockstep" }
func (l *lockstep) description() string { return "tier " + kernels.Tier() }
func (l *lockstep) close()              { l.pool.Close() }

func (l *lockstep) time(kind string, s shape, count int) (sample, error) {
	if l.run == nil || l.held != s || l.kind != kind {
		l.held, l.kind = s, kind
		l.run = products[float32](l.pool, s)
		if kind == float64s {
			l.run = products[float64](l.pool, s)
		}
		runtime.GC() // not during a turn
	}
	l.run(count / 4)
	start, used := machine.WallTime(), machine.ProcessorTime()
	l.run(count)
	elapsed := float64(machine.WallTime() - start)
	return sample{elapsed / float64(count), float64(machine.ProcessorTime()-used) / elapsed}, nil
}

// products returns a function that computes a product a number of times.
func products[T float32 | float64](pool *kernels.Pool, s shape) func(count int) {
	a, b, c := numbers[T](s.m*s.k), numbers[T](s.k*s.n), numbers[T](s.m*s.n)
	lda, ldb := s.k, s.n
	if s.transA {
		lda = s.m
	}
	if s.transB {
		ldb = s.k
	}
	if pool.Workers() == 1 {
		return func(count int) {
			for range count {
				kernels.Gemm(s.transA, s.transB, s.m, s.n, s.k, 1, a, lda, b, ldb, 0, c, s.n)
			}
		}
	}
	return func(count int) {
		for range count {
			kernels.GemmParallel(pool, s.transA, s.transB, s.m, s.n, s.k, 1, a, lda, b, ldb, 0, c, s.n)
		}
	}
}

func numbers[T float32 | float64](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(i*7919%2001-1000) / 1000
	}
	return x
}
