package main

// The functions of class rounded have correctly rounded results, so that each
// tier may compute them its own way. These bodies evaluate in float64 with an
// error of one or two units in the last place and round once, in the store;
// most turns of Exp, Sigmoid and Tanh are spared that by lanes of float32 (quick.go).
// For which of all 2^32 inputs either gives the right float32 cannot be seen from
// the formulas; internal/accuracy compares them all.

func expFamily(f *file) {
	for _, t := range f.tiers() {
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

func exp(m mathMachine) {
	m.Function("exp", "(dst, x []float32)", "sets dst[i] = e^x[i], correctly rounded: expGeneric.")
	e := newExponential(m)
	q := newQuickExponential(e.constants, quickExpFirst)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  4,
		body: func(in []row) []row {
			x := in[0]
			if !m.Scales() {
				e.clamp(x)
			}
			return []row{e.exp(x, 1)}
		},
		quick: q.turn(0, q.exp),
	}.emit(m)
}

// sigmoid: 1 / (1 + e^-x).
func sigmoid(m mathMachine) {
	m.Function("sigmoid", "(dst, x []float32)", "sets dst[i] = 1/(1+e^-x[i]), correctly rounded: sigmoidGeneric.")
	e := newExponential(m)
	q := newQuickExponential(e.constants, quickLogisticFirst)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			x := in[0]
			magnitude := m.Row("|x|", len(x.ids))
			m.AndNot(magnitude, x, e.signBit())
			m.Free(magnitude)
			m.IfAny(magnitude, less, e.constant("nudgeRange", nudgeRange), func() { e.nudge(x) })
			return []row{e.reciprocal(e.onePlusExp(x))}
		},
		quick: q.turn(0, q.sigmoid),
	}.emit(m)
}

// onePlusExp returns 1 + e^-x, of which the logistic function is the reciprocal if x
// was nudged, and uses x up.
func (e exponential) onePlusExp(x row) row {
	if !e.Scales() {
		e.clamp(x)
	}
	y := e.exp(x, -1)
	e.Add(y, y, e.constant("one", 1))
	return y
}

// reciprocal sets d to 1/d.
func (e exponential) reciprocal(d row) row {
	e.Div(d, e.constant("one", 1), d)
	return d
}

// tanh: with E = e^2x - 1, small arguments lose nothing to cancellation in
// E / (E + 2).
func tanh(m mathMachine) {
	m.Function("tanh", "(dst, x []float32)", "sets dst[i] = tanh x[i], correctly rounded: tanhGeneric.")
	e := newExponential(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			x := in[0]
			m.Max(x, e.constant("minusTanhMax", -tanhMax), x)
			m.Min(x, e.constant("tanhMax", tanhMax), x)
			p := e.expm1(x, 2)
			d := row{"E+2", x.ids}
			m.Add(d, p, e.constant("two", 2))
			return []row{p, d}
		},
		divide: func(state []row) []row {
			p, d := state[0], state[1]
			m.Div(p, p, d)
			return []row{p}
		},
		quick: newQuickTanh(e.constants),
	}.emit(m)
}

// exponential evaluates e^t.
type exponential struct {
	constants
	table powerTable
}

func newExponential(m mathMachine) exponential {
	return exponential{newConstants(m), m.PowerTable("powers", powers)}
}

// clamp brings x between expMin and expMax and keeps NaN.
func (e exponential) clamp(x row) {
	e.Max(x, e.constant("expMin", expMin), x)
	e.Min(x, e.constant("expMax", expMax), x)
}

// Constants as in package kernels.
const (
	nudge      = 0x1p-49
	nudgeRange = 0x1p-8
)

// nudge brings x with |x| < nudgeRange nearer to 0 by nudge; why is told with the
// constants in package kernels.
func (e exponential) nudge(x row) {
	toZero := e.Row("toZero", len(x.ids))
	magnitude := e.Row("|x|", len(x.ids))
	e.And(toZero, x, e.signBit())
	e.Or(toZero, toZero, e.constant("nudge", nudge))
	e.AndNot(magnitude, x, e.signBit())
	e.ClearWhere(toZero, e.constant("nudgeRange", nudgeRange), lessOrEqual, magnitude)
	e.Sub(x, x, toZero)
	e.Free(toZero, magnitude)
}

