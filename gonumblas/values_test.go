package gonumblas

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// values returns n numbers in [-1, 1), the same ones each time.
func values[T float](n int) []T {
	random := rand.New(rand.NewPCG(uint64(n), 8))
	x := make([]T, n)
	for i := range x {
		x[i] = T(2*random.Float64() - 1)
	}
	return x
}

// nearIdentity returns a matrix of order n whose triangles, with a diagonal of ones, neither
// grow nor shrink a vector by much, however often they are applied.
func nearIdentity(n int) []float64 {
	a := values[float64](n * n)
	for i := range a {
		a[i] *= 1e-9
	}
	for i := range n {
		a[i*n+i] = 1
	}
	return a
}

// general returns a square matrix.
func general(n int) *mat.Dense { return mat.NewDense(n, n, values[float64](n*n)) }

// positive returns a symmetric positive definite matrix.
func positive(n int) *mat.SymDense {
	a := mat.NewSymDense(n, nil)
	a.SymOuterK(1, general(n))
	for i := range n {
		a.SetSym(i, i, a.At(i, i)+1)
	}
	return a
}
