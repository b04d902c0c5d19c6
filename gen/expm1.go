package main

import "math"

func expm1Family(f *file) {
	for _, t := range f.tiers() {
		expm1(f.machine(t, float64s))
		elu(f.machine(t, float64s))
	}
}

func expm1(m mathMachine) {
	m.Function("expm1", "(dst, x []float32)", "sets dst[i] = e^x[i] - 1, correctly rounded: expm1Generic.")
	e := newExpm1(m)
	q := newQuickExponential(e.constants, quickLogisticFirst)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  4,
		body: func(in []row) []row {
			x := in[0]
			e.clamp(x)
			return []row{e.expm1(x, 1)}
		},
		quick: q.turn(quickExpm1Least, func(at address, doubt row) row { return q.expm1(q.load(at), doubt) }),
	}.emit(m)
}

// elu rounds e^x - 1, and then the product with it.
func elu(m mathMachine) {
	m.Function("elu", "(dst, x []float32, positive, negative float32)",
		"sets dst[i] = positive*x[i] if x[i] > 0, else negative*expm1(x[i]): eluGeneric.")
	e := newExpm1(m)
	q := newQuickExponential(e.constants, quickLogisticFirst)
	turn := q.turn(quickEluLeast, q.elu)
	turn.leave = q.leaveInfinite
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			x := in[0]
			t := m.Row("t", len(x.ids))
			m.Copy(t, x)
			e.clamp(t)
			p := e.expm1(t, 1)
			m.RoundToFloat32(p)
			m.Free(t)
			e.chooseProduct(p, x)
			return []row{p}
		},
		quick: turn,
	}.emit(m)
}

// chooseProduct sets y to its product with the parameter negative, but to that of x
// with the parameter positive where x > 0. In float64 the products are exact, and the
// store rounds them.
func (c constants) chooseProduct(y, x row) {
	t := c.Row("positive*x", len(x.ids))
	c.Mul(y, y, c.parameter("negative"))
	c.Mul(t, x, c.parameter("positive"))
	c.MoveWhere(y, t, c.zero(), less, x)
	c.Free(t)
}

// elu is that of lanes of float32: as one of the products is 0, or of 0, their sum is
// the other one. The identity of addition is -0.
func (e quickExponential) elu(at address, doubt row) row {
	t := e.load(at)
	e.Min(t, e.zero(), t)
	y := e.expm1(t, doubt)
	x := e.load(at)
	e.Max(x, e.constant("minusZero", math.Copysign(0, -1)), x)
	e.Mul(x, x, e.parameter("positive"))
	e.MulAdd(y, e.parameter("negative"), x)
	e.Free(x)
	return y
}

// leaveInfinite goes to the label if the product of 0 and the parameter negative is NaN.
func (e quickExponential) leaveInfinite(label string) {
	t := e.Row("negative*0", 1)
	e.SetParameter(t, "negative")
	e.Mul(t, t, e.zero())
	e.GotoIfAny(t, unordered, t, label)
	e.Free(t)
}

// newExpm1 returns an exponential for e^x - 1. Two of the powers are rounded down for
// it, because an input each needs a little less.
func newExpm1(m mathMachine) exponential {
	lowered := powers
	lowered[2], lowered[15] = 0x1.172b83c7d517ap+0, 0x1.ea4afa2a490d9p+0
	return exponential{newConstants(m), m.PowerTable("expm1Powers", lowered)}
}
