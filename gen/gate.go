package main

import "math"

func gateFamily(f *file) {
	for _, t := range f.tiers() {
		silu(f.machine(t, float64s))
		gelu(f.machine(t, float64s))
		siluBackward(f.machine(t, float64s))
		geluBackward(f.machine(t, float64s))
		geluTanh(f.machine(t, float64s))
		geluTanhBackward(f.machine(t, float64s))
		mish(f.machine(t, float64s))
		mishBackward(f.machine(t, float64s))
	}
}

// Limits as in package kernels.
const (
	siluMax = 110
	geluMax = 15
	gateMin = 0x1p-30
)

// silu: x / (1 + e^-x).
func silu(m mathMachine) {
	m.Function("silu", "(dst, x []float32)", "sets dst[i] = x[i]/(1+e^-x[i]), correctly rounded: siluGeneric.")
	e := newExponential(m)
	q := newQuickExponential(e.constants, quickLogisticFirst)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			x := in[0]
			t := m.Row("t", len(x.ids))
			m.AndNot(t, x, e.signBit())
			m.Max(t, e.constant("gateMin", gateMin), t)
			m.Min(t, e.constant("siluMax", siluMax), t)
			toZero := m.Row("toZero", len(x.ids))
			m.SetConstant(toZero, "nudge", nudge)
			m.ClearWhere(toZero, e.constant("nudgeRange", nudgeRange), lessOrEqual, t)
			m.Sub(t, t, toZero)
			sign := row{"sign of x", toZero.ids}
			m.And(sign, x, e.signBit())
			m.Or(t, t, sign)
			m.Free(sign)
			d := e.exp(t, -1)
			m.Free(t)
			m.Add(d, d, e.constant("one", 1))
			m.Max(x, e.constant("minusSiluMax", -siluMax), x)
			m.Div(x, x, d)
			m.Free(d)
			return in
		},
		quick: q.turn(quickSiluLeast, q.silu),
	}.emit(m)
}

// gelu: max(x, 0) - |x|*q, where q is what the normal distribution has beyond
// |x|.
func gelu(m mathMachine) {
	m.Function("gelu", "(dst, x []float32)", "sets dst[i] = x[i]*Phi(x[i]), correctly rounded: geluGeneric.")
	e := newExponential(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			x := in[0]
			a := m.Row("a", len(x.ids))
			m.AndNot(a, x, e.signBit())
			m.Min(a, e.constant("geluMax", geluMax), a)
			m.Max(x, e.zero(), x)
			atLeast := m.Row("max(a, gateMin)", len(x.ids))
			m.Max(atLeast, e.constant("gateMin", gateMin), a)
			q := e.normalTail(atLeast)
			m.SubProduct(x, a, q)
			m.Free(a, atLeast, q)
			return []row{x}
		},
	}.emit(m)
}

// millsP and millsQ are those of package kernels.
var (
	millsP = []float64{
		0x1p-1, 0x1.7c9d6be40a0edp-1, 0x1.1946e2efe43f1p-1, 0x1.083033165d7fcp-2, 0x1.579a7a70fe9d8p-4,
		0x1.3f31f9c219bc0p-6, 0x1.a713411d32a31p-9, 0x1.828e2f0d9f816p-12, 0x1.bc4b88c0a7c5ap-16, 0x1.ee9acafebfe1cp-21,
	}
	millsQ = []float64{
		0x1.fffffffffffffp-1, 0x1.246fcac155e09p+1, 0x1.35f81b676597ap+1, 0x1.9262010deda3bp+0, 0x1.632e24198d1cbp-1, 0x1.bef0f2ea50365p-3,
		0x1.979580bc80c2dp-5, 0x1.0b4c58ca68583p-7, 0x1.e5afa38014382p-11, 0x1.166baedb339b5p-14, 0x1.35f28fc7a63a0p-19,
	}
)

