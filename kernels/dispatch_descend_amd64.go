//go:build !purego

package kernels

import "github.com/lockstep-ml/lockstep/internal/tier"

// canDescend reports whether the active tier has the assembly.
func canDescend() bool { return tier.Active() == tier.AVX512 }

// assembly takes the step on rows and panels of w from an offset on.
func (d *descent) assembly(rows, panels int, columns []float32, x Matrix, dy, tile []float32, offset int) {
	k, ldx, w, ldw := x.Rows, x.Stride, &d.w.Data[offset], d.w.Stride
	const parts = 16 // of a tile
	part, rest := k/parts, k%parts
	switch d.rule {
	case descendBySGD:
		descendSGDAVX512(rows, panels, k, part, rest, &columns[0], ldx, &dy[0], &tile[0], w, ldw, d.lr)
	case descendByMomentum:
		descendMomentumAVX512(rows, panels, k, part, rest, &columns[0], ldx, &dy[0], &tile[0], w, ldw,
			&d.slots[0].Data[offset], d.lr, d.mu)
	case descendByAdam:
		s := &d.adam
		descendAdamAVX512(rows, panels, k, part, rest, &columns[0], ldx, &dy[0], &tile[0], w, ldw,
			&d.slots[0].Data[offset], &d.slots[1].Data[offset], s.Beta1, s.OneMinus1, s.Beta2, s.OneMinus2, s.Lr, s.Epsilon)
	}
}
