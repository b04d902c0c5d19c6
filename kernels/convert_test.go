package kernels

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/guard"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// TestFromUint8 checks all bytes at all lengths and, on guarded memory, that
// nothing else is touched.
func TestFromUint8(t *testing.T) {
	memory := newArenas[float32](t, 1, 300)[0]
	bytes := guard.Pages[uint8](t, 300)
	for _, scale := range []float32{1, 1.0 / 255, -0.7} {
		for n := range 4*64 + 4 {
			for _, p := range []placement{atFront, atBack, atOffset(n % 16)} {
				src := bytes[p.start(1, n, len(bytes)):][:n]
				for i := range src {
					src[i] = uint8(i*7 + n)
				}
				want := make([]float32, n)
				fromUint8Generic(want, src, scale)
				start := p.start(0, n, len(memory))
				dst := memory.place(start, make([]float32, n))
				eachTier(func(x tier.Tier) {
					clear(dst)
					if reason := guard.Fault(func() { FromUint8(dst, src, scale) }); reason != nil {
						t.Fatalf("%v: FromUint8 of %d bytes, %s: %v", x, n, p.name, reason)
					}
					expectSame(t, dst, want, "%v: FromUint8 of %d bytes, %s", x, n, p.name)
					if !memory.intact(start, n) {
						t.Fatalf("%v: FromUint8 of %d bytes, %s: writes outside dst", x, n, p.name)
					}
				})
			}
		}
	}
	long := make([]uint8, 2*maxCall+5)
	r := rand.New(rand.NewPCG(5, 0))
	for i := range long {
		long[i] = uint8(r.Uint32())
	}
	got, want := make([]float32, len(long)), make([]float32, len(long))
	fromUint8Generic(want, long, 1.0/255)
	eachTier(func(x tier.Tier) {
		FromUint8(got, long, 1.0/255)
		expectSame(t, got, want, "%v: FromUint8 of %d bytes", x, len(long))
	})
}

// testConversion checks a conversion in every tier against that of one number:
// on guarded memory at all short lengths, and on one long vector.
func testConversion[T, U uint8 | uint16 | float32 | float64](t *testing.T, convert func(dst []U, src []T), one func(T) U, same func(x, y U) bool, source []T) {
	t.Helper()
	from, to := guard.Pages[T](t, 300), guard.Pages[U](t, 300)
	check := func(x tier.Tier, dst []U, src []T) {
		t.Helper()
		if reason := guard.Fault(func() { convert(dst, src) }); reason != nil {
			t.Fatalf("%v: %d elements: %v", x, len(src), reason)
		}
		for i, v := range src {
			if want := one(v); !same(dst[i], want) {
				t.Fatalf("%v: %d elements: %v becomes %v, want %v", x, len(src), v, dst[i], want)
			}
		}
	}
	eachTier(func(x tier.Tier) {
		for n := range 100 {
			for _, p := range []placement{atFront, atBack} {
				src, dst := from[p.start(0, n, len(from)):][:n], to[p.start(0, n, len(to)):][:n]
				copy(src, source[n:])
				check(x, dst, src)
			}
		}
		check(x, make([]U, len(source)), source)
	})
}

func sameBits(x, y uint16) bool { return x == y }

func TestFloat64(t *testing.T) {
	r := newRand(30)
	var doubles []float64
	for _, s := range []source[float64]{anyBits[float64](), special[float64](), ordinary[float64]()} {
		doubles = append(doubles, s.slice(10_000, r)...)
	}
	var singles []float32
	for _, s := range []source[float32]{anyBits[float32](), special[float32](), wide[float32]()} {
		singles = append(singles, s.slice(10_000, r)...)
	}
	for _, v := range singles { // around the middle of two float32
		half := (float64(v) + float64(neighbour(float32(math.Abs(float64(v))), 1))) / 2
		doubles = append(doubles, half, math.Nextafter(half, 0), math.Nextafter(half, 1))
	}
	testConversion(t, FromFloat64, func(x float64) float32 { return float32(x) }, same[float32], doubles)
	testConversion(t, ToFloat64, func(x float32) float64 { return float64(x) }, same[float64], singles)
}

