package kernels

import "github.com/lockstep-ml/lockstep/internal/parallel"

// A Pool is a number of parked worker goroutines for [GemmParallel]. Its
// methods may be called from several goroutines; their products follow one
// another. A nil *Pool is one worker: the calling goroutine.
type Pool struct {
	team  *parallel.Team
	job32 gemmJob[float32]
	job64 gemmJob[float64]
}

// NewPool returns a pool of the given number of workers, GOMAXPROCS if it is
// not positive. Close releases them.
func NewPool(workers int) *Pool {
	p := &Pool{team: parallel.NewTeam(parallel.Workers(workers))}
	p.job32.init(p.team)
	p.job64.init(p.team)
	return p
}

// Workers returns the number of workers.
func (p *Pool) Workers() int {
	if p == nil {
		return 1
	}
	return p.team.Size()
}

// Close releases the workers. The pool must not be used afterwards.
func (p *Pool) Close() {
	if p != nil {
		p.team.Close()
	}
}
