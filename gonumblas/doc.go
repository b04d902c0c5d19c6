// Package gonumblas makes gonum faster: its BLAS runs on this module's kernels, and so do
// the singular value decomposition and the symmetric eigenvalue problem of its LAPACK.
//
//	blas64.Use(gonumblas.Implementation{})
//	blas32.Use(gonumblas.Implementation{})
//	lapack64.Use(gonumblas.LAPACK{})
//
// From then on everything in gonum that is built on them, the packages mat, lapack
// and stat among it, uses them. It is a module of its own, so that only those who
// import it depend on gonum. The programs in the folder examples solve, fit and analyse
// before and after, and print how many times as fast it is.
//
// # What is covered
//
// By Implementation, in float32 and float64:
//
//   - level 1: dot, axpy, scal and asum of vectors with unit increments, and Snrm2;
//   - level 2: gemv and ger;
//   - level 3: gemm, and symm, syrk, syr2k, trmm and trsm by recursion down to gemm.
//
// By LAPACK: the singular value decomposition, Dgesvd, and the eigenvalues and eigenvectors of
// symmetric matrices, Dsyev. Most of gonum's time for them goes into plane rotations one by
// one, which no BLAS can help; here many are multiplied together first.
//
// Everything else is gonum's own: Dnrm2, the rotations, banded and packed matrices,
// trmv, trsv, symv and the other symmetric or triangular routines of level 2, operands
// with increments that a kernel does not take, and all complex numbers. So are short vectors and
// small matrices, for which the way to a kernel takes longer than the work: a method
// passes them on by its first branch, and no worker is woken for what takes less than
// some microseconds.
//
// Products, solutions, least squares, the singular value decomposition, the symmetric
// eigenvalue problem and the LU, Cholesky and QR factorizations of mat gain most. Eigenvalues
// of general matrices, mat.Eigen, gain little: most of their time goes into loops of gonum's
// lapack that call no BLAS, or matrix-vector products that wait for memory.
//
// docs/performance.md has the figures, beside gonum and OpenBLAS. BenchmarkRace compares
// some calls on the machine at hand, and go run -C bench ./gonumpeers -calls . all.
//
// # Workers
//
// What is large enough to gain is shared among GOMAXPROCS workers, which start with the first of
// it and wait parked in between. Implementation.Pool and LAPACK.Pool set another number; that of
// kernels.NewPool(1) leaves all work to the calling goroutine. Any number of goroutines may call
// gonum at the same time; their products follow one another in a pool. As gonum has it, Use itself
// is for the start of a program, before anything else calls gonum.
//
// # What differs from gonum
//
// Arguments that are wrong panic with gonum's messages. Results differ from gonum's
// by rounding, since sums are taken in another order; they are the same bits for
// any number of workers and on every machine as far as this package does the
// work, which does not hold for what is left to gonum.
//
// gonum leaves out a product if its left factor is 0, in some layouts. Here 0*Inf
// and 0*NaN are NaN, as IEEE 754 has it. And where gonum computes something unusable
// because the result of a product shares memory with an operand, there is a panic.
//
// Signs of singular vectors and eigenvectors may differ, and the basis of those that share a
// value. A matrix with NaN or Inf, if it is not small, has no decomposition: mat's Factorize
// returns false, where gonum does not return from some of them.
package gonumblas
