package reference

import (
	"math"
	"math/big"
)

// The activation functions that have one formula for positive arguments and
// another for negative ones, with the usual values of their parameters.
var (
	// ReLU is x, or 0 if x is negative.
	ReLU = &Function{
		bounds: func(x float64) (a, b float64) { return max(x, 0), max(x, 0) },
		exact: func(p precision, x *big.Float) *big.Float {
			if x.Sign() < 0 {
				return p.float(0)
			}
			return x
		},
	}

	// LeakyReLU is x, or LeakyReLUSlope*x if x is negative: products of two
	// float32, which float64 holds.
	LeakyReLU = &Function{
		bounds: func(x float64) (a, b float64) {
			if !(x > 0) {
				x *= LeakyReLUSlope
			}
			return x, x
		},
		exact: func(p precision, x *big.Float) *big.Float {
			if x.Sign() > 0 {
				return x
			}
			return p.mul(p.float(LeakyReLUSlope), x)
		},
	}

	// ELU is x, or e^x - 1 if x is negative.
	ELU = &Function{
		bounds: func(x float64) (a, b float64) {
			if x > 0 {
				return x, x
			}
			return Expm1.bounds(x)
		},
		exact: func(p precision, x *big.Float) *big.Float {
			if x.Sign() > 0 {
				return x
			}
			return p.expm1(x)
		},
	}

	// SELU is scale*x, or scale*alpha*(e^x - 1) if x is negative, with scale and
	// alpha as published.
	SELU = &Function{
		bounds: func(x float64) (a, b float64) {
			if x > 0 {
				return around(1.0507009873554804934193349852946*x, 0x1p-50)
			}
			a, b = around(1.0507009873554804934193349852946*1.6732632423543772848170429916717, 0x1p-51)
			c, d := Expm1.bounds(x)
			return a * c, b * d
		},
		exact: func(p precision, x *big.Float) *big.Float {
			scale := p.decimal("1.0507009873554804934193349852946")
			if x.Sign() > 0 {
				return p.mul(scale, x)
			}
			return p.mul(p.mul(scale, p.decimal("1.6732632423543772848170429916717")), p.expm1(x))
		},
	}

	// HardSigmoid is (x+3)/6, but at least 0 and at most 1.
	HardSigmoid = &Function{
		bounds: func(x float64) (a, b float64) {
			switch {
			case x <= -3:
				return 0, 0
			case x >= 3:
				return 1, 1
			}
			y := (x + 3) / 6
			if math.FMA(y, 6, -3) == x { // exact, or no number half-way between two float32
				return y, y
			}
			return around(y, 0x1p-50)
		},
		exact: func(p precision, x *big.Float) *big.Float {
			three := p.float(3)
			switch {
			case x.Cmp(p.neg(three)) <= 0:
				return p.float(0)
			case x.Cmp(three) >= 0:
				return p.float(1)
			}
			return p.quo(p.add(x, three), p.float(6))
		},
	}
)

// LeakyReLUSlope is the usual one, as a float32.
const LeakyReLUSlope = 0x1.47ae14p-7
