package gonumblas

// thresholds say from which sizes on the work is ours. Below them gonum is
// faster, or as fast. They are measured, see BenchmarkSmall.
type thresholds struct {
	dot, axpy, scal, sum int // elements of a vector
	gemm, gemmTransposed int // multiply-adds of a product with B as it is or transposed
	gemv, gemvRow        int // elements of a matrix, and of a row if it is not transposed
	shared               int // elements of a matrix that ger and gemv share among workers
	triangle             int // rows of a triangular or symmetric matrix
	others               int // columns of the matrix beside it
	square               int // rows of a block on the diagonal that is completed, at most maxSquare
}

var limits = thresholds{
	dot: 24, axpy: 8, scal: 32, sum: 8,
	gemm: 8, gemmTransposed: 200,
	gemv: 256, gemvRow: 128,
	shared:   1 << 19,
	triangle: 8, others: 8, square: maxSquare,
}

const maxSquare = 64
