package detmath

import (
	"math"
	"math/big"
)

// The oracles compute with precision bits by plain series, which share nothing
// with the functions under test.
const precision = 256

type bigFloat = *big.Float

func newBig(x float64) bigFloat  { return new(big.Float).SetPrec(precision).SetFloat64(x) }
func add(a, b bigFloat) bigFloat { return new(big.Float).SetPrec(precision).Add(a, b) }
func sub(a, b bigFloat) bigFloat { return new(big.Float).SetPrec(precision).Sub(a, b) }
func mul(a, b bigFloat) bigFloat { return new(big.Float).SetPrec(precision).Mul(a, b) }
func quo(a, b bigFloat) bigFloat { return new(big.Float).SetPrec(precision).Quo(a, b) }
func ldexp(a bigFloat, k int) bigFloat {
	return new(big.Float).SetPrec(precision).SetMantExp(a, k)
}

// negligible reports whether adding term to sum changes nothing any more.
func negligible(term, sum bigFloat) bool {
	return term.Sign() == 0 || sum.Sign() != 0 && term.MantExp(nil) < sum.MantExp(nil)-precision
}

// series sums terms, each made from the one before by next(n, term), n = 1, 2, ...
func series(term bigFloat, next func(n int, term bigFloat) bigFloat) bigFloat {
	sum := term
	for n := 1; ; n++ {
		term = next(n, term)
		if negligible(term, sum) {
			return sum
		}
		sum = add(sum, term)
	}
}

// atanhOracle returns atanh(x) = x + x^3/3 + x^5/5 + ...
func atanhOracle(x bigFloat) bigFloat {
	square, power := mul(x, x), x
	return series(x, func(n int, _ bigFloat) bigFloat {
		power = mul(power, square)
		return quo(power, newBig(float64(2*n+1)))
	})
}

// atanInverse returns atan(1/n), for Machin's formula.
func atanInverse(n float64) bigFloat {
	x := quo(newBig(1), newBig(n))
	square, power := mul(x, x), x
	return series(x, func(n int, _ bigFloat) bigFloat {
		power = mul(power, square)
		power.Neg(power)
		return quo(power, newBig(float64(2*n+1)))
	})
}

var (
	bigLn2 = ldexp(atanhOracle(quo(newBig(1), newBig(3))), 1)
	bigPi  = ldexp(sub(ldexp(atanInverse(5), 2), atanInverse(239)), 2)
)

// expm1Oracle returns e^x - 1.
func expm1Oracle(x bigFloat) bigFloat {
	if x.Sign() == 0 || x.MantExp(nil) <= -1 {
		return series(x, func(n int, term bigFloat) bigFloat {
			return quo(mul(term, x), newBig(float64(n+1)))
		})
	}
	return sub(expOracle(x), newBig(1))
}

// expOracle returns e^x as 2^k (1 + expm1(r/2^8))^(2^8).
func expOracle(x bigFloat) bigFloat {
	ratio, _ := quo(x, bigLn2).Float64()
	k := math.Floor(ratio)
	r := sub(x, mul(newBig(k), bigLn2))
	y := add(newBig(1), expm1Oracle(ldexp(r, -8)))
	for range 8 {
		y = mul(y, y)
	}
	return ldexp(y, int(k))
}

// log1pOracle returns log(1 + x), by 2 atanh(x / (2 + x)) near 0.
func log1pOracle(x bigFloat) bigFloat {
	if x.Sign() == 0 || x.MantExp(nil) <= -1 {
		return ldexp(atanhOracle(quo(x, add(newBig(2), x))), 1)
	}
	return logOracle(add(newBig(1), x))
}

// logOracle returns log(x) for x = 2^k m as k ln 2 + log1p(m - 1).
func logOracle(x bigFloat) bigFloat {
	m := new(big.Float)
	k := x.MantExp(m)
	if m.Cmp(newBig(0.75)) < 0 {
		m = ldexp(m, 1)
		k--
	}
	return add(mul(newBig(float64(k)), bigLn2), log1pOracle(sub(m, newBig(1))))
}

// sinOracle returns sin(x + shift pi/2).
func sinOracle(x bigFloat, shift int) bigFloat {
	ratio, _ := quo(x, ldexp(bigPi, -1)).Float64()
	n := math.Round(ratio)
	r := sub(x, mul(newBig(n), ldexp(bigPi, -1)))
	quadrant := (int(n) + shift) & 3
	square := mul(r, r)
	first, degree := r, 1 // sine: r - r^3/3! + ...
	if quadrant&1 == 1 {
		first, degree = newBig(1), 0 // cosine: 1 - r^2/2! + ...
	}
	sum := series(first, func(n int, term bigFloat) bigFloat {
		d := float64(2*n + degree)
		term = quo(mul(term, square), newBig(d*(d-1)))
		return term.Neg(term)
	})
	if quadrant >= 2 {
		sum.Neg(sum)
	}
	return sum
}

// quantileOracle returns the z whose upper tail probability is t <= 1/2, from
// an approximate z by one Newton step, which doubles the correct digits.
func quantileOracle(t bigFloat, approximate float64) bigFloat {
	z := newBig(approximate)
	square := mul(z, z)
	root2Pi := new(big.Float).SetPrec(precision).Sqrt(ldexp(bigPi, 1))
	density := quo(quo(newBig(1), expOracle(ldexp(square, -1))), root2Pi)
	var tail bigFloat
	if approximate < 5 {
		// Q(z) = 1/2 - density * (z + z^3/3 + z^5/(3*5) + ...)
		tail = sub(newBig(0.5), mul(density, series(z, func(n int, term bigFloat) bigFloat {
			return quo(mul(term, square), newBig(float64(2*n+1)))
		})))
	} else {
		// Q(z) = density / (z + 1/(z + 2/(z + 3/(z + ...)))), which does not cancel.
		denominator := z
		for n := 100; n > 0; n-- {
			denominator = add(z, quo(newBig(float64(n)), denominator))
		}
		tail = quo(density, denominator)
	}
	return add(z, quo(sub(tail, t), density))
}
