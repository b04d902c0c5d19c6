// Package reference knows the correctly rounded float32 value of the functions
// that package kernels computes: the value nearest to the exact one, ties to
// even, for each of the 2^32 inputs.
//
// It decides in two steps (the filter of A. Ziv, "Fast evaluation of elementary
// mathematical functions with correctly rounded last bit", ACM TOMS 17, 1991).
// Package math gives a float64 approximation whose error is bounded; where all
// numbers within the bound round to one float32, that is the answer. The few
// inputs that remain, one in 100 000 or fewer, lie too close to the middle
// between two float32 and are evaluated by series in math/big, with more bits
// until the answer stands out.
//
// Nothing here is shared with the kernels or with internal/detmath. Results
// serve tests and tables, and never reach a weight.
package reference

import (
	"math"
	"math/big"
)

// A Function is a real function of one variable that can be rounded to float32.
type Function struct {
	// bounds returns two numbers between which the exact value at x lies; x is
	// a float32.
	bounds func(x float64) (a, b float64)

	// exact returns the value at x != 0, |x| < 1024, with a relative error below
	// 2^(lostBits-p).
	exact func(p precision, x *big.Float) *big.Float
}

// lostBits is how many of the bits computed with may be wrong in the results of
// Function.exact. Adding up the errors that big.go states gives 27.
const lostBits = 40

// firstPrecision leaves 88 correct bits, which nearly always suffices.
const firstPrecision precision = 128

// Round returns f(x), correctly rounded.
func (f *Function) Round(x float32) float32 {
	a, b := f.bounds(float64(x))
	if y := float32(a); y == float32(b) || a != a {
		return y
	}
	// The loop ends because no function here takes a value half-way between two
	// float32, or one that a float32 holds, at a float32 that gets this far: the
	// values of most of them at algebraic arguments other than 0 are
	// transcendental, and rational ones that float64 holds are not in doubt.
	for p := firstPrecision; ; p *= 2 {
		a, b := p.interval(f.exact(p, p.float(float64(x))))
		if y, _ := a.Float32(); y == toFloat32(b) {
			return y
		}
	}
}

// Ulps returns |y - f(x)| in units in the last place of a float32 near f(x):
// at most 1/2 for the correctly rounded y. Infinity counts as 2^128, the float32
// after the largest, and the error is infinite if one of the two is NaN. The
// figure is good to 2^-16.
func (f *Function) Ulps(y, x float32) float64 {
	const limit = 0x1p128
	a, b := f.bounds(float64(x))
	exact := min(max((a+b)/2, -limit), limit)
	switch {
	case y != y && exact != exact:
		return 0
	case y != y || exact != exact:
		return math.Inf(1)
	}
	lastPlace := -149
	if _, exponent := math.Frexp(exact); exact != 0 {
		lastPlace = max(lastPlace, min(exponent-24, 104))
	}
	if math.Abs(b-a) > math.Ldexp(1, lastPlace-16) { // near a zero of the function
		exact, _ = f.exact(firstPrecision, firstPrecision.float(float64(x))).Float64()
	}
	distance := math.Abs(min(max(float64(y), -limit), limit) - exact)
	return math.Ldexp(distance, -lastPlace)
}

// interval returns the ends of the interval in which y's exact value lies.
func (p precision) interval(y *big.Float) (a, b *big.Float) {
	width := p.abs(p.scale(y, lostBits-int(p)))
	return p.sub(y, width), p.add(y, width)
}

func toFloat32(x *big.Float) float32 {
	y, _ := x.Float32()
	return y
}
