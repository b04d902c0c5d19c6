//go:build !purego

package kernels

import "github.com/lockstep-ml/lockstep/internal/tier"

// The choice of tier for the kernels of the matrix product, as for amd64. Random words
// are made in plain Go.

func gemmPanel[T float32 | float64](m, n, k int, a []T, rowStride, colStride int, b []T, ldb int, c []T, ldc int, load bool) {
	switch {
	case tier.Active() != tier.NEON:
		gemmPanelGeneric(m, n, k, a, rowStride, colStride, b, ldb, c, ldc, load)
	case isFloat32[T]():
		gemmPanelNEON(m, n, k, &as[float32](a)[0], rowStride, colStride, &as[float32](b)[0], ldb, &as[float32](c)[0], ldc, load)
	default:
		gemmPanel64NEON(m, n, k, &as[float64](a)[0], rowStride, colStride, &as[float64](b)[0], ldb, &as[float64](c)[0], ldc, load)
	}
}

func gemmStrip[T float32 | float64](panels, k int, a []T, rowStride, colStride int, b []T, c []T, ldc int, load bool, below []T) {
	switch {
	case tier.Active() != tier.NEON:
		gemmStripGeneric(panels, k, a, rowStride, colStride, b, c, ldc, load)
	case isFloat32[T]():
		gemmStripNEON(panels, k, &as[float32](a)[0], rowStride, colStride, &as[float32](b)[0], &as[float32](c)[0], ldc, load, &as[float32](below)[0])
	default:
		gemmStrip64NEON(panels, k, &as[float64](a)[0], rowStride, colStride, &as[float64](b)[0], &as[float64](c)[0], ldc, load, &as[float64](below)[0])
	}
}

func gemmColumn[T float32 | float64](quiet, packing, k int, a []T, rowStride, colStride int, b, c []T, ldc int, load bool, next []T, nextStride int, spare []T, twice bool) {
	switch {
	case tier.Active() != tier.NEON:
		gemmColumnGeneric(quiet, packing, k, a, rowStride, colStride, b, c, ldc, load, next, nextStride, spare, twice)
	case isFloat32[T]():
		gemmColumnNEON(quiet, packing, k, &as[float32](a)[0], rowStride, colStride, &as[float32](b)[0], &as[float32](c)[0], ldc, load, &as[float32](next)[0], &as[float32](next)[0], nextStride, &as[float32](spare)[0], twice)
	default:
		gemmColumn64NEON(quiet, packing, k, &as[float64](a)[0], rowStride, colStride, &as[float64](b)[0], &as[float64](c)[0], ldc, load, &as[float64](next)[0], &as[float64](next)[0], nextStride, &as[float64](spare)[0], twice)
	}
}

func gemmRow[T float32 | float64](k int, a []T, colStride int, b []T, ldb, panelStride int, c []T, load bool) {
	switch {
	case tier.Active() != tier.NEON:
		gemmRowGeneric(k, a, colStride, b, ldb, panelStride, c, load)
	case isFloat32[T]():
		gemmRowNEON(k, &as[float32](a)[0], colStride, &as[float32](b)[0], ldb, panelStride, &as[float32](c)[0], load)
	default:
		gemmRow64NEON(k, &as[float64](a)[0], colStride, &as[float64](b)[0], ldb, panelStride, &as[float64](c)[0], load)
	}
}

func packPanel[T float32 | float64](k int, b []T, ldb int, panel []T) {
	switch {
	case tier.Active() != tier.NEON:
		packPanelGeneric(k, b, ldb, panel)
	case isFloat32[T]():
		packPanelNEON(k, &as[float32](b)[0], ldb, &as[float32](panel)[0])
	default:
		packPanel64NEON(k, &as[float64](b)[0], ldb, &as[float64](panel)[0])
	}
}

func transposedRows() int {
	if tier.Active() == tier.NEON {
		return 4
	}
	return 0
}

func packTransposedLanes[T float32 | float64](k int, b []T, ldb int, panel []T) {
	if isFloat32[T]() {
		packTransposedNEON(k, &as[float32](b)[0], ldb, &as[float32](panel)[0])
	} else {
		packTransposed64NEON(k, &as[float64](b)[0], ldb, &as[float64](panel)[0])
	}
}

func philox(words []uint32, key RandomKey, block uint32) { philoxGeneric(words, key, block) }