const log2E = 1.44269504088896338700

// exp returns e^(ct) for c = 1, -1 or -1/2 and uses t up. Unless the machine
// scales, ct has to be between -700 and 700, or NaN.
//
// If it does, far beyond those limits neither n nor r is right, but 1 + r*q is
// still positive, and the scaling makes it infinite or 0.
func (e exponential) exp(t row, c float64) row {
	power, n, q := e.parts(t, c)
	u := row{"power*r", t.ids}
	e.Mul(u, t, power)
	e.MulAdd(q, u, power)
	if e.Scales() {
		e.Scale(q, n)
		e.LimitsOfExp(q, n)
	}
	e.Free(power, n)
	return q
}

// expm1 returns e^(ct) - 1 for c = 1 or 2 and uses t up. It keeps the sign of 0.
// ct has to be between -700 and 700, or NaN.
func (e exponential) expm1(t row, c float64) row {
	power, n, q := e.parts(t, c)
	if e.Scales() {
		e.Scale(power, n)
	}
	u := row{"power*r", t.ids}
	e.Mul(u, t, power)
	below := row{"1-power", power.ids}
	e.Sub(below, e.constant("one", 1), power)
	e.MulSub(q, u, below)
	e.Free(power, n)
	return q
}

// log2E returns c log2 e.
func (e exponential) log2E(c float64) row {
	names := map[float64]string{1: "log2E", -1: "minusLog2E", 2: "twiceLog2E", -0.5: "minusHalfLog2E"}
	return e.constant(names[c], c*log2E)
}

// A splitting of t log2 e is into n, the nearest multiple of 1/steps, and r.
type splitting struct {
	// rounder, added to a number, rounds it to a multiple of 1/steps, and leaves
	// that, as an integer, in the lowest bits of the sum.
	name    string
	rounder float64
	// coefficients are those of a polynomial for (2^r - 1) / r, which meets it at
	// Chebyshev's points. The error that it leaves in 2^r is below 2^-54.
	prefix       string
	coefficients []float64
}

// splittings are by the number of steps. That of AVX2 has the exponent bias in its
// rounder.
var splittings = map[int]splitting{
	16: {"sixteenths", 0x1.8p48, "c", []float64{
		0x1.62e42fefa39efp-1, 0x1.ebfbdff82c58fp-3, 0x1.c6b08d6faa1bep-5, 0x1.3b2ab6fb6d795p-7,
		0x1.5d893e58acc63p-10, 0x1.4309f0b0cd9d6p-13,
	}},
	8: {"eighths", 0x1.8p49 + 1023, "d", []float64{
		0x1.62e42fefa39efp-1, 0x1.ebfbdff82c6c5p-3, 0x1.c6b08d704a11fp-5, 0x1.3b2ab6f1f1910p-7,
		0x1.5d87fe72ac65ep-10, 0x1.430deca12d584p-13, 0x1.ffd1f6633bd3ap-17,
	}},
}

// parts returns what e^(ct) = power * (1 + r*q) * 2^n is made of, the last factor
// being part of power unless the machine scales, and turns t into r. The product
// with log2 e is as good as exact.
func (e exponential) parts(t row, c float64) (power, n, q row) {
	by := splittings[e.PowerSteps()]
	e.Comment("n, in the low bits of sum and by itself, and r.")
	sum, n := e.Row("sum", len(t.ids)), e.Row("n", len(t.ids))
	e.SetConstant(sum, by.name, by.rounder)
	e.AddProduct(sum, t, e.log2E(c))
	e.Sub(n, sum, e.constant(by.name, by.rounder))
	r := row{"r", t.ids}
	e.MulSub(r, e.log2E(c), n)
	e.Power(sum, e.table)
	if !e.Scales() {
		e.Free(n)
		n = row{}
	}
	q = e.polynomial(by.prefix, by.coefficients, r)
	return row{"power", sum.ids}, n, q
}