// normalTail returns 1 - Phi(a) = e^(-a^2/2) * P(a)/Q(a) for 0 <= a <= geluMax
// and uses a up.
func (e exponential) normalTail(a row) row {
	p := e.polynomial("P", millsP, a)
	q := e.polynomial("Q", millsQ, a)
	e.Div(q, p, q)
	e.Free(p)
	square := row{"a^2", a.ids}
	e.Mul(square, a, a) // exact
	power := e.exp(square, -0.5)
	e.Mul(q, q, power)
	e.Free(power)
	return row{"q", q.ids}
}

// siluBackward: d = s*(1 + t*(1-s)) with s = 1/(1+e^-t).
func siluBackward(m mathMachine) {
	m.Function("siluBackward", "(dx, dy, x []float32)", "sets dx[i] = dy[i] * silu'(x[i]): siluBackwardGeneric.")
	s := newSequencer(m)
	s.backwardStream(func(t row) row {
		s.clampBetween(t, "minusSiluMax", -siluMax, "siluMax", siluMax)
		minus := m.Row("-t", len(t.ids))
		m.Sub(minus, s.constant("minusZero", math.Copysign(0, -1)), t)
		e := s.exp(minus)
		m.Free(minus)
		gate := s.gate(e)
		d := m.Row("d", len(t.ids))
		m.Sub(d, s.constant("one", 1), gate)
		m.Mul(d, t, d)
		m.Add(d, s.constant("one", 1), d)
		m.Mul(d, gate, d)
		m.Free(gate)
		return d
	})
}

// gate returns 1/(1+e) and uses e up.
func (s sequencer) gate(e row) row {
	g := s.Row("gate", len(e.ids))
	s.Add(e, s.constant("one", 1), e)
	s.SetConstant(g, "one", 1)
	s.Div(g, g, e)
	s.Free(e)
	return g
}

// geluBackward: d = Phi(t) + t*density(t).
func geluBackward(m mathMachine) {
	m.Function("geluBackward", "(dx, dy, x []float32)", "sets dx[i] = dy[i] * gelu'(x[i]): geluBackwardGeneric.")
	s := newSequencer(m)
	s.backwardStream(func(t row) row {
		s.clampBetween(t, "minusGeluMax", -geluMax, "geluMax", geluMax)
		a := m.Row("a", len(t.ids))
		minusZero := s.constant("minusZero", math.Copysign(0, -1))
		m.AndNot(a, t, minusZero)
		power := m.Row("power", len(t.ids))
		m.Mul(power, a, a)
		m.Mul(power, power, s.constant("minusHalf", -0.5))
		e := s.exp(power)

		p, q := row{"P", power.ids}, m.Row("Q", len(t.ids))
		s.polynomialInto(p, "P", millsP, a)
		s.polynomialInto(q, "Q", millsQ, a)
		m.Mul(p, e, p)
		m.Div(q, p, q)
		phi := row{"phi", p.ids}
		m.Sub(phi, s.constant("one", 1), q)
		zero := row{"0", s.shared.ids}
		m.Zero(zero)
		m.MoveWhere(phi, q, t, less, zero)

		m.Mul(e, s.constant("density", density), e)
		m.Mul(e, t, e)
		m.Add(phi, phi, e)
		m.Free(a, q, e)
		return phi
	})
}

// Constants as in package kernels.
const (
	density = 0.3989422804014327

	geluTanhMax   = 11
	geluTanhFloor = -110
	geluTanhCubic = 0.044715
	minusSqrt8Pi  = -1.5957691216057308

	mishMin = -110
	mishMax = 40
)

// geluTanh: t / (1 + e^w).
func geluTanh(m mathMachine) {
	m.Function("geluTanh", "(dst, x []float32)", "sets dst[i] = x[i]/(1+e^-2u), u = sqrt(2/pi)*(x[i]+0.044715*x[i]^3): geluTanhGeneric.")
	s := newSequencer(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			t := in[0]
			m.Max(t, s.constant("minusGeluTanhMax", -geluTanhMax), t)
			w := s.geluTanhExponent(t)
			e := s.exp(w)
			m.Add(e, s.constant("one", 1), e)
			m.Div(t, t, e)
			m.Free(w, e)
			return in
		},
	}.emit(m)
}

