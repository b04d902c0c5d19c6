//go:build !purego

package kernels

import "github.com/lockstep-ml/lockstep/internal/tier"

func addToRows(x Matrix, v []float32) {
	if tier.Active() != tier.NEON {
		addToRowsGeneric(x, v)
		return
	}
	addToRowsNEON(x.Rows, x.Cols, &x.Data[0], x.Stride, &v[0])
}

func addRows(x Matrix, v []float32) {
	if tier.Active() != tier.NEON {
		addRowsGeneric(x, v)
		return
	}
	addRowsNEON(x.Rows, x.Cols, &x.Data[0], x.Stride, &v[0])
}

func maxRows(x Matrix, v []float32) {
	if tier.Active() != tier.NEON {
		maxRowsGeneric(x, v)
		return
	}
	maxRowsNEON(x.Rows, x.Cols, &x.Data[0], x.Stride, &v[0])
}
