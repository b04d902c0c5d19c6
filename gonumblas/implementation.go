package gonumblas

import (
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// An Implementation is a BLAS for gonum's blas32.Use and blas64.Use. The zero
// value is ready to use, from any number of goroutines. What it does not override it
// inherits from gonum's own implementation.
type Implementation struct {
	gonum.Implementation

	// Pool has the workers that share large products. If it is nil they are
	// GOMAXPROCS workers that all such Implementations have in common, started
	// by the first large product. One worker, kernels.NewPool(1), is the
	// calling goroutine.
	Pool *kernels.Pool
}

var (
	_ blas.Float32    = Implementation{}
	_ blas.Float64    = Implementation{}
	_ blas.Complex64  = Implementation{}
	_ blas.Complex128 = Implementation{}
)

var commonPool = sync.OnceValue(func() *kernels.Pool { return kernels.NewPool(0) })

// alone is for work that several workers do at once already.
var alone = kernels.NewPool(1)

// float are the types of which the routines exist. A routine is one function over both,
// which calls gonum's where the arguments are wrong or there is too little to gain.
type float interface{ float32 | float64 }

// multiply computes C = alpha*op(A)*op(B) + beta*C, by several workers if that pays.
func multiply[T float](pool *kernels.Pool, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	const little = 1 << 15 // multiply-adds that no pool would share
	if pool == nil && float64(m)*float64(n)*float64(k) >= little {
		pool = commonPool()
	}
	kernels.GemmParallel(pool, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// shareOut calls f for as many parts of n rows, or columns, as the pool has workers, at the same
// time; all parts but one are multiples of step. A pool runs matrix products alone, so that
// these are goroutines of their own. A panic, as of overlapping operands, is the caller's.
func shareOut(pool *kernels.Pool, n, step int, f func(lo, hi int)) {
	if pool == nil {
		pool = commonPool()
	}
	var (
		workers = pool.Workers()
		group   sync.WaitGroup
		once    sync.Once
		failure any
	)
	part := func(worker int) {
		defer func() {
			if reason := recover(); reason != nil {
				once.Do(func() { failure = reason })
			}
		}()
		if lo, hi := parallel.Share(worker, workers, n, step); lo < hi {
			f(lo, hi)
		}
	}
	for worker := 1; worker < workers; worker++ {
		group.Go(func() { part(worker) })
	}
	part(0)
	group.Wait()
	if failure != nil {
		panic(failure)
	}
}

// holds reports whether a matrix has elements and its slice holds all of them.
func holds(rows, cols, stride, length int) bool {
	return rows > 0 && cols > 0 && stride >= cols && (rows-1)*stride+cols <= length
}

// transposes returns whether a matrix is transposed, and whether t is legal.
func transposes(t blas.Transpose) (trans, ok bool) {
	return t != blas.NoTrans, t == blas.NoTrans || t == blas.Trans || t == blas.ConjTrans
}

// swapIf returns x and y, the other way round if swap is set.
func swapIf(swap bool, x, y int) (int, int) {
	if swap {
		return y, x
	}
	return x, y
}
