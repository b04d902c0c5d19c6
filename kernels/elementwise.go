package kernels

// Axpy adds alpha times x to y: y[i] = y[i] + alpha*x[i].
//
// Class element: the product is rounded before it is added, not fused. x may
// be y. It panics if the lengths differ.
func Axpy[T float32 | float64](alpha T, x, y []T) {
	checkLen("Axpy", "y", len(y), "x", len(x))
	for len(x) > maxCall {
		axpy(alpha, x[:maxCall], y[:maxCall])
		x, y = x[maxCall:], y[maxCall:]
	}
	axpy(alpha, x, y)
}

func axpy[T float32 | float64](alpha T, x, y []T) {
	if isFloat32[T]() {
		axpy32(float32(alpha), as[float32](x), as[float32](y))
	} else {
		axpy64(float64(alpha), as[float64](x), as[float64](y))
	}
}

func axpyGeneric[T float32 | float64](alpha T, x, y []T) {
	for i, v := range x {
		y[i] += T(alpha * v)
	}
}

// FromUint8 converts bytes to float32: dst[i] = float32(src[i]) * scale. With
// scale 1/255 an image's pixels come to lie in [0, 1].
//
// Class element. It panics if the lengths differ.
func FromUint8(dst []float32, src []uint8, scale float32) {
	checkLen("FromUint8", "dst", len(dst), "src", len(src))
	for len(src) > maxCall {
		fromUint8(dst[:maxCall], src[:maxCall], scale)
		dst, src = dst[maxCall:], src[maxCall:]
	}
	fromUint8(dst, src, scale)
}

func fromUint8Generic(dst []float32, src []uint8, scale float32) {
	for i, v := range src {
		dst[i] = float32(v) * scale
	}
}
