//go:build !purego

package kernels

import "github.com/lockstep-ml/lockstep/internal/tier"

// Each kernel's choice of tier: a branch to a direct call. A function variable
// instead would make the callers' slices escape to the heap.

func dot32(x, y []float32) float32 {
	switch tier.Active() {
	case tier.AVX512:
		return dotAVX512(x, y)
	case tier.AVX2:
		return dotAVX2(x, y)
	}
	return dotGeneric(x, y)
}

func dot64(x, y []float64) float64 {
	switch tier.Active() {
	case tier.AVX512:
		return dot64AVX512(x, y)
	case tier.AVX2:
		return dot64AVX2(x, y)
	}
	return dotGeneric(x, y)
}

func sum32(x []float32) float32 {
	switch tier.Active() {
	case tier.AVX512:
		return sumAVX512(x)
	case tier.AVX2:
		return sumAVX2(x)
	}
	return sumGeneric(x)
}

func sum64(x []float64) float64 {
	switch tier.Active() {
	case tier.AVX512:
		return sum64AVX512(x)
	case tier.AVX2:
		return sum64AVX2(x)
	}
	return sumGeneric(x)
}

func maximum32(x []float32) float32 {
	switch tier.Active() {
	case tier.AVX512:
		return maximumAVX512(x)
	case tier.AVX2:
		return maximumAVX2(x)
	}
	return maximumGeneric(x)
}

// The panel kernels take the columns of two vectors at most: that is a whole
// panel with AVX-512, half of one with AVX2.

func gemmPanel32(m, n, k int, a []float32, rowStride, colStride int, b []float32, ldb int, c []float32, ldc int, load bool) {
	switch tier.Active() {
	case tier.AVX512:
		gemmPanelAVX512(m, n, k, &a[0], rowStride, colStride, &b[0], ldb, &c[0], ldc, load)
	case tier.AVX2:
		const cols = panelCols32 / 2
		for j := 0; j < n; j += cols {
			gemmPanelAVX2(m, min(cols, n-j), k, &a[0], rowStride, colStride, &b[j], ldb, &c[j], ldc, load)
		}
	default:
		gemmPanelGeneric(m, n, k, a, rowStride, colStride, b, ldb, c, ldc, load)
	}
}

func gemmPanel64(m, n, k int, a []float64, rowStride, colStride int, b []float64, ldb int, c []float64, ldc int, load bool) {
	switch tier.Active() {
	case tier.AVX512:
		gemmPanel64AVX512(m, n, k, &a[0], rowStride, colStride, &b[0], ldb, &c[0], ldc, load)
	case tier.AVX2:
		const cols = panelCols64 / 2
		for j := 0; j < n; j += cols {
			gemmPanel64AVX2(m, min(cols, n-j), k, &a[0], rowStride, colStride, &b[j], ldb, &c[j], ldc, load)
		}
	default:
		gemmPanelGeneric(m, n, k, a, rowStride, colStride, b, ldb, c, ldc, load)
	}
}

func axpy32(alpha float32, x, y []float32) {
	switch tier.Active() {
	case tier.AVX512:
		axpyAVX512(alpha, x, y)
	case tier.AVX2:
		axpyAVX2(alpha, x, y)
	default:
		axpyGeneric(alpha, x, y)
	}
}

func axpy64(alpha float64, x, y []float64) {
	switch tier.Active() {
	case tier.AVX512:
		axpy64AVX512(alpha, x, y)
	case tier.AVX2:
		axpy64AVX2(alpha, x, y)
	default:
		axpyGeneric(alpha, x, y)
	}
}

func subtract32(dst, x []float32, c float32) {
	switch tier.Active() {
	case tier.AVX512:
		subtractAVX512(dst, x, c)
	case tier.AVX2:
		subtractAVX2(dst, x, c)
	default:
		subtractGeneric(dst, x, c)
	}
}

func divide32(x []float32, c float32) {
	switch tier.Active() {
	case tier.AVX512:
		divideAVX512(x, c)
	case tier.AVX2:
		divideAVX2(x, c)
	default:
		divideGeneric(x, c)
	}
}

func fromUint8(dst []float32, src []uint8, scale float32) {
	switch tier.Active() {
	case tier.AVX512:
		fromUint8AVX512(dst, src, scale)
	case tier.AVX2:
		fromUint8AVX2(dst, src, scale)
	default:
		fromUint8Generic(dst, src, scale)
	}
}

func exp(dst, x []float32) {
	switch tier.Active() {
	case tier.AVX512:
		expAVX512(dst, x)
	case tier.AVX2:
		expAVX2(dst, x)
	default:
		expGeneric(dst, x)
	}
}

func sigmoid(dst, x []float32) {
	switch tier.Active() {
	case tier.AVX512:
		sigmoidAVX512(dst, x)
	case tier.AVX2:
		sigmoidAVX2(dst, x)
	default:
		sigmoidGeneric(dst, x)
	}
}

func tanh(dst, x []float32) {
	switch tier.Active() {
	case tier.AVX512:
		tanhAVX512(dst, x)
	case tier.AVX2:
		tanhAVX2(dst, x)
	default:
		tanhGeneric(dst, x)
	}
}

func relu(dst, x []float32) {
	switch tier.Active() {
	case tier.AVX512:
		reluAVX512(dst, x)
	case tier.AVX2:
		reluAVX2(dst, x)
	default:
		reluGeneric(dst, x)
	}
}

func reluBackward(dx, dy, y []float32) {
	switch tier.Active() {
	case tier.AVX512:
		reluBackwardAVX512(dx, dy, y)
	case tier.AVX2:
		reluBackwardAVX2(dx, dy, y)
	default:
		reluBackwardGeneric(dx, dy, y)
	}
}

func sigmoidBackward(dx, dy, y []float32) {
	switch tier.Active() {
	case tier.AVX512:
		sigmoidBackwardAVX512(dx, dy, y)
	case tier.AVX2:
		sigmoidBackwardAVX2(dx, dy, y)
	default:
		sigmoidBackwardGeneric(dx, dy, y)
	}
}

func tanhBackward(dx, dy, y []float32) {
	switch tier.Active() {
	case tier.AVX512:
		tanhBackwardAVX512(dx, dy, y)
	case tier.AVX2:
		tanhBackwardAVX2(dx, dy, y)
	default:
		tanhBackwardGeneric(dx, dy, y)
	}
}

func momentum(w, v, g []float32, lr, mu float32) {
	switch tier.Active() {
	case tier.AVX512:
		momentumAVX512(w, v, g, lr, mu)
	case tier.AVX2:
		momentumAVX2(w, v, g, lr, mu)
	default:
		momentumGeneric(w, v, g, lr, mu)
	}
}

func adam(w, m, v, g []float32, s *AdamStep) {
	switch tier.Active() {
	case tier.AVX512:
		adamAVX512(w, m, v, g, s.Beta1, s.OneMinus1, s.Beta2, s.OneMinus2, s.Lr, s.Epsilon)
	case tier.AVX2:
		adamAVX2(w, m, v, g, s.Beta1, s.OneMinus1, s.Beta2, s.OneMinus2, s.Lr, s.Epsilon)
	default:
		adamGeneric(w, m, v, g, s)
	}
}
