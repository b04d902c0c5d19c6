package kernels

// AMSGrad takes a step of [Adam] with the largest v so far under the root (Reddi et
// al., ICLR 2018), in the form of PyTorch: x[i] = max(x[i], v[i]) takes the place of
// v[i] in the last line; a NaN in v stays there, one in x alone gives way to v. It
// panics if the lengths differ.
//
// Class element, as Adam.
func AMSGrad(w, m, v, x, g []float32, step AdamStep) {
	checkLens("AMSGrad", "w", len(w), "m", len(m), "v", len(v))
	checkLens("AMSGrad", "w", len(w), "x", len(x), "g", len(g))
	amsGrad(w, m, v, x, g, step.Beta1, step.OneMinus1, step.Beta2, step.OneMinus2, step.Lr, step.Epsilon)
}

func amsGradGeneric(w, m, v, x, g []float32, beta1, oneMinus1, beta2, oneMinus2, lr, epsilon float32) {
	for i := range w {
		m[i] = flush(float32(beta1*m[i]) + float32(oneMinus1*g[i]))
		v[i] = flush(float32(beta2*v[i]) + float32(oneMinus2*float32(g[i]*g[i])))
		if !(v[i] < x[i]) {
			x[i] = v[i]
		}
		w[i] -= float32(lr*m[i]) / (sqrt32(x[i]) + epsilon)
	}
}

// NAdamStep holds the scalars of one step of NAdam: those of [AdamStep], with two in
// place of Lr, the shares of the gradient and of the mean m. With the momentum mu_t of
// step t, the product P_t of those up to it, and c = sqrt(1-beta2^t), they are
// Gradient = lr*c*(1-mu_t)/(1-P_t), Moment = lr*c*mu_(t+1)/(1-P_(t+1)) and
// Epsilon = epsilon*c.
type NAdamStep struct {
	Beta1, Beta2         float32
	OneMinus1, OneMinus2 float32
	Gradient, Moment     float32
	Epsilon              float32
}

// NAdam takes a step of Adam with Nesterov's momentum (Dozat, ICLR workshop 2016): m
// and v as in [Adam], then
//
//	w[i] = w[i] - (Gradient*g[i] + Moment*m[i]) / (sqrt(v[i]) + Epsilon)
//
// Class element, each operation rounded: w = fl(w - fl(fl(fl(Gradient*g) +
// fl(Moment*m)) / fl(fl(sqrt(v)) + Epsilon))). It panics if the lengths differ.
func NAdam(w, m, v, g []float32, step NAdamStep) {
	checkLens("NAdam", "w", len(w), "m", len(m), "v", len(v))
	checkLen("NAdam", "g", len(g), "w", len(w))
	adamMeans(m, v, g, step.Beta1, step.OneMinus1, step.Beta2, step.OneMinus2)
	nadamStep(w, m, v, g, step.Gradient, step.Moment, step.Epsilon)
}

func adamMeansGeneric(m, v, g []float32, beta1, oneMinus1, beta2, oneMinus2 float32) {
	for i := range m {
		m[i] = flush(float32(beta1*m[i]) + float32(oneMinus1*g[i]))
		v[i] = flush(float32(beta2*v[i]) + float32(oneMinus2*float32(g[i]*g[i])))
	}
}

func nadamStepGeneric(w, m, v, g []float32, gradient, moment, epsilon float32) {
	for i := range w {
		w[i] -= (float32(gradient*g[i]) + float32(moment*m[i])) / (sqrt32(v[i]) + epsilon)
	}
}

// RMSpropDirection turns a gradient into the direction of [RMSprop], for a step by
// other means, such as [Momentum]: v[i] = alpha*v[i] + (1-alpha)*g[i]^2,
// g[i] = g[i] / (sqrt(v[i]) + Epsilon). It does not look at Lr.
//
// Class element, as RMSprop. It panics if the lengths differ.
func RMSpropDirection(g, v []float32, step RMSpropStep) {
	checkLen("RMSpropDirection", "v", len(v), "g", len(g))
	rmspropDirection(g, v, step.Alpha, step.OneMinus, step.Epsilon)
}

func rmspropDirectionGeneric(g, v []float32, alpha, oneMinus, epsilon float32) {
	for i := range g {
		v[i] = flush(float32(alpha*v[i]) + float32(oneMinus*float32(g[i]*g[i])))
		g[i] /= sqrt32(v[i]) + epsilon
	}
}

// RMSpropCentered is [RMSpropDirection] with an estimate of the variance under the
// root (Graves 2013): m[i] = alpha*m[i] + (1-alpha)*g[i],
// g[i] = g[i] / (sqrt(max(v[i] - m[i]^2, 0)) + Epsilon).
//
// Class element: v as in [RMSprop], m = flush(fl(fl(Alpha*m) + fl(OneMinus*g))),
// g = fl(g / fl(fl(sqrt(fl(v - fl(m*m)))) + Epsilon)), with +0 for a negative
// difference, which rounding may cause. It panics if the lengths differ.
func RMSpropCentered(g, v, m []float32, step RMSpropStep) {
	checkLens("RMSpropCentered", "g", len(g), "v", len(v), "m", len(m))
	rmspropCentered(g, v, m, step.Alpha, step.OneMinus, step.Epsilon)
}

func rmspropCenteredGeneric(g, v, m []float32, alpha, oneMinus, epsilon float32) {
	for i := range g {
		v[i] = flush(float32(alpha*v[i]) + float32(oneMinus*float32(g[i]*g[i])))
		m[i] = flush(float32(alpha*m[i]) + float32(oneMinus*g[i]))
		variance := v[i] - float32(m[i]*m[i])
		if variance < 0 {
			variance = 0
		}
		g[i] /= sqrt32(variance) + epsilon
	}
}
