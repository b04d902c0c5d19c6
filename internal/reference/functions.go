package reference

import (
	"math"
	"math/big"
)

// The functions. Their approximations use package math, whose exp, expm1, log,
// log1p and erfc err by less than one unit in the last place, 2^-52 of the
// result; the bounds allow for several times what a formula adds up to. Tests
// compare them with math/big.
var (
	// Exp is e^x.
	Exp = &Function{
		bounds: func(x float64) (a, b float64) { return around(math.Exp(x), 0x1p-50) },
		exact:  precision.exp,
	}

	// Expm1 is e^x - 1.
	Expm1 = &Function{
		bounds: func(x float64) (a, b float64) { return around(math.Expm1(x), 0x1p-50) },
		exact:  precision.expm1,
	}

	// Log is the natural logarithm.
	Log = &Function{
		bounds: func(x float64) (a, b float64) { return around(math.Log(x), 0x1p-50) },
		exact:  precision.log,
	}

	// Log1p is log(1+x).
	Log1p = &Function{
		bounds: func(x float64) (a, b float64) { return around(math.Log1p(x), 0x1p-50) },
		exact:  precision.log1p,
	}

	// Sigmoid is the logistic function 1 / (1 + e^-x).
	Sigmoid = &Function{
		bounds: func(x float64) (a, b float64) { return around(1/(1+math.Exp(-x)), 0x1p-49) },
		exact:  precision.sigmoid,
	}

	// Tanh is the hyperbolic tangent, -t/(t+2) with t = e^(-2|x|) - 1.
	Tanh = &Function{
		bounds: func(x float64) (a, b float64) {
			t := math.Expm1(-2 * math.Abs(x))
			return around(math.Copysign(t/(t+2), x), 0x1p-49)
		},
		exact: func(p precision, x *big.Float) *big.Float {
			t := p.expm1(p.scale(x, 1))
			return p.quo(t, p.add(t, p.float(2)))
		},
	}

	// Softplus is log(1 + e^x), or max(x, 0) + log1p(e^-|x|).
	Softplus = &Function{
		bounds: func(x float64) (a, b float64) {
			return around(max(x, 0)+math.Log1p(math.Exp(-math.Abs(x))), 0x1p-49)
		},
		exact: func(p precision, x *big.Float) *big.Float { return p.log1p(p.exp(x)) },
	}

	// SiLU is x / (1 + e^-x), with the limit -0 at -Inf.
	SiLU = &Function{
		bounds: func(x float64) (a, b float64) {
			if halves(x) {
				return halved(x)
			}
			return around(x/(1+math.Exp(-x)), 0x1p-49)
		},
		exact: func(p precision, x *big.Float) *big.Float { return p.mul(x, p.sigmoid(x)) },
	}

	// GELU is x Phi(x) = x/2 erfc(-x/sqrt 2), where Phi is the distribution
	// function of the normal distribution, with the limit -0 at -Inf. Below -15,
	// where it rounds to -0, the rounding of the argument counts most: x^2 times,
	// 2^8 times at -15.
	GELU = &Function{
		bounds: func(x float64) (a, b float64) {
			if halves(x) {
				return halved(x)
			}
			return around(x/2*math.Erfc(-x/math.Sqrt2), 0x1p-42)
		},
		exact: func(p precision, x *big.Float) *big.Float {
			argument := p.quo(p.neg(x), p.sqrt(p.float(2)))
			return p.mul(p.scale(x, -1), p.erfc(argument))
		},
	}

	// GELUTanh is x/2 (1 + tanh u) = x / (1 + e^-2u), u = sqrt(2/pi) (x + 0.044715 x^3),
	// with the limit -0 at -Inf. The rounding of u counts 2u times, 2^7 times
	// before the result is -0.
	GELUTanh = &Function{
		bounds: func(x float64) (a, b float64) {
			if halves(x) {
				return halved(x)
			}
			u := math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x)
			return around(x/(1+math.Exp(-2*u)), 0x1p-43)
		},
		exact: func(p precision, x *big.Float) *big.Float {
			cubic := p.quo(p.float(44715), p.float(1e6))
			inner := p.add(x, p.mul(cubic, p.mul(x, p.mul(x, x))))
			twice := p.mul(p.sqrt(p.quo(p.float(8), p.pi())), inner)
			return p.mul(x, p.sigmoid(twice))
		},
	}

	// Mish is x tanh(softplus(x)) = x w/(w+2), w = e^x (e^x + 2), with the limit
	// -0 at -Inf.
	Mish = &Function{
		bounds: func(x float64) (a, b float64) {
			if x == 0 || math.IsInf(x, -1) {
				return halved(x)
			}
			e := math.Exp(x)
			return around(x/(1+2/(e*(e+2))), 0x1p-49)
		},
		exact: func(p precision, x *big.Float) *big.Float {
			e, two := p.exp(x), p.float(2)
			w := p.mul(e, p.add(e, two))
			return p.mul(x, p.quo(w, p.add(w, two)))
		},
	}
)

// around returns y less and more the given part of it.
func around(y, relative float64) (a, b float64) { return y * (1 - relative), y * (1 + relative) }

// halves reports whether x needs the care of halved: the arguments for which a
// function x/2 + c x^2 + ..., 0 < c < 1, differs from x/2 by less than the last
// place of a float64, and -Inf, for which its formula is not defined.
func halves(x float64) bool { return math.Abs(x) < 0x1p-60 || math.IsInf(x, -1) }

// halved returns the value of such a function. If x is an odd denormal, x/2 is
// half-way between two float32, and all that matters is that the function is
// above it; the next float64 has the same rounding. Zeros keep their sign.
func halved(x float64) (a, b float64) {
	switch {
	case math.IsInf(x, -1):
		x = math.Copysign(0, -1)
	case x != 0:
		x = math.Nextafter(x/2, math.Inf(1))
	}
	return x, x
}

// sigmoid returns 1 / (1 + e^-x).
func (p precision) sigmoid(x *big.Float) *big.Float {
	one := p.float(1)
	return p.quo(one, p.add(one, p.exp(p.neg(x))))
}
