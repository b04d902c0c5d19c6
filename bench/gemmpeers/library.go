package main

import (
	"github.com/lockstep-ml/lockstep/bench/internal/blas"
)

// library is a peer in a process of its own.
type library struct{ *blas.Library }

func (l library) String() string      { return l.Name }
func (l library) description() string { return l.Description() }
func (l library) close()              { l.Close() }

func (l library) time(kind string, s shape, count int) (sample, error) {
	product := blas.Product{Double: kind == float64s, TransA: s.transA, TransB: s.transB, M: s.m, N: s.n, K: s.k}
	ns, load, err := l.Time(product, count)
	return sample{ns / float64(count), load}, err
}
