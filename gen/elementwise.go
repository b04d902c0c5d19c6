package main

func elementwiseFamily(f *file) {
	for _, e := range []element{float32s, float64s} {
		for _, t := range []avxTier{avx2, avx512} {
			axpy(f.machine(t, e))
		}
	}
	for _, t := range []avxTier{avx2, avx512} {
		fromUint8(f.machine(t, float32s))
	}
}

// axpy: the product is rounded before it is added.
func axpy(m mathMachine) {
	m.Function("axpy", "(alpha T, x, y []T)", "adds alpha*x to y: axpyGeneric.")
	alpha := m.Parameter("alpha")
	stream{
		outputs: []string{"y"},
		inputs:  []string{"x", "y"},
		unroll:  4,
		body: func(in []row) []row {
			x, y := in[0], in[1]
			m.Mul(x, alpha, x)
			m.Add(y, y, x)
			return []row{y}
		},
	}.emit(m)
}

func fromUint8(m mathMachine) {
	m.Function("fromUint8", "(dst []float32, src []uint8, scale float32)", "sets dst[i] = float32(src[i]) * scale: fromUint8Generic.")
	scale := m.Parameter("scale")
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"src"},
		unroll:  4,
		body: func(in []row) []row {
			m.Mul(in[0], in[0], scale)
			return in
		},
	}.emit(m)
}
