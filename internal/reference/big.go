package reference

import (
	"math"
	"math/big"
)

// A precision is a number of bits. Its methods compute with that many and
// return new numbers. The four operations and the square root err by less than
// 2^-p of the result. What the functions below add to that is said at each.
type precision uint

func (p precision) new() *big.Float                { return new(big.Float).SetPrec(uint(p)) }
func (p precision) float(x float64) *big.Float     { return p.new().SetFloat64(x) }
func (p precision) add(x, y *big.Float) *big.Float { return p.new().Add(x, y) }
func (p precision) sub(x, y *big.Float) *big.Float { return p.new().Sub(x, y) }
func (p precision) mul(x, y *big.Float) *big.Float { return p.new().Mul(x, y) }
func (p precision) quo(x, y *big.Float) *big.Float { return p.new().Quo(x, y) }
func (p precision) sqrt(x *big.Float) *big.Float   { return p.new().Sqrt(x) }
func (p precision) abs(x *big.Float) *big.Float    { return p.new().Abs(x) }
func (p precision) neg(x *big.Float) *big.Float    { return p.new().Neg(x) }

// decimal returns a number written in decimals.
func (p precision) decimal(text string) *big.Float {
	x, ok := p.new().SetString(text)
	if !ok {
		panic("reference: no number: " + text)
	}
	return x
}

// scale returns x * 2^k.
func (p precision) scale(x *big.Float, k int) *big.Float { return p.new().SetMantExp(x, k) }

// small reports whether |x| < 1/2.
func small(x *big.Float) bool { return x.Sign() == 0 || x.MantExp(nil) < 0 }

// sum adds first, next(1), next(2), ... until a term is below 2^-p of the sum.
// In all series here each term is from there on at most 0.8 of the one before,
// so that what is left out is below 2^(3-p), and sums do not cancel, so that n
// terms cost n roundings.
func (p precision) sum(first *big.Float, next func(n int) *big.Float) *big.Float {
	sum := first
	for n := 1; ; n++ {
		term := next(n)
		if term.Sign() == 0 || term.MantExp(nil) < sum.MantExp(nil)-int(p) {
			return sum
		}
		sum = p.add(sum, term)
	}
}

// atanh returns x + x^3/3 + x^5/5 + ... for |x| <= 1/3.
func (p precision) atanh(x *big.Float) *big.Float {
	power, square := x, p.mul(x, x)
	return p.sum(x, func(n int) *big.Float {
		power = p.mul(power, square)
		return p.quo(power, p.float(float64(2*n+1)))
	})
}

// atanInverse returns atan(1/n) = 1/n - 1/(3 n^3) + 1/(5 n^5) - ...
func (p precision) atanInverse(n float64) *big.Float {
	power, square := p.quo(p.float(1), p.float(n)), p.float(-n*n)
	return p.sum(power, func(n int) *big.Float {
		power = p.quo(power, square)
		return p.quo(power, p.float(float64(2*n+1)))
	})
}

// ln2 returns log 2 = 2 atanh(1/3).
func (p precision) ln2() *big.Float {
	return p.scale(p.atanh(p.quo(p.float(1), p.float(3))), 1)
}

// pi returns pi = 16 atan(1/5) - 4 atan(1/239) (Machin).
func (p precision) pi() *big.Float {
	return p.sub(p.scale(p.atanInverse(5), 4), p.scale(p.atanInverse(239), 2))
}

// squarings of exp: a smaller argument needs fewer terms.
const squarings = 8

// exp returns e^x for |x| < 2048 as 2^k (e^(r/256))^256 with r = x - k ln 2.
//
// The largest error is that of r: k times that of ln 2, together below 2^(23-p)
// for p < 3000. It is divided by 256, and the squarings multiply it by 256
// again, as they do with the rounding of e^(r/256). All in all the relative error
// is below 2^(24-p).
func (p precision) exp(x *big.Float) *big.Float {
	ln2 := p.ln2()
	ratio, _ := p.quo(x, ln2).Float64()
	k := math.Round(ratio)
	r := p.sub(x, p.mul(p.float(k), ln2))
	y := p.add(p.float(1), p.expm1Series(p.scale(r, -squarings)))
	for range squarings {
		y = p.mul(y, y)
	}
	return p.scale(y, int(k))
}

// expm1Series returns x + x^2/2! + x^3/3! + ... for |x| < 1/2.
func (p precision) expm1Series(x *big.Float) *big.Float {
	term := x
	return p.sum(x, func(n int) *big.Float {
		term = p.quo(p.mul(term, x), p.float(float64(n+1)))
		return term
	})
}

// expm1 returns e^x - 1. The subtraction at most triples the error of e^x.
func (p precision) expm1(x *big.Float) *big.Float {
	if small(x) {
		return p.expm1Series(x)
	}
	return p.sub(p.exp(x), p.float(1))
}

// log returns log(x) for x > 0 as k ln 2 + 2 atanh((m-1)/(m+1)), with x = 2^k m
// and 3/4 <= m < 3/2, so that the sum loses at most two bits.
func (p precision) log(x *big.Float) *big.Float {
	m := p.new()
	k := x.MantExp(m)
	if m.Cmp(p.float(0.75)) < 0 {
		m, k = p.scale(m, 1), k-1
	}
	one := p.float(1)
	y := p.scale(p.atanh(p.quo(p.sub(m, one), p.add(m, one))), 1)
	return p.add(p.mul(p.float(float64(k)), p.ln2()), y)
}

// log1p returns log(1+x) for x > -1, near 0 as 2 atanh(x/(2+x)). Elsewhere the
// rounding of 1+x counts at most four times.
func (p precision) log1p(x *big.Float) *big.Float {
	if small(x) {
		return p.scale(p.atanh(p.quo(x, p.add(p.float(2), x))), 1)
	}
	return p.log(p.add(p.float(1), x))
}

// erf returns the error function at |x| < 40 by a series whose terms have one
// sign (DLMF 7.6.2):
//
//	erf x = 2/sqrt(pi) e^(-x^2) (x + 2x^3/(1*3) + 4x^5/(1*3*5) + ...)
//
// The rounding of x^2 counts x^2 times in the exponential, and a term has one
// rounding for each of the fewer than 2^14 operations before it: with the error
// of exp less than 2^(25-p).
func (p precision) erf(x *big.Float) *big.Float {
	square := p.mul(x, x)
	term, twice := x, p.scale(square, 1)
	series := p.sum(x, func(n int) *big.Float {
		term = p.quo(p.mul(term, twice), p.float(float64(2*n+1)))
		return term
	})
	return p.mul(p.quo(p.scale(series, 1), p.sqrt(p.pi())), p.exp(p.neg(square)))
}

// erfc returns 1 - erf(x) for |x| < 40. For x > 0 the difference is as small as
// e^(-x^2)/(2x+2), so it is taken with as many bits more. A relative error of x
// counts 2x^2 times.
func (p precision) erfc(x *big.Float) *big.Float {
	if x.Sign() > 0 {
		size, _ := x.Float64()
		p += precision(math.Ceil(size*size*math.Log2E)) + 8
	}
	return p.sub(p.float(1), p.erf(x))
}
