package kernels

// ReLU sets dst[i] = x[i] if x[i] > 0, +0 if x[i] <= 0, and NaN for NaN.
//
// Class element. dst may be x. It panics if the lengths differ.
func ReLU(dst, x []float32) {
	checkLen("ReLU", "dst", len(dst), "x", len(x))
	relu(dst, x)
}

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