// A narrowFormat is a floating-point format, of which float64 holds all numbers.
type narrowFormat struct {
	digits  int // of the mantissa
	least   int // exponent of normal numbers
	largest float64
}

var (
	halfPrecision = narrowFormat{10, -14, 65504}
	brainFloat    = narrowFormat{7, -126, 0x1.fep127}
)

// nearest returns the nearest number of the format, ties to even.
func (f narrowFormat) nearest(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) || x != x {
		return x
	}
	_, exponent := math.Frexp(x) // |x| = [1/2, 1) * 2^exponent
	unit := math.Ldexp(1, max(exponent-1, f.least)-f.digits)
	if y := math.RoundToEven(x/unit) * unit; math.Abs(y) <= f.largest {
		return math.Copysign(y, x)
	}
	return math.Copysign(math.Inf(1), x)
}

// TestFloat16 converts all half-precision numbers to float32 and back, and
// float32 of all kinds, those around the middle of two halves among them.
func TestFloat16(t *testing.T) {
	var halves []uint16
	for h := range 1 << 16 {
		halves = append(halves, uint16(h))
	}
	value := func(h uint16) float32 {
		exponent, mantissa := int(h>>10)&0x1f, float64(h&0x3ff)
		v := math.Ldexp(1+mantissa/1024, exponent-15)
		switch {
		case exponent == 0:
			v = math.Ldexp(mantissa, -24)
		case exponent == 0x1f && mantissa == 0:
			v = math.Inf(1)
		case exponent == 0x1f:
			v = math.NaN()
		}
		if h>>15 == 1 {
			v = -v
		}
		return float32(v)
	}
	testConversion(t, FromFloat16, value, same[float32], halves)

	x := strided(1<<16 + 1)
	for h := range uint16(0x7c00) {
		v := value(h)
		middle := v + (value(h+1)-v)/2
		if h == 0x7bff {
			middle = 65520
		}
		for _, v := range []float32{v, middle, neighbour(middle, 1), neighbour(middle, -1)} {
			x = append(x, v, -v)
		}
	}
	back := make([]float32, len(x))
	eachTier(func(tier tier.Tier) {
		h := make([]uint16, len(x))
		ToFloat16(h, x)
		FromFloat16(back, h)
		for i, v := range x {
			if want := float32(halfPrecision.nearest(float64(v))); !same(back[i], want) {
				t.Fatalf("%v: %s becomes %s, want %s", tier, hexFloat(v), hexFloat(back[i]), hexFloat(want))
			}
		}
	})
	finite := x[:0:0]
	for _, v := range x {
		if v == v {
			finite = append(finite, v)
		}
	}
	testConversion(t, ToFloat16, float32ToFloat16, sameBits, finite)
}

// TestBFloat16 converts all bfloat16 numbers to float32 and back, and float32 of
// all kinds, those around the middle of two bfloat16 among them.
func TestBFloat16(t *testing.T) {
	var all []uint16
	for b := range 1 << 16 {
		all = append(all, uint16(b))
	}
	value := func(b uint16) float32 { return math.Float32frombits(uint32(b) << 16) }
	testConversion(t, FromBFloat16, value, same[float32], all)

	x := strided(1<<16 + 1)
	for _, b := range all {
		if v := value(b); v == v {
			middle := math.Float32frombits(uint32(b)<<16 | 1<<15)
			x = append(x, v, middle, neighbour(middle, 1), neighbour(middle, -1))
		}
	}
	one := func(v float32) uint16 { return uint16(math.Float32bits(float32(brainFloat.nearest(float64(v)))) >> 16) }
	sameNumber := func(a, b uint16) bool { return same(value(a), value(b)) }
	testConversion(t, ToBFloat16, one, sameNumber, x)
}
