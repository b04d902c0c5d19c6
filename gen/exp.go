package main

import "fmt"

// The functions of class rounded have correctly rounded results, so that each
// tier may compute them its own way. These kernels evaluate in float64 with an
// error of one or two units in the last place and round once, in the store.
// For which of all 2^32 inputs that gives the right float32 cannot be seen from
// the formulas; a test compares them all.

func expFamily(f *file) {
	for _, t := range []avxTier{avx2, avx512} {
		exp(f.machine(t, float64s))
		sigmoid(f.machine(t, float64s))
		tanh(f.machine(t, float64s))
	}
}

// Arguments beyond these limits give what the limits give, as in package
// kernels.
const (
	expMin  = -104
	expMax  = 89
	tanhMax = 10
)

// exp: e^x = 2^n + 2^n*p.
func exp(m mathMachine) {
	m.Function("exp", "(dst, x []float32)", "sets dst[i] = e^x[i], correctly rounded: expGeneric.")
	e := newExponential(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 4,
		body: func(in []row) []row {
			x := in[0]
			e.clamp(x)
			scale, p := e.parts(x)
			m.MulAdd(p, scale, scale)
			m.Free(scale)
			return []row{p}
		},
	}.emit(m)
}

// sigmoid: e^x / (e^x + 1).
func sigmoid(m mathMachine) {
	m.Function("sigmoid", "(dst, x []float32)", "sets dst[i] = 1/(1+e^-x[i]), correctly rounded: sigmoidGeneric.")
	signBit := m.SignBit()
	e := newExponential(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  4,
		body: func(in []row) []row {
			return []row{e.logistic(in[0], signBit)}
		},
	}.emit(m)
}

// logistic returns e^x / (e^x + 1) and uses x up.
func (e exponential) logistic(x, signBit row) row {
	e.clamp(x)
	e.nudge(x, signBit)
	scale, p := e.parts(x)
	e.MulAdd(p, scale, scale)
	e.Add(scale, p, e.constant("one", 1))
	e.Div(p, p, scale)
	e.Free(scale)
	return p
}

// tanh: with a = |x| and E = e^2a - 1 = 2^n*p + (2^n - 1), small arguments lose
// nothing to cancellation in E / (E + 2); then the sign of x.
func tanh(m mathMachine) {
	m.Function("tanh", "(dst, x []float32)", "sets dst[i] = tanh x[i], correctly rounded: tanhGeneric.")
	signBit := m.SignBit()
	e := newExponential(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  min(m.Registers()/5, 4),
		body: func(in []row) []row {
			x := in[0]
			sign := m.Row("sign", len(x.ids))
			m.And(sign, x, signBit)
			m.AndNot(x, x, signBit)
			m.Min(x, e.constant("tanhMax", tanhMax), x)
			m.Add(x, x, x)
			scale, p := e.parts(x)
			above := row{"2^n-1", x.ids}
			m.Sub(above, scale, e.constant("one", 1))
			m.MulAdd(p, scale, above)
			m.Add(scale, p, e.constant("two", 2))
			m.Div(p, p, scale)
			m.Or(p, p, sign)
			m.Free(sign, scale)
			return []row{p}
		},
	}.emit(m)
}

// exponential evaluates e^t. Its constants take turns in one register: the
// loads are as good as free, registers are not.
type exponential struct {
	mathMachine
	shared row
}

func newExponential(m mathMachine) exponential {
	return exponential{m, m.Row("constant", 1)}
}

// constant returns a number in all lanes, until the next one is asked for.
func (e exponential) constant(name string, value float64) row {
	c := row{name, e.shared.ids}
	e.SetConstant(c, name, value)
	return c
}

// clamp brings x between expMin and expMax and keeps NaN.
func (e exponential) clamp(x row) {
	e.Max(x, e.constant("expMin", expMin), x)
	e.Min(x, e.constant("expMax", expMax), x)
}

// nudge brings x with |x| < nudgeRange nearer to 0 by nudge; why is told with
// the constants in package kernels.
func (e exponential) nudge(x, signBit row) {
	const nudge, nudgeRange = 0x1p-49, 0x1p-8
	toZero := e.Row("toZero", len(x.ids))
	magnitude := e.Row("|x|", len(x.ids))
	e.And(toZero, x, signBit)
	e.Or(toZero, toZero, e.constant("nudge", nudge))
	e.AndNot(magnitude, x, signBit)
	e.ClearWhere(toZero, e.constant("nudgeRange", nudgeRange), lessOrEqual, magnitude)
	e.Sub(x, x, toZero)
	e.Free(toZero, magnitude)
}

// Constants of the argument reduction: ln 2 in two parts, the first so short
// that its product with an exponent is exact (as in fdlibm).
const (
	log2E   = 1.44269504088896338700
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10

	// roundBits, added to a number, rounds it to an integer and leaves that,
	// plus the exponent bias of float64, in the lowest bits of the sum.
	roundBits = 0x1.8p52 + 1023
)

// expCoefficients are those of r^2, r^3, ... r^11 in a polynomial without
// constant, whose linear term is r. It is the one nearest to e^r - 1 for
// |r| <= ln(2)/2, to within 2^-57 (found by Remez's algorithm).
var expCoefficients = []float64{
	0x1p-1, 0x1.555555555555cp-3, 0x1.5555555553168p-5, 0x1.111111110e57p-7, 0x1.6c16c17cf5341p-10,
	0x1.a01a01b678a41p-13, 0x1.a019aa922e015p-16, 0x1.71dde87219138p-19, 0x1.28a022596771dp-22, 0x1.af794ce817d94p-26,
}

// parts returns scale = 2^n and p = e^r - 1 with e^t = scale * (1 + p), where n
// is t/ln 2 rounded and r = t - n ln 2. It takes expMin <= t <= expMax, or NaN,
// which p becomes, and uses t up.
func (e exponential) parts(t row) (scale, p row) {
	vectors := len(t.ids)
	scale = e.Row("2^n", vectors)
	p = e.Row("p", vectors)

	e.Comment("n = %s/ln 2, rounded, in the low bits of sum = roundBits + n.", t.name)
	sum, n := row{"sum", scale.ids}, row{"n", p.ids}
	e.SetConstant(sum, "roundBits", roundBits)
	e.AddProduct(sum, t, e.constant("log2E", log2E))
	e.Sub(n, sum, e.constant("roundBits", roundBits))

	e.Comment("r = %s - n ln 2.", t.name)
	r := row{"r", t.ids}
	e.SubProduct(t, n, e.constant("ln2High", ln2High))
	e.SubProduct(r, n, e.constant("ln2Low", ln2Low))

	e.Comment("2^n: the low bits of sum become the exponent.")
	e.ShiftLeft(sum, 52)

	e.Comment("p = e^r - 1 = r + r*r*(c2 + c3*r + ... + c11*r^9).")
	const degree = 11
	c := func(i int) (name string, value float64) { return fmt.Sprintf("c%d", i), expCoefficients[i-2] }
	name, value := c(degree)
	e.SetConstant(p, name, value)
	for i := degree - 1; i >= 2; i-- {
		e.MulAdd(p, r, e.constant(c(i)))
	}
	e.Mul(p, p, r)
	e.MulAdd(p, r, r)
	return scale, p
}
