package kernels

import "math"

// Log sets dst[i] to the natural logarithm of x[i].
//
// Class rounded: correctly rounded to nearest even, denormal arguments
// included. Log(+Inf) = +Inf, Log(0) = -Inf for either sign of the zero, and
// negative numbers give NaN. dst may be x. It panics if the lengths differ.
func Log(dst, x []float32) {
	checkLen("Log", "dst", len(dst), "x", len(x))
	log(dst, x)
}

func logGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = float32(log64(float64(v)))
	}
}

// Log1p sets dst[i] to log(1 + x[i]), which loses nothing where x[i] is small.
//
// Class rounded: correctly rounded to nearest even. Log1p(+Inf) = +Inf,
// Log1p(-1) = -Inf, numbers below -1 give NaN, and the sign of a zero is kept.
// dst may be x. It panics if the lengths differ.
func Log1p(dst, x []float32) {
	checkLen("Log1p", "dst", len(dst), "x", len(x))
	log1p(dst, x)
}

func log1pGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = float32(log1p64(float64(v)))
	}
}

// Softplus sets dst[i] to log(1 + exp(x[i])), a smooth form of ReLU.
//
// Class rounded: correctly rounded to nearest even, denormals included.
// Softplus(+Inf) = +Inf, Softplus(-Inf) = +0. dst may be x. It panics if the
// lengths differ.
func Softplus(dst, x []float32) {
	checkLen("Softplus", "dst", len(dst), "x", len(x))
	softplus(dst, x)
}

func softplusGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = float32(softplus64(float64(v)))
	}
}

// ln2Up is ln 2 and one unit in the last place: one input close to 0, whose
// Softplus lies very little above the middle of two float32, needs it.
const ln2Up = 0x1.62e42fefa39fp-1

// softplus64 returns max(t, 0) + log(1+e) with e = exp(-|t|), which from
// sqrt(2) - 1 on is ln 2 + log((1+e)/2).
func softplus64(t float64) float64 {
	e := exp64(max(-math.Abs(t), expMin))
	base, f := max(t, 0), e
	if e >= math.Sqrt2-1 {
		base += ln2Up
		f = float64(0.5*e) - 0.5
	}
	return f - logRest(f) + base
}

// SoftplusBackward sets dx[i] = dy[i] * s, where s is the logistic function of
// x[i], the derivative of [Softplus] at its argument.
//
// Class rounded for s, which is that of [Sigmoid], then one float32 product. dx
// may be dy or x. It panics if the lengths differ.
func SoftplusBackward(dx, dy, x []float32) {
	checkLens("SoftplusBackward", "dx", len(dx), "dy", len(dy), "x", len(x))
	softplusBackward(dx, dy, x)
}

func softplusBackwardGeneric(dx, dy, x []float32) {
	for i, v := range x {
		dx[i] = dy[i] * sigmoidOf(v)
	}
}

// log64 returns log x with an error of about one unit in the last place:
// x = 2^e * (1+f) with 1+f between sqrt(1/2) and sqrt(2).
func log64(x float64) float64 {
	switch {
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	case !(x <= math.MaxFloat64):
		return x
	}
	e, m := splitExponent(x)
	return addExponent(e, m-1)
}

// log1p64 returns log(1+x) for a float32. Where 1+x is about 1, and the
// sum not exact, x itself is f.
func log1p64(x float64) float64 {
	switch {
	case x < -1:
		return math.NaN()
	case x == -1:
		return math.Inf(-1)
	case x == 0 || !(x <= math.MaxFloat64):
		return x
	}
	e, m := splitExponent(1 + x)
	if e == 0 {
		return addExponent(0, x)
	}
	return addExponent(e, m-1)
}

// splitExponent returns e and m with x = 2^e * m and m between sqrt(1/2) and
// sqrt(2), for a normal number x > 0.
func splitExponent(x float64) (e, m float64) {
	const mantissa = 1<<52 - 1
	lowest, one := math.Float64bits(math.Sqrt2/2), math.Float64bits(1)
	shifted := math.Float64bits(x) - lowest + one
	return float64(int64(shifted>>52) - 1023), math.Float64frombits(shifted&mantissa + lowest)
}

// addExponent returns e ln 2 + log(1+f).
//
// For a few float32 the sum, rounded to float64, lies half-way between two
// float32, though the logarithm does not. There the rounding errors of the
// additions tell how to round, and are made large enough to count.
func addExponent(e, f float64) float64 {
	const low, half, enlarged = 1<<29 - 1, 1 << 28, 1 << 24
	rest, high := logRest(f)-float64(e*ln2Low), float64(e*ln2High)
	small := f - rest
	sum := high + small
	if math.Float64bits(sum)&low == half {
		sum += float64(enlarged * ((f - small - rest) + (small - (sum - high))))
	}
	return sum
}

// logSeries holds 2/3, 2/5, ... 2/23: the coefficients of 2 atanh(s) - 2s in
// s^3, s^5, ... What they leave out is below 2^-60 of the result.
var logSeries = [...]float64{
	2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23,
}

// logRest returns f - log(1+f): with s = f/(2+f) is log(1+f) = 2 atanh(s), and
// 2s = f - s*f, so that the rest is s * (f - (2 atanh(s) - 2s)/s).
func logRest(f float64) float64 {
	s := f / (2 + f)
	square := float64(s * s)
	var p float64
	for i := len(logSeries) - 1; i >= 0; i-- {
		p = float64(p*square) + logSeries[i]
	}
	return float64(s * (f - float64(square*p)))
}
