package reference

import (
	"math"
	"math/big"
	"os"
	"testing"
)

var functions = map[string]*Function{
	"Exp": Exp, "Expm1": Expm1, "Log": Log, "Log1p": Log1p, "Sigmoid": Sigmoid, "Tanh": Tanh,
	"Softplus": Softplus, "SiLU": SiLU, "GELU": GELU, "GELUTanh": GELUTanh, "Mish": Mish,
	"ReLU": ReLU, "LeakyReLU": LeakyReLU, "ELU": ELU, "SELU": SELU, "HardSigmoid": HardSigmoid,
	"SiLUDerivative": SiLUDerivative, "GELUDerivative": GELUDerivative, "GELUTanhDerivative": GELUTanhDerivative,
	"MishDerivative": MishDerivative, "SigmoidDerivative": SigmoidDerivative, "TanhDerivative": TanhDerivative,
}

// interesting reports whether a float32 can tell the value at x from a limit:
// it is neither infinite, NaN nor 0 and no more than 2^128.
func (f *Function) interesting(x float64) bool {
	y, _ := f.bounds(x)
	return math.Abs(x) < 110 && math.Abs(y) > 0x1p-160 && math.Abs(y) < 0x1p130
}

// every returns a stride of all float32.
func every(stride uint64) []float64 {
	var x []float64
	for bits := uint64(0); bits < 1<<32; bits += stride {
		x = append(x, float64(math.Float32frombits(uint32(bits))))
	}
	return x
}

// TestBounds compares the approximations with math/big: they must keep to half
// of the error that they claim.
func TestBounds(t *testing.T) {
	const p precision = 256 // x/2 + x^2/4 of a denormal needs as many
	stride, sizes := uint64(1<<20+7), 100
	switch {
	case os.Getenv("LOCKSTEP_LONG") != "":
		stride = 1<<14 + 1
	case testing.Short():
		stride, sizes = 1<<26+1, 20
	}
	inputs := append(every(stride), samples(sizes)...)
	for name, f := range functions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, x := range inputs {
				if !f.interesting(x) {
					continue
				}
				exact := f.exact(p, p.float(x))
				a, b := f.bounds(x)
				if a == b { // halved: as good as the exact value for rounding
					if float32(a) != toFloat32(exact) {
						t.Errorf("at %x the approximation rounds to %x, the exact value to %x", x, float32(a), toFloat32(exact))
					}
					continue
				}
				width := math.Abs(b - a)
				distance, _ := p.sub(p.float((a+b)/2), exact).Float64()
				if !(math.Abs(distance) <= width/4) {
					t.Errorf("at %x the approximation is off by %.3g of its bound, want at most half", x, math.Abs(distance)/(width/2))
				}
			}
		})
	}
}

// TestUndecided holds the approximations to deciding nearly all inputs: a sweep
// of all 2^32 relies on it.
func TestUndecided(t *testing.T) {
	stride := uint64(1<<13 + 1)
	if testing.Short() {
		stride = 1<<16 + 1
	}
	inputs := every(stride)
	for name, f := range functions {
		undecided := 0
		for _, x := range inputs {
			if a, b := f.bounds(x); float32(a) != float32(b) && a == a {
				undecided++
			}
		}
		if undecided > 10 {
			t.Errorf("%s: %d of %d inputs are left undecided", name, undecided, len(inputs))
		}
	}
}

var (
	inf  = float32(math.Inf(1))
	nan  = float32(math.NaN())
	zero = float32(math.Copysign(0, -1)) // negative
)

const (
	least   = math.SmallestNonzeroFloat32
	largest = math.MaxFloat32
)

