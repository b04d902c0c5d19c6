package main

import "fmt"

func gateFamily(f *file) {
	for _, t := range []avxTier{avx2, avx512} {
		silu(f.machine(t, float64s))
		gelu(f.machine(t, float64s))
	}
}

// Limits as in package kernels.
const (
	siluMax = 110
	geluMax = 14.5
	gateMin = 0x1p-30
)

// silu: x / (1 + e^-x).
func silu(m mathMachine) {
	m.Function("silu", "(dst, x []float32)", "sets dst[i] = x[i]/(1+e^-x[i]), correctly rounded: siluGeneric.")
	signBit := m.SignBit()
	e := newExponential(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			x := in[0]
			t := m.Row("-x", len(x.ids))
			m.AndNot(t, x, signBit)
			m.Max(t, e.constant("gateMin", gateMin), t)
			m.Min(t, e.constant("siluMax", siluMax), t)
			sign := m.Row("sign of -x", len(x.ids))
			m.AndNot(sign, signBit, x)
			m.Or(t, t, sign)
			m.Free(sign)
			e.nudge(t, signBit)
			scale, p := e.parts(t)
			m.MulAdd(p, scale, scale)
			m.Add(p, p, e.constant("one", 1))
			m.Max(x, e.constant("minusSiluMax", -siluMax), x)
			m.Div(x, x, p)
			m.Free(t, scale, p)
			return []row{x}
		},
	}.emit(m)
}

// gelu: x times q or 1-q, where q is what the normal distribution has beyond
// |x|.
func gelu(m mathMachine) {
	m.Function("gelu", "(dst, x []float32)", "sets dst[i] = x[i]*Phi(x[i]), correctly rounded: geluGeneric.")
	signBit := m.SignBit()
	e := newExponential(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			x := in[0]
			a := m.Row("a", len(x.ids))
			m.AndNot(a, x, signBit)
			m.Max(a, e.constant("gateMin", gateMin), a)
			m.Min(a, e.constant("geluMax", geluMax), a)
			q := e.normalTail(a)
			phi := row{"phi", a.ids}
			m.Sub(phi, e.constant("one", 1), q)
			zero := row{"0", e.shared.ids}
			m.Zero(zero)
			m.MoveWhere(phi, q, x, less, zero)
			m.Max(x, e.constant("minusGeluMax", -geluMax), x)
			m.Mul(x, x, phi)
			m.Free(phi, q)
			return []row{x}
		},
	}.emit(m)
}

// millsP and millsQ are those of package kernels.
var (
	millsP = []float64{
		0x1p-1, 0x1.7bbabaa3da6fcp-1, 0x1.180c2e6e31e15p-1, 0x1.067f2be8641d8p-2, 0x1.54adc89bcb7e6p-4,
		0x1.3bc2a1c4648acp-6, 0x1.a17c5266eb2c5p-9, 0x1.7c65176e726cap-12, 0x1.b3d546271d14cp-16, 0x1.e35bde0451a20p-21,
	}
	millsQ = []float64{
		1, 0x1.23fe72213e111p+1, 0x1.3500513bb2baep+1, 0x1.906f6bcc935d9p+0, 0x1.60ce572b47dc7p-1, 0x1.bb0fe0dbe4cafp-3,
		0x1.9328bedc57ae1p-5, 0x1.07c1098c89c6fp-7, 0x1.ddefffda0d9ddp-11, 0x1.111e2e47f640cp-14, 0x1.2ee67666b4b4bp-19,
	}
)

// normalTail returns 1 - Phi(a) = e^(-a^2/2) * P(a)/Q(a) for 0 <= a <= geluMax.
func (e exponential) normalTail(a row) row {
	p := e.polynomial("P", millsP, a)
	q := e.polynomial("Q", millsQ, a)
	t := e.Row("t", len(a.ids))
	e.Mul(t, a, a) // exact
	e.Mul(t, t, e.constant("minusHalf", -0.5))
	e.Div(q, p, q)
	e.Free(p)
	scale, power := e.parts(t)
	e.MulAdd(power, scale, scale)
	e.Mul(q, q, power)
	e.Free(t, scale, power)
	return row{"q", q.ids}
}

// polynomial returns c[0] + c[1]*x + ..., by Horner's rule.
func (e exponential) polynomial(name string, c []float64, x row) row {
	y := e.Row(name, len(x.ids))
	constant := func(i int) (string, float64) { return fmt.Sprintf("%s%d", name, i), c[i] }
	last, value := constant(len(c) - 1)
	e.SetConstant(y, last, value)
	for i := len(c) - 2; i >= 0; i-- {
		e.MulAdd(y, x, e.constant(constant(i)))
	}
	return y
}
