//go:build purego || !(amd64 || arm64)

package kernels

// Without assembly for the platform the kernels of the matrix product, too,
// are their generic twins.

func gemmPanel32(m, n, k int, a []float32, rowStride, colStride int, b []float32, ldb int, c []float32, ldc int, load bool) {
	gemmPanelGeneric(m, n, k, a, rowStride, colStride, b, ldb, c, ldc, load)
}

func gemmPanel64(m, n, k int, a []float64, rowStride, colStride int, b []float64, ldb int, c []float64, ldc int, load bool) {
	gemmPanelGeneric(m, n, k, a, rowStride, colStride, b, ldb, c, ldc, load)
}

// rowPanels is the number of panels that gemmRow takes.
func rowPanels() int { return 2 }

func gemmRow[T float32 | float64](k int, a []T, colStride int, b []T, ldb, panelStride int, c []T, load bool) {
	gemmRowGeneric(k, a, colStride, b, ldb, panelStride, c, load)
}

func packPanel[T float32 | float64](k int, b []T, ldb int, panel []T) {
	packPanelGeneric(k, b, ldb, panel)
}

func packTransposed[T float32 | float64](n, k int, b []T, ldb int, panel []T) {
	packTransposedGeneric(n, k, b, ldb, panel)
}

func philox(words []uint32, key RandomKey, block uint32) { philoxGeneric(words, key, block) }
