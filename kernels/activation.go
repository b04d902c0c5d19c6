package kernels

// ReLU sets dst[i] = x[i] if x[i] > 0, +0 if x[i] <= 0, and NaN for NaN.
//
// Class element. dst may be x. It panics if the lengths differ.
func ReLU(dst, x []float32) { relu(dst, x) }

func reluGeneric(dst, x []float32) {
	for i, v := range x {
		if v <= 0 {
			v = 0
		}
		dst[i] = v
	}
}

// ReLUBackward sets dx[i] = dy[i] if y[i] > 0, +0 if y[i] <= 0, where y is the
// result of [ReLU] (its input serves as well). A NaN in y gives NaN.
//
// Class element. dx may be dy or y. It panics if the lengths differ.
func ReLUBackward(dx, dy, y []float32) {
	checkLen("ReLUBackward", "dx", len(dx), "dy", len(dy))
	checkLen("ReLUBackward", "y", len(y), "dy", len(dy))
	reluBackward(dx, dy, y)
}

func reluBackwardGeneric(dx, dy, y []float32) {
	for i, v := range y {
		switch {
		case v > 0:
			dx[i] = dy[i]
		case v <= 0:
			dx[i] = 0
		default:
			dx[i] = v
		}
	}
}

// LeakyReLU sets dst[i] = x[i] if x[i] > 0, and alpha*x[i] else; NaN stays NaN.
//
// Class element. dst may be x. It panics if the lengths differ.
func LeakyReLU(dst, x []float32, alpha float32) {
	checkLen("LeakyReLU", "dst", len(dst), "x", len(x))
	leakyReLU(dst, x, alpha)
}

func leakyReLUGeneric(dst, x []float32, alpha float32) {
	for i, v := range x {
		if !(v > 0) {
			v *= alpha
		}
		dst[i] = v
	}
}

// LeakyReLUBackward sets dx[i] = dy[i] if x[i] > 0, and alpha*dy[i] else, where x
// is the argument of [LeakyReLU] (its result serves as well if alpha > 0). A NaN
// in x gives NaN.
//
// Class element. dx may be dy or x. It panics if the lengths differ.
func LeakyReLUBackward(dx, dy, x []float32, alpha float32) {
	checkLens("LeakyReLUBackward", "dx", len(dx), "dy", len(dy), "x", len(x))
	leakyReLUBackward(dx, dy, x, alpha)
}

func leakyReLUBackwardGeneric(dx, dy, x []float32, alpha float32) {
	for i, v := range x {
		switch {
		case v > 0:
			dx[i] = dy[i]
		case v <= 0:
			dx[i] = alpha * dy[i]
		default:
			dx[i] = v
		}
	}
}

// ELU sets dst[i] = x[i] if x[i] > 0, and alpha*(exp(x[i])-1) else (Clevert,
// Unterthiner and Hochreiter, "Fast and Accurate Deep Network Learning by
// Exponential Linear Units", 2015).
//
// Class element upon rounded: fl(alpha*Expm1(x)). dst may be x. It panics if
// the lengths differ.
func ELU(dst, x []float32, alpha float32) {
	checkLen("ELU", "dst", len(dst), "x", len(x))
	elu(dst, x, 1, alpha)
}

// ELUBackward sets dx[i] = dy[i] if y[i] > 0, and dy[i]*(y[i]+alpha) else, where y
// is the result of [ELU] with an alpha > 0.
//
// Class element: the sum is rounded, then the product. dx may be dy or y. It
// panics if the lengths differ.
func ELUBackward(dx, dy, y []float32, alpha float32) {
	checkLens("ELUBackward", "dx", len(dx), "dy", len(dy), "y", len(y))
	eluBackward(dx, dy, y, 1, alpha)
}

// Constants of SELU, as published, and the product of the two.
const (
	seluAlpha = 1.6732632423543772848170429916717
	seluScale = 1.0507009873554804934193349852946
	seluLow   = seluScale * seluAlpha
)

