package random

import "github.com/lockstep-ml/lockstep/kernels"

// Uniform sets dst[i] to lo + (hi - lo) u, rounded to float32, where u in [0, 1)
// is made from element offset+i of the key's sequence. After rounding, dst[i]
// lies between float32(lo) and float32(hi), both included.
//
// It panics if offset is negative or the sequence ends before dst.
func (k Key) Uniform(dst []float32, offset int, lo, hi float64) {
	kernels.FillUniform(dst, kernels.RandomKey(k), uint64(offset), lo, hi)
}

// Normal sets dst[i] to mean + std z, rounded to float32, where z is the normal
// quantile of the number in (0, 1) made from element offset+i of the key's
// sequence. |z| is at most 6.34.
//
// It panics if offset is negative or the sequence ends before dst.
func (k Key) Normal(dst []float32, offset int, mean, std float64) {
	kernels.FillNormal(dst, kernels.RandomKey(k), uint64(offset), mean, std)
}

// Mask sets dst[i] to +0 with probability p, and to value else, by element
// offset+i of the key's sequence.
//
// It panics if offset is negative or the sequence ends before dst.
func (k Key) Mask(dst []float32, offset int, p float64, value float32) {
	kernels.FillMask(dst, kernels.RandomKey(k), uint64(offset), p, value)
}