// TestRound checks limits, exact values, both sides of overflow and underflow,
// and values that lie close to the middle of two float32, confirmed by mpmath.
func TestRound(t *testing.T) {
	for _, c := range []struct {
		name string
		x, y float32
	}{
		{"Exp", 0, 1}, {"Exp", zero, 1}, {"Exp", inf, inf}, {"Exp", -inf, 0}, {"Exp", nan, nan},
		{"Exp", 88.72283, 0x1.ffff08p127}, {"Exp", 88.72284, inf}, {"Exp", -103.9, least}, {"Exp", -104, 0},
		{"Exp", 0x1p-25, 1}, {"Exp", 0x1.000002p-24, 1 + 0x1p-23}, {"Exp", -0x1p-25, 1},
		{"Expm1", 0, 0}, {"Expm1", zero, zero}, {"Expm1", inf, inf}, {"Expm1", -inf, -1}, {"Expm1", nan, nan},
		{"Expm1", least, least}, {"Expm1", -least, -least}, {"Expm1", -17, -1 + 0x1p-24}, {"Expm1", -18, -1},
		{"Log", 0, -inf}, {"Log", zero, -inf}, {"Log", 1, 0}, {"Log", inf, inf}, {"Log", -1, nan}, {"Log", -inf, nan}, {"Log", nan, nan},
		{"Log", least, -103.278929903431851}, {"Log", largest, 88.722839052068},
		{"Log", 0x1.b121a6p76, 0x1.a9a3f2p5}, {"Log", 0x1.6351d8p95, 0x1.08b512p6}, // 2^-57.8 and 2^-53.2 from half-way
		{"Log1p", 0x1.800006p-21, 0x1.7ffffep-21}, {"Log1p", -0x1.7ffffap-21, -0x1.800002p-21}, // 2^-66.4 from half-way
		{"Log1p", 0, 0}, {"Log1p", zero, zero}, {"Log1p", -1, -inf}, {"Log1p", -1.5, nan}, {"Log1p", inf, inf}, {"Log1p", -inf, nan}, {"Log1p", nan, nan},
		{"Log1p", least, least}, {"Log1p", -least, -least},
		{"Sigmoid", 0, 0.5}, {"Sigmoid", inf, 1}, {"Sigmoid", -inf, 0}, {"Sigmoid", nan, nan},
		{"Sigmoid", 0x1p-23, 0.5}, {"Sigmoid", 0x3p-23, 0.5 + 0x1p-24}, {"Sigmoid", 0x5p-23, 0.5 + 0x1p-23}, // x/4 half-way, less x^3/48
		{"Tanh", 0, 0}, {"Tanh", zero, zero}, {"Tanh", inf, 1}, {"Tanh", -inf, -1}, {"Tanh", nan, nan}, {"Tanh", least, least}, {"Tanh", -20, -1},
		{"Softplus", inf, inf}, {"Softplus", -inf, 0}, {"Softplus", nan, nan}, {"Softplus", 0, 0.693147180559945309},
		{"Softplus", -104, 0}, {"Softplus", -103.9, least}, {"Softplus", largest, largest},
		{"SiLU", 0, 0}, {"SiLU", zero, zero}, {"SiLU", inf, inf}, {"SiLU", -inf, zero}, {"SiLU", nan, nan}, {"SiLU", largest, largest}, {"SiLU", -largest, zero},
		{"SiLU", least, least}, {"SiLU", -least, zero}, {"SiLU", 3 * least, 2 * least}, {"SiLU", -3 * least, -least}, {"SiLU", 5 * least, 3 * least}, {"SiLU", -5 * least, -2 * least},
		{"GELU", 0, 0}, {"GELU", zero, zero}, {"GELU", inf, inf}, {"GELU", -inf, zero}, {"GELU", nan, nan}, {"GELU", largest, largest}, {"GELU", -largest, zero},
		{"GELU", least, least}, {"GELU", -least, zero}, {"GELU", 5 * least, 3 * least}, {"GELU", -5 * least, -2 * least},
		{"GELU", 0x1.6148dep-16, 0x1.614a62p-17}, {"GELU", -0x1.6148dep-16, -0x1.61475ap-17}, // 2^-53.4 from half-way
		{"GELUTanh", inf, inf}, {"GELUTanh", -inf, zero}, {"GELUTanh", nan, nan}, {"GELUTanh", zero, zero}, {"GELUTanh", -largest, zero},
		{"Mish", inf, inf}, {"Mish", -inf, zero}, {"Mish", nan, nan}, {"Mish", zero, zero}, {"Mish", -largest, zero}, {"Mish", largest, largest},
		{"ReLU", zero, 0}, {"ReLU", -1, 0}, {"ReLU", inf, inf}, {"ReLU", nan, nan}, {"ReLU", least, least},
		{"LeakyReLU", zero, zero}, {"LeakyReLU", -1, -LeakyReLUSlope}, {"LeakyReLU", inf, inf}, {"LeakyReLU", -inf, -inf}, {"LeakyReLU", nan, nan},
		{"LeakyReLU", -50 * least, zero}, {"LeakyReLU", -51 * least, -least}, // just below and above half a denormal
		{"ELU", zero, zero}, {"ELU", largest, largest}, {"ELU", -inf, -1}, {"ELU", inf, inf}, {"ELU", nan, nan}, {"ELU", -least, -least},
		{"SELU", 1, 1.050701}, {"SELU", zero, zero}, {"SELU", inf, inf}, {"SELU", -inf, -1.7580993}, {"SELU", nan, nan}, {"SELU", largest, inf}, {"SELU", -least, -2 * least},
		{"HardSigmoid", -3, 0}, {"HardSigmoid", -0x1.7ffffep1, 0x1.555556p-25}, {"HardSigmoid", 3, 1}, {"HardSigmoid", zero, 0.5}, {"HardSigmoid", -inf, 0}, {"HardSigmoid", inf, 1}, {"HardSigmoid", nan, nan},
		{"HardSigmoid", 0x1.8p-24, 0.5}, {"HardSigmoid", 0x1.8p-23, 0.5}, {"HardSigmoid", 0x1.800002p-23, 0.5 + 0x1p-24}, // 1/4, 1/2 and more of a unit above 1/2
		{"SiLUDerivative", 0, 0.5}, {"SiLUDerivative", zero, 0.5}, {"SiLUDerivative", inf, 1}, {"SiLUDerivative", -inf, zero}, {"SiLUDerivative", -largest, zero}, {"SiLUDerivative", nan, nan},
		{"GELUDerivative", 0, 0.5}, {"GELUDerivative", zero, 0.5}, {"GELUDerivative", inf, 1}, {"GELUDerivative", -inf, zero}, {"GELUDerivative", -largest, zero}, {"GELUDerivative", nan, nan},
		{"GELUTanhDerivative", 0, 0.5}, {"GELUTanhDerivative", inf, 1}, {"GELUTanhDerivative", -inf, zero}, {"GELUTanhDerivative", largest, 1}, {"GELUTanhDerivative", nan, nan},
		{"MishDerivative", 0, 0.6}, {"MishDerivative", inf, 1}, {"MishDerivative", -inf, zero}, {"MishDerivative", largest, 1}, {"MishDerivative", nan, nan},
		{"SigmoidDerivative", 0.5, 0.25}, {"SigmoidDerivative", 0, 0}, {"SigmoidDerivative", zero, zero}, {"SigmoidDerivative", 1, 0}, {"SigmoidDerivative", least, least},
		{"SigmoidDerivative", inf, -inf}, {"SigmoidDerivative", -inf, -inf}, {"SigmoidDerivative", nan, nan}, {"SigmoidDerivative", 1 - 0x1p-24, 0x1.fffffep-25},
		{"TanhDerivative", 0, 1}, {"TanhDerivative", 1, 0}, {"TanhDerivative", -1, 0}, {"TanhDerivative", least, 1}, {"TanhDerivative", inf, -inf}, {"TanhDerivative", -inf, -inf}, {"TanhDerivative", nan, nan},
		{"TanhDerivative", 0x1p-12, 1 - 0x1p-24}, {"TanhDerivative", 0x1.6a09e6p-13, 1}, {"TanhDerivative", 0x1.6a09e8p-13, 1 - 0x1p-24}, // 1 - 2^-25 lies half-way
	} {
		y := functions[c.name].Round(c.x)
		if math.Float32bits(y) != math.Float32bits(c.y) && (y == y || c.y == c.y) {
			t.Errorf("%s(%x) = %x, want %x", c.name, c.x, y, c.y)
		}
	}
}

