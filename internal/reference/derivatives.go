package reference

import (
	"math"
	"math/big"
)

// The derivatives of the activation functions. Most are sums of two terms that
// cancel near a zero, so that the bound is relative to the terms, and math/big
// gets more bits. Far from 0 a derivative is as good as at the limit given to
// between: from there on it rounds to the same float32.
var (
	// SiLUDerivative is s + x s (1-s) with the logistic function s.
	SiLUDerivative = &Function{
		bounds: func(x float64) (a, b float64) {
			x = between(x, 110)
			s, rest := 1/(1+math.Exp(-x)), 1/(1+math.Exp(x))
			return sum(s, x*s*rest, 0x1p-49)
		},
		exact: cancelling(func(p precision, x *big.Float) *big.Float {
			s, rest := p.sigmoid(x), p.sigmoid(p.neg(x))
			return p.add(s, p.mul(x, p.mul(s, rest)))
		}),
	}

	// GELUDerivative is Phi(x) + x phi(x), where phi is the density of the normal
	// distribution, and Phi its distribution function.
	GELUDerivative = &Function{
		bounds: func(x float64) (a, b float64) {
			x = between(x, 20)
			density := math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
			return sum(math.Erfc(-x/math.Sqrt2)/2, x*density, 0x1p-42)
		},
		exact: cancelling(func(p precision, x *big.Float) *big.Float {
			distribution := p.scale(p.erfc(p.quo(p.neg(x), p.sqrt(p.float(2)))), -1)
			density := p.quo(p.exp(p.neg(p.scale(p.mul(x, x), -1))), p.sqrt(p.scale(p.pi(), 1)))
			return p.add(distribution, p.mul(x, density))
		}),
	}

	// GELUTanhDerivative is s + x s (1-s) 2u', where s is the logistic function of
	// 2u, with u as in GELUTanh.
	GELUTanhDerivative = &Function{
		bounds: func(x float64) (a, b float64) {
			x = between(x, 12)
			twice := math.Sqrt(8/math.Pi) * (x + 0.044715*x*x*x)
			slope := math.Sqrt(8/math.Pi) * (1 + 3*0.044715*x*x)
			s, rest := 1/(1+math.Exp(-twice)), 1/(1+math.Exp(twice))
			return sum(s, x*s*rest*slope, 0x1p-43)
		},
		exact: cancelling(func(p precision, x *big.Float) *big.Float {
			factor, cubic, square := p.sqrt(p.quo(p.float(8), p.pi())), p.quo(p.float(44715), p.float(1e6)), p.mul(x, x)
			twice := p.mul(factor, p.add(x, p.mul(cubic, p.mul(square, x))))
			slope := p.mul(factor, p.add(p.float(1), p.mul(p.float(3), p.mul(cubic, square))))
			s, rest := p.sigmoid(twice), p.sigmoid(p.neg(twice))
			return p.add(s, p.mul(p.mul(x, slope), p.mul(s, rest)))
		}),
	}

	// MishDerivative is w/(w+2) + 4 x e^x (e^x + 1) / (w+2)^2, w = e^x (e^x + 2).
	MishDerivative = &Function{
		bounds: func(x float64) (a, b float64) {
			x = between(x, 110)
			e := math.Exp(x)
			w := e * (e + 2)
			return sum(w/(w+2), 4*x*e*(e+1)/(w+2)/(w+2), 0x1p-48)
		},
		exact: cancelling(func(p precision, x *big.Float) *big.Float {
			e, two := p.exp(x), p.float(2)
			w := p.mul(e, p.add(e, two))
			steep := p.scale(p.mul(e, p.add(e, p.float(1))), 2)
			below := p.add(w, two)
			return p.add(p.quo(w, below), p.quo(p.mul(x, steep), p.mul(below, below)))
		}),
	}

	// SigmoidDerivative is y (1-y), the derivative of the logistic function where
	// its value is y.
	SigmoidDerivative = &Function{
		bounds: func(y float64) (a, b float64) {
			if math.IsInf(y, 0) {
				return math.Inf(-1), math.Inf(-1)
			}
			return difference(y, y*y)
		},
		exact: func(p precision, y *big.Float) *big.Float { return p.mul(y, p.sub(p.float(1), y)) },
	}

	// TanhDerivative is 1 - y^2, the derivative of the hyperbolic tangent where its
	// value is y.
	TanhDerivative = &Function{
		bounds: func(y float64) (a, b float64) { return difference(1, y*y) },
		exact: func(p precision, y *big.Float) *big.Float {
			one := p.float(1)
			return p.mul(p.sub(one, y), p.add(one, y))
		},
	}
)

// between returns x, or the limit of the same sign if that is nearer to 0.
func between(x, limit float64) float64 { return min(max(x, -limit), limit) }

// sum returns x+y less and more the given part of both magnitudes.
func sum(x, y, relative float64) (a, b float64) {
	width := (math.Abs(x) + math.Abs(y)) * relative
	return x + y - width, x + y + width
}

// difference returns x-y, rounded to odd: where float64 does not hold it, the
// last bit is 1, so that it is neither half-way between two float32 nor on the
// wrong side of that, and rounds to the float32 to which x-y does (S. Boldo and
// G. Melquiond, "Emulation of FMA and correctly rounded sums", IEEE Transactions
// on Computers 57, 2008).
func difference(x, y float64) (a, b float64) {
	d := x - y
	part := d + y // of x that went into d (D. E. Knuth, TAOCP 2, section 4.2.2)
	lost := (x - part) - (y - (part - d))
	if math.Float64bits(d)&1 == 0 && (lost > 0 || lost < 0) {
		d = math.Nextafter(d, math.Inf(int(math.Copysign(1, lost))))
	}
	return d, d
}

// cancelling gives a sum the bits that it may lose: near the zeros of the
// functions here, a float32 is no closer than some 2^-30.
func cancelling(f func(p precision, x *big.Float) *big.Float) func(p precision, x *big.Float) *big.Float {
	const lost = 64
	return func(p precision, x *big.Float) *big.Float { return f(p+lost, x) }
}
