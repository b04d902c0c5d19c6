package kernels

import (
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// fmaOracle returns x*y + z, computed without any rounding and rounded once.
func fmaOracle(x, y, z float32) float32 {
	if simple := float64(float64(x)*float64(y)) + float64(z); math.IsNaN(simple) || math.IsInf(simple, 0) {
		return float32(simple) // float64 has room for every finite sum
	}
	// The bits of a sum reach from 2^257 down to 2^-298.
	exact := func(v float32) *big.Float { return new(big.Float).SetPrec(600).SetFloat64(float64(v)) }
	sum := exact(x)
	sum.Mul(sum, exact(y))
	sum.Add(sum, exact(z))
	rounded, _ := sum.Float32()
	return rounded
}

// fmaKinds are the kinds of operands for which a wrong rounding of x*y + z
// shows: x is drawn first, then y and z to match.
var fmaKinds = []struct {
	name string
	x    func(r *rand.Rand) float32
	yz   func(r *rand.Rand, x float32) (y, z float32)
}{
	{"near ties", sparse, func(r *rand.Rand, _ float32) (y, z float32) {
		return sparse(r), scaled(sparse(r), r.IntN(140)-70)
	}},
	{"denormal results", // the product is about half-way between two denormals
		func(r *rand.Rand) float32 { return scaled(sparse(r), -75+r.IntN(4)) },
		func(r *rand.Rand, x float32) (y, z float32) {
			return float32((float64(r.IntN(4)) + 0.5) * 0x1p-149 / float64(x)), scaled(sparse(r), -150+r.IntN(26))
		}},
	{"cancellation", sparse, func(r *rand.Rand, x float32) (y, z float32) {
		y = sparse(r)
		return y, -(x * y)
	}},
	{"any bits", anyBits[float32]().draw, func(r *rand.Rand, _ float32) (y, z float32) {
		return anyBits[float32]().draw(r), anyBits[float32]().draw(r)
	}},
	{"special", drawSpecial, func(r *rand.Rand, _ float32) (y, z float32) {
		return drawSpecial(r), drawSpecial(r)
	}},
}

var drawSpecial = special[float32]().draw

// sparse draws a number of magnitude 1 to 2 with few bits set or few clear, so
// that products and sums land on half-way points or next to them.
func sparse(r *rand.Rand) float32 {
	mantissa := 1<<23 | 1<<r.IntN(24) | 1<<r.IntN(24)
	if r.IntN(2) == 0 {
		mantissa = 1<<24 - 1 - 1<<r.IntN(23)
	}
	return scaled(float32(1-2*r.IntN(2))*float32(mantissa), -23)
}

func scaled(x float32, exponent int) float32 { return float32(math.Ldexp(float64(x), exponent)) }

func checkFMA(t *testing.T, x, y, z float32) {
	t.Helper()
	if got, want := fma32(x, y, z), fmaOracle(x, y, z); !same(got, want) {
		t.Errorf("fma32(%s, %s, %s) = %s, want %s", hexFloat(x), hexFloat(y), hexFloat(z), hexFloat(got), hexFloat(want))
	}
}

func TestFMA32(t *testing.T) {
	for _, c := range [][3]float32{
		// It breaks the short form that looks at the low 29 bits alone.
		{(1 + 0x1p-23) * 0x1p-75, (1 - 0x1p-23) * 0x1p-75, 0x1.000004p-127},
		{1, 1, 0x1p-24}, {1, 1, -0x1p-25}, // ties
		{1 + 0x1p-12, 1 + 0x1p-12, 0x1p-60}, {1 + 0x1p-12, 1 + 0x1p-12, -0x1p-60}, // next to one
		{math.MaxFloat32, 1, 0x1p103}, {math.MaxFloat32, 1, 0x1.fffffep102}, // overflow: tie and below
		{0x1p-149, 0.5, 0}, {0x1p-149, 0.5, 0x1p-149}, {0x1p-100, -0x1p-100, 0}, // underflow: ties, -0
		{0x1p-149, 0x1p-149, 0x1p-149},
	} {
		checkFMA(t, c[0], c[1], c[2])
	}
	count := 60_000
	switch {
	case os.Getenv("LOCKSTEP_LONG") != "":
		count = 5_000_000
	case testing.Short():
		count = 4_000
	}
	for _, kind := range fmaKinds {
		t.Run(kind.name, func(t *testing.T) {
			r := newRand(1)
			for range count {
				x := kind.x(r)
				y, z := kind.yz(r, x)
				checkFMA(t, x, y, z)
				if t.Failed() {
					return
				}
			}
		})
	}
}

// TestFMAOfTiers compares fma32 with fmaRow32 and with what the tiers compute,
// instructions where there are any, on millions of operands: a column times a
// row is one fma per element.
func TestFMAOfTiers(t *testing.T) {
	rounds, n := 100, 4096
	if testing.Short() {
		rounds = 2
	}
	y, z := make([]float32, n), make([]float32, n)
	got, want := make([]float32, n), make([]float32, n)
	for _, kind := range fmaKinds {
		t.Run(kind.name, func(t *testing.T) {
			r := newRand(2)
			for range rounds {
				x := kind.x(r)
				for j := range n {
					y[j], z[j] = kind.yz(r, x)
					want[j] = fma32(x, y[j], z[j])
				}
				copy(got, z)
				fmaRow32(got, x, y)
				expectSame(t, got, want, "fmaRow32 with a = %s", hexFloat(x))
				eachTier(func(tier tier.Tier) {
					copy(got, z)
					Gemm(false, false, 1, n, 1, 1, []float32{x}, 1, y, n, 1, got, n)
					expectSame(t, got, want, "%v: fma with x = %s", tier, hexFloat(x))
				})
			}
		})
	}
}
