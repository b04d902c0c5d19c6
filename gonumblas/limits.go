package gonumblas

// thresholds say from which sizes on the work is ours. Below them gonum is
// faster, or as fast. They are measured, see BenchmarkSmall.
type thresholds struct {
	dot, axpy, scal, sum int // elements of a vector
	gemm                 int // multiply-adds
	gemv, ger            int // elements of the matrix
	triangle             int // rows of a triangular or symmetric matrix that is split
	square               int // rows of a block on the diagonal that is completed, at most maxSquare
}

var limits = thresholds{dot: 1, axpy: 1, scal: 1, sum: 1, gemm: 1, gemv: 1, ger: 1, triangle: 32, square: maxSquare}

const maxSquare = 64
