package detmath

import "math"

// MaxAngle is the largest |x| of [Sin] and [Cos].
const MaxAngle = 1 << 20

// Sin returns the sine of x, for |x| <= [MaxAngle].
//
// With x = n pi/2 + r, |r| <= pi/4, it is the sine or cosine of r up to sign.
// The reduction (Cody and Waite) carries pi/2 in four parts of together 150 bits
// and r as a sum of two float64. Largest observed error: 0.78 ulp.
//
// Special cases: Sin(±0) = ±0; Sin of NaN, of ±Inf and of a |x| above MaxAngle
// is NaN.
func Sin(x float64) float64 {
	if x == 0 {
		return x
	}
	return quadrant(x, 0)
}

// Cos returns the cosine of x, for |x| <= [MaxAngle]. The method is that of
// [Sin]. Largest observed error: 0.78 ulp.
//
// Special cases: Cos of NaN, of ±Inf and of a |x| above MaxAngle is NaN.
func Cos(x float64) float64 { return quadrant(x, 1) }

// quadrant returns sin(x + shift pi/2).
func quadrant(x float64, shift int) float64 {
	if !(math.Abs(x) <= MaxAngle) {
		return math.NaN()
	}
	n, hi, lo := reducePi2(x)
	switch (n + shift) & 3 {
	case 0:
		return sinKernel(hi, lo)
	case 1:
		return cosKernel(hi, lo)
	case 2:
		return -sinKernel(hi, lo)
	default:
		return -cosKernel(hi, lo)
	}
}

// pi/2 in four parts. The first three have at most 33 significant bits, so
// their products with n <= 2^20 are exact.
const (
	pi2a = 0x1.921fb544p0
	pi2b = 0x1.0b4611a6p-34
	pi2c = 0x1.3198a2ep-69
	pi2d = math.Pi/2 - pi2a - pi2b - pi2c
)

// reducePi2 returns n, hi and lo with x = n pi/2 + hi + lo, |hi + lo| at most
// pi/4 and a little, for |x| <= MaxAngle.
func reducePi2(x float64) (n int, hi, lo float64) {
	n = int(float64(x*(2/math.Pi)) + math.Copysign(0.5, x))
	f := float64(n)
	r := x - float64(f*pi2a) // exact: the two are equal or within a factor of 2
	r, e1 := twoSum(r, -float64(f*pi2b))
	r, e2 := twoSum(r, -float64(f*pi2c))
	hi, lo = twoSum(r, (e1+e2)-float64(f*pi2d))
	return n, hi, lo
}

// sinKernel returns sin(r + lo) for |r| <= pi/4, as
// r + S(r^2) r^3 + lo cos(r), with the polynomial of fdlibm's k_sin.c.
func sinKernel(r, lo float64) float64 {
	z := float64(r * r)
	cube := float64(z * r)
	return r + (float64(cube*horner(z, sinS[:])) + (lo - float64(float64(0.5*z)*lo)))
}

// cosKernel returns cos(r + lo) for |r| <= pi/4, as
// 1 - r^2/2 + C(r^2) r^4 - lo sin(r), with the polynomial of fdlibm's k_cos.c.
func cosKernel(r, lo float64) float64 {
	z := float64(r * r)
	half := float64(0.5 * z)
	sum, rest := fastTwoSum(1, -half)
	return sum + (rest + (float64(z*float64(z*horner(z, cosC[:]))) - float64(r*lo)))
}

var (
	sinS = [...]float64{
		-1.66666666666666324348e-01,
		8.33333333332248946124e-03,
		-1.98412698298579493134e-04,
		2.75573137070700676789e-06,
		-2.50507602534068634195e-08,
		1.58969099521155010221e-10,
	}
	cosC = [...]float64{
		4.16666666666666019037e-02,
		-1.38888888888741095749e-03,
		2.48015872894767294178e-05,
		-2.75573143513906633035e-07,
		2.08757232129817482790e-09,
		-1.13596475577881948265e-11,
	}
)
