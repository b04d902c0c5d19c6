package main

func expm1Family(f *file) {
	for _, t := range []avxTier{avx2, avx512} {
		expm1(f.machine(t, float64s))
		elu(f.machine(t, float64s))
	}
}

// expm1 keeps the sign of x, which the sum would lose for -0.
func expm1(m mathMachine) {
	m.Function("expm1", "(dst, x []float32)", "sets dst[i] = e^x[i] - 1, correctly rounded: expm1Generic.")
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
			p := e.expm1(x)
			m.Or(p, p, sign)
			m.Free(sign)
			return []row{p}
		},
	}.emit(m)
}

// elu: the product with the rounded e^x - 1 is exact in float64, and the store
// rounds it.
func elu(m mathMachine) {
	m.Function("elu", "(dst, x []float32, positive, negative float64)",
		"sets dst[i] = positive*x[i] if x[i] > 0, else negative*expm1(x[i]): eluGeneric.")
	signBit := m.SignBit()
	positive, negative := m.Parameter("positive"), m.Parameter("negative")
	e := newExponential(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			x := in[0]
			t := m.Row("t", len(x.ids))
			m.Copy(t, x)
			p := e.expm1(t)
			m.And(t, x, signBit)
			m.Or(p, p, t)
			m.RoundToFloat32(p)
			m.Mul(p, p, negative)
			m.Mul(t, x, positive)
			zero := row{"0", e.shared.ids}
			m.Zero(zero)
			m.MoveWhere(p, t, zero, less, x)
			m.Free(t)
			return []row{p}
		},
	}.emit(m)
}

// expm1 returns e^x - 1 = 2^n*p + (2^n - 1) and uses x up.
func (e exponential) expm1(x row) row {
	e.clamp(x)
	scale, p := e.parts(x)
	e.Sub(x, scale, e.constant("one", 1))
	above := row{"2^n-1", x.ids}
	e.MulAdd(p, scale, above)
	e.Free(scale)
	return p
}
