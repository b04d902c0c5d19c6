package main

// Relatives of Adam and RMSprop.
func adaptiveFamily(f *file) {
	for _, t := range f.tiers() {
		amsGrad(f.machine(t, float32s))
		adamMeans(f.machine(t, float32s))
		nadamStep(f.machine(t, float32s))
		rmspropDirection(f.machine(t, float32s))
		rmspropCentered(f.machine(t, float32s))
	}
}

func amsGrad(m mathMachine) {
	m.Function("amsGrad", "(w, m, v, x, g []float32, beta1, oneMinus1, beta2, oneMinus2, lr, epsilon float32)",
		`sets m = flush(beta1*m + oneMinus1*g), v = flush(beta2*v + oneMinus2*(g*g)),
		x = max(x, v), w = w - lr*m / (sqrt(x) + epsilon): amsGradGeneric.`)
	rule := newAdamRule(m)
	stream{
		outputs: []string{"m", "v", "x", "w"},
		inputs:  []string{"w", "m", "v", "x", "g"},
		unroll:  1,
		body: func(in []row) []row {
			w, first, second, largest, g := in[0], in[1], in[2], in[3], in[4]
			rule.means(first, second, g)
			m.MoveWhere(largest, second, second, notLess, largest)
			t := m.Row("t", len(w.ids))
			rule.fraction(t, g, first, largest)
			rule.quotient(t, t, g)
			m.Sub(w, w, t)
			m.Free(t)
			return []row{first, second, largest, w}
		},
	}.emit(m)
}

// The step of NAdam has more constants than AVX2 has registers left, so it is made of
// two kernels.

func adamMeans(m mathMachine) {
	m.Function("adamMeans", "(m, v, g []float32, beta1, oneMinus1, beta2, oneMinus2 float32)",
		"sets m = flush(beta1*m + oneMinus1*g), v = flush(beta2*v + oneMinus2*(g*g)): adamMeansGeneric.")
	rule := adamRule{mathMachine: m,
		beta1: m.Parameter("beta1"), oneMinus1: m.Parameter("oneMinus1"),
		beta2: m.Parameter("beta2"), oneMinus2: m.Parameter("oneMinus2"), flusher: newFlusher(m)}
	stream{
		outputs: []string{"m", "v"},
		inputs:  []string{"m", "v", "g"},
		unroll:  1,
		body: func(in []row) []row {
			rule.means(in[0], in[1], in[2])
			return in[:2]
		},
	}.emit(m)
}

func nadamStep(m mathMachine) {
	m.Function("nadamStep", "(w, m, v, g []float32, gradient, moment, epsilon float32)",
		"sets w = w - (gradient*g + moment*m) / (sqrt(v) + epsilon): nadamStepGeneric.")
	gradient, moment, epsilon := m.Parameter("gradient"), m.Parameter("moment"), m.Parameter("epsilon")
	stream{
		outputs: []string{"w"},
		inputs:  []string{"w", "m", "v", "g"},
		unroll:  1,
		body: func(in []row) []row {
			w, first, second, g := in[0], in[1], in[2], in[3]
			m.Mul(g, gradient, g)
			m.Mul(first, moment, first)
			m.Add(g, g, first)
			m.Sqrt(second, second)
			m.Add(second, second, epsilon)
			m.Div(g, g, second)
			m.Sub(w, w, g)
			return in[:1]
		},
	}.emit(m)
}

// rmsRule is the running mean of RMSprop, with what it needs in registers.
type rmsRule struct {
	mathMachine
	alpha, oneMinus, epsilon row
	flusher                  flusher
}

func newRMSRule(m mathMachine) rmsRule {
	return rmsRule{m, m.Parameter("alpha"), m.Parameter("oneMinus"), m.Parameter("epsilon"), newFlusher(m)}
}

// mean moves the mean v towards x, and uses up x.
func (r rmsRule) mean(v, x row) {
	r.Mul(v, r.alpha, v)
	r.Mul(x, r.oneMinus, x)
	r.Add(v, v, x)
	r.flusher.flush(v)
}

// divide divides g by the root of v, and uses up t.
func (r rmsRule) divide(g, v, t row) {
	r.Sqrt(t, v)
	r.Add(t, t, r.epsilon)
	r.Div(g, g, t)
}

func rmspropDirection(m mathMachine) {
	m.Function("rmspropDirection", "(g, v []float32, alpha, oneMinus, epsilon float32)",
		"sets v = flush(alpha*v + oneMinus*(g*g)), g = g / (sqrt(v) + epsilon): rmspropDirectionGeneric.")
	rule := newRMSRule(m)
	stream{
		outputs: []string{"v", "g"},
		inputs:  []string{"g", "v"},
		unroll:  1,
		body: func(in []row) []row {
			g, v := in[0], in[1]
			t := m.Row("t", len(g.ids))
			m.Mul(t, g, g)
			rule.mean(v, t)
			rule.divide(g, v, t)
			m.Free(t)
			return []row{v, g}
		},
	}.emit(m)
}

func rmspropCentered(m mathMachine) {
	m.Function("rmspropCentered", "(g, v, m []float32, alpha, oneMinus, epsilon float32)",
		`sets v = flush(alpha*v + oneMinus*(g*g)), m = flush(alpha*m + oneMinus*g),
		g = g / (sqrt(max(v - m*m, 0)) + epsilon): rmspropCenteredGeneric.`)
	rule := newRMSRule(m)
	zero := m.Row("0", 1)
	m.Zero(zero)
	stream{
		outputs: []string{"v", "m", "g"},
		inputs:  []string{"g", "v", "m"},
		unroll:  1,
		body: func(in []row) []row {
			g, v, mean := in[0], in[1], in[2]
			t, variance := m.Row("t", len(g.ids)), m.Row("variance", len(g.ids))
			m.Mul(t, g, g)
			rule.mean(v, t)
			m.Copy(t, g)
			rule.mean(mean, t)
			m.Mul(t, mean, mean)
			m.Sub(variance, v, t)
			m.ClearWhere(variance, variance, less, zero)
			rule.divide(g, variance, t)
			m.Free(t, variance)
			return []row{v, mean, g}
		},
	}.emit(m)
}
