package kernels

import "math"

// fma32 returns x*y + z with a single rounding to float32: what VFMADD and
// FMADD compute. The standard library has no float32 FMA, and rounding
// math.FMA's float64 result again is not the same.
//
// The float64 product is exact (48 bits of 53). Its sum with z is rounded to
// 53 bits, and rounding that again to 24 bits errs only if the first rounding
// landed on, or stepped over, a point half-way between two float32. Rounding
// to odd first avoids this (Boldo and Melquiond, "Emulation of a FMA and
// correctly rounded sums", IEEE Trans. Computers 57(4), 2008).
func fma32(x, y, z float32) float32 {
	p := float64(float64(x) * float64(y))
	s := p + float64(z)
	if needsOdd(math.Float64bits(s)) {
		s = roundToOdd(s, p, float64(z))
	}
	return float32(s)
}

// needsOdd reports whether rounding a float64 sum with these bits to float32
// may differ from rounding the exact sum: if its low 29 bits are a tie, or if
// the result is a denormal float32, where the ties lie elsewhere. (The short
// form without the second test, as seen in C libraries, errs for
// x=(1+2^-23)2^-75, y=(1-2^-23)2^-75, z=0x1.000004p-127.) Zero is exact.
func needsOdd(bits uint64) bool {
	return bits&0x1fffffff == 0x10000000 || bits<<1-1 < (1023-126)<<53-1
}

// roundToOdd returns p + z rounded to odd, given s = fl(p + z).
func roundToOdd(s, p, z float64) float64 {
	// Knuth's TwoSum: s + err is exactly p + z.
	zz := s - p
	err := (p - (s - zz)) + (z - zz)
	bits := math.Float64bits(s)
	if !(err > 0 || err < 0) || bits&1 == 1 {
		return s
	}
	if (err > 0) == (s > 0) {
		return math.Float64frombits(bits + 1)
	}
	return math.Float64frombits(bits - 1)
}

// fma returns x*y + z with a single rounding to T.
func fma[T float32 | float64](x, y, z T) T {
	if isFloat32[T]() {
		return T(fma32(float32(x), float32(y), float32(z)))
	}
	return T(math.FMA(float64(x), float64(y), float64(z)))
}

// fmaRow32 sets c[j] = fma32(a, b[j], c[j]), with fma32 written out: it is
// beyond what the compiler inlines, and this loop is the generic tier's GEMM.
func fmaRow32(c []float32, a float32, b []float32) {
	c = c[:len(b)]
	a64 := float64(a)
	for j, v := range b {
		p := float64(a64 * float64(v))
		z := float64(c[j])
		s := p + z
		if needsOdd(math.Float64bits(s)) {
			s = roundToOdd(s, p, z)
		}
		c[j] = float32(s)
	}
}
