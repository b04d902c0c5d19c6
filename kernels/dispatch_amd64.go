//go:build !purego

package kernels

import "github.com/lockstep-ml/lockstep/internal/tier"

// The choice of tier for the panel kernels, of which one call takes only some
// of a panel's columns. For all other kernels it is generated.

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
