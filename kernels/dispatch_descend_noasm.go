//go:build purego || !amd64

package kernels

// canDescend reports whether the active tier has the assembly.
func canDescend() bool { return false }

func (d *descent) assembly(rows, panels int, columns []float32, x Matrix, dy, tile []float32, offset int) {
	panic("kernels: no assembly for descents")
}
