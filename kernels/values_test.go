package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"unsafe"
)

type float interface{ float32 | float64 }

// same reports whether x and y have the same bits, all NaNs being one.
func same[T float](x, y T) bool {
	if x != x || y != y {
		return x != x && y != y
	}
	return x == y && math.Signbit(float64(x)) == math.Signbit(float64(y))
}

// difference describes the first element in which got and want are not the
// same; it returns "" if there is none.
func difference[T float](got, want []T) string {
	if len(got) != len(want) {
		return fmt.Sprintf("%d elements, want %d", len(got), len(want))
	}
	for i, v := range got {
		if v == want[i] && v != 0 {
			continue // the usual case, quickly
		}
		if !same(v, want[i]) {
			return fmt.Sprintf("element %d is %s, want %s", i, hexFloat(v), hexFloat(want[i]))
		}
	}
	return ""
}

// expectSame ends the test if got and want differ.
func expectSame[T float](t *testing.T, got, want []T, format string, args ...any) {
	t.Helper()
	if d := difference(got, want); d != "" {
		t.Fatalf("%s: %s", fmt.Sprintf(format, args...), d)
	}
}

// hexFloat formats a number so that one unit in the last place shows.
func hexFloat[T float](x T) string {
	return strconv.FormatFloat(float64(x), 'x', -1, int(unsafe.Sizeof(x))*8)
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// A source draws test operands of one kind.
type source[T float] struct {
	name string
	draw func(r *rand.Rand) T
}

func (s source[T]) fill(x []T, r *rand.Rand) {
	for i := range x {
		x[i] = s.draw(r)
	}
}

func (s source[T]) slice(n int, r *rand.Rand) []T {
	x := make([]T, n)
	s.fill(x, r)
	return x
}

// ordinary draws from [-2, 2).
func ordinary[T float]() source[T] {
	return source[T]{"ordinary", func(r *rand.Rand) T { return T(r.Float64()*4) - 2 }}
}

// integers draws from -8 to 8: sums of their products are exact.
func integers[T float]() source[T] {
	return source[T]{"integers", func(r *rand.Rand) T { return T(r.IntN(17) - 8) }}
}

// wide draws finite numbers of any magnitude: half of them denormal or close
// to it, the others up to 2^30, so that sums cancel, round and underflow.
func wide[T float]() source[T] {
	lowest := -149
	if !isFloat32[T]() {
		lowest = -1074
	}
	return source[T]{"wide", func(r *rand.Rand) T {
		exponent := r.IntN(60) - 30
		if r.IntN(2) == 0 {
			exponent = lowest + r.IntN(40)
		}
		return T(math.Ldexp(r.Float64()*4-2, exponent))
	}}
}

// anyBits draws bit patterns, NaNs and infinities included.
func anyBits[T float]() source[T] {
	return source[T]{"any bits", func(r *rand.Rand) T {
		bits := r.Uint64()
		if isFloat32[T]() {
			return T(math.Float32frombits(uint32(bits)))
		}
		return T(math.Float64frombits(bits))
	}}
}

// special draws from the special values, and now and then an ordinary number
// that keeps NaN from taking over.
func special[T float]() source[T] {
	values := specials[T]()
	return source[T]{"special", func(r *rand.Rand) T {
		if r.IntN(4) == 0 {
			return ordinary[T]().draw(r)
		}
		return values[r.IntN(len(values))]
	}}
}

// specials returns the values at which formulas and instructions differ, each
// with its neighbours and both signs.
func specials[T float]() []T {
	inf := T(math.Inf(1))
	largest, smallestNormal := float64(math.MaxFloat32), 0x1p-126
	if !isFloat32[T]() {
		largest, smallestNormal = math.MaxFloat64, 0x1p-1022
	}
	points := []T{
		0, 1, 0.5, inf, T(largest), T(smallestNormal),
		stateFloor,       // flush of optimizer state
		expMax, 88.72284, // Exp: clamp, overflow
		87.33655, 103.97208, // Exp and Sigmoid: denormal results, zero
		-expMin, 17.32868, // Sigmoid: clamp, saturation
		tanhMax, 9.010913, // Tanh: clamp, saturation
		0.70710677, math.Sqrt2, // Log: the exponent changes
		0.41421357, 0.29289323, 17.32868, // Log1p and Softplus, Expm1: the same, saturation
		siluMax, 108.65, geluMax, 14.3, gateMin, // SiLU and GELU: clamps, zero
		math.Ln2 / 2, nudgeRange, // argument reduction; Sigmoid near 0
		0x1p-24, 0x1p-25, 0x1p-12, 255,
	}
	values := []T{T(math.NaN())}
	for _, p := range points {
		for _, v := range []T{p, neighbour(p, 1), neighbour(p, -1)} {
			values = append(values, v, -v)
		}
	}
	return values
}

// neighbour returns the number that is so many units in the last place above
// x >= 0; it stops at 0.
func neighbour[T float](x T, units int) T {
	if isFloat32[T]() {
		return T(math.Float32frombits(uint32(max(0, int64(math.Float32bits(float32(x)))+int64(units)))))
	}
	return T(math.Float64frombits(uint64(max(0, int64(math.Float64bits(float64(x)))+int64(units)))))
}

// around returns each length with those one below and above it.
func around(lengths ...int) []int {
	var all []int
	for _, n := range lengths {
		all = append(all, n-1, n, n+1)
	}
	return all
}

// clones returns a deep copy.
func clones[T float](operands [][]T) [][]T {
	var copies [][]T
	for _, x := range operands {
		copies = append(copies, slices.Clone(x))
	}
	return copies
}
