package main

func normFamily(f *file) {
	for _, t := range f.tiers() {
		asum(f.machine(t, float32s))
		asum(f.machine(t, float64s))
		m := f.machine(t, float64s)
		wideSum(m)
		deviations(m, "wideDeviations", "(x []float32, center float64) float64")
		deviations(m, "deviations", "(x []float64, center float64) float64")
		addSigns(f.machine(t, float32s))
	}
}

// addSigns adds the gradient of a multiple of the 1-norm: the factor with the
// sign of w.
func addSigns(m mathMachine) {
	m.Function("addSigns", "(g, w []float32, factor float32)",
		"adds factor to g[i] if w[i] > 0, -factor if w[i] < 0, NaN if that is: addSignsGeneric.")
	factor, signBit, zero := m.Parameter("factor"), m.SignBit(), m.Row("0", 1)
	one := m.Constant("one", 1)
	m.Zero(zero)
	stream{
		outputs: []string{"g"},
		inputs:  []string{"g", "w"},
		unroll:  m.Registers() / 8,
		body: func(in []row) []row {
			g, w := in[0], in[1]
			t := m.Row("t", len(w.ids))
			m.And(t, w, signBit)
			m.Or(t, t, one)
			m.Mul(t, t, factor)
			m.ClearWhere(t, w, equal, zero)
			m.MoveWhere(t, w, w, unordered, w)
			m.Add(g, g, t)
			m.Free(t)
			return []row{g}
		},
	}.emit(m)
}

// asum: lane l = |x[l]| + |x[l+64]| + ..., one chain of additions.
func asum(m mathMachine) {
	m.Function("asum", "(x []T) T", `returns the sum of |x[i]| over 64 interleaved
		chains of additions, folded by halves: asumGeneric.`)
	signBit := m.SignBit()
	reduction{
		inputs: []string{"x"},
		step: func(acc row, in []row) {
			m.AndNot(in[0], in[0], signBit)
			m.Add(acc, acc, in[0])
		},
	}.emit(m)
}

// wideSum is the sum of float32 in float64.
func wideSum(m mathMachine) {
	m.Function("wideSum", "(x []float32) float64", `returns the sum of x[i] in
		float64, over 64 interleaved chains of additions, folded by halves:
		wideSumGeneric.`)
	reduction{
		inputs: []string{"x"},
		step:   func(acc row, in []row) { m.Add(acc, acc, in[0]) },
	}.emit(m)
}

// deviations: a lane's chain adds the rounded squares of x - center.
func deviations(m mathMachine, name, signature string) {
	m.Function(name, signature, `returns the sum of (x[i]-center)^2 in float64,
		over 64 interleaved chains of additions, folded by halves: `+name+`Generic.`)
	center := m.Parameter("center")
	reduction{
		inputs: []string{"x"},
		step: func(acc row, in []row) {
			x := in[0]
			m.Sub(x, x, center)
			m.Mul(x, x, x)
			m.Add(acc, acc, x)
		},
		beyond: func(x row, k mask) { m.FillRest(x, k, center) },
	}.emit(m)
}
