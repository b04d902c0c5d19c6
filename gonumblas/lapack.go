package gonumblas

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
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

// inRange decomposes a, which it scales before if its largest magnitude is not between
// 1/limit and limit; the values that were found are scaled back. If an element of a is not
// finite they are NaN, and the result is false.
func (impl LAPACK) inRange(a blas64.General, limit float64, values []float64, decompose func() bool) (ok bool) {
	norm := impl.Dlange(lapack.MaxAbs, a.Rows, a.Cols, a.Data, a.Stride, nil)
	if math.IsNaN(norm - norm) {
		for i := range values {
			values[i] = math.NaN()
		}
		return false
	}
	scaled := min(max(norm, 1/limit), limit)
	if norm == 0 || scaled == norm {
		return decompose()
	}
	impl.Dlascl(lapack.General, 0, 0, norm, scaled, a.Rows, a.Cols, a.Data, a.Stride)
	ok = decompose()
	impl.Dlascl(lapack.General, 0, 0, scaled, norm, 1, len(values), values, len(values))
	return ok
}
