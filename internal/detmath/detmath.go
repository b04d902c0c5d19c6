// Package detmath holds the elementary functions of float64 whose results may
// reach a weight, a sample, a split or a loss: exp, log, pow, sin, cos, the
// inverse error function and the quantiles of the normal distribution.
//
// The functions of package math are assembly on some platforms and may be
// fused by the compiler on others, so their last bits differ. The functions
// here are fixed sequences of the IEEE 754 operations +, -, *, / and square
// root in plain Go. Every product is converted explicitly before it meets an
// addition, which forbids fusion, so a result has the same bits on every
// platform and at every optimisation level. A golden hash per function, one
// for all platforms, holds them to that.
//
// Each function states its largest observed error in units in the last place
// (ulp); half an ulp is the best possible. The figures come from a comparison
// with math/big over a million random arguments per function, drawn from all
// regions of its domain. They are observations, not proofs.
package detmath

import "math"

// horner returns c[0] + c[1]*x + c[2]*x^2 + ...
func horner(x float64, c []float64) float64 {
	sum := 0.0
	for i := len(c) - 1; i >= 0; i-- {
		sum = float64(sum*x) + c[i]
	}
	return sum
}

// scale returns y * 2^k for y near 1, rounded once.
func scale(y float64, k int) float64 {
	if k < -1022 || k > 1023 {
		return math.Ldexp(y, k)
	}
	return float64(y * pow2(k))
}

// pow2 returns 2^k for -1022 <= k <= 1023.
func pow2(k int) float64 {
	return math.Float64frombits(uint64(k+1023) << 52)
}
