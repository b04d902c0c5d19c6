// Package gonumblas makes gonum faster: its BLAS runs on this module's kernels.
//
//	blas64.Use(gonumblas.Implementation{})
//	blas32.Use(gonumblas.Implementation{})
//
// From then on everything in gonum that is built on BLAS, the packages mat, lapack
// and stat among it, uses it. It is a module of its own, so that only those who
// import it depend on gonum.
//
// # What is covered
//
// In float32 and float64:
//
//   - level 1: dot, axpy, scal and asum of vectors with unit increments, and Snrm2;
//   - level 2: gemv and ger;
//   - level 3: gemm, and symm, syrk, syr2k, trmm and trsm by recursion down to gemm.
//
// Everything else is gonum's own, and so are short vectors and small matrices,
// for which the way to a kernel takes longer than the work, and operands with
// increments that a kernel does not take: Dnrm2, the rotations, banded and packed
// matrices, trmv, trsv, symv and the other symmetric or triangular routines of level 2,
// and all complex numbers.
//
// Products, solutions, least squares and the LU, Cholesky and QR factorizations of mat
// gain most. SVD and the eigenvalue problems gain little: most of their time
// goes into loops of gonum's lapack that call no BLAS, or matrix-vector products that
// wait for memory. BenchmarkRace compares both libraries on the machine at hand.
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
package gonumblas
