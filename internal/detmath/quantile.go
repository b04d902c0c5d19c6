package detmath

import "math"

// NormQuantile returns the z for which a standard normal variable lies below z
// with probability p: the inverse of the normal distribution function. Applied
// to uniform numbers it makes normal ones.
//
// It is algorithm AS 241, routine PPND16: M. J. Wichura, "The percentage points
// of the normal distribution", Applied Statistics 37 (1988), 477-484. A
// rational function of degree 7 serves the centre, two more the tails, in terms
// of sqrt(-log p). Largest observed error: 6.8 ulp.
//
// Special cases: NormQuantile(0) = -Inf, NormQuantile(1) = +Inf,
// NormQuantile(0.5) = 0; a p outside [0, 1] and NaN give NaN.
func NormQuantile(p float64) float64 {
	q := p - 0.5
	switch {
	case !(p >= 0 && p <= 1):
		return math.NaN()
	case p == 0 || p == 1:
		return math.Inf(int(2 * q))
	case math.Abs(q) <= centre:
		return float64(q * normCentre(q))
	}
	return math.Copysign(normTail(min(p, 1-p)), q)
}

// Erfinv returns the inverse error function of x, which is
// NormQuantile((1 + x) / 2) / sqrt(2) without the rounding of 1 + x.
// Largest observed error: 6.8 ulp.
//
// Special cases: Erfinv(±0) = ±0, Erfinv(1) = +Inf, Erfinv(-1) = -Inf; an x
// outside [-1, 1] and NaN give NaN.
func Erfinv(x float64) float64 {
	switch {
	case !(x >= -1 && x <= 1):
		return math.NaN()
	case x == 1 || x == -1:
		return math.Inf(int(x))
	case math.Abs(x) <= 2*centre:
		return float64(x * (normCentre(0.5*x) * (math.Sqrt2 / 4)))
	}
	return math.Copysign(normTail(float64(0.5*(1-math.Abs(x))))*(math.Sqrt2/2), x)
}

// centre is the |p - 1/2| up to which normCentre serves.
const centre = 0.425

// normCentre returns NormQuantile(1/2 + q) / q for |q| <= centre.
func normCentre(q float64) float64 {
	r := centre*centre - float64(q*q)
	return horner(r, centreP[:]) / horner(r, centreQ[:])
}

// normTail returns -NormQuantile(p) for 0 < p < 1/2 - centre.
func normTail(p float64) float64 {
	r := math.Sqrt(-Log(p))
	if r <= 5 {
		return horner(r-1.6, tailP[:]) / horner(r-1.6, tailQ[:])
	}
	return horner(r-5, farTailP[:]) / horner(r-5, farTailQ[:])
}

// The coefficients of AS 241, P numerators and Q denominators.
var (
	centreP = [...]float64{
		3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
		4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
	}
	centreQ = [...]float64{
		1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
		2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
	}
	tailP = [...]float64{
		1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
		1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
	}
	tailQ = [...]float64{
		1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
	}
	farTailP = [...]float64{
		6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
		2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
	}
	farTailQ = [...]float64{
		1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
	}
)
