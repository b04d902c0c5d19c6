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
	geluMax = 14.5
	gateMin = 0x1p-30
)

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
		q := normalTail(min(max(math.Abs(t), gateMin), geluMax))
		if t < 0 {
			dst[i] = float32(max(t, -geluMax) * q)
		} else {
			dst[i] = float32(t * (1 - q))
		}
	}
}

// normalTail returns 1 - Phi(a) = e^(-a^2/2) * R(a) for 0 <= a <= geluMax. The
// square of a float32 is exact, so the tail's relative error is as small as
// elsewhere.
func normalTail(a float64) float64 {
	p, q := millsP[len(millsP)-1], millsQ[len(millsQ)-1]
	for i := len(millsP) - 2; i >= 0; i-- {
		p = float64(p*a) + millsP[i]
	}
	for i := len(millsQ) - 2; i >= 0; i-- {
		q = float64(q*a) + millsQ[i]
	}
	return float64(exp64(float64(-0.5*float64(a*a)))*p) / q
}

// millsP and millsQ are the coefficients of the rational function that comes
// nearest to R, the Mills ratio over sqrt(2 pi): to within 2^-54. (It meets R
// at 20 points, the images of Chebyshev's under (a-4.5)/(a+4.5).)
var (
	millsP = [...]float64{
		0x1p-1, 0x1.7bbabaa3da6fcp-1, 0x1.180c2e6e31e15p-1, 0x1.067f2be8641d8p-2, 0x1.54adc89bcb7e6p-4,
		0x1.3bc2a1c4648acp-6, 0x1.a17c5266eb2c5p-9, 0x1.7c65176e726cap-12, 0x1.b3d546271d14cp-16, 0x1.e35bde0451a20p-21,
	}
	millsQ = [...]float64{
		1, 0x1.23fe72213e111p+1, 0x1.3500513bb2baep+1, 0x1.906f6bcc935d9p+0, 0x1.60ce572b47dc7p-1, 0x1.bb0fe0dbe4cafp-3,
		0x1.9328bedc57ae1p-5, 0x1.07c1098c89c6fp-7, 0x1.ddefffda0d9ddp-11, 0x1.111e2e47f640cp-14, 0x1.2ee67666b4b4bp-19,
	}
)
