package kernels

import "math"

// Max returns the largest element of x, NaN if any is NaN. A zero is +0.
//
// Class element: exact. It panics if x is empty.
func Max[T float32 | float64](x []T) T {
	checkNotEmpty("Max", len(x))
	m := maximum(x[:min(len(x), maxCall)])
	for len(x) > maxCall {
		x = x[maxCall:]
		m = max(m, maximum(x[:min(len(x), maxCall)]))
	}
	return m
}

func maximumGeneric[T float32 | float64](x []T) T {
	m := T(math.Inf(-1))
	for _, v := range x {
		m = max(m, v)
	}
	return m + 0
}

// Min returns the smallest element of x, NaN if any is NaN. A zero is +0.
//
// Class element: exact. It panics if x is empty.
func Min[T float32 | float64](x []T) T {
	checkNotEmpty("Min", len(x))
	m := minimum(x[:min(len(x), maxCall)])
	for len(x) > maxCall {
		x = x[maxCall:]
		m = min(m, minimum(x[:min(len(x), maxCall)]))
	}
	return m
}

func minimumGeneric[T float32 | float64](x []T) T {
	m := T(math.Inf(1))
	for _, v := range x {
		m = min(m, v)
	}
	return m + 0
}

// ArgMax returns the index of the largest element of x: of the first one, if
// there are several, and of the first NaN, if there is one.
//
// Class element: exact. It panics if x is empty.
func ArgMax[T float32 | float64](x []T) int {
	checkNotEmpty("ArgMax", len(x))
	m := Max(x)
	for i, v := range x {
		if v == m || v != v {
			return i
		}
	}
	panic("kernels: ArgMax: x changed while it was searched")
}
