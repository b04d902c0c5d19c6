package main

import "math"

func rowsFamily(f *file) {
	for _, t := range []avxTier{avx2, avx512} {
		maximum(f.machine(t, float32s))
		subtract(f.machine(t, float32s))
		divide(f.machine(t, float32s))
	}
}

// maximum collects the largest elements and, aside, the NaNs, which a maximum
// may drop: a lane of nan is +0 until it holds one.
func maximum(m mathMachine) {
	m.Function("maximum", "(x []float32) float32", "returns the largest element, NaN if any is NaN: maximumGeneric.")
	const vectors = 4
	largest := m.Row("largest", vectors)
	nan := m.Row("nan", vectors)
	m.Comment("largest = -Inf")
	m.SetConstant(largest, "minusInf", math.Inf(-1))
	m.Zero(nan)
	x := m.Arg("x")
	n := m.Len("x")
	collect := func(v, largest, nan row) {
		m.MoveWhere(nan, v, v, unordered, v)
		m.Max(largest, largest, v)
	}
	turn := func(vectors int) func() {
		return func() {
			v := m.Row("x", vectors)
			m.Load(v, m.At(x, 0))
			collect(v, largest.slice(0, vectors), nan.slice(0, vectors))
			m.Free(v)
			m.Advance(x, vectors*m.Lanes())
		}
	}
	m.Comment("%d elements a turn.", vectors*m.Lanes())
	m.While("wide", n, vectors*m.Lanes(), turn(vectors))
	for half := vectors / 2; half > 0; half /= 2 {
		m.Max(largest.slice(0, half), largest.slice(0, half), largest.slice(half, 2*half))
		m.Add(nan.slice(0, half), nan.slice(0, half), nan.slice(half, 2*half))
	}
	m.Comment("%d elements a turn.", m.Lanes())
	m.While("single", n, m.Lanes(), turn(1))

	largest, nan = largest.slice(0, 1), nan.slice(0, 1)
	m.GotoIfBelow(n, 1, "fold")
	m.Comment("The last n < %d elements.", m.Lanes())
	t := m.Tail(n, x, m.Lanes())
	k := m.Mask(t, 0)
	v := m.Row("x", 1)
	m.LoadPart(v, m.At(x, 0), k)
	m.FillRest(v, k, largest)
	collect(v, largest, nan)
	m.Label("fold")
	m.FoldMax(largest)
	m.FoldSum(nan)
	m.Add(largest, largest, nan)
	m.ReturnLane0(largest)
}

func subtract(m mathMachine) {
	m.Function("subtract", "(dst, x []float32, c float32)", "sets dst[i] = x[i] - c: subtractGeneric.")
	c := m.Parameter("c")
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  4,
		body: func(in []row) []row {
			m.Sub(in[0], in[0], c)
			return in
		},
	}.emit(m)
}

func divide(m mathMachine) {
	m.Function("divide", "(x []float32, c float32)", "sets x[i] = x[i] / c: divideGeneric.")
	c := m.Parameter("c")
	stream{
		outputs: []string{"x"},
		inputs:  []string{"x"},
		unroll:  4,
		body: func(in []row) []row {
			m.Div(in[0], in[0], c)
			return in
		},
	}.emit(m)
}
