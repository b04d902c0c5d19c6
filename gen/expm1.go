package main

func expm1Family(f *file) {
	for _, t := range []avxTier{avx2, avx512} {
		expm1(f.machine(t, float64s))
		elu(f.machine(t, float64s))
	}
}

func expm1(m mathMachine) {
	m.Function("expm1", "(dst, x []float32)", "sets dst[i] = e^x[i] - 1, correctly rounded: expm1Generic.")
	e := newExpm1(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  4,
		body: func(in []row) []row {
			x := in[0]
			e.clamp(x)
			return []row{e.expm1(x, 1)}
		},
	}.emit(m)
}

// elu: the product with the rounded e^x - 1 is exact in float64, and the store
// rounds it.
func elu(m mathMachine) {
	m.Function("elu", "(dst, x []float32, positive, negative float64)",
		"sets dst[i] = positive*x[i] if x[i] > 0, else negative*expm1(x[i]): eluGeneric.")
	positive, negative := m.Parameter("positive"), m.Parameter("negative")
	e := newExpm1(m)
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
			m.Mul(p, p, negative)
			m.Mul(t, x, positive)
			m.MoveWhere(p, t, e.zero(), less, x)
			m.Free(t)
			return []row{p}
		},
	}.emit(m)
}

// newExpm1 returns an exponential for e^x - 1. Two of the powers are rounded down for
// it, because an input each needs a little less.
func newExpm1(m mathMachine) exponential {
	lowered := powers
	lowered[2], lowered[15] = 0x1.172b83c7d517ap+0, 0x1.ea4afa2a490d9p+0
	return exponential{newConstants(m), m.PowerTable("expm1Powers", lowered)}
}
