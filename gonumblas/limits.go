package gonumblas

// thresholds say from which sizes on the work is ours. Below them gonum is
// faster, or as fast. They are measured, see BenchmarkRace.
type thresholds struct {
	dot, axpy, scal, sum int // elements of a vector
	gemm, gemmPacked     int // multiply-adds of a product of operands as they are, or that are packed
	gemmColumns          int // columns of a product of rows by rows
	gemv, gemvRow        int // elements of a matrix, and of a row if it is not transposed
	shared               int // elements of a matrix that ger and gemv share among workers
	rank                 int // rows of a symmetric matrix that syrk and syr2k update
	triangle, leaf       int // rows of a triangular matrix, and of its parts that are not split
	others               int // columns of the matrix beside it
	square               int // rows of a block on the diagonal that is completed, at most maxSquare
	svd                  int // rows or columns, whichever are fewer, of a matrix that is decomposed
}

var limits = thresholds{
	dot: 24, axpy: 28, scal: 32, sum: 8,
	gemm: 8, gemmPacked: 216, gemmColumns: 8,
	gemv: 600, gemvRow: 128,
	shared:   1 << 19,
	triangle: 16, leaf: 8, rank: 16, others: 8, square: maxSquare,
	svd: 48,
}

const maxSquare = 64
