package detmath

import "math"

// ln 2 in two parts. The upper one has 32 significant bits, so its product with
// an exponent is exact.
const (
	ln2Hi = 0x1.62e42feep-1
	ln2Lo = math.Ln2 - ln2Hi
)

// Exp returns e^x.
//
// With x = k ln 2 + r, |r| <= ln(2)/2, it is 2^k (1 + r + tail(r)), the sum
// taken with its rounding error. Largest observed error: 0.65 ulp,
// 0.78 ulp if the result is subnormal.
//
// Special cases: Exp(+Inf) = +Inf, Exp(-Inf) = 0, Exp(NaN) = NaN; results out of
// range are +Inf or 0.
func Exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 710:
		return math.Inf(1)
	case x < -746:
		return 0
	}
	k, hi, lo := reduceLn2(x)
	return expReduced(k, hi, lo)
}

// Expm1 returns e^x - 1, accurate near 0 too.
//
// With the reduction of [Exp] it is (2^k + 2^k r - 1) + 2^k tail(r), the
// bracket taken with its rounding errors. Largest observed error: 0.90 ulp.
//
// Special cases: Expm1(±0) = ±0, Expm1(+Inf) = +Inf, Expm1(-Inf) = -1,
// Expm1(NaN) = NaN.
func Expm1(x float64) float64 {
	switch {
	case x != x || x == 0:
		return x
	case x > 40: // 1 is less than 1/32 ulp
		return Exp(x)
	case x < -40:
		return -1
	}
	k, hi, lo := reduceLn2(x)
	p := pow2(k)
	sum, e1 := twoSum(p, float64(p*hi))
	sum, e2 := twoSum(sum, -1)
	return sum + ((e1 + e2) + float64(p*(expTail(hi+lo)+lo)))
}

// reduceLn2 returns k, hi and lo with x = k ln 2 + hi + lo, where hi is exact
// and |hi + lo| is at most ln(2)/2 and a little. It needs |x| < 2^10.
func reduceLn2(x float64) (k int, hi, lo float64) {
	k = int(float64(x*math.Log2E) + math.Copysign(0.5, x))
	return k, x - float64(float64(k)*ln2Hi), -float64(float64(k) * ln2Lo)
}

// expReduced returns 2^k e^(hi+lo), rounded once if it is a normal number.
func expReduced(k int, hi, lo float64) float64 {
	sum, rest := fastTwoSum(1, hi)
	return scale(sum+(rest+(expTail(hi+lo)+lo)), k)
}

// expTail returns e^r - 1 - r for |r| <= ln(2)/2. With P the minimax polynomial
// of fdlibm's e_exp.c (error below 2^-59) and c = r - r^2 P(r^2), e^r is
// 1 + 2r / (2 - c). The part beyond 1 + r is written as h + h (...) with
// h = r^2/2, so that rounding errors of the bracket count little.
func expTail(r float64) float64 {
	z := float64(r * r)
	p := horner(z, expP[:])
	c := r - float64(z*p)
	h := float64(0.5 * z)
	return h + float64(h*((c-float64(2*float64(r*p)))/(2-c)))
}

var expP = [...]float64{
	1.66666666666666019037e-01,
	-2.77777777770155933842e-03,
	6.61375632143793436117e-05,
	-1.65339022054652515390e-06,
	4.13813679705723846039e-08,
}
