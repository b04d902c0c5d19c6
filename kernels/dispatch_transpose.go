//go:build !purego && (amd64 || arm64)

package kernels

// packTransposed leaves to the generic twin what does not fill a vector or 16
// bytes.
func packTransposed[T float32 | float64](n, k int, b []T, ldb int, panel []T) {
	lanes, step := transposedRows(), 4
	if !isFloat32[T]() {
		lanes, step = lanes/2, 2
	}
	if lanes == 0 || k < step {
		packTransposedGeneric(n, k, b, ldb, panel)
		return
	}
	whole, j := k/step*step, 0
	for ; j+lanes <= n; j += lanes {
		packTransposedLanes(whole, b[j*ldb:], ldb, panel[j:])
		if whole < k {
			packTransposedGeneric(lanes, k-whole, b[j*ldb+whole:], ldb, panel[whole*panelCols[T]()+j:])
		}
	}
	if j < n {
		packTransposedGeneric(n-j, k, b[j*ldb:], ldb, panel[j:])
	}
}
