package kernels

import "math"

// stateFloor is the magnitude below which optimizer state is stored as +0.
// Without it the state of an input that is always zero decays into the
// denormals and stays there, which makes the update about twice as slow.
const stateFloor = 0x1p-100

// SGD takes a step of stochastic gradient descent: w[i] = w[i] - lr*g[i].
//
// Class element: w = fl(w - fl(lr*g)). It panics if the lengths differ.
func SGD(w, g []float32, lr float32) {
	checkLen("SGD", "g", len(g), "w", len(w))
	Axpy(-lr, g, w)
}

// Momentum takes a step of gradient descent with momentum mu (Polyak 1964, in
// the form of PyTorch's SGD): v[i] = mu*v[i] + g[i], w[i] = w[i] - lr*v[i].
//
// Class element: v = flush(fl(fl(mu*v) + g)), w = fl(w - fl(lr*v)), where
// flush replaces magnitudes below 2^-100 by +0. It panics if the lengths
// differ.
func Momentum(w, v, g []float32, lr, mu float32) {
	checkLen("Momentum", "v", len(v), "w", len(w))
	checkLen("Momentum", "g", len(g), "w", len(w))
	momentum(w, v, g, lr, mu)
}

func momentumGeneric(w, v, g []float32, lr, mu float32) {
	for i := range w {
		v[i] = flush(float32(mu*v[i]) + g[i])
		w[i] -= float32(lr * v[i])
	}
}

// Nesterov takes a step of gradient descent with Nesterov's momentum mu, in the
// form of PyTorch's SGD: v[i] = mu*v[i] + g[i], w[i] = w[i] - lr*(g[i] + mu*v[i]).
//
// Class element: v = flush(fl(fl(mu*v) + g)), w = fl(w - fl(lr*fl(g +
// fl(mu*v)))), where flush replaces magnitudes below 2^-100 by +0. It panics if
// the lengths differ.
func Nesterov(w, v, g []float32, lr, mu float32) {
	checkLens("Nesterov", "w", len(w), "v", len(v), "g", len(g))
	nesterov(w, v, g, lr, mu)
}

func nesterovGeneric(w, v, g []float32, lr, mu float32) {
	for i := range w {
		v[i] = flush(float32(mu*v[i]) + g[i])
		w[i] -= float32(lr * (g[i] + float32(mu*v[i])))
	}
}

// Adagrad takes a step of Adagrad (Duchi, Hazan and Singer, JMLR 12, 2011):
// s[i] = s[i] + g[i]^2, w[i] = w[i] - lr*g[i] / (sqrt(s[i]) + epsilon).
//
// Class element: s = flush(fl(s + fl(g*g))), w = fl(w - fl(fl(lr*g) /
// fl(fl(sqrt(s)) + epsilon))), where flush replaces magnitudes below 2^-100 by
// +0. It panics if the lengths differ.
func Adagrad(w, s, g []float32, lr, epsilon float32) {
	checkLens("Adagrad", "w", len(w), "s", len(s), "g", len(g))
	adagrad(w, s, g, lr, epsilon)
}

func adagradGeneric(w, s, g []float32, lr, epsilon float32) {
	for i := range w {
		s[i] = flush(s[i] + float32(g[i]*g[i]))
		w[i] -= float32(lr*g[i]) / (sqrt32(s[i]) + epsilon)
	}
}

// RMSpropStep holds the scalars of RMSprop.
type RMSpropStep struct {
	Lr              float32
	Alpha, OneMinus float32 // OneMinus is 1-Alpha, rounded from float64
	Epsilon         float32
}

// RMSprop takes a step of RMSprop (Tieleman and Hinton, 2012), in the form of
// PyTorch: v[i] = alpha*v[i] + (1-alpha)*g[i]^2,
// w[i] = w[i] - Lr * (g[i] / (sqrt(v[i]) + Epsilon)).
//
// Class element: v = flush(fl(fl(Alpha*v) + fl(OneMinus*fl(g*g)))),
// w = fl(w - fl(Lr*fl(g / fl(fl(sqrt(v)) + Epsilon)))), where flush replaces
// magnitudes below 2^-100 by +0. It panics if the lengths differ.
func RMSprop(w, v, g []float32, step RMSpropStep) {
	checkLens("RMSprop", "w", len(w), "v", len(v), "g", len(g))
	rmsprop(w, v, g, step.Lr, step.Alpha, step.OneMinus, step.Epsilon)
}

