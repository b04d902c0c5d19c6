package kernels

import "math"

// FromUint8 converts bytes to float32: dst[i] = float32(src[i]) * scale. With
// scale 1/255 an image's pixels come to lie in [0, 1].
//
// Class element. It panics if the lengths differ.
func FromUint8(dst []float32, src []uint8, scale float32) {
	checkLen("FromUint8", "dst", len(dst), "src", len(src))
	fromUint8(dst, src, scale)
}

func fromUint8Generic(dst []float32, src []uint8, scale float32) {
	for i, v := range src {
		dst[i] = float32(v) * scale
	}
}

// Prefetch asks the processor for bytes that will be needed soon, and does not
// wait for them. It changes nothing but the time of what follows.
func Prefetch(x []uint8) { prefetch(x) }

func prefetchGeneric([]uint8) {}

// FromFloat64 converts float64 to float32: dst[i] = float32(src[i]), rounded to
// nearest even. It panics if the lengths differ.
//
// Class element.
func FromFloat64(dst []float32, src []float64) {
	checkLen("FromFloat64", "dst", len(dst), "src", len(src))
	fromFloat64(dst, src)
}

func fromFloat64Generic(dst []float32, src []float64) {
	for i, v := range src {
		dst[i] = float32(v)
	}
}

// ToFloat64 converts float32 to float64: dst[i] = float64(src[i]), exactly. It
// panics if the lengths differ.
//
// Class element.
func ToFloat64(dst []float64, src []float32) {
	checkLen("ToFloat64", "dst", len(dst), "src", len(src))
	toFloat64(dst, src)
}

func toFloat64Generic(dst []float64, src []float32) {
	for i, v := range src {
		dst[i] = float64(v)
	}
}

// FromFloat16 converts the bits of IEEE 754 half-precision numbers to float32,
// exactly. It panics if the lengths differ.
//
// Class element.
func FromFloat16(dst []float32, src []uint16) {
	checkLen("FromFloat16", "dst", len(dst), "src", len(src))
	whole := len(src) &^ (widestVector - 1)
	fromFloat16(dst[:whole], src[:whole])
	fromFloat16Generic(dst[whole:], src[whole:])
}

// widestVector is a multiple of the float32 that a vector holds, in all tiers.
const widestVector = 16

func fromFloat16Generic(dst []float32, src []uint16) {
	for i, v := range src {
		dst[i] = float16ToFloat32(v)
	}
}

// float16ToFloat32 widens sign, 5 bits of exponent and 10 of mantissa.
func float16ToFloat32(h uint16) float32 {
	sign, exponent, mantissa := uint32(h>>15)<<31, uint32(h>>10)&0x1f, uint32(h)&0x3ff
	switch exponent {
	case 0: // zero or denormal: a multiple of 2^-24
		return math.Float32frombits(sign | math.Float32bits(float32(mantissa)*0x1p-24))
	case 0x1f: // infinity or NaN
		return math.Float32frombits(sign | 0xff<<23 | mantissa<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | mantissa<<13)
}

// ToFloat16 converts float32 to the bits of IEEE 754 half-precision numbers,
// rounded to nearest even. From 65520 on that is infinity. It panics if the
// lengths differ.
//
// Class element.
func ToFloat16(dst []uint16, src []float32) {
	checkLen("ToFloat16", "dst", len(dst), "src", len(src))
	whole := len(src) &^ (widestVector - 1)
	toFloat16(dst[:whole], src[:whole])
	toFloat16Generic(dst[whole:], src[whole:])
}

func toFloat16Generic(dst []uint16, src []float32) {
	for i, v := range src {
		dst[i] = float32ToFloat16(v)
	}
}

func float32ToFloat16(x float32) uint16 {
	const infinity, quiet = 0x7c00, 0x200
	bits := math.Float32bits(x)
	sign, magnitude := uint16(bits>>31)<<15, bits&0x7fffffff
	switch a := math.Float32frombits(magnitude); {
	case x != x:
		return sign | infinity | quiet
	case a >= 65520: // half-way from the largest number to the next power of 2
		return sign | infinity
	case a < 0x1p-14:
		// Denormal: adding 1/2 leaves the number in units of 2^-24 in the last
		// bits of the sum, rounded.
		return sign | uint16(math.Float32bits(a+0.5)-math.Float32bits(0.5))
	}
	// Half a unit, or a little less if the last bit that remains is even, carries
	// into it where the number is to be rounded up.
	const dropped = 13
	odd := magnitude >> dropped & 1
	return sign | uint16((magnitude+(1<<(dropped-1)-1)+odd)>>dropped-(127-15)<<10)
}

// FromBFloat16 converts the bits of bfloat16 numbers, the upper halves of float32,
// to float32, exactly. It panics if the lengths differ.
//
// Class element.
func FromBFloat16(dst []float32, src []uint16) {
	checkLen("FromBFloat16", "dst", len(dst), "src", len(src))
	whole := len(src) &^ (widestVector - 1)
	fromBFloat16(dst[:whole], src[:whole])
	fromBFloat16Generic(dst[whole:], src[whole:])
}

func fromBFloat16Generic(dst []float32, src []uint16) {
	for i, v := range src {
		dst[i] = math.Float32frombits(uint32(v) << 16)
	}
}

// ToBFloat16 converts float32 to the bits of bfloat16 numbers, rounded to nearest
// even, denormals included. NaN becomes 0x7fc0. It panics if the lengths differ.
//
// Class element.
func ToBFloat16(dst []uint16, src []float32) {
	checkLen("ToBFloat16", "dst", len(dst), "src", len(src))
	whole := len(src) &^ (widestVector - 1)
	toBFloat16(dst[:whole], src[:whole])
	toBFloat16Generic(dst[whole:], src[whole:])
}

func toBFloat16Generic(dst []uint16, src []float32) {
	for i, v := range src {
		dst[i] = float32ToBFloat16(v)
	}
}

// float32ToBFloat16 keeps the upper half. Half a unit of it, or a little less if
// its last bit is even, carries into it where the number is to be rounded up.
func float32ToBFloat16(x float32) uint16 {
	const nan, dropped = 0x7fc0, 16
	if x != x {
		return nan
	}
	bits := math.Float32bits(x)
	odd := bits >> dropped & 1
	return uint16((bits + (1<<(dropped-1) - 1) + odd) >> dropped)
}
