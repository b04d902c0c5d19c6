package detmath

import "math"

// Log returns the natural logarithm of x.
//
// With x = 2^k (1 + f), 1 + f between sqrt(1/2) and sqrt(2), it is
// k ln 2 + log(1 + f), the leading terms added with their rounding error.
// Largest observed error: 0.86 ulp.
//
// Special cases: Log(+Inf) = +Inf, Log(0) = -Inf, Log(x < 0) = NaN,
// Log(NaN) = NaN.
func Log(x float64) float64 {
	switch {
	case x != x || x > math.MaxFloat64:
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	k, m := splitExponent(x)
	return logReduced(k, m-1, 0)
}

// Log1p returns log(1 + x), accurate near 0 too.
//
// It is the logarithm of u = fl(1 + x) plus c/u, where c is the rounding error
// of u. Largest observed error: 0.83 ulp.
//
// Special cases: Log1p(±0) = ±0, Log1p(+Inf) = +Inf, Log1p(-1) = -Inf,
// Log1p(x < -1) = NaN, Log1p(NaN) = NaN.
func Log1p(x float64) float64 {
	switch {
	case x != x || x == 0 || x > math.MaxFloat64:
		return x
	case x < -1:
		return math.NaN()
	case x == -1:
		return math.Inf(-1)
	}
	u, c := twoSum(1, x)
	k, m := splitExponent(u)
	return logReduced(k, m-1, c/u)
}

// splitExponent returns k and m with x = 2^k m and sqrt(1/2) <= m < sqrt(2),
// for finite x > 0.
func splitExponent(x float64) (k int, m float64) {
	if x < 0x1p-1022 {
		x *= 0x1p52
		k = -52
	}
	bits := math.Float64bits(x)
	shift := int64(bits-math.Float64bits(math.Sqrt2/2)) >> 52
	return k + int(shift), math.Float64frombits(bits - uint64(shift)<<52)
}

// logReduced returns k ln 2 + log(1 + f) + c for f from splitExponent and a
// tiny c. It uses log(1 + f) = f - h + s (h + R(s^2)) with h = f^2/2 and
// s = f / (2 + f). R is the minimax polynomial of fdlibm's e_log.c, whose
// error is below 2^-58.
func logReduced(k int, f, c float64) float64 {
	s := f / (2 + f)
	z := float64(s * s)
	h := float64(float64(f*f) * 0.5)
	correction := float64(s*(h+float64(z*horner(z, logR[:])))) - h
	sum, rest := twoSum(float64(float64(k)*ln2Hi), f)
	return sum + (rest + (correction + (float64(float64(k)*ln2Lo) + c)))
}

var logR = [...]float64{
	6.666666666666735130e-01,
	3.999999999940941908e-01,
	2.857142874366239149e-01,
	2.222219843214978396e-01,
	1.818357216161805012e-01,
	1.531383769920937332e-01,
	1.479819860511658591e-01,
}
