package kernels

import (
	"math"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// strided returns every stride-th of the 2^32 bit patterns.
func strided(stride uint64) []float32 {
	var x []float32
	for bits := uint64(0); bits < 1<<32; bits += stride {
		x = append(x, math.Float32frombits(uint32(bits)))
	}
	return x
}

// regions returns the inputs around which an evaluation changes its ways or is
// known to be hard.
func regions(width int) []float32 {
	var x []float32
	points := specials[float32]()
	for n := range 300 {
		points = append(points,
			float32((float64(n)+0.5)*math.Ln2), float32((float64(n)+0.5)*math.Ln2/2), // the exponent changes
			float32(2*n+1)*0x1p-24) // Sigmoid: half-way points
	}
	points = append(points, 0x1.250c02p-10, 0x1.d2259ap+3) // Sigmoid: 2^-55 from a half-way point; Exp
	for _, p := range points {
		for units := -width; units <= width; units++ {
			v := neighbour(float32(math.Abs(float64(p))), units)
			x = append(x, v, -v)
		}
	}
	return x
}

// TestRounded compares each function with the correctly rounded value:
// at a stride of all inputs and around special points; at all 2^32 inputs if
// LOCKSTEP_LONG is set.
func TestRounded(t *testing.T) {
	inputs := append(strided(65537), regions(2)...)
	if !testing.Short() {
		inputs = append(inputs, strided(4093)...)
		inputs = append(inputs, regions(40)...)
	}
	for _, r := range references {
		t.Run(r.name, func(t *testing.T) {
			if os.Getenv("LOCKSTEP_LONG") != "" {
				sweep(t, r)
				return
			}
			checkRounded(t, r, inputs)
		})
	}
}

// checkRounded compares the kernel in every tier with the reference.
func checkRounded(t *testing.T, r reference, inputs []float32) {
	want, got := make([]float32, len(inputs)), make([]float32, len(inputs))
	inParallel(len(inputs), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			want[i] = r.round(inputs[i])
		}
	})
	eachTier(func(x tier.Tier) {
		compare := func() {
			for i := range got {
				if !same(got[i], want[i]) {
					t.Errorf("%v: %s(%s) = %s, want %s", x, r.name, hexFloat(inputs[i]), hexFloat(got[i]), hexFloat(want[i]))
				}
			}
		}
		inParallel(len(inputs), func(lo, hi int) { r.kernel(got[lo:hi], inputs[lo:hi]) })
		compare()
		if x == tier.Generic {
			return
		}
		// Short vectors take the code for single vectors and for tails.
		clear(got)
		inParallel(len(inputs), func(lo, hi int) {
			for n := 1; lo < hi; n = n%47 + 1 {
				end := min(lo+n, hi)
				r.kernel(got[lo:end], inputs[lo:end])
				lo = end
			}
		})
		compare()
	})
}

// sweep checks all 2^32 inputs, a part at a time.
func sweep(t *testing.T, r reference) {
	const part = 1 << 24
	inputs := make([]float32, part)
	for p := range 1 << 32 / part {
		for i := range inputs {
			inputs[i] = math.Float32frombits(uint32(p*part + i))
		}
		checkRounded(t, r, inputs)
		if p%16 == 15 {
			t.Logf("%s: %d of 256 parts of all inputs", r.name, p+1)
		}
	}
}

// inParallel calls f for the parts of n items, on all processors.
func inParallel(n int, f func(lo, hi int)) {
	workers := runtime.GOMAXPROCS(0)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() { f(n*w/workers, n*(w+1)/workers) })
	}
	all.Wait()
}

// ascending returns a stride of all numbers from -Inf to +Inf, in order.
func ascending(stride int) []float32 {
	infinity := int(math.Float32bits(float32(math.Inf(1))))
	var x []float32
	for n := -infinity; n < infinity; n += stride {
		v := math.Float32frombits(uint32(max(n, -n)))
		if n < 0 {
			v = -v
		}
		x = append(x, v)
	}
	return append(x, float32(math.Inf(1)))
}

// TestRoundedShape checks what follows from the mathematics, without a
// reference.
func TestRoundedShape(t *testing.T) {
	stride := 20_011
	if testing.Short() {
		stride = 500_009
	}
	x := ascending(stride)
	mirrored := make([]float32, len(x))
	for i := range x {
		mirrored[i] = -x[i]
	}
	y, z := make([]float32, len(x)), make([]float32, len(x))
	eachTier(func(tier tier.Tier) {
		for _, r := range references {
			if !r.monotone {
				continue
			}
			// NaN, if any, comes first: where the argument of a logarithm is
			// negative.
			r.kernel(y, x)
			for i := 1; i < len(y); i++ {
				if y[i-1] == y[i-1] && !(y[i] >= y[i-1]) {
					t.Fatalf("%v: %s decreases from %s to %s between %s and %s", tier, r.name,
						hexFloat(y[i-1]), hexFloat(y[i]), hexFloat(x[i-1]), hexFloat(x[i]))
				}
			}
		}

		Sigmoid(y, x)
		Sigmoid(z, mirrored)
		for i := range x {
			if !(y[i] >= 0 && y[i] <= 1) || y[i]+z[i] != 1 {
				t.Fatalf("%v: Sigmoid(%s) = %s, Sigmoid of its negative %s: want a sum of 1", tier, hexFloat(x[i]), hexFloat(y[i]), hexFloat(z[i]))
			}
		}

		Tanh(y, x)
		Tanh(z, mirrored)
		for i := range x {
			if !same(y[i], -z[i]) {
				t.Fatalf("%v: Tanh(%s) = %s, Tanh of its negative %s: not odd", tier, hexFloat(x[i]), hexFloat(y[i]), hexFloat(z[i]))
			}
		}
	})
}

