//go:build !purego

package kernels

import (
	"math"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// The choice of tier for the kernels of the matrix product and for random words,
// which take pointers. For all other kernels it is generated.

// gemmPanel runs the panel kernel of the active tier.
func gemmPanel[T float32 | float64](m, n, k int, a []T, rowStride, colStride int, b []T, ldb int, c []T, ldc int, load bool) {
	switch tier.Active() {
	case tier.AVX512:
		if isFloat32[T]() {
			gemmPanelAVX512(m, n, k, &as[float32](a)[0], rowStride, colStride, &as[float32](b)[0], ldb, &as[float32](c)[0], ldc, load)
		} else {
			gemmPanel64AVX512(m, n, k, &as[float64](a)[0], rowStride, colStride, &as[float64](b)[0], ldb, &as[float64](c)[0], ldc, load)
		}
	case tier.AVX2:
		if isFloat32[T]() {
			gemmPanelAVX2(m, n, k, &as[float32](a)[0], rowStride, colStride, &as[float32](b)[0], ldb, &as[float32](c)[0], ldc, load)
		} else {
			gemmPanel64AVX2(m, n, k, &as[float64](a)[0], rowStride, colStride, &as[float64](b)[0], ldb, &as[float64](c)[0], ldc, load)
		}
	default:
		gemmPanelGeneric(m, n, k, a, rowStride, colStride, b, ldb, c, ldc, load)
	}
}

func gemmStrip[T float32 | float64](panels, k int, a []T, rowStride, colStride int, b []T, c []T, ldc int, load bool, below []T) {
	switch tier.Active() {
	case tier.AVX512:
		if isFloat32[T]() {
			gemmStripAVX512(panels, k, &as[float32](a)[0], rowStride, colStride, &as[float32](b)[0], &as[float32](c)[0], ldc, load, &as[float32](below)[0])
		} else {
			gemmStrip64AVX512(panels, k, &as[float64](a)[0], rowStride, colStride, &as[float64](b)[0], &as[float64](c)[0], ldc, load, &as[float64](below)[0])
		}
	case tier.AVX2:
		if isFloat32[T]() {
			gemmStripAVX2(panels, k, &as[float32](a)[0], rowStride, colStride, &as[float32](b)[0], &as[float32](c)[0], ldc, load, &as[float32](below)[0])
		} else {
			gemmStrip64AVX2(panels, k, &as[float64](a)[0], rowStride, colStride, &as[float64](b)[0], &as[float64](c)[0], ldc, load, &as[float64](below)[0])
		}
	default:
		gemmStripGeneric(panels, k, a, rowStride, colStride, b, c, ldc, load)
	}
}

func gemmColumn[T float32 | float64](quiet, packing, k int, a []T, rowStride, colStride int, b, c []T, ldc int, load bool, next []T, nextStride int, spare []T, twice bool) {
	switch tier.Active() {
	case tier.AVX512:
		if isFloat32[T]() {
			gemmColumnAVX512(quiet, packing, k, &as[float32](a)[0], rowStride, colStride, &as[float32](b)[0], &as[float32](c)[0], ldc, load, &as[float32](next)[0], &as[float32](next)[0], nextStride, &as[float32](spare)[0], twice)
		} else {
			gemmColumn64AVX512(quiet, packing, k, &as[float64](a)[0], rowStride, colStride, &as[float64](b)[0], &as[float64](c)[0], ldc, load, &as[float64](next)[0], &as[float64](next)[0], nextStride, &as[float64](spare)[0], twice)
		}
	case tier.AVX2:
		if isFloat32[T]() {
			gemmColumnAVX2(quiet, packing, k, &as[float32](a)[0], rowStride, colStride, &as[float32](b)[0], &as[float32](c)[0], ldc, load, &as[float32](next)[0], &as[float32](next)[0], nextStride, &as[float32](spare)[0], twice)
		} else {
			gemmColumn64AVX2(quiet, packing, k, &as[float64](a)[0], rowStride, colStride, &as[float64](b)[0], &as[float64](c)[0], ldc, load, &as[float64](next)[0], &as[float64](next)[0], nextStride, &as[float64](spare)[0], twice)
		}
	default:
		gemmColumnGeneric(quiet, packing, k, a, rowStride, colStride, b, c, ldc, load, next, nextStride, spare, twice)
	}
}

func gemmRow[T float32 | float64](k int, a []T, colStride int, b []T, ldb, panelStride int, c []T, load bool) {
	switch tier.Active() {
	case tier.AVX512:
		if isFloat32[T]() {
			gemmRowAVX512(k, &as[float32](a)[0], colStride, &as[float32](b)[0], ldb, panelStride, &as[float32](c)[0], load)
		} else {
			gemmRow64AVX512(k, &as[float64](a)[0], colStride, &as[float64](b)[0], ldb, panelStride, &as[float64](c)[0], load)
		}
	case tier.AVX2:
		if isFloat32[T]() {
			gemmRowAVX2(k, &as[float32](a)[0], colStride, &as[float32](b)[0], ldb, panelStride, &as[float32](c)[0], load)
		} else {
			gemmRow64AVX2(k, &as[float64](a)[0], colStride, &as[float64](b)[0], ldb, panelStride, &as[float64](c)[0], load)
		}
	default:
		gemmRowGeneric(k, a, colStride, b, ldb, panelStride, c, load)
	}
}

func packPanel[T float32 | float64](k int, b []T, ldb int, panel []T) {
	switch tier.Active() {
	case tier.AVX512:
		if isFloat32[T]() {
			packPanelAVX512(k, &as[float32](b)[0], ldb, &as[float32](panel)[0])
		} else {
			packPanel64AVX512(k, &as[float64](b)[0], ldb, &as[float64](panel)[0])
		}
	case tier.AVX2:
		if isFloat32[T]() {
			packPanelAVX2(k, &as[float32](b)[0], ldb, &as[float32](panel)[0])
		} else {
			packPanel64AVX2(k, &as[float64](b)[0], ldb, &as[float64](panel)[0])
		}
	default:
		packPanelGeneric(k, b, ldb, panel)
	}
}

// transposedRows is the number of rows of float32 that packTransposedLanes takes.
func transposedRows() int {
	switch tier.Active() {
	case tier.AVX512:
		return 16
	case tier.AVX2:
		return 8
	}
	return 0
}

func packTransposedLanes[T float32 | float64](k int, b []T, ldb int, panel []T) {
	switch wide := tier.Active() == tier.AVX512; {
	case wide && isFloat32[T]():
		packTransposedAVX512(k, &as[float32](b)[0], ldb, &as[float32](panel)[0])
	case wide:
		packTransposed64AVX512(k, &as[float64](b)[0], ldb, &as[float64](panel)[0])
	case isFloat32[T]():
		packTransposedAVX2(k, &as[float32](b)[0], ldb, &as[float32](panel)[0])
	default:
		packTransposed64AVX2(k, &as[float64](b)[0], ldb, &as[float64](panel)[0])
	}
}

// philox takes a multiple of philoxWords, 1024 at most.
func philox(words []uint32, key RandomKey, block uint32) {
	step0, step1 := key.Step&math.MaxUint32, key.Step>>32
	seed0, seed1 := key.Seed&math.MaxUint32, key.Seed>>32
	switch tier.Active() {
	case tier.AVX512:
		philoxAVX512(len(words), &words[0], uint64(block), step0, step1, uint64(key.Stream), seed0, seed1)
	case tier.AVX2:
		philoxAVX2(len(words), &words[0], uint64(block), step0, step1, uint64(key.Stream), seed0, seed1)
	default:
		philoxGeneric(words, key, block)
	}
}