// geluTanhExponent returns w = -2 sqrt(2/pi) * (t + 0.044715*(t*t*t)), but at
// least geluTanhFloor.
func (s sequencer) geluTanhExponent(t row) row {
	w := s.Row("w", len(t.ids))
	s.Mul(w, t, t)
	s.Mul(w, w, t)
	s.Mul(w, s.constant("geluTanhCubic", geluTanhCubic), w)
	s.Add(w, t, w)
	s.Mul(w, s.constant("minusSqrt8Pi", minusSqrt8Pi), w)
	s.Max(w, s.constant("geluTanhFloor", geluTanhFloor), w)
	return w
}

// geluTanhBackward: d = gate*(1 + t*((1-gate)*slope)).
func geluTanhBackward(m mathMachine) {
	m.Function("geluTanhBackward", "(dx, dy, x []float32)", "sets dx[i] = dy[i] * geluTanh'(x[i]): geluTanhBackwardGeneric.")
	s := newSequencer(m)
	s.backwardStream(func(t row) row {
		s.clampBetween(t, "minusGeluTanhMax", -geluTanhMax, "geluTanhMax", geluTanhMax)
		w := s.geluTanhExponent(t)
		gate := s.gate(s.exp(w))

		slope := row{"slope", w.ids}
		m.Mul(slope, t, t)
		m.Mul(slope, s.constant("geluTanhCubic3", 3*geluTanhCubic), slope)
		m.Add(slope, s.constant("one", 1), slope)
		m.Mul(slope, s.constant("sqrt8Pi", -minusSqrt8Pi), slope)

		d := m.Row("d", len(t.ids))
		m.Sub(d, s.constant("one", 1), gate)
		m.Mul(d, d, slope)
		m.Mul(d, t, d)
		m.Add(d, s.constant("one", 1), d)
		m.Mul(d, gate, d)
		m.Free(slope, gate)
		return d
	})
}

// mish: t*(n/(n+2)) with n = w*(w+2) and w = e^t.
func mish(m mathMachine) {
	m.Function("mish", "(dst, x []float32)", "sets dst[i] = x[i]*tanh(log(1+e^x[i])): mishGeneric.")
	s := newSequencer(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			t := in[0]
			m.Max(t, s.constant("mishMin", mishMin), t)
			power := m.Row("power", len(t.ids))
			m.Min(power, s.constant("mishMax", mishMax), t)
			n := row{"n", power.ids}
			w := s.exp(power)
			m.Add(n, w, s.constant("two", 2))
			m.Mul(n, w, n)
			m.Add(w, n, s.constant("two", 2))
			m.Div(n, n, w)
			m.Mul(t, t, n)
			m.Free(n, w)
			return in
		},
	}.emit(m)
}

// mishBackward: d = n/(n+2) + t*((4*(w*(w+1))) / ((n+2)*(n+2))).
func mishBackward(m mathMachine) {
	m.Function("mishBackward", "(dx, dy, x []float32)", "sets dx[i] = dy[i] * mish'(x[i]): mishBackwardGeneric.")
	s := newSequencer(m)
	s.backwardStream(func(t row) row {
		s.clampBetween(t, "mishMin", mishMin, "mishMax", mishMax)
		power := m.Row("power", len(t.ids))
		m.Copy(power, t)
		w := s.exp(power)
		n, steep := row{"n", power.ids}, m.Row("steep", len(t.ids))
		m.Add(n, w, s.constant("two", 2))
		m.Mul(n, w, n)
		m.Add(steep, w, s.constant("one", 1))
		m.Mul(steep, w, steep)
		m.Mul(steep, s.constant("four", 4), steep)
		below := row{"n+2", w.ids}
		m.Add(below, n, s.constant("two", 2))
		m.Div(n, n, below)
		m.Mul(below, below, below)
		m.Div(steep, steep, below)
		m.Mul(steep, t, steep)
		m.Add(n, n, steep)
		m.Free(w, steep)
		return n
	})
}
