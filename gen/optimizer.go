package main

func optimizerFamily(f *file) {
	for _, t := range []avxTier{avx2, avx512} {
		momentum(f.machine(t, float32s))
		nesterov(f.machine(t, float32s))
		adagrad(f.machine(t, float32s))
		rmsprop(f.machine(t, float32s))
		adam(f.machine(t, float32s))
		adamW(f.machine(t, float32s))
	}
}

// stateFloor is the magnitude below which optimizer state becomes +0.
const stateFloor = 0x1p-100

// A flusher replaces magnitudes below stateFloor by +0.
type flusher struct {
	mathMachine
	signBit, floor row
}

func newFlusher(m mathMachine) flusher {
	m.Comment("Constants of flush.")
	return flusher{m, m.SignBit(), m.Constant("stateFloor", stateFloor)}
}

func (f flusher) flush(x row) {
	magnitude := f.Row("|"+x.name+"|", len(x.ids))
	f.AndNot(magnitude, x, f.signBit)
	f.ClearWhere(x, magnitude, less, f.floor)
	f.Free(magnitude)
}

func momentum(m mathMachine) {
	m.Function("momentum", "(w, v, g []float32, lr, mu float32)",
		"sets v = flush(mu*v + g), w = w - lr*v: momentumGeneric.")
	lr, mu := m.Parameter("lr"), m.Parameter("mu")
	f := newFlusher(m)
	stream{
		outputs: []string{"v", "w"},
		inputs:  []string{"w", "v", "g"},
		unroll:  2,
		body: func(in []row) []row {
			w, v, g := in[0], in[1], in[2]
			m.Mul(v, mu, v)
			m.Add(v, v, g)
			f.flush(v)
			step := m.Row("step", len(w.ids))
			m.Mul(step, lr, v)
			m.Sub(w, w, step)
			m.Free(step)
			return []row{v, w}
		},
	}.emit(m)
}

func nesterov(m mathMachine) {
	m.Function("nesterov", "(w, v, g []float32, lr, mu float32)",
		"sets v = flush(mu*v + g), w = w - lr*(g + mu*v): nesterovGeneric.")
	lr, mu := m.Parameter("lr"), m.Parameter("mu")
	f := newFlusher(m)
	stream{
		outputs: []string{"v", "w"},
		inputs:  []string{"w", "v", "g"},
		unroll:  2,
		body: func(in []row) []row {
			w, v, g := in[0], in[1], in[2]
			m.Mul(v, mu, v)
			m.Add(v, v, g)
			f.flush(v)
			step := m.Row("step", len(w.ids))
			m.Mul(step, mu, v)
			m.Add(step, g, step)
			m.Mul(step, lr, step)
			m.Sub(w, w, step)
			m.Free(step)
			return []row{v, w}
		},
	}.emit(m)
}

// The updates with a root are bound by the divider, so one vector a turn is
// enough.

func adagrad(m mathMachine) {
	m.Function("adagrad", "(w, s, g []float32, lr, epsilon float32)",
		"sets s = flush(s + g*g), w = w - lr*g / (sqrt(s) + epsilon): adagradGeneric.")
	lr, epsilon := m.Parameter("lr"), m.Parameter("epsilon")
	f := newFlusher(m)
	stream{
		outputs: []string{"s", "w"},
		inputs:  []string{"w", "s", "g"},
		unroll:  1,
		body: func(in []row) []row {
			w, s, g := in[0], in[1], in[2]
			t := m.Row("t", len(w.ids))
			m.Mul(t, g, g)
			m.Add(s, s, t)
			f.flush(s)
			m.Sqrt(t, s)
			m.Add(t, t, epsilon)
			m.Mul(g, lr, g)
			m.Div(t, g, t)
			m.Sub(w, w, t)
			m.Free(t)
			return []row{s, w}
		},
	}.emit(m)
}

func rmsprop(m mathMachine) {
	m.Function("rmsprop", "(w, v, g []float32, lr, alpha, oneMinus, epsilon float32)",
		`sets v = flush(alpha*v + oneMinus*(g*g)), w = w - lr*(g / (sqrt(v) + epsilon)):
		rmspropGeneric.`)
	lr, alpha := m.Parameter("lr"), m.Parameter("alpha")
	oneMinus, epsilon := m.Parameter("oneMinus"), m.Parameter("epsilon")
	f := newFlusher(m)
	stream{
		outputs: []string{"v", "w"},
		inputs:  []string{"w", "v", "g"},
		unroll:  1,
		body: func(in []row) []row {
			w, v, g := in[0], in[1], in[2]
			t := m.Row("t", len(w.ids))
			m.Mul(v, alpha, v)
			m.Mul(t, g, g)
			m.Mul(t, oneMinus, t)
			m.Add(v, v, t)
			f.flush(v)
			m.Sqrt(t, v)
			m.Add(t, t, epsilon)
			m.Div(t, g, t)
			m.Mul(t, lr, t)
			m.Sub(w, w, t)
			m.Free(t)
			return []row{v, w}
		},
	}.emit(m)
}

func adam(m mathMachine) {
	m.Function("adam", "(w, m, v, g []float32, beta1, oneMinus1, beta2, oneMinus2, lr, epsilon float32)",
		`sets m = flush(beta1*m + oneMinus1*g), v = flush(beta2*v + oneMinus2*(g*g)),
		w = w - lr*m / (sqrt(v) + epsilon): adamGeneric.`)
	adamStream(m, func(w row) {})
}

func adamW(m mathMachine) {
	m.Function("adamW", "(w, m, v, g []float32, beta1, oneMinus1, beta2, oneMinus2, lr, epsilon, keep float32)",
		`sets m = flush(beta1*m + oneMinus1*g), v = flush(beta2*v + oneMinus2*(g*g)),
		w = keep*w - lr*m / (sqrt(v) + epsilon): adamWGeneric.`)
	keep := m.Parameter("keep")
	adamStream(m, func(w row) { m.Mul(w, keep, w) })
}

// adamStream is Adam on weights of which decay may take something first.
func adamStream(m mathMachine, decay func(w row)) {
	beta1, oneMinus1 := m.Parameter("beta1"), m.Parameter("oneMinus1")
	beta2, oneMinus2 := m.Parameter("beta2"), m.Parameter("oneMinus2")
	lr, epsilon := m.Parameter("lr"), m.Parameter("epsilon")
	f := newFlusher(m)
	stream{
		outputs: []string{"m", "v", "w"},
		inputs:  []string{"w", "m", "v", "g"},
		unroll:  1,
		body: func(in []row) []row {
			w, first, second, g := in[0], in[1], in[2], in[3]
			t := m.Row("t", len(w.ids))
			m.Mul(first, beta1, first)
			m.Mul(t, oneMinus1, g)
			m.Add(first, first, t)
			m.Free(t)
			f.flush(first)

			m.Mul(second, beta2, second)
			m.Mul(g, g, g)
			m.Mul(g, oneMinus2, g)
			m.Add(second, second, g)
			f.flush(second)

			t = m.Row("t", len(w.ids))
			decay(w)
			m.Mul(t, lr, first)
			m.Sqrt(g, second)
			m.Add(g, g, epsilon)
			m.Div(t, t, g)
			m.Sub(w, w, t)
			m.Free(t)
			return []row{first, second, w}
		},
	}.emit(m)
}