// SELU sets dst[i] = scale*x[i] if x[i] > 0, and scale*alpha*(exp(x[i])-1) else,
// with scale = 1.0507 and alpha = 1.6733 (Klambauer, Unterthiner, Mayr and
// Hochreiter, "Self-Normalizing Neural Networks", 2017).
//
// Class element upon rounded: fl(s*x) and fl(a*Expm1(x)) with s = float32(scale)
// and a = float32(scale*alpha). dst may be x. It panics if the lengths differ.
func SELU(dst, x []float32) {
	checkLen("SELU", "dst", len(dst), "x", len(x))
	elu(dst, x, seluScale, seluLow)
}

// SELUBackward sets dx[i] = dy[i]*scale if y[i] > 0, and dy[i]*(y[i]+scale*alpha)
// else, where y is the result of [SELU].
//
// Class element: the sum is rounded, then the product. dx may be dy or y. It
// panics if the lengths differ.
func SELUBackward(dx, dy, y []float32) {
	checkLens("SELUBackward", "dx", len(dx), "dy", len(dy), "y", len(y))
	eluBackward(dx, dy, y, seluScale, seluLow)
}

func eluGeneric(dst, x []float32, positive, negative float32) {
	for i, v := range x {
		if v > 0 {
			dst[i] = positive * v
		} else {
			dst[i] = negative * expm1of32(v)
		}
	}
}

func eluBackwardGeneric(dx, dy, y []float32, positive, negative float32) {
	for i, v := range y {
		d := v + negative
		if v > 0 {
			d = positive
		}
		dx[i] = dy[i] * d
	}
}

// HardSigmoid sets dst[i] to x[i]/6 + 1/2, but at least 0 and at most 1: the
// logistic function drawn with a ruler, as PyTorch has it.
//
// Class element: fl(min(max(fl(x+3), 0), 6) / 6). dst may be x. It panics if the
// lengths differ.
func HardSigmoid(dst, x []float32) {
	checkLen("HardSigmoid", "dst", len(dst), "x", len(x))
	hardSigmoid(dst, x)
}

func hardSigmoidGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = min(max(v+3, 0), 6) / 6
	}
}

// HardSigmoidBackward sets dx[i] = dy[i]/6 if -3 < x[i] < 3, and +0 else, where
// x is the argument of [HardSigmoid]. A NaN in x gives NaN.
//
// Class element. dx may be dy or x. It panics if the lengths differ.
func HardSigmoidBackward(dx, dy, x []float32) {
	checkLens("HardSigmoidBackward", "dx", len(dx), "dy", len(dy), "x", len(x))
	hardSigmoidBackward(dx, dy, x)
}

func hardSigmoidBackwardGeneric(dx, dy, x []float32) {
	for i, v := range x {
		switch {
		case v > -3 && v < 3:
			dx[i] = dy[i] / 6
		case v == v:
			dx[i] = 0
		default:
			dx[i] = v
		}
	}
}

// SigmoidBackward sets dx[i] = dy[i] * d with d = y[i]*(1-y[i]), the
// derivative of the logistic function at its value y[i].
//
// Class sequence: d = float32(float64(y)*(1-float64(y))), then one float32
// product. dx may be dy or y. It panics if the lengths differ.
func SigmoidBackward(dx, dy, y []float32) {
	checkLen("SigmoidBackward", "dx", len(dx), "dy", len(dy))
	checkLen("SigmoidBackward", "y", len(y), "dy", len(dy))
	sigmoidBackward(dx, dy, y)
}

func sigmoidBackwardGeneric(dx, dy, y []float32) {
	for i, v := range y {
		d := float32(float64(v) * (1 - float64(v)))
		dx[i] = dy[i] * d
	}
}

// TanhBackward sets dx[i] = dy[i] * d with d = 1 - y[i]^2, the derivative of
// the hyperbolic tangent at its value y[i].
//
// Class sequence: d = float32(1 - float64(y)*float64(y)), in which the product
// is exact, then one float32 product. dx may be dy or y. It panics if the
// lengths differ.
func TanhBackward(dx, dy, y []float32) {
	checkLen("TanhBackward", "dx", len(dx), "dy", len(dy))
	checkLen("TanhBackward", "y", len(y), "dy", len(dy))
	tanhBackward(dx, dy, y)
}

func tanhBackwardGeneric(dx, dy, y []float32) {
	for i, v := range y {
		d := float32(1 - float64(float64(v)*float64(v)))
		dx[i] = dy[i] * d
	}
}
