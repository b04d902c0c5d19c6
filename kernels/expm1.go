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
		dst[i] = expm1of32(v)
	}
}

// expm1of32 returns e^x - 1 = scale*p + (scale - 1), rounded. Near 0 scale is 1,
// so that nothing cancels. The sign is that of x.
func expm1of32(x float32) float32 {
	t := float64(min(max(x, expMin), expMax))
	scale, p := expParts(t)
	return float32(math.Copysign(float64(scale*p)+(scale-1), t))
}
