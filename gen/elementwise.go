package main

import "fmt"

func elementwiseFamily(f *file) {
	for _, e := range []element{float32s, float64s} {
		for _, t := range []avxTier{avx2, avx512} {
			m := f.machine(t, e)
			axpy(m)
			arithmetic(m, "add", "+", m.Add)
			arithmetic(m, "sub", "-", m.Sub)
			arithmetic(m, "mul", "*", m.Mul)
			arithmetic(m, "div", "/", m.Div)
			withScalar(m, "addScalar", "+", m.Add)
			withScalar(m, "scale", "*", m.Mul)
			withScalar(m, "divScalar", "/", m.Div)
			signBit := func() row { return m.SignBit() }
			nothing := func() row { return row{} }
			single(m, "abs", "|x[i]|", signBit, func(x, signBit row) { m.AndNot(x, x, signBit) })
			single(m, "neg", "-x[i]", signBit, func(x, minusZero row) { m.Sub(x, minusZero, x) })
			single(m, "sqrt", "sqrt(x[i])", nothing, func(x, _ row) { m.Sqrt(x, x) })
			clamp(m)
		}
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

// arithmetic: dst = x op y.
func arithmetic(m mathMachine, name, sign string, op func(dst, a, b row)) {
	m.Function(name, "(dst, x, y []T)", fmt.Sprintf("sets dst[i] = x[i] %s y[i]: %sGeneric.", sign, name))
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x", "y"},
		unroll:  4,
		body: func(in []row) []row {
			op(in[0], in[0], in[1])
			return in[:1]
		},
	}.emit(m)
}

// withScalar: dst = x op c.
func withScalar(m mathMachine, name, sign string, op func(dst, a, b row)) {
	m.Function(name, "(dst, x []T, c T)", fmt.Sprintf("sets dst[i] = x[i] %s c: %sGeneric.", sign, name))
	c := m.Parameter("c")
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  4,
		body: func(in []row) []row {
			op(in[0], in[0], c)
			return in
		},
	}.emit(m)
}

// single: dst = f(x), for which op may need a constant.
func single(m mathMachine, name, formula string, constant func() row, op func(x, constant row)) {
	m.Function(name, "(dst, x []T)", fmt.Sprintf("sets dst[i] = %s: %sGeneric.", formula, name))
	c := constant()
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  4,
		body: func(in []row) []row {
			op(in[0], c)
			return in
		},
	}.emit(m)
}

// clamp keeps NaN, and a zero at a limit as it is, as Max and Min do.
func clamp(m mathMachine) {
	m.Function("clamp", "(dst, x []T, lo, hi T)", "sets dst[i] = x[i], or the limit beyond which it lies: clampGeneric.")
	lo, hi := m.Parameter("lo"), m.Parameter("hi")
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  4,
		body: func(in []row) []row {
			m.Max(in[0], lo, in[0])
			m.Min(in[0], hi, in[0])
			return in
		},
	}.emit(m)
}
