package main

// Leaky rectified linear units with a slope for each column, on one row.

func preluRow(m mathMachine) {
	m.Function("preluRow", "(y, x, slope []float32)", "sets y[j] = x[j] if x[j] > 0, else slope[j]*x[j]: preluRowGeneric.")
	zero := m.Row("0", 1)
	m.Zero(zero)
	stream{
		outputs: []string{"y"},
		inputs:  []string{"x", "slope"},
		unroll:  4,
		body: func(in []row) []row {
			x, slope := in[0], in[1]
			m.Mul(slope, slope, x)
			m.MoveWhere(slope, x, zero, less, x)
			return in[1:]
		},
	}.emit(m)
}

func preluRowBackward(m mathMachine) {
	m.Function("preluRowBackward", "(dx, dy, x, slope []float32)",
		"sets dx[j] = dy[j] if x[j] > 0, else slope[j]*dy[j]: preluRowBackwardGeneric.")
	zero := m.Row("0", 1)
	m.Zero(zero)
	stream{
		outputs: []string{"dx"},
		inputs:  []string{"dy", "x", "slope"},
		unroll:  4,
		body: func(in []row) []row {
			dy, x, slope := in[0], in[1], in[2]
			m.Mul(slope, slope, dy)
			m.MoveWhere(slope, dy, zero, less, x)
			return in[2:]
		},
	}.emit(m)
}

// preluSlopes adds +0 where nothing is to be added: a sum that began with +0 is
// never -0.
func preluSlopes(m mathMachine) {
	m.Function("preluSlopes", "(grad, dy, x []float32)",
		"adds dy[j]*x[j] to grad[j], +0 if x[j] > 0: preluSlopesGeneric.")
	zero := m.Row("0", 1)
	m.Zero(zero)
	stream{
		outputs: []string{"grad"},
		inputs:  []string{"grad", "dy", "x"},
		unroll:  4,
		body: func(in []row) []row {
			grad, dy, x := in[0], in[1], in[2]
			m.Mul(dy, dy, x)
			m.ClearWhere(dy, zero, less, x)
			m.Add(grad, grad, dy)
			return in[:1]
		},
	}.emit(m)
}
