//go:build !purego

package kernels

import "github.com/lockstep-ml/lockstep/internal/tier"

// The choice of tier for the panel kernels, as for amd64.

// The panel kernels take the columns of three vectors at most, fewer than a
// panel has.

func gemmPanel32(m, n, k int, a []float32, rowStride, colStride int, b []float32, ldb int, c []float32, ldc int, load bool) {
	if tier.Active() != tier.NEON {
		gemmPanelGeneric(m, n, k, a, rowStride, colStride, b, ldb, c, ldc, load)
		return
	}
	const cols = 12
	for j := 0; j < n; j += cols {
		gemmPanelNEON(m, min(cols, n-j), k, &a[0], rowStride, colStride, &b[j], ldb, &c[j], ldc, load)
	}
}

func gemmPanel64(m, n, k int, a []float64, rowStride, colStride int, b []float64, ldb int, c []float64, ldc int, load bool) {
	if tier.Active() != tier.NEON {
		gemmPanelGeneric(m, n, k, a, rowStride, colStride, b, ldb, c, ldc, load)
		return
	}
	const cols = 6
	for j := 0; j < n; j += cols {
		gemmPanel64NEON(m, min(cols, n-j), k, &a[0], rowStride, colStride, &b[j], ldb, &c[j], ldc, load)
	}
}

// rowPanels is the number of panels that gemmRow takes.
func rowPanels() int { return 2 }

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

func packTransposed[T float32 | float64](n, k int, b []T, ldb int, panel []T) {
	packTransposedGeneric(n, k, b, ldb, panel)
}

func philox(words []uint32, key RandomKey, block uint32) { philoxGeneric(words, key, block) }
