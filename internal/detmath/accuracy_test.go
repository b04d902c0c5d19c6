package detmath

import (
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"testing"
)

// A check compares one function with its oracle on arguments of its domain.
type check struct {
	name   string
	f      func(x, y float64) float64 // y is used by Pow only
	oracle func(x, y, got float64) bigFloat
	draw   func(r *rand.Rand) (x, y float64)
	bound  float64 // documented largest error in ulp
}

// either draws from one of several distributions.
func either(draws ...func(r *rand.Rand) float64) func(r *rand.Rand) (x, y float64) {
	return func(r *rand.Rand) (float64, float64) { return draws[r.IntN(len(draws))](r), 0 }
}

// uniform draws between lo and hi.
func uniform(lo, hi float64) func(r *rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return lo + r.Float64()*(hi-lo) }
}

// magnitudes draws both signs with exponents spread evenly over [2^lo, 2^hi).
func magnitudes(lo, hi int) func(r *rand.Rand) float64 {
	return func(r *rand.Rand) float64 {
		x := math.Ldexp(1+r.Float64(), lo+r.IntN(hi-lo))
		if r.IntN(2) == 0 {
			return -x
		}
		return x
	}
}

// positive draws the magnitude of another draw.
func positive(draw func(r *rand.Rand) float64) func(r *rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return math.Abs(draw(r)) }
}

// nearQuarterTurn draws the neighbourhood of multiples of pi/2, where a sine or
// a cosine nearly vanishes and the reduction cancels most.
func nearQuarterTurn(r *rand.Rand) float64 {
	x := float64(r.IntN(667544)) * (math.Pi / 2)
	for range r.IntN(4) {
		x = math.Nextafter(x, math.Inf(1-2*r.IntN(2)))
	}
	return min(x, MaxAngle)
}

// drawPow draws y for a logarithm of the result between lo and hi.
func drawPow(lo, hi float64) func(r *rand.Rand) (x, y float64) {
	return func(r *rand.Rand) (x, y float64) {
		switch r.IntN(3) {
		case 0: // decay rates
			x = r.Float64()
		case 1: // close to 1
			x = 1 + magnitudes(-52, -3)(r)
		default:
			x = math.Abs(magnitudes(-1000, 1024)(r))
		}
		return x, uniform(lo, hi)(r) / math.Log(x)
	}
}

func powOracle(x, y, _ float64) bigFloat { return expOracle(mul(newBig(y), logOracle(newBig(x)))) }

func tailOfErf(x float64) bigFloat { return ldexp(sub(newBig(1), newBig(math.Abs(x))), -1) }

// signed gives a magnitude the sign of x.
func signed(magnitude bigFloat, x float64) bigFloat {
	if x < 0 {
		magnitude.Neg(magnitude)
	}
	return magnitude
}

var checks = []check{
	{"Exp", one(Exp), exact(expOracle), either(uniform(-708, 709), uniform(-1, 1), magnitudes(-60, 9)), 0.65},
	{"Exp/subnormal", one(Exp), exact(expOracle), either(uniform(-745, -708)), 0.78},
	{"Expm1", one(Expm1), exact(expm1Oracle), either(uniform(-45, 60), uniform(-1, 1), magnitudes(-1000, 9)), 0.90},
	{"Log", one(Log), exact(logOracle), either(positive(magnitudes(-1074, 1024)), uniform(0.5, 2)), 0.86},
	{"Log1p", one(Log1p), exact(log1pOracle), either(positive(magnitudes(-200, 1024)), uniform(-1, 3), magnitudes(-200, -1)), 0.83},
	{"Pow", Pow, powOracle, drawPow(-708, 709), 0.65},
	{"Pow/subnormal", Pow, powOracle, drawPow(-745, -708), 0.78},
	{"Sin", one(Sin), exact(func(x bigFloat) bigFloat { return sinOracle(x, 0) }),
		either(uniform(-4, 4), uniform(-MaxAngle, MaxAngle), magnitudes(-300, 20), nearQuarterTurn), 0.78},
	{"Cos", one(Cos), exact(func(x bigFloat) bigFloat { return sinOracle(x, 1) }),
		either(uniform(-4, 4), uniform(-MaxAngle, MaxAngle), magnitudes(-300, 20), nearQuarterTurn), 0.78},
	{"NormQuantile", one(NormQuantile), func(p, _, z float64) bigFloat {
		t := newBig(p)
		if p > 0.5 {
			t = sub(newBig(1), t)
		}
		return signed(quantileOracle(t, math.Abs(z)), p-0.5)
	}, either(uniform(0, 1), uniform(0.07, 0.08), positive(magnitudes(-1020, -1))), 6.8},
	{"Erfinv", one(Erfinv), func(x, _, y float64) bigFloat {
		root2 := new(big.Float).SetPrec(precision).Sqrt(newBig(2))
		return signed(quo(quantileOracle(tailOfErf(x), math.Abs(y)*math.Sqrt2), root2), x)
	}, either(uniform(-1, 1), magnitudes(-60, 0)), 6.8},
}

func one(f func(float64) float64) func(x, y float64) float64 {
	return func(x, _ float64) float64 { return f(x) }
}

func exact(oracle func(bigFloat) bigFloat) func(x, y, got float64) bigFloat {
	return func(x, _, _ float64) bigFloat { return oracle(newBig(x)) }
}

// ulps returns |got - want| in units in the last place of want.
func ulps(got float64, want bigFloat) float64 {
	exponent := max(want.MantExp(nil)-53, -1074)
	distance, _ := ldexp(sub(newBig(got), want), -exponent).Float64()
	return math.Abs(distance)
}

// TestAccuracy measures the largest error of every function on the first of the
// million arguments behind the documented figures; LOCKSTEP_LONG=1 takes more.
func TestAccuracy(t *testing.T) {
	samples := 1500
	switch {
	case os.Getenv("LOCKSTEP_LONG") != "":
		samples = 200_000
	case testing.Short():
		samples = 300
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(1, 2))
			worst, at := 0.0, [2]float64{}
			for range samples {
				x, y := c.draw(r)
				got := c.f(x, y)
				want := c.oracle(x, y, got)
				if w, _ := want.Float64(); math.IsInf(got, 0) && got == w {
					continue
				}
				if e := ulps(got, want); !(e <= worst) {
					worst, at = e, [2]float64{x, y}
				}
			}
			t.Logf("largest error of %d: %.4f ulp at %v", samples, worst, at)
			if !(worst <= c.bound) {
				t.Errorf("error of %.4f ulp at %v, documented: %v", worst, at, c.bound)
			}
		})
	}
}
