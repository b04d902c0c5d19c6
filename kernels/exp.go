package kernels

import "math"

// The functions of class rounded are evaluated in float64 and rounded once to
// float32. A float64 error of one or two units in the last place leaves, among
// 2^32 inputs, only a handful whose correct rounding it could change, and
// those are known to come out right in every tier.

// Exp sets dst[i] to the exponential of x[i].
//
// Class rounded: correctly rounded to nearest even, denormals included.
// Exp(+Inf) = +Inf, Exp(-Inf) = +0, overflow (x > 88.72) gives +Inf. dst may
// be x. It panics if the lengths differ.
func Exp(dst, x []float32) {
	checkLen("Exp", "dst", len(dst), "x", len(x))
	exp(dst, x)
}

func expGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = float32(exp64(float64(min(max(v, expMin), expMax))))
	}
}

// Sigmoid sets dst[i] to the logistic function of x[i], 1 / (1 + exp(-x[i])).
//
// Class rounded: correctly rounded to nearest even, denormals included, so
// Sigmoid(x) + Sigmoid(-x) rounds to 1 for every x. Sigmoid(+Inf) = 1,
// Sigmoid(-Inf) = +0. dst may be x. It panics if the lengths differ.
func Sigmoid(dst, x []float32) {
	checkLen("Sigmoid", "dst", len(dst), "x", len(x))
	sigmoid(dst, x)
}

func sigmoidGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = sigmoidOf(v)
	}
}

func sigmoidOf(x float32) float32 {
	t := float64(min(max(x, expMin), expMax))
	if math.Abs(t) < nudgeRange {
		t -= math.Copysign(nudge, t)
	}
	return float32(1 / (1 + exp64(-t)))
}

// Near 0 the logistic function is 1/2 + x/4 - x^3/48 + ... If x/4 is half-way
// between two float32 on the grid of the result, as every odd multiple of
// 2^-24 is, the float64 sum with 1/2 loses the cubic term, which alone tells
// how to round: towards 1/2. Bringing such an x nearer to 0 by more than the
// error of the evaluation and less than the distance to any other such point
// settles it. (Among all |x| < 2^-8, the values within 2^-50 of such a
// half-way point all lie on its side towards 1/2; the nudge is 2^-51 there.)
const (
	nudge      = 0x1p-49
	nudgeRange = 0x1p-8
)

// Tanh sets dst[i] to the hyperbolic tangent of x[i].
//
// Class rounded: correctly rounded to nearest even; odd, so the sign of a zero
// is kept. Tanh of the infinities is 1 and -1. dst may be x. It panics if the
// lengths differ.
func Tanh(dst, x []float32) {
	checkLen("Tanh", "dst", len(dst), "x", len(x))
	tanh(dst, x)
}

func tanhGeneric(dst, x []float32) {
	for i, v := range x {
		// tanh a = (e^2a - 1) / (e^2a + 1), where e^2a = scale + scale*p, so
		// that small arguments lose nothing to cancellation.
		a := float64(min(max(v, -v), tanhMax))
		scale, p := expParts(a + a)
		expm1 := float64(scale*p) + (scale - 1)
		dst[i] = float32(math.Copysign(expm1/(expm1+2), float64(v)))
	}
}

// Arguments beyond these limits give what the limits give: Exp(expMin) is
// below half the smallest denormal, Exp(expMax) beyond the largest float32, and
// Tanh(tanhMax) within 2^-25 of 1.
const (
	expMin  = -104
	expMax  = 89
	tanhMax = 10
)

// exp64 returns e^t for |t| <= 104, with an error of about one unit in the
// last place.
func exp64(t float64) float64 {
	scale, p := expParts(t)
	return scale + float64(scale*p)
}

// Constants of the argument reduction: ln 2 in two parts, the first short
// enough that its product with an exponent is exact (as in fdlibm), and
// 1.5*2^52, which added to a number rounds it to an integer.
const (
	log2E     = 1.44269504088896338700
	ln2High   = 6.93147180369123816490e-01
	ln2Low    = 1.90821492927058770002e-10
	roundBits = 0x1.8p52
)

// expSeries holds 1/2!, 1/3!, ... 1/13!, the coefficients of
// (e^r - 1 - r) / r^2. For |r| <= ln(2)/2 what it leaves out is below 2^-57
// of the result.
var expSeries = [...]float64{
	1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880,
	1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800,
}

// expParts returns scale = 2^n and p = e^r - 1 with e^t = scale * (1 + p),
// where n is t/ln 2 rounded and r = t - n ln 2.
func expParts(t float64) (scale, p float64) {
	n := float64(t*log2E) + roundBits - roundBits
	r := t - float64(n*ln2High) - float64(n*ln2Low)
	for i := len(expSeries) - 1; i >= 0; i-- {
		p = float64(p*r) + expSeries[i]
	}
	p = r + float64(float64(r*r)*p)
	return math.Float64frombits(uint64(int64(n)+1023) << 52), p
}
