package main

import (
	"fmt"
	"math"
)

func logFamily(f *file) {
	for _, t := range f.tiers() {
		log(f.machine(t, float64s))
		log1p(f.machine(t, float64s))
		softplus(f.machine(t, float64s))
		softplusBackward(f.machine(t, float64s))
	}
}

// log: with x = 2^e * (1+f), it is e ln 2 + log(1+f).
func log(m mathMachine) {
	m.Function("log", "(dst, x []float32)", "sets dst[i] = log x[i], correctly rounded: logGeneric.")
	l := newLogarithm(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			x := in[0]
			e, f := l.split(x)
			sum := l.addExponent(e, f)
			m.LimitsOfLog(sum, x)
			return []row{sum}
		},
	}.emit(m)
}

// log1p: log u for u = 1+x, rounded, with f corrected by the error of u. That
// matters where u is about 1 and f about x; there x - (u-1) is exact. Above 2 it
// is 0 but for x = 2^53, where it has to be left out since f is about x/2^53. The
// sign is that of x, which the sums lose for -0.
func log1p(m mathMachine) {
	m.Function("log1p", "(dst, x []float32)", "sets dst[i] = log(1+x[i]), correctly rounded: log1pGeneric.")
	l := newLogarithm(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			x := in[0]
			u := m.Row("u", len(x.ids))
			m.Add(u, x, l.constant("one", 1))
			e, f := l.split(u)
			missing := m.Row("x-(u-1)", len(x.ids))
			m.Sub(missing, u, l.constant("one", 1))
			m.Sub(missing, x, missing)
			m.ClearWhere(missing, l.constant("two", 2), less, u)
			m.Add(f, f, missing)
			m.Free(missing)
			sum := l.addExponent(e, f)
			sign := row{"sign", x.ids}
			m.And(sign, x, l.signBit())
			m.Or(sum, sum, sign)
			m.LimitsOfLog(sum, u)
			m.Free(u)
			return []row{sum}
		},
	}.emit(m)
}

// softplus: max(x, 0) + log(1+E) with E = e^-|x|. Below sqrt(2) - 1 f is E,
// else it is (1+E)/2 - 1, and ln 2 is to be added.
func softplus(m mathMachine) {
	m.Function("softplus", "(dst, x []float32)", "sets dst[i] = log(1+e^x[i]), correctly rounded: softplusGeneric.")
	l := newLogarithm(m)
	e := exponential{l.constants, m.PowerTable("powers", powers)}
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			x := in[0]
			t := m.Row("-|x|", len(x.ids))
			m.Or(t, x, l.signBit())
			m.Max(t, e.constant("expMin", expMin), t)
			power := e.exp(t, 1)
			power.name = "E"

			base, f := m.Row("base", len(x.ids)), row{"f", t.ids}
			m.Comment("base = ln 2, f = E/2 - 1/2; or 0 and E.")
			m.SetConstant(base, "ln2Up", ln2Up)
			m.SetConstant(f, "half", 0.5)
			half := l.constant("half", 0.5)
			m.Mul(f, power, f)
			m.Sub(f, f, half)
			border := l.constant("sqrt2less1", math.Sqrt2-1)
			m.ClearWhere(base, power, less, border)
			m.MoveWhere(f, power, power, less, border)
			m.Free(power)

			m.Max(x, l.zero(), x)
			m.Add(base, base, x)
			rest := l.rest(f)
			m.Sub(f, f, rest)
			m.Add(f, f, base)
			m.Free(rest, base)
			return []row{f}
		},
	}.emit(m)
}

// softplusBackward rounds the logistic function to float32 and then forms the
// product: in float64 it is exact, and the store rounds it.
func softplusBackward(m mathMachine) {
	m.Function("softplusBackward", "(dx, dy, x []float32)", "sets dx[i] = dy[i]/(1+e^-x[i]), the quotient correctly rounded: softplusBackwardGeneric.")
	e := newExponential(m)
	stream{
		outputs: []string{"dx"},
		inputs:  []string{"dy", "x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			dy, x := in[0], in[1]
			e.nudge(x)
			s := e.reciprocal(e.onePlusExp(x))
			m.RoundToFloat32(s)
			m.Mul(s, s, dy)
			return []row{s}
		},
	}.emit(m)
}

// ln2Up is that of package kernels.
const ln2Up = 0x1.62e42fefa39fp-1

// logarithm evaluates log(1+f).
type logarithm struct{ constants }

func newLogarithm(m mathMachine) logarithm { return logarithm{newConstants(m)} }

