package main

func activationFamily(f *file) {
	for _, t := range []avxTier{avx2, avx512} {
		relu(f.machine(t, float32s))
		reluBackward(f.machine(t, float32s))
		sigmoidBackward(f.machine(t, float64s))
		tanhBackward(f.machine(t, float64s))
	}
}

// relu clears by a comparison, which is false for NaN: a maximum would not
// treat NaN and -0 as we want.
func relu(m mathMachine) {
	m.Function("relu", "(dst, x []float32)", "sets dst[i] = x[i], or +0 if x[i] <= 0: reluGeneric.")
	zero := m.Row("0", 1)
	m.Zero(zero)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  4,
		body: func(in []row) []row {
			m.ClearWhere(in[0], in[0], lessOrEqual, zero)
			return in
		},
	}.emit(m)
}

func reluBackward(m mathMachine) {
	m.Function("reluBackward", "(dx, dy, y []float32)", `sets dx[i] = dy[i], or +0 if
		y[i] <= 0, or NaN if y[i] is: reluBackwardGeneric.`)
	zero := m.Row("0", 1)
	m.Zero(zero)
	stream{
		outputs: []string{"dx"},
		inputs:  []string{"dy", "y"},
		unroll:  4,
		body: func(in []row) []row {
			dy, y := in[0], in[1]
			m.ClearWhere(dy, y, lessOrEqual, zero)
			m.MoveWhere(dy, y, y, unordered, y)
			return []row{dy}
		},
	}.emit(m)
}

// sigmoidBackward and tanhBackward round the derivative to float32 and then
// form the float32 product: in float64 it is exact, and the store rounds it.

func sigmoidBackward(m mathMachine) {
	m.Function("sigmoidBackward", "(dx, dy, y []float32)", `sets dx[i] = dy[i] * float32(y[i]*(1-y[i])),
		in float64 within the brackets: sigmoidBackwardGeneric.`)
	one := m.Constant("one", 1)
	stream{
		outputs: []string{"dx"},
		inputs:  []string{"dy", "y"},
		unroll:  2,
		body: func(in []row) []row {
			dy, y := in[0], in[1]
			d := m.Row("d", len(y.ids))
			m.Sub(d, one, y)
			m.Mul(d, y, d)
			m.RoundToFloat32(d)
			m.Mul(d, dy, d)
			return []row{d}
		},
	}.emit(m)
}

func tanhBackward(m mathMachine) {
	m.Function("tanhBackward", "(dx, dy, y []float32)", `sets dx[i] = dy[i] * float32(1-y[i]*y[i]),
		in float64 within the brackets: tanhBackwardGeneric.`)
	one := m.Constant("one", 1)
	stream{
		outputs: []string{"dx"},
		inputs:  []string{"dy", "y"},
		unroll:  2,
		body: func(in []row) []row {
			dy, y := in[0], in[1]
			m.Mul(y, y, y) // exact
			m.Sub(y, one, y)
			m.RoundToFloat32(y)
			m.Mul(y, dy, y)
			return []row{y}
		},
	}.emit(m)
}
