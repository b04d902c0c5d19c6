//go:build !purego

package kernels

import "github.com/lockstep-ml/lockstep/internal/tier"

func addToRows(x Matrix, v []float32) {
	switch tier.Active() {
	case tier.AVX512:
		addToRowsAVX512(x.Rows, x.Cols, &x.Data[0], x.Stride, &v[0])
	case tier.AVX2:
		addToRowsAVX2(x.Rows, x.Cols, &x.Data[0], x.Stride, &v[0])
	default:
		addToRowsGeneric(x, v)
	}
}

func addRows(x Matrix, v []float32) {
	switch tier.Active() {
	case tier.AVX512:
		addRowsAVX512(x.Rows, x.Cols, &x.Data[0], x.Stride, &v[0])
	case tier.AVX2:
		addRowsAVX2(x.Rows, x.Cols, &x.Data[0], x.Stride, &v[0])
	default:
		addRowsGeneric(x, v)
	}
}

func maxRows(x Matrix, v []float32) {
	switch tier.Active() {
	case tier.AVX512:
		maxRowsAVX512(x.Rows, x.Cols, &x.Data[0], x.Stride, &v[0])
	case tier.AVX2:
		maxRowsAVX2(x.Rows, x.Cols, &x.Data[0], x.Stride, &v[0])
	default:
		maxRowsGeneric(x, v)
	}
}