// split returns e and f with x = 2^e * (1+f), where 1+f is between sqrt(1/2)
// and sqrt(2), for x > 0. It keeps x.
func (l logarithm) split(x row) (e, f row) {
	const mantissa = 1<<52 - 1
	lowest, one := math.Float64bits(math.Sqrt2/2), math.Float64bits(1)
	e = l.Row("e", len(x.ids))
	f = l.Row("f", len(x.ids))

	l.Comment("shifted = x in units of sqrt(1/2), as far as the exponent goes.")
	shifted := row{"shifted", e.ids}
	l.AddIntegers(shifted, x, l.bits("oneLessLowest", one-lowest))
	l.And(f, shifted, l.bits("mantissa", mantissa))
	l.AddIntegers(f, f, l.bits("lowest", lowest))
	l.Sub(f, f, l.constant("one", 1))

	l.Comment("e: the exponent in the low bits of 2^52, less that and the bias.")
	l.ShiftRight(shifted, 52)
	l.Or(e, shifted, l.constant("two52", 1<<52))
	l.Sub(e, e, l.constant("two52and1023", 1<<52+1023))
	return e, f
}

// lowBits are those of a float64 that float32 has not, and halfUnit is the one that
// makes half a unit of float32.
const lowBits, halfUnit = 1<<29 - 1, 1 << 28

// addExponent returns e ln 2 + log(1+f) and uses e and f up.
//
// Where the sum lies half-way between two float32 the rounding errors tell how to
// round, and are made large enough to count: as in package kernels.
func (l logarithm) addExponent(e, f row) (sum row) {
	s, p, rest := l.restFactors(f)
	l.Mul(rest, e, l.constant("minusLn2Low", -ln2Low))
	l.AddProduct(rest, s, p)
	l.Free(s, p)
	small := l.Row("small", len(f.ids))
	l.Sub(small, f, rest)
	sum = row{"sum", small.ids}
	l.AddProduct(sum, e, l.constant("ln2High", ln2High)) // the product is exact
	bits := l.Row("low bits", len(f.ids))
	l.And(bits, sum, l.bits("lowBits", lowBits))
	l.Free(bits)
	l.IfAny(bits, equal, l.bits("halfUnit", halfUnit), func() {
		l.correct(sum, e, f, rest)
	})
	l.Free(e, f, rest)
	return sum
}

// correct adds the rounding errors to the sum in the lanes whose low bits are half
// a unit of float32: (f - small - rest) + (small - (sum - high)), enlarged.
func (l logarithm) correct(sum, e, f, rest row) {
	const enlarged = 1 << 24
	small, high, errors := l.Row("small", len(f.ids)), row{"high", e.ids}, row{"errors", f.ids}
	l.Sub(small, f, rest)
	l.Sub(f, f, small)
	l.Sub(errors, f, rest)
	l.Mul(high, e, l.constant("ln2High", ln2High))
	l.Sub(high, sum, high)
	l.Sub(small, small, high)
	l.Add(errors, errors, small)
	l.Free(small)
	corrected, bits := row{"corrected", errors.ids}, row{"low bits", high.ids}
	l.MulAdd(corrected, l.constant("enlarged", enlarged), sum)
	l.And(bits, sum, l.bits("lowBits", lowBits))
	l.MoveWhere(sum, corrected, bits, equal, l.bits("halfUnit", halfUnit))
}

// logCoefficients are those of a polynomial in s^2, negated: the one nearest to
// (2s - 2 atanh(s)) / s^3 for |s| <= (sqrt(2)-1)/(sqrt(2)+1), within 2^-57 of
// log (it meets it at Chebyshev's points).
var logCoefficients = []float64{
	-0x1.5555555555558p-1, -0x1.99999999952d7p-2, -0x1.2492492df281ap-2, -0x1.c71c62e3f11e6p-3,
	-0x1.7462b51cb66b1p-3, -0x1.39fe51a7c18f9p-3, -0x1.2b5900de53b32p-3,
}

// rest returns f - log(1+f).
func (l logarithm) rest(f row) row {
	s, p, rest := l.restFactors(f)
	l.Mul(rest, s, p)
	l.Free(s, p)
	return rest
}

// restFactors returns s and p with f - log(1+f) = s*p, and a row for that. With
// s = f/(2+f) is log(1+f) = 2 atanh(s), and 2s = f - s*f, so that
// p = f - (2 atanh(s) - 2s)/s.
func (l logarithm) restFactors(f row) (s, p, rest row) {
	s, p = l.Row("s", len(f.ids)), l.Row("p", len(f.ids))
	square := l.Row("s^2", len(f.ids))
	l.Add(s, f, l.constant("two", 2))
	l.Div(s, f, s)
	l.Mul(square, s, s)
	l.Comment("p = f - s^2*(2/3 + 2/5*s^2 + ...).")
	c := func(i int) (name string, value float64) { return fmt.Sprintf("l%d", i), logCoefficients[i] }
	name, value := c(len(logCoefficients) - 1)
	l.SetConstant(p, name, value)
	for i := len(logCoefficients) - 2; i >= 0; i-- {
		l.MulAdd(p, square, l.addend(c(i)))
	}
	l.MulAdd(p, square, f)
	return s, p, row{"rest", square.ids}
}
