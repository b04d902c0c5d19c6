package kernels

import "math"

// Expm1 sets dst[i] to exp(x[i]) - 1, which loses nothing where x[i] is small.
//
// Class rounded: correctly rounded to nearest even. Expm1(+Inf) = +Inf,
// Expm1(-Inf) = -1, overflow (x > 88.72) gives +Inf, and the sign of a zero is
// kept. dst may be x. It panics if the lengths differ.
func Expm1(dst, x []float32) {
	checkLen("Expm1", "dst", len(dst), "x", len(x))
	expm1(dst, x)
}

func expm1Generic(dst, x []float32) {
	for i, v := range x {
		dst[i] = float32(expm1of64(float64(min(max(v, expMin), expMax))))
	}
}

// expm1of64 returns e^t - 1 = scale*p + (scale - 1) for |t| <= 104: near 0
// scale is 1, so that nothing cancels. The sign is that of t.
func expm1of64(t float64) float64 {
	scale, p := expParts(t)
	return math.Copysign(float64(scale*p)+(scale-1), t)
}
