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
