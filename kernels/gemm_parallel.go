package kernels

import (
	"sync"

	"github.com/lockstep-ml/lockstep/internal/parallel"
)

// parallelThreshold is the number of multiply-adds from which a product is
// worth the hand-over to other workers, about a microsecond.
const parallelThreshold = 1 << 18

// GemmParallel is [Gemm] with the work split over the pool's workers. The
// rows or the columns of C are divided, never k, so the result is the same
// bits as Gemm's for any number of workers. Small products run on the calling
// goroutine.
func GemmParallel[T float32 | float64](p *Pool, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	checkGemm(transA, transB, m, n, k, a, lda, b, ldb, c, ldc)
	if p.Workers() == 1 || float64(m)*float64(n)*float64(k) < parallelThreshold {
		gemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	job := jobOf[T](p)
	job.mu.Lock()
	defer job.mu.Unlock()
	job.gemmArgs = gemmArgs[T]{transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc}
	job.team.Run(job.share)
	job.gemmArgs = gemmArgs[T]{} // keep no reference to the operands
}

type gemmArgs[T float32 | float64] struct {
	transA, transB bool
	m, n, k        int
	alpha          T
	a              []T
	lda            int
	b              []T
	ldb            int
	beta           T
	c              []T
	ldc            int
}

// gemmJob is the product that a pool is working on. It lives in the pool, and
// its share function is made once, so that a product allocates nothing.
type gemmJob[T float32 | float64] struct {
	mu    sync.Mutex
	team  *parallel.Team
	share func(worker int)
	gemmArgs[T]
}

func jobOf[T float32 | float64](p *Pool) *gemmJob[T] {
	if isFloat32[T]() {
		return any(&p.job32).(*gemmJob[T])
	}
	return any(&p.job64).(*gemmJob[T])
}

func (g *gemmJob[T]) init(team *parallel.Team) {
	g.team = team
	g.share = g.runShare
}

// runShare computes one worker's rows or columns of C, whichever there are
// more panels of.
func (g *gemmJob[T]) runShare(worker int) {
	const rowTile = 8
	colTile := blockSizes[T]().nr
	if g.m/rowTile >= g.n/colTile {
		lo, hi := parallel.Share(worker, g.team.Size(), g.m, rowTile)
		step := g.lda
		if g.transA {
			step = 1
		}
		g.runPart(lo*step, 0, lo*g.ldc, hi-lo, g.n)
		return
	}
	lo, hi := parallel.Share(worker, g.team.Size(), g.n, colTile)
	step := 1
	if g.transB {
		step = g.ldb
	}
	g.runPart(0, lo*step, lo, g.m, hi-lo)
}

// runPart computes the m x n part of C whose operands start at the given
// offsets.
func (g *gemmJob[T]) runPart(aOffset, bOffset, cOffset, m, n int) {
	if m <= 0 || n <= 0 {
		return
	}
	gemm(g.transA, g.transB, m, n, g.k, g.alpha, g.a[aOffset:], g.lda, g.b[bOffset:], g.ldb, g.beta, g.c[cOffset:], g.ldc)
}
