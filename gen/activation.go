package main

func activationFamily(f *file) {
	for _, t := range f.tiers() {
		relu(f.machine(t, float32s))
		reluBackward(f.machine(t, float32s))
		leakyReLU(f.machine(t, float32s))
		leakyReLUBackward(f.machine(t, float32s))
		preluRow(f.machine(t, float32s))
		preluRowBackward(f.machine(t, float32s))
		preluSlopes(f.machine(t, float32s))
		eluBackward(f.machine(t, float32s))
		hardSigmoid(f.machine(t, float32s))
		hardSigmoidBackward(f.machine(t, float32s))
		sigmoidBackward(f.machine(t, float64s))
		tanhBackward(f.machine(t, float64s))
	}
}

// relu takes the maximum with 0, which keeps NaN, and -0 too: adding +0 makes that
// +0. Together they take less time than a comparison and a selection.
func relu(m mathMachine) {
	m.Function("relu", "(dst, x []float32)", "sets dst[i] = x[i], or +0 if x[i] <= 0: reluGeneric.")
	zero := m.Row("0", 1)
	m.Zero(zero)
	stream{
		outputs:  []string{"dst"},
		inputs:   []string{"x"},
		once:     []string{"x"},
		unroll:   turn(m),
		oneByOne: true,
		body: func(in []row) []row {
			dst := m.Row("dst", len(in[0].ids))
			m.Max(dst, zero, in[0])
			m.Add(dst, dst, zero)
			return []row{dst}
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

func leakyReLU(m mathMachine) {
	m.Function("leakyReLU", "(dst, x []float32, alpha float32)", "sets dst[i] = x[i] if x[i] > 0, else alpha*x[i]: leakyReLUGeneric.")
	alpha, zero := m.Parameter("alpha"), m.Row("0", 1)
	m.Zero(zero)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  4,
		body: func(in []row) []row {
			x := in[0]
			low := m.Row("low", len(x.ids))
			m.Mul(low, x, alpha)
			m.MoveWhere(low, x, zero, less, x)
			return []row{low}
		},
	}.emit(m)
}

func leakyReLUBackward(m mathMachine) {
	m.Function("leakyReLUBackward", "(dx, dy, x []float32, alpha float32)", `sets dx[i] = dy[i] if
		x[i] > 0, or alpha*dy[i] if x[i] <= 0, or NaN if x[i] is: leakyReLUBackwardGeneric.`)
	alpha, zero := m.Parameter("alpha"), m.Row("0", 1)
	m.Zero(zero)
	stream{
		outputs: []string{"dx"},
		inputs:  []string{"dy", "x"},
		unroll:  2,
		body: func(in []row) []row {
			dy, x := in[0], in[1]
			low := m.Row("low", len(x.ids))
			m.Mul(low, dy, alpha)
			m.MoveWhere(low, dy, zero, less, x)
			m.MoveWhere(low, x, x, unordered, x)
			return []row{low}
		},
	}.emit(m)
}

func eluBackward(m mathMachine) {
	m.Function("eluBackward", "(dx, dy, y []float32, positive, negative float32)",
		"sets dx[i] = dy[i]*positive if y[i] > 0, else dy[i]*(y[i]+negative): eluBackwardGeneric.")
	positive, negative, zero := m.Parameter("positive"), m.Parameter("negative"), m.Row("0", 1)
	m.Zero(zero)
	stream{
		outputs: []string{"dx"},
		inputs:  []string{"dy", "y"},
		unroll:  2,
		body: func(in []row) []row {
			dy, y := in[0], in[1]
			d := m.Row("d", len(y.ids))
			m.Add(d, y, negative)
			m.MoveWhere(d, positive, zero, less, y)
			m.Mul(d, dy, d)
			return []row{d}
		},
	}.emit(m)
}

func hardSigmoid(m mathMachine) {
	m.Function("hardSigmoid", "(dst, x []float32)", "sets dst[i] = min(max(x[i]+3, 0), 6) / 6: hardSigmoidGeneric.")
	zero, three, six := m.Row("0", 1), m.Constant("three", 3), m.Constant("six", 6)
	m.Zero(zero)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  4,
		body: func(in []row) []row {
			x := in[0]
			m.Add(x, x, three)
			m.Max(x, zero, x)
			m.Min(x, six, x)
			m.Div(x, x, six)
			return in
		},
	}.emit(m)
}

func hardSigmoidBackward(m mathMachine) {
	m.Function("hardSigmoidBackward", "(dx, dy, x []float32)", `sets dx[i] = dy[i]/6 if
		-3 < x[i] < 3, else +0, or NaN if x[i] is: hardSigmoidBackwardGeneric.`)
	minusThree, three, six := m.Constant("minusThree", -3), m.Constant("three", 3), m.Constant("six", 6)
	stream{
		outputs: []string{"dx"},
		inputs:  []string{"dy", "x"},
		unroll:  2,
		body: func(in []row) []row {
			dy, x := in[0], in[1]
			m.Div(dy, dy, six)
			m.ClearWhere(dy, x, lessOrEqual, minusThree)
			m.ClearWhere(dy, three, lessOrEqual, x)
			m.MoveWhere(dy, x, x, unordered, x)
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
