package random

import (
	"fmt"

	"github.com/lockstep-ml/lockstep/internal/detmath"
)

// maxElements is the length of a key's sequence.
const maxElements = 1 << 34

// Uniform sets dst[i] to lo + (hi - lo) u, rounded to float32, where u in [0, 1)
// is made from element offset+i of the key's sequence. After rounding, dst[i]
// lies between float32(lo) and float32(hi), both included.
//
// It panics if offset is negative or the sequence ends before dst.
func (k Key) Uniform(dst []float32, offset int, lo, hi float64) {
	k.fill(dst, offset, func(w uint32) float32 {
		u := float64(w) / (1 << 32)
		return float32(lo + float64((hi-lo)*u))
	})
}

// Normal sets dst[i] to mean + std z, rounded to float32, where z is the normal
// quantile of the number in (0, 1) made from element offset+i of the key's
// sequence. |z| is at most 6.34.
//
// It panics if offset is negative or the sequence ends before dst.
func (k Key) Normal(dst []float32, offset int, mean, std float64) {
	k.fill(dst, offset, func(w uint32) float32 {
		u := (float64(w) + 0.5) / (1 << 32)
		return float32(mean + float64(std*detmath.NormQuantile(u)))
	})
}

// fill sets dst[i] to value(element offset+i).
func (k Key) fill(dst []float32, offset int, value func(uint32) float32) {
	if offset < 0 || uint64(offset)+uint64(len(dst)) > maxElements {
		panic(fmt.Sprintf("random: %d elements from offset %d: a key has the elements 0 to 2^34-1", len(dst), offset))
	}
	var words [4]uint32
	for i := range dst {
		element := uint64(offset) + uint64(i)
		if i == 0 || element%4 == 0 {
			words = k.Uint32x4(uint32(element / 4))
		}
		dst[i] = value(words[element%4])
	}
}
