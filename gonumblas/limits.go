package gonumblas

// thresholds say from which sizes on the work is ours. Below them gonum is
// faster, or as fast. They are measured: go run -C bench ./gonumpeers -calls . compares
// all calls.
type thresholds struct {
	ddot, sdot, daxpy, saxpy int // elements of a vector
	dscal, sscal             int
	dasum, sasum, snrm2      int
	gemm                     int // multiply-adds of any product
	gemmPacked               int // of one whose B is packed, or whose factors are not 0 and 1, or that is a vector
	gemmScaled               int // of one of some depth whose factors are not 0 and 1
	gemmOuter, depth         int // elements of a product whose B is packed if it has less than this depth
	gemmRow                  int // elements of B if A has a row or two and B is packed
	gemmColumns, gemmDots    int // columns and elements of a product of rows by rows
	gemmScaledColumns        int // columns of one whose first factor is not 1
	gemv, gemvRow            int // elements of a matrix and of its rows
	gemvTrans, gemvColumns   int // the same if it is transposed
	shared                   int // elements of a matrix that ger and gemv share among workers
	rank                     int // rows of a symmetric matrix that syrk and syr2k update
	symmetric                int // rows of a symmetric matrix in symm
	triangle, leaf           int // rows of a triangular matrix, and of its parts that are not split
	triangleRight, rows      int // rows of a triangular matrix that is on the right, and of the one beside it
	others                   int // columns of the matrix beside a symmetric or triangular one
	square                   int // rows of a block on the diagonal that is completed, at most maxSquare
	svd, svdValues           int // rows or columns, whichever are fewer, of a matrix that is decomposed, without vectors
	eigen, eigenvalues       int // rows of a symmetric matrix whose eigenvalues are computed, without vectors
}

var limits = thresholds{
	ddot: 40, sdot: 88, daxpy: 64, saxpy: 41, dscal: 88, sscal: 68,
	dasum: 16, sasum: 28, snrm2: 8,
	gemm: 12, gemmPacked: 600, gemmScaled: 1500, gemmOuter: 100 * 100, depth: 4,
	gemmRow: 160 * 160, gemmColumns: 8, gemmDots: 100, gemmScaledColumns: 12,
	gemv: 832, gemvRow: 208, gemvTrans: 1600, gemvColumns: 32,
	shared: 1 << 19,
	rank:   24, symmetric: 10, triangle: 16, leaf: 12, triangleRight: 64, rows: 24, others: 8, square: maxSquare,
	svd: 48, svdValues: 150, eigen: 64, eigenvalues: 120,
}

const maxSquare = 64
