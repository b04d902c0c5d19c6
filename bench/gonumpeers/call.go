package main

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/blas"
)

// A call is one method of a library with the kind of its arguments, for example "Ddot 1 2",
// whose increments are 1 and 2.
type call struct {
	name   string
	shapes []shape
	// prepare makes the arguments and returns what calls a library that often.
	prepare func(shape) func(l library, count int)
}

// A shape has the sizes of a call: n is the length of vectors and the order of square matrices;
// others are m x n, or m x k and k x n.
type shape struct{ m, n, k int }

func (s shape) String() string { return fmt.Sprintf("%dx%dx%d", s.m, s.n, s.k) }

// sizes are those that tiles and vectors divide and those that they do not.
var sizes = []int{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 16, 17, 20, 24, 28, 31, 32, 33, 40, 48, 64, 65, 100, 128, 200, 256}

// lengths are of vectors.
func lengths() []shape {
	var all []shape
	for _, n := range append(sizes[:len(sizes):len(sizes)], 1000, 10000) {
		all = append(all, shape{n: n})
	}
	return all
}

// orders are of square matrices, of which k diagonals are stored.
func orders() []shape {
	var all []shape
	for _, n := range append(sizes[:len(sizes):len(sizes)], 1000) {
		all = append(all, shape{n: n, k: min(n-1, 4)})
	}
	return all
}

// rectangles are square matrices and slim ones.
func rectangles() []shape {
	var all []shape
	for _, n := range sizes {
		all = append(all, shape{m: n, n: n, k: n})
		for _, slim := range []int{1, 2, 4, 8} {
			if slim < n {
				all = append(all, shape{m: slim, n: n, k: n}, shape{m: n, n: slim, k: slim})
			}
		}
	}
	return all
}

// products are cubes, and products of slim matrices.
func products() []shape {
	var all []shape
	for _, n := range sizes {
		all = append(all, shape{n, n, n})
		for _, slim := range []int{1, 3, 8} {
			if slim < n {
				all = append(all, shape{slim, n, n}, shape{n, slim, n}, shape{n, n, slim},
					shape{slim, slim, n}, shape{slim, n, slim}, shape{n, slim, slim})
			}
		}
	}
	return all
}

// kind writes a letter or number for each argument.
func kind(name string, arguments ...any) string {
	for _, a := range arguments {
		switch a := a.(type) {
		case blas.Transpose:
			name += fmt.Sprintf(" %c", a)
		case blas.Uplo:
			name += fmt.Sprintf(" %c", a)
		case blas.Diag:
			name += fmt.Sprintf(" %c", a)
		case blas.Side:
			name += fmt.Sprintf(" %c", a)
		default:
			name += fmt.Sprint(" ", a)
		}
	}
	return name
}

// spread returns numbers in [-1, 1] for a vector of n elements with an increment.
func spread[T float32 | float64](n, inc int) []T { return numbers[T]((n-1)*max(inc, -inc) + 1) }

// numbers returns n of them, in [-1, 1].
func numbers[T float32 | float64](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(i*7919%2001-1000) / 1000
	}
	return x
}

// gentle returns a matrix whose triangles neither grow nor shrink a vector by much,
// however often they, or their inverses, are applied. Its rows are of n elements, of which
// the one on the diagonal is at an offset that grows from row to row by step.
func gentle[T float32 | float64](rows, n, step int) []T {
	a := numbers[T](rows * n)
	for i := range a {
		a[i] *= 1e-9
	}
	for i := 0; i < rows && i*step < n; i++ {
		a[i*n+i*step] = 1
	}
	return a
}

// allCalls are those of both types.
func allCalls() []call { return slices.Concat(calls64(), calls32(), mixed()) }

// mixed are the calls with float32 and float64 at once.
func mixed() []call {
	pair := func(s shape) (x, y []float32) { return numbers[float32](s.n), numbers[float32](s.n) }
	return []call{
		{"Sdsdot", lengths(), func(s shape) func(library, int) {
			x, y := pair(s)
			return func(l library, count int) {
				for range count {
					l.Sdsdot(s.n, 1, x, 1, y, 1)
				}
			}
		}},
		{"Dsdot", lengths(), func(s shape) func(library, int) {
			x, y := pair(s)
			return func(l library, count int) {
				for range count {
					l.Dsdot(s.n, x, 1, y, 1)
				}
			}
		}},
	}
}
