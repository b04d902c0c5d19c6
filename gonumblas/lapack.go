package gonumblas

import (
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/gonum"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// LAPACK is gonum's, with the singular value decomposition and the symmetric eigenvalue
// problem made faster, for lapack64.Use. The zero value is ready to use, from any number of
// goroutines. It gains most beside an [Implementation] in use as BLAS.
type LAPACK struct {
	gonum.Implementation

	// Pool says how many goroutines share the work: as many as it has workers, and
	// GOMAXPROCS if it is nil.
	Pool *kernels.Pool
}

var _ lapack.Float64 = LAPACK{}

// newTeam returns goroutines for one call; Close ends them.
func (impl LAPACK) newTeam() *parallel.Team {
	pool := impl.Pool
	if pool == nil {
		pool = commonPool()
	}
	return parallel.NewTeam(pool.Workers())
}

// share divides n items among a team.
func share(team *parallel.Team, n int, f func(lo, hi int)) {
	team.Run(func(worker int) {
		if lo, hi := parallel.Share(worker, team.Size(), n, 1); lo < hi {
			f(lo, hi)
		}
	})
}
