package main

func optimizerFamily(f *file) {
	for _, t := range f.tiers() {
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
	stream{
		outputs: []string{"v", "w"},
		inputs:  []string{"w", "v", "g"},
		unroll:  2,
		body:    momentumStep(m),
	}.emit(m)
}

// momentumStep takes w, v and g to v and w, and uses up g.
func momentumStep(m mathMachine) func(in []row) []row {
	lr, mu := m.Parameter("lr"), m.Parameter("mu")
	f := newFlusher(m)
	return func(in []row) []row {
		w, v, g := in[0], in[1], in[2]
		m.Mul(v, mu, v)
		m.Add(v, v, g)
		f.flush(v)
		step := m.Row("step", len(w.ids))
		m.Mul(step, lr, v)
		m.Sub(w, w, step)
		m.Free(step)
		return []row{v, w}
	}
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
	stream{
		outputs: []string{"m", "v", "w"},
		inputs:  []string{"w", "m", "v", "g"},
		unroll:  1,
		body:    adamStep(m, decay),
	}.emit(m)
}

// adamStep takes w, m, v and g to m, v and w.
func adamStep(m mathMachine, decay func(w row)) func(in []row) []row {
	rule := newAdamRule(m)
	return func(in []row) []row {
		w, first, second, g := in[0], in[1], in[2], in[3]
		rule.means(first, second, g)
		t := m.Row("t", len(w.ids))
		decay(w)
		rule.fraction(t, g, first, second)
		rule.quotient(t, t, g)
		m.Sub(w, w, t)
		m.Free(t)
		return []row{first, second, w}
	}
}

// adamRule is Adam in parts, with what they need in registers.
type adamRule struct {
	mathMachine
	beta1, oneMinus1, beta2, oneMinus2, lr, epsilon row
	flusher                                         flusher
}

func newAdamRule(m mathMachine) adamRule {
	return adamRule{m,
		m.Parameter("beta1"), m.Parameter("oneMinus1"), m.Parameter("beta2"), m.Parameter("oneMinus2"),
		m.Parameter("lr"), m.Parameter("epsilon"), newFlusher(m)}
}

// means moves both means on, and uses up g.
func (a adamRule) means(first, second, g row) {
	t := a.Row("t", len(g.ids))
	a.Mul(first, a.beta1, first)
	a.Mul(t, a.oneMinus1, g)
	a.Add(first, first, t)
	a.Free(t)
	a.flusher.flush(first)

	a.Mul(second, a.beta2, second)
	a.Mul(g, g, g)
	a.Mul(g, a.oneMinus2, g)
	a.Add(second, second, g)
	a.flusher.flush(second)
}

// fraction sets the numerator and, without epsilon, the denominator of the
// step, and quotient divides them.
func (a adamRule) fraction(numerator, root, first, second row) {
	a.Mul(numerator, a.lr, first)
	a.Sqrt(root, second)
}

func (a adamRule) quotient(dst, numerator, root row) {
	a.Add(root, root, a.epsilon)
	a.Div(dst, numerator, root)
}
