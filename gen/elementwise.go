package main

import "fmt"

func elementwiseFamily(f *file) {
	for _, e := range []element{float32s, float64s} {
		for _, t := range f.tiers() {
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
			single(m, "abs", "|x[i]|", signBit, func(dst, x, signBit row) { m.AndNot(dst, x, signBit) })
			single(m, "neg", "-x[i]", signBit, func(dst, x, minusZero row) { m.Sub(dst, minusZero, x) })
			single(m, "sqrt", "sqrt(x[i])", nothing, func(dst, x, _ row) { m.Sqrt(dst, x) })
			clamp(m)
		}
	}
}

// turn is the number of vectors that a loop over cheap operations takes at a time:
// 256 bytes of them. With fewer, the instructions that count and jump would slow
// down AVX2, whose caches move two vectors a cycle.
func turn(m machine) int { return 128 / m.Registers() }

// axpy: the product is rounded before it is added.
func axpy(m mathMachine) {
	m.Function("axpy", "(alpha T, x, y []T)", "adds alpha*x to y: axpyGeneric.")
	alpha := m.Parameter("alpha")
	stream{
		outputs:  []string{"y"},
		inputs:   []string{"x", "y"},
		once:     []string{"x", "y"},
		unroll:   turn(m),
		oneByOne: true,
		body: func(in []row) []row {
			x, y := in[0], in[1]
			sum := m.Row("y", len(x.ids))
			m.Mul(sum, alpha, x)
			m.Add(sum, sum, y)
			return []row{sum}
		},
	}.emit(m)
}

// arithmetic: dst = x op y.
func arithmetic(m mathMachine, name, sign string, op func(dst, a, b row)) {
	m.Function(name, "(dst, x, y []T)", fmt.Sprintf("sets dst[i] = x[i] %s y[i]: %sGeneric.", sign, name))
	stream{
		outputs:  []string{"dst"},
		inputs:   []string{"x", "y"},
		once:     []string{"y"},
		unroll:   turn(m),
		oneByOne: true,
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
		unroll:  turn(m),
		body: func(in []row) []row {
			op(in[0], in[0], c)
			return in
		},
	}.emit(m)
}

// single: dst = f(x), for which op may need a constant.
func single(m mathMachine, name, formula string, constant func() row, op func(dst, x, constant row)) {
	m.Function(name, "(dst, x []T)", fmt.Sprintf("sets dst[i] = %s: %sGeneric.", formula, name))
	c := constant()
	stream{
		outputs:  []string{"dst"},
		inputs:   []string{"x"},
		once:     []string{"x"},
		unroll:   turn(m),
		oneByOne: true,
		body: func(in []row) []row {
			dst := m.Row("dst", len(in[0].ids))
			op(dst, in[0], c)
			return []row{dst}
		},
	}.emit(m)
}

// clamp keeps NaN, and a zero at a limit as it is, as Max and Min do.
func clamp(m mathMachine) {
	m.Function("clamp", "(dst, x []T, lo, hi T)", "sets dst[i] = x[i], or the limit beyond which it lies: clampGeneric.")
	lo, hi := m.Parameter("lo"), m.Parameter("hi")
	stream{
		outputs:  []string{"dst"},
		inputs:   []string{"x"},
		once:     []string{"x"},
		unroll:   turn(m),
		oneByOne: true,
		body: func(in []row) []row {
			dst := m.Row("dst", len(in[0].ids))
			m.Max(dst, lo, in[0])
			m.Min(dst, hi, dst)
			return []row{dst}
		},
	}.emit(m)
}
