package gonumblas

import (
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/gonum"

	"github.com/lockstep-ml/lockstep/kernels"
)

// LAPACK is gonum's, with the singular value decomposition made faster, for lapack64.Use.
// The zero value is ready to use, from any number of goroutines. It gains most beside
// an [Implementation] in use as BLAS.
type LAPACK struct {
	gonum.Implementation

	// Pool says how many goroutines share the work: as many as it has workers, and
	// GOMAXPROCS if it is nil.
	Pool *kernels.Pool
}

var _ lapack.Float64 = LAPACK{}
