//go:build purego || !(amd64 || arm64)

package kernels

// Without assembly for the platform these kernels are their generic twins, like
// those of dispatch_generic.go.

func dot32(x, y []float32) float32 { return dotGeneric(x, y) }
func dot64(x, y []float64) float64 { return dotGeneric(x, y) }
func sum32(x []float32) float32    { return sumGeneric(x) }
func sum64(x []float64) float64    { return sumGeneric(x) }

func gemmPanel32(m, n, k int, a []float32, rowStride, colStride int, b []float32, ldb int, c []float32, ldc int, load bool) {
	gemmPanelGeneric(m, n, k, a, rowStride, colStride, b, ldb, c, ldc, load)
}

func gemmPanel64(m, n, k int, a []float64, rowStride, colStride int, b []float64, ldb int, c []float64, ldc int, load bool) {
	gemmPanelGeneric(m, n, k, a, rowStride, colStride, b, ldb, c, ldc, load)
}
