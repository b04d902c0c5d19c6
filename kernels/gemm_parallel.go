package kernels

import (
	"math"
	"sync"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// GemmParallel is [Gemm] with the work split over the pool's workers. The
// rows and columns of C are divided, never k, so the result is the same
// bits as Gemm's for any number of workers. Small products run on the calling
// goroutine.
func GemmParallel[T float32 | float64](p *Pool, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	if p.Workers() == 1 || !worthSharing[T](m, n, k) {
		Gemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	checkGemm(transA, transB, m, n, k, a, lda, b, ldb, c, ldc)
	job := jobOf[T](p)
	job.mu.Lock()
	defer job.mu.Unlock()
	job.gemmArgs = gemmArgs[T]{transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc}
	job.team.Run(job.share)
	job.gemmArgs = gemmArgs[T]{} // keep no reference to the operands
}

// worthSharing reports whether a product takes long enough to be shared.
func worthSharing[T float32 | float64](m, n, k int) bool {
	limit := blockings[tier.Active()].shared
	if !isFloat32[T]() {
		limit /= 2
	}
	if uint(m)|uint(n)|uint(k) < 1<<10 { // their product is an int everywhere
		return m*n*k >= limit
	}
	return float64(m)*float64(n)*float64(k) >= float64(limit)
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

// runShare computes one worker's part of C.
func (g *gemmJob[T]) runShare(worker int) {
	colTile := panelCols[T]()
	rowParts, colParts := grid(g.m, g.n, colTile, g.team.Size())
	if worker >= rowParts*colParts {
		return
	}
	i, iEnd := parallel.Share(worker/colParts, rowParts, g.m, rowTile)
	j, jEnd := parallel.Share(worker%colParts, colParts, g.n, colTile)
	if i == iEnd || j == jEnd {
		return
	}
	aStep, bStep := g.lda, 1
	if g.transA {
		aStep = 1
	}
	if g.transB {
		bStep = g.ldb
	}
	gemm(g.transA, g.transB, iEnd-i, jEnd-j, g.k, g.alpha, g.a[i*aStep:], g.lda, g.b[j*bStep:], g.ldb, g.beta, g.c[i*g.ldc+j:], g.ldc)
}

// rowTile is the height of the tiles in which rows are divided: that of most
// kernels.
const rowTile = 8

// grid divides an m x n matrix into rowParts x colParts parts, at most one for
// each worker, such that the largest is as small as whole tiles allow. Among
// equals it takes those that read least: each row of parts reads all of B, each
// column of parts all of A.
func grid(m, n, colTile, workers int) (rowParts, colParts int) {
	best, bestReads := math.MaxInt, math.MaxInt
	for rows := 1; rows <= workers; rows++ {
		cols := workers / rows
		size := ceilDiv(ceilDiv(m, rowTile), rows) * ceilDiv(ceilDiv(n, colTile), cols)
		reads := rows*n + cols*m
		if size < best || size == best && reads < bestReads {
			best, bestReads, rowParts, colParts = size, reads, rows, cols
		}
	}
	return rowParts, colParts
}

func ceilDiv(x, y int) int { return (x + y - 1) / y }