func rmspropGeneric(w, v, g []float32, lr, alpha, oneMinus, epsilon float32) {
	for i := range w {
		v[i] = flush(float32(alpha*v[i]) + float32(oneMinus*float32(g[i]*g[i])))
		w[i] -= float32(lr * (g[i] / (sqrt32(v[i]) + epsilon)))
	}
}

// AdamStep holds the scalars of one step of Adam. Lr and Epsilon carry the
// bias corrections of step t: with beta1, beta2, the learning rate and epsilon
// as published, Lr = lr*sqrt(1-beta2^t)/(1-beta1^t) and
// Epsilon = epsilon*sqrt(1-beta2^t).
type AdamStep struct {
	Beta1, Beta2         float32
	OneMinus1, OneMinus2 float32 // 1-Beta1 and 1-Beta2, rounded from float64
	Lr, Epsilon          float32
}

// Adam takes a step of Adam (Kingma and Ba 2015, algorithm 1, with the bias
// corrections folded into the scalars as in its section 2):
//
//	m[i] = beta1*m[i] + (1-beta1)*g[i]
//	v[i] = beta2*v[i] + (1-beta2)*g[i]^2
//	w[i] = w[i] - Lr*m[i] / (sqrt(v[i]) + Epsilon)
//
// Class element, each operation rounded: m = flush(fl(fl(Beta1*m) +
// fl(OneMinus1*g))), v = flush(fl(fl(Beta2*v) + fl(OneMinus2*fl(g*g)))),
// w = fl(w - fl(fl(Lr*m) / fl(fl(sqrt(v)) + Epsilon))), where flush replaces
// magnitudes below 2^-100 by +0. It panics if the lengths differ.
func Adam(w, m, v, g []float32, step AdamStep) {
	checkLen("Adam", "m", len(m), "w", len(w))
	checkLen("Adam", "v", len(v), "w", len(w))
	checkLen("Adam", "g", len(g), "w", len(w))
	adam(w, m, v, g, step.Beta1, step.OneMinus1, step.Beta2, step.OneMinus2, step.Lr, step.Epsilon)
}

func adamGeneric(w, m, v, g []float32, beta1, oneMinus1, beta2, oneMinus2, lr, epsilon float32) {
	for i := range w {
		m[i] = flush(float32(beta1*m[i]) + float32(oneMinus1*g[i]))
		v[i] = flush(float32(beta2*v[i]) + float32(oneMinus2*float32(g[i]*g[i])))
		w[i] -= float32(lr*m[i]) / (sqrt32(v[i]) + epsilon)
	}
}

// AdamW takes a step of Adam with decoupled weight decay (Loshchilov and Hutter,
// "Decoupled Weight Decay Regularization", 2019): w[i] = keep*w[i], then [Adam].
// keep is 1 - lr*decay with the learning rate itself, rounded from float64.
//
// Class element: as Adam, with w = fl(fl(keep*w) - fl(fl(Lr*m) /
// fl(fl(sqrt(v)) + Epsilon))). It panics if the lengths differ.
func AdamW(w, m, v, g []float32, step AdamStep, keep float32) {
	checkLens("AdamW", "w", len(w), "m", len(m), "v", len(v))
	checkLen("AdamW", "g", len(g), "w", len(w))
	adamW(w, m, v, g, step.Beta1, step.OneMinus1, step.Beta2, step.OneMinus2, step.Lr, step.Epsilon, keep)
}

func adamWGeneric(w, m, v, g []float32, beta1, oneMinus1, beta2, oneMinus2, lr, epsilon, keep float32) {
	scaleGeneric(w, w, keep)
	adamGeneric(w, m, v, g, beta1, oneMinus1, beta2, oneMinus2, lr, epsilon)
}

// flush replaces magnitudes below stateFloor by +0; NaN stays. It compares bits, as a
// comparison with two bounds follows the sign, which no processor foresees.
func flush(x float32) float32 {
	const floor = (127 - 100) << 23 // the bits of stateFloor
	if math.Float32bits(x)&^(1<<31) < floor {
		return 0
	}
	return x
}

// sqrt32 returns the correctly rounded square root: rounding the float64 root
// of a float32 again is innocuous, and the compiler emits one instruction.
func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }
