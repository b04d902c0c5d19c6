package kernels

import "math"

// The functions of this file are x times a gate, which opens from 0 to 1 as x
// grows.

// SiLU sets dst[i] to x[i] times its logistic function, x / (1 + exp(-x)), also
// known as swish.
//
// Class rounded: correctly rounded to nearest even, denormals included.
// SiLU(+Inf) = +Inf, SiLU(-Inf) = -0, and the sign of a zero is kept. dst may
// be x. It panics if the lengths differ.
func SiLU(dst, x []float32) {
	checkLen("SiLU", "dst", len(dst), "x", len(x))
	silu(dst, x)
}

func siluGeneric(dst, x []float32) {
	for i, v := range x {
		t := float64(v)
		a := min(max(math.Abs(t), gateMin), siluMax)
		if a < nudgeRange {
			a -= nudge
		}
		dst[i] = float32(max(t, -siluMax) / (1 + exp64(math.Copysign(a, -t))))
	}
}

// Below -siluMax and -geluMax the functions round to -0. Nearer to 0 than
// gateMin a gate is 1/2 for all but denormals: half of an odd one lies half-way
// between two others, and the gate has to be a little larger than 1/2 for
// positive x, a little smaller for negative ones.
const (
	siluMax = 110
	geluMax = 15
	gateMin = 0x1p-30
)

// SiLUBackward sets dx[i] = dy[i] * d, where d = s*(1 + x[i]*(1-s)) is the
// derivative of [SiLU] at its argument x[i] and s = 1/(1+exp(-x[i])).
//
// Class sequence: with t = x between -110 and 110, in float64,
// d = float32(s*(1 + t*(1-s))), then one float32 product. dx may be dy or x. It
// panics if the lengths differ.
func SiLUBackward(dx, dy, x []float32) {
	checkLens("SiLUBackward", "dx", len(dx), "dy", len(dy), "x", len(x))
	siluBackward(dx, dy, x)
}

func siluBackwardGeneric(dx, dy, x []float32) {
	for i, v := range x {
		t := min(max(float64(v), -siluMax), siluMax)
		s := 1 / (1 + exp64(-t))
		dx[i] = dy[i] * float32(s*(1+float64(t*(1-s))))
	}
}

// GELU sets dst[i] to x[i]*Phi(x[i]), where Phi is the distribution function of
// the normal distribution: x/2 * (1 + erf(x/sqrt(2))) (Hendrycks and Gimpel,
// "Gaussian Error Linear Units", 2016). [GELUTanh] is its approximation.
//
// Class rounded: correctly rounded to nearest even, denormals included.
// GELU(+Inf) = +Inf, GELU(-Inf) = -0, and the sign of a zero is kept. dst may
// be x. It panics if the lengths differ.
func GELU(dst, x []float32) {
	checkLen("GELU", "dst", len(dst), "x", len(x))
	gelu(dst, x)
}

func geluGeneric(dst, x []float32) {
	for i, v := range x {
		t := float64(v)
		_, q := normalTail(min(max(math.Abs(t), gateMin), geluMax))
		if t < 0 {
			dst[i] = float32(max(t, -geluMax) * q)
		} else {
			dst[i] = float32(t * (1 - q))
		}
	}
}

// GELUBackward sets dx[i] = dy[i] * d, where d = Phi(x[i]) + x[i]*phi(x[i]) is
// the derivative of [GELU] at its argument x[i] and phi the density of the
// normal distribution.
//
// Class sequence: with t = x between -15 and 15, in float64,
// d = float32(Phi(t) + t*(0.3989422804014327*exp(-t*t/2))), then one float32
// product; Phi as in the source. dx may be dy or x. It panics if the lengths
// differ.
func GELUBackward(dx, dy, x []float32) {
	checkLens("GELUBackward", "dx", len(dx), "dy", len(dy), "x", len(x))
	geluBackward(dx, dy, x)
}

func geluBackwardGeneric(dx, dy, x []float32) {
	for i, v := range x {
		t := min(max(float64(v), -geluMax), geluMax)
		e, phi := normalTail(math.Abs(t))
		if !(t < 0) {
			phi = 1 - phi
		}
		dx[i] = dy[i] * float32(phi+float64(t*float64(density*e)))
	}
}

// density is 1/sqrt(2 pi), that of the normal distribution at 0.
const density = 0.3989422804014327

// normalTail returns e = e^(-a^2/2) and q = 1 - Phi(a) = e * R(a) for
// 0 <= a <= geluMax. The square of a float32 is exact, so the relative error of
// the tail is as small as elsewhere.
func normalTail(a float64) (e, q float64) {
	p, q := millsP[len(millsP)-1], millsQ[len(millsQ)-1]
	for i := len(millsP) - 2; i >= 0; i-- {
		p = float64(p*a) + millsP[i]
	}
	for i := len(millsQ) - 2; i >= 0; i-- {
		q = float64(q*a) + millsQ[i]
	}
	e = exp64(float64(-0.5 * float64(a*a)))
	return e, float64(e*p) / q
}

// millsP and millsQ are the coefficients of the rational function that comes
// nearest to R, the Mills ratio over sqrt(2 pi): to within 2^-54. (It meets R
// at 20 points, the images of Chebyshev's under (a-4.5)/(a+4.5). The constant of
// millsQ is 1 less 2^-53, because two inputs near 0 need a little more.)
var (
	millsP = [...]float64{
		0x1p-1, 0x1.7c9d6be40a0edp-1, 0x1.1946e2efe43f1p-1, 0x1.083033165d7fcp-2, 0x1.579a7a70fe9d8p-4,
		0x1.3f31f9c219bc0p-6, 0x1.a713411d32a31p-9, 0x1.828e2f0d9f816p-12, 0x1.bc4b88c0a7c5ap-16, 0x1.ee9acafebfe1cp-21,
	}
	millsQ = [...]float64{
		0x1.fffffffffffffp-1, 0x1.246fcac155e09p+1, 0x1.35f81b676597ap+1, 0x1.9262010deda3bp+0, 0x1.632e24198d1cbp-1, 0x1.bef0f2ea50365p-3,
		0x1.979580bc80c2dp-5, 0x1.0b4c58ca68583p-7, 0x1.e5afa38014382p-11, 0x1.166baedb339b5p-14, 0x1.35f28fc7a63a0p-19,
	}
)

// GELUTanh sets dst[i] to the approximation of [GELU] by a hyperbolic tangent,
// x/2 * (1 + tanh(u)) with u = sqrt(2/pi)*(x + 0.044715*x^3), which is
// x / (1 + exp(-2u)).
//
// Class sequence, in float64: t = max(x, -11),
// w = max(-1.5957691216057308*(t + 0.044715*((t*t)*t)), -110), dst =
// float32(t / (1 + e^w)), each operation rounded; e^w as in the source. The
// limits are those of GELU. dst may be x. It panics if the lengths differ.
func GELUTanh(dst, x []float32) {
	checkLen("GELUTanh", "dst", len(dst), "x", len(x))
	geluTanh(dst, x)
}

func geluTanhGeneric(dst, x []float32) {
	for i, v := range x {
		t := max(float64(v), -geluTanhMax)
		dst[i] = float32(t / (1 + exp64(geluTanhExponent(t))))
	}
}

// Constants of GELUTanh: below -geluTanhMax it rounds to -0, and -2u need not
// go below geluTanhFloor.
const (
	geluTanhMax   = 11
	geluTanhFloor = -110
	geluTanhCubic = 0.044715
	minusSqrt8Pi  = -1.5957691216057308 // -2 sqrt(2/pi)
)

// geluTanhExponent returns -2u, but at least geluTanhFloor.
func geluTanhExponent(t float64) float64 {
	cubic := float64(geluTanhCubic * float64(float64(t*t)*t))
	return max(float64(minusSqrt8Pi*(t+cubic)), geluTanhFloor)
}

// GELUTanhBackward sets dx[i] = dy[i] * d, where d is the derivative of
// [GELUTanh] at its argument x[i]: s + x*s*(1-s)*u' with s = 1/(1+exp(-2u)) and
// u' = 2*sqrt(2/pi)*(1 + 3*0.044715*x^2).
//
// Class sequence: with t = x between -11 and 11, in float64,
// d = float32(s*(1 + t*((1-s)*u'))), then one float32 product. dx may be dy or
// x. It panics if the lengths differ.
func GELUTanhBackward(dx, dy, x []float32) {
	checkLens("GELUTanhBackward", "dx", len(dx), "dy", len(dy), "x", len(x))
	geluTanhBackward(dx, dy, x)
}

func geluTanhBackwardGeneric(dx, dy, x []float32) {
	for i, v := range x {
		t := min(max(float64(v), -geluTanhMax), geluTanhMax)
		s := 1 / (1 + exp64(geluTanhExponent(t)))
		slope := float64(-minusSqrt8Pi * (1 + float64(3*geluTanhCubic*float64(t*t))))
		dx[i] = dy[i] * float32(s*(1+float64(t*float64((1-s)*slope))))
	}
}

// Mish sets dst[i] to x[i]*tanh(softplus(x[i])) (Misra, "Mish: A Self
// Regularized Non-Monotonic Activation Function", 2019). With w = exp(x) and
// n = w*(w+2) that is x*n/(n+2).
//
// Class sequence, in float64: t = max(x, -110), w = e^min(t, 40),
// n = w*(w+2), dst = float32(t*(n/(n+2))), each operation rounded; e^t as in the
// source. Mish(+Inf) = +Inf, Mish(-Inf) = -0. dst may be x. It panics if the
// lengths differ.
func Mish(dst, x []float32) {
	checkLen("Mish", "dst", len(dst), "x", len(x))
	mish(dst, x)
}

func mishGeneric(dst, x []float32) {
	for i, v := range x {
		t := max(float64(v), mishMin)
		w := exp64(min(t, mishMax))
		n := float64(w * (w + 2))
		dst[i] = float32(t * (n / (n + 2)))
	}
}

// Below mishMin Mish rounds to -0, and beyond mishMax to x.
const (
	mishMin = -110
	mishMax = 40
)

// MishBackward sets dx[i] = dy[i] * d, where d = n/(n+2) + x*4w(w+1)/(n+2)^2 is
// the derivative of [Mish] at its argument x[i], with w and n as there.
//
// Class sequence: with t = x between -110 and 40, in float64,
// d = float32(n/(n+2) + t*((4*(w*(w+1)))/((n+2)*(n+2)))), then one float32
// product. dx may be dy or x. It panics if the lengths differ.
func MishBackward(dx, dy, x []float32) {
	checkLens("MishBackward", "dx", len(dx), "dy", len(dy), "x", len(x))
	mishBackward(dx, dy, x)
}

func mishBackwardGeneric(dx, dy, x []float32) {
	for i, v := range x {
		t := min(max(float64(v), mishMin), mishMax)
		w := exp64(t)
		n := float64(w * (w + 2))
		steep := float64(4*float64(w*(w+1))) / float64((n+2)*(n+2))
		dx[i] = dy[i] * float32(n/(n+2)+float64(t*steep))
	}
}