// TestRoundedValues pins the values that the documentation promises.
func TestRoundedValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	negativeZero := float32(math.Copysign(0, -1))
	cases := []struct {
		name string
		f    func(dst, x []float32)
		x, y float32
	}{
		{"Exp", Exp, 0, 1}, {"Exp", Exp, negativeZero, 1}, {"Exp", Exp, 1, math.E},
		{"Exp", Exp, inf, inf}, {"Exp", Exp, -inf, 0}, {"Exp", Exp, nan, nan},
		{"Exp", Exp, 88.72283, 0x1.ffff08p127}, {"Exp", Exp, 88.72284, inf},
		{"Exp", Exp, -103.9, 0x1p-149}, {"Exp", Exp, -104, 0},
		{"Sigmoid", Sigmoid, 0, 0.5}, {"Sigmoid", Sigmoid, negativeZero, 0.5}, {"Sigmoid", Sigmoid, 1, 0.7310585786300049},
		{"Sigmoid", Sigmoid, inf, 1}, {"Sigmoid", Sigmoid, -inf, 0}, {"Sigmoid", Sigmoid, nan, nan},
		{"Tanh", Tanh, 0, 0}, {"Tanh", Tanh, negativeZero, negativeZero}, {"Tanh", Tanh, 1, 0.7615941559557649},
		{"Expm1", Expm1, 0, 0}, {"Expm1", Expm1, negativeZero, negativeZero}, {"Expm1", Expm1, 1, 1.718281828459045},
		{"Expm1", Expm1, inf, inf}, {"Expm1", Expm1, -inf, -1}, {"Expm1", Expm1, nan, nan}, {"Expm1", Expm1, -0x1p-149, -0x1p-149},
		{"Log", Log, 1, 0}, {"Log", Log, 0, -inf}, {"Log", Log, negativeZero, -inf}, {"Log", Log, -1, nan}, {"Log", Log, -0x1p-149, nan},
		{"Log", Log, inf, inf}, {"Log", Log, -inf, nan}, {"Log", Log, nan, nan}, {"Log", Log, 0x1p-149, -103.27892990343184}, {"Log", Log, 2, math.Ln2},
		{"Log1p", Log1p, 0, 0}, {"Log1p", Log1p, negativeZero, negativeZero}, {"Log1p", Log1p, 1, math.Ln2}, {"Log1p", Log1p, 0x1p-149, 0x1p-149},
		{"Log1p", Log1p, -1, -inf}, {"Log1p", Log1p, -0x1.000002p0, nan}, {"Log1p", Log1p, -inf, nan}, {"Log1p", Log1p, inf, inf}, {"Log1p", Log1p, nan, nan},
		{"Softplus", Softplus, 0, math.Ln2}, {"Softplus", Softplus, negativeZero, math.Ln2}, {"Softplus", Softplus, -103.9, 0x1p-149}, {"Softplus", Softplus, -104, 0},
		{"Softplus", Softplus, inf, inf}, {"Softplus", Softplus, -inf, 0}, {"Softplus", Softplus, nan, nan},
		{"SiLU", SiLU, 0, 0}, {"SiLU", SiLU, negativeZero, negativeZero}, {"SiLU", SiLU, 1, 0.7310585786300049},
		{"SiLU", SiLU, inf, inf}, {"SiLU", SiLU, -inf, negativeZero}, {"SiLU", SiLU, nan, nan},
		{"SiLU", SiLU, 0x1p-149, 0x1p-149}, {"SiLU", SiLU, -0x1p-149, negativeZero}, {"SiLU", SiLU, 3 * 0x1p-149, 2 * 0x1p-149}, {"SiLU", SiLU, -3 * 0x1p-149, -0x1p-149},
		{"GELU", GELU, 0, 0}, {"GELU", GELU, negativeZero, negativeZero}, {"GELU", GELU, 1, 0.8413447460685429},
		{"GELU", GELU, inf, inf}, {"GELU", GELU, -inf, negativeZero}, {"GELU", GELU, nan, nan},
		{"GELU", GELU, 0x1p-149, 0x1p-149}, {"GELU", GELU, -0x1p-149, negativeZero}, {"GELU", GELU, 3 * 0x1p-149, 2 * 0x1p-149}, {"GELU", GELU, -3 * 0x1p-149, -0x1p-149},
		{"Tanh", Tanh, inf, 1}, {"Tanh", Tanh, -inf, -1}, {"Tanh", Tanh, nan, nan}, {"Tanh", Tanh, 0x1p-149, 0x1p-149},
	}
	eachTier(func(x tier.Tier) {
		for _, c := range cases {
			y := []float32{-1}
			c.f(y, []float32{c.x})
			if !same(y[0], c.y) {
				t.Errorf("%v: %s(%v) = %s, want %s", x, c.name, c.x, hexFloat(y[0]), hexFloat(c.y))
			}
		}
	})
}