// TestRoundAgainstBig compares Round with one evaluation at a high precision.
func TestRoundAgainstBig(t *testing.T) {
	const p precision = 512
	for name, f := range functions {
		for _, x := range append(every(1<<26+3), samples(10)...) {
			if !f.interesting(x) {
				continue
			}
			if got, want := f.Round(float32(x)), toFloat32(f.exact(p, p.float(x))); got != want {
				t.Errorf("%s(%x) = %x, want %x", name, x, got, want)
			}
		}
	}
}

// TestRoundAsksForMoreBits hands Round a function that no float64 decides.
func TestRoundAsksForMoreBits(t *testing.T) {
	asked := precision(0)
	f := &Function{
		bounds: func(float64) (a, b float64) { return 0, 1 },
		exact: func(p precision, _ *big.Float) *big.Float { // 1 + 2^-24 + 2^-200
			asked = p
			return p.add(p.float(1+0x1p-24), p.float(0x1p-200))
		},
	}
	if y := f.Round(0); y != 1+0x1p-23 || asked != 256 {
		t.Errorf("Round = %x with %d bits, want %x with 256", y, asked, float32(1+0x1p-23))
	}
}

func TestUlps(t *testing.T) {
	for _, c := range []struct {
		f    *Function
		y, x float32
		want float64
	}{
		{Exp, 1, 0, 0}, {Exp, 1 + 0x1p-23, 0, 1}, {Exp, 1 - 0x1p-24, 0, 0.5},
		{Exp, inf, 89, 0}, {Exp, largest, 89, 1}, {Exp, inf, inf, 0}, {Exp, 0, -200, 0}, {Exp, least, -200, 1},
		{Exp, nan, 0, math.Inf(1)}, {Exp, nan, nan, 0}, {Log, 0, -1, math.Inf(1)}, {Log, least, 1, 1},
		{MishDerivative, 0x1.beb774p-31, -0x1.31432cp+00, 0.117655}, {MishDerivative, 0x1.beb776p-31, -0x1.31432cp+00, 0.882345}, // beside its zero, by mpmath
		{Tanh, 0x1p-100, 0x1.000002p-100, 1}, {Tanh, 2 * least, least, 1},
	} {
		if got := c.f.Ulps(c.y, c.x); math.Abs(got-c.want) > 0x1p-16 && got != c.want {
			t.Errorf("Ulps(%x, %x) = %v, want %v", c.y, c.x, got, c.want)
		}
	}
}

// BenchmarkRound takes all functions in turn.
func BenchmarkRound(b *testing.B) {
	bits := uint32(0)
	for b.Loop() {
		for _, f := range functions {
			f.Round(math.Float32frombits(bits))
		}
		bits += 2654435761 // visits all of them
	}
}
