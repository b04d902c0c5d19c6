package main

import "math"

func convertFamily(f *file) {
	for _, t := range f.tiers() {
		fromUint8(f.machine(t, float32s))
		narrow(f.machine(t, float64s))
		widen(f.machine(t, float64s))
		scaleWide(f.machine(t, float64s))
		fromFloat16(f.machine(t, float32s))
		toFloat16(f.machine(t, float32s))
		fromBFloat16(f.machine(t, float32s))
		toBFloat16(f.machine(t, float32s))
		prefetch(f.machine(t, float32s))
	}
}

// prefetch asks for a byte of each cache line that the bytes may begin.
func prefetch(m machine) {
	const line = 64
	m.Function("prefetch", "(x []uint8)", "asks for the cache lines of x: prefetchGeneric.")
	x, n := m.Arg("x"), m.Len("x")
	m.While("line", n, line, func() {
		m.Prefetch(m.At(x, 0))
		m.Advance(x, line)
	})
	m.GotoIfBelow(n, 1, "done")
	m.Prefetch(m.At(x, 0))
	m.Label("done")
	m.Return()
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

// The conversions between floating-point types are in the loads and stores.

func narrow(m mathMachine) {
	m.Function("fromFloat64", "(dst []float32, src []float64)", "sets dst[i] = float32(src[i]): fromFloat64Generic.")
	stream{outputs: []string{"dst"}, inputs: []string{"src"}, unroll: 4, body: unchanged}.emit(m)
}

func widen(m mathMachine) {
	m.Function("toFloat64", "(dst []float64, src []float32)", "sets dst[i] = float64(src[i]): toFloat64Generic.")
	stream{outputs: []string{"dst"}, inputs: []string{"src"}, unroll: 4, body: unchanged}.emit(m)
}

func scaleWide(m mathMachine) {
	m.Function("scaleWide", "(dst, x []float32, c float64)", "sets dst[i] = float32(float64(x[i]) * c): scaleWideGeneric.")
	c := m.Parameter("c")
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"x"},
		unroll:  4,
		body: func(in []row) []row {
			m.Mul(in[0], in[0], c)
			return in
		},
	}.emit(m)
}

func unchanged(in []row) []row { return in }

// The conversions from and to 16 bits take whole vectors only. There are no masked
// loads and stores of 16 bits, and since conversions are exact or correctly
// rounded, plain Go can do the rest.

func fromFloat16(m mathMachine) {
	m.Function("fromFloat16", "(dst []float32, src []uint16)", `sets dst[i] = src[i], for
		as many whole vectors as there are: fromFloat16Generic.`)
	wholeVectors(m, m.Load, m.Store)
}

func toFloat16(m mathMachine) {
	m.Function("toFloat16", "(dst []uint16, src []float32)", `sets dst[i] = src[i], for
		as many whole vectors as there are: toFloat16Generic.`)
	wholeVectors(m, m.Load, m.Store)
}

func fromBFloat16(m mathMachine) {
	m.Function("fromBFloat16", "(dst []float32, src []uint16)", `sets dst[i] = src[i], for
		as many whole vectors as there are: fromBFloat16Generic.`)
	wholeVectors(m, m.LoadUpper, m.Store)
}

// toBFloat16 rounds as an integer: half a unit of what remains carries into it, or
// a little less if its last bit is 0.
func toBFloat16(m mathMachine) {
	m.Function("toBFloat16", "(dst []uint16, src []float32)", `sets dst[i] = src[i], for
		as many whole vectors as there are: toBFloat16Generic.`)
	nan, half := m.Constant("nan", math.NaN()), m.Row("half", 1)
	m.SetBits(half, "half", 0x7fff)
	wholeVectors(m, m.Load, func(at address, x row) {
		m.MoveWhere(x, nan, x, unordered, x)
		odd := m.Row("odd", 1)
		m.Copy(odd, x)
		m.ShiftLeft(odd, 15)
		m.ShiftRight(odd, 31)
		m.AddIntegers(x, x, odd)
		m.AddIntegers(x, x, half)
		m.Free(odd)
		m.StoreUpper(at, x)
	})
}

func wholeVectors(m mathMachine, load func(dst row, at address), store func(at address, v row)) {
	dst, src, n := m.Arg("dst"), m.Arg("src"), m.Len("src")
	m.Comment("%d elements a turn.", m.Lanes())
	m.While("loop", n, m.Lanes(), func() {
		x := m.Row("x", 1)
		load(x, m.At(src, 0))
		store(m.At(dst, 0), x)
		m.Free(x)
		m.Advance(src, m.Lanes())
		m.Advance(dst, m.Lanes())
	})
	m.Return()
}
