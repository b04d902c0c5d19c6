//go:build purego || !(amd64 || arm64)

package kernels

// Without assembly for the platform the kernels of the matrix product, too,
// are their generic twins.

func gemmPanel[T float32 | float64](m, n, k int, a []T, rowStride, colStride int, b []T, ldb int, c []T, ldc int, load bool) {
	gemmPanelGeneric(m, n, k, a, rowStride, colStride, b, ldb, c, ldc, load)
}

func gemmStrip[T float32 | float64](panels, k int, a []T, rowStride, colStride int, b []T, c []T, ldc int, load bool, _ []T) {
	gemmStripGeneric(panels, k, a, rowStride, colStride, b, c, ldc, load)
}

func gemmColumn[T float32 | float64](quiet, packing, k int, a []T, rowStride, colStride int, b, c []T, ldc int, load bool, next []T, nextStride int, spare []T, twice bool) {
	gemmColumnGeneric(quiet, packing, k, a, rowStride, colStride, b, c, ldc, load, next, nextStride, spare, twice)
}

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
