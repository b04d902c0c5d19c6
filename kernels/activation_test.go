package kernels

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	rounded "github.com/lockstep-ml/lockstep/internal/reference"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// The oracles follow the text of the functions' comments, one operation after
// the other.

func reluOracle(x float32) float32 {
	switch {
	case x != x:
		return x
	case x > 0:
		return x
	}
	return 0
}

func reluBackwardOracle(dy, y float32) float32 {
	switch {
	case y != y:
		return y
	case y > 0:
		return dy
	}
	return 0
}

// sigmoidBackwardOracle: d = float32(float64(y)*(1-float64(y))), then dy*d.
func sigmoidBackwardOracle(dy, y float32) float32 {
	wide := float64(y)
	rest := float64(1 - wide)
	d := float32(float64(wide * rest))
	return float32(dy * d)
}

// tanhBackwardOracle: d = float32(1 - float64(y)*float64(y)), then dy*d.
func tanhBackwardOracle(dy, y float32) float32 {
	square := float64(float64(y) * float64(y))
	d := float32(1 - square)
	return float32(dy * d)
}

func leakyReLUOracle(x, alpha float32) float32 {
	if x != x || x > 0 {
		return x
	}
	return float32(alpha * x)
}

func leakyReLUBackwardOracle(dy, x, alpha float32) float32 {
	switch {
	case x != x:
		return x
	case x > 0:
		return dy
	}
	return float32(alpha * dy)
}

// eluOracle: fl(high*x), or fl(low*Expm1(x)) with Expm1 correctly rounded.
func eluOracle(x, high, low float32) float32 {
	if x > 0 {
		return float32(high * x)
	}
	return float32(low * rounded.Expm1.Round(x))
}

func eluBackwardOracle(dy, y, high, low float32) float32 {
	if y > 0 {
		return float32(dy * high)
	}
	return float32(dy * float32(y+low))
}

// hardSigmoidOracle: fl(min(max(fl(x+3), 0), 6) / 6).
func hardSigmoidOracle(x float32) float32 {
	switch sum := float32(x + 3); {
	case sum <= 0:
		return 0
	case sum >= 6:
		return 1
	default:
		return float32(sum / 6)
	}
}

func hardSigmoidBackwardOracle(dy, x float32) float32 {
	switch {
	case x != x:
		return x
	case x <= -3 || x >= 3:
		return 0
	}
	return float32(dy / 6)
}

func TestActivations(t *testing.T) {
	const n = 2000
	r := newRand(18)
	unit := source[float32]{"values of a sigmoid", func(r *rand.Rand) float32 { return float32(r.Float64()) }}
	for _, s := range []source[float32]{unit, ordinary[float32](), special[float32](), anyBits[float32]()} {
		dy, y := s.slice(n, r), s.slice(n, r)
		for _, c := range []struct {
			name   string
			f      func(dx, dy, y []float32)
			oracle func(dy, y float32) float32
		}{
			{"ReLU", func(dx, _, y []float32) { ReLU(dx, y) }, func(_, y float32) float32 { return reluOracle(y) }},
			{"ReLUBackward", ReLUBackward, reluBackwardOracle},
			{"LeakyReLU", func(dx, _, y []float32) { LeakyReLU(dx, y, 0.1) }, func(_, y float32) float32 { return leakyReLUOracle(y, 0.1) }},
			{"LeakyReLUBackward", func(dx, dy, y []float32) { LeakyReLUBackward(dx, dy, y, 0.1) },
				func(dy, y float32) float32 { return leakyReLUBackwardOracle(dy, y, 0.1) }},
			{"ELU", func(dx, _, y []float32) { ELU(dx, y, 0.7) }, func(_, y float32) float32 { return eluOracle(y, 1, 0.7) }},
			{"ELUBackward", func(dx, dy, y []float32) { ELUBackward(dx, dy, y, 0.7) },
				func(dy, y float32) float32 { return eluBackwardOracle(dy, y, 1, 0.7) }},
			{"SELU", func(dx, _, y []float32) { SELU(dx, y) }, func(_, y float32) float32 { return eluOracle(y, 1.050701, 1.7580993) }},
			{"SELUBackward", SELUBackward, func(dy, y float32) float32 { return eluBackwardOracle(dy, y, 1.050701, 1.7580993) }},
			{"HardSigmoid", func(dx, _, y []float32) { HardSigmoid(dx, y) }, func(_, y float32) float32 { return hardSigmoidOracle(y) }},
			{"HardSigmoidBackward", HardSigmoidBackward, hardSigmoidBackwardOracle},
			{"SoftplusBackward", SoftplusBackward, func(dy, y float32) float32 { return float32(dy * rounded.Sigmoid.Round(y)) }},
			{"SigmoidBackward", SigmoidBackward, sigmoidBackwardOracle},
			{"TanhBackward", TanhBackward, tanhBackwardOracle},
		} {
			want := make([]float32, n)
			for i := range want {
				want[i] = c.oracle(dy[i], y[i])
			}
			eachTier(func(x tier.Tier) {
				got := make([]float32, n)
				c.f(got, dy, y)
				expectSame(t, got, want, "%v: %s of %s", x, c.name, s.name)
			})
		}
	}
}

// TestActivationValues pins what the documentation promises.
func TestActivationValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	negativeZero := float32(math.Copysign(0, -1))
	x := []float32{-1, negativeZero, 0, 0x1p-149, 2, inf, -inf, nan}
	ones := []float32{1, 1, 1, 1, 1, 1, 1, 1}
	eachTier(func(tier tier.Tier) {
		got := make([]float32, len(x))
		ReLU(got, x)
		expectSame(t, got, []float32{0, 0, 0, 0x1p-149, 2, inf, 0, nan}, "%v: ReLU", tier)
		ReLUBackward(got, ones, x)
		expectSame(t, got, []float32{0, 0, 0, 1, 1, 1, 0, nan}, "%v: ReLUBackward", tier)

		y := []float32{0, 1, 0.5, 0.25, 0x1p-149, nan}
		SigmoidBackward(got[:6], ones[:6], y)
		expectSame(t, got[:6], []float32{0, 0, 0.25, 0.1875, 0x1p-149, nan}, "%v: SigmoidBackward", tier)
		TanhBackward(got[:6], ones[:6], y)
		expectSame(t, got[:6], []float32{1, 0, 0.75, 0.9375, 1, nan}, "%v: TanhBackward", tier)
	})
}

// TestDerivatives compares the backward forms of class sequence with central
// differences of the functions in float64.
func TestDerivatives(t *testing.T) {
	const step = 1e-5
	phi := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	x, ones := ordinary[float32]().slice(500, newRand(21)), make([]float32, 500)
	for i := range x {
		x[i] *= 6
		ones[i] = 1
	}
	for _, c := range []struct {
		name     string
		backward func(dx, dy, x []float32)
		f        func(x float64) float64
	}{
		{"SiLU", SiLUBackward, func(x float64) float64 { return x / (1 + math.Exp(-x)) }},
		{"GELU", GELUBackward, func(x float64) float64 { return x * phi(x) }},
		{"GELUTanh", GELUTanhBackward, func(x float64) float64 {
			return x / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
		}},
		{"Mish", MishBackward, func(x float64) float64 { return x * math.Tanh(math.Log1p(math.Exp(x))) }},
		{"Softplus", SoftplusBackward, func(x float64) float64 { return math.Log1p(math.Exp(x)) }},
	} {
		eachTier(func(tier tier.Tier) {
			dx := make([]float32, len(x))
			c.backward(dx, ones, x)
			for i, v := range x {
				want := (c.f(float64(v)+step) - c.f(float64(v)-step)) / (2 * step)
				if math.Abs(float64(dx[i])-want) > 1e-7 {
					t.Fatalf("%v: the derivative of %s at %v is %v, want %v", tier, c.name, v, dx[i], want)
				}
			}
		})
	}
}

// TestDerivativeLimits checks what the backward forms tend to.
func TestDerivativeLimits(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	negativeZero := float32(math.Copysign(0, -1))
	x := []float32{inf, math.MaxFloat32, -math.MaxFloat32, -inf, nan, 0, negativeZero, 0x1p-149}
	ones := []float32{1, 1, 1, 1, 1, 1, 1, 1}
	for _, c := range []struct {
		name     string
		backward func(dx, dy, x []float32)
		atZero   float32
	}{
		{"SiLUBackward", SiLUBackward, 0.5}, {"GELUBackward", GELUBackward, 0.5}, {"GELUTanhBackward", GELUTanhBackward, 0.5},
		{"MishBackward", MishBackward, 0.6}, {"SoftplusBackward", SoftplusBackward, 0.5},
	} {
		eachTier(func(tier tier.Tier) {
			dx := make([]float32, len(x))
			c.backward(dx, ones, x)
			for i := range dx {
				dx[i] += 0 // zeros are of either sign
			}
			expectSame(t, dx, []float32{1, 1, 0, 0, nan, c.atZero, c.atZero, c.atZero}, "%v: %s", tier, c.name)
		})
	}
}

// withinUlps are the functions that are not correctly rounded, with bounds of their
// errors: those that docs/accuracy.md gives, or a little more.
var withinUlps = []struct {
	name      string
	f         func(dst, x []float32)
	reference *rounded.Function
	bound     float64
}{
	{"GELUTanh", GELUTanh, rounded.GELUTanh, 0.5001},
	{"Mish", Mish, rounded.Mish, 0.5001},
	{"LeakyReLU", func(dst, x []float32) { LeakyReLU(dst, x, rounded.LeakyReLUSlope) }, rounded.LeakyReLU, 0.5},
	{"ELU", func(dst, x []float32) { ELU(dst, x, 1) }, rounded.ELU, 0.5001},
	{"SELU", SELU, rounded.SELU, 1.6},
	{"HardSigmoid", HardSigmoid, rounded.HardSigmoid, 1.01},
	{"SoftplusBackward", factor(SoftplusBackward), rounded.Sigmoid, 0.5001},
	{"SiLUBackward", factor(SiLUBackward), rounded.SiLUDerivative, 0.5001},
	{"GELUBackward", factor(GELUBackward), rounded.GELUDerivative, 0.5769},
	{"GELUTanhBackward", factor(GELUTanhBackward), rounded.GELUTanhDerivative, 0.5001},
	{"MishBackward", factor(MishBackward), rounded.MishDerivative, 0.8824},
	{"SigmoidBackward", factor(SigmoidBackward), rounded.SigmoidDerivative, 0.5001},
	{"TanhBackward", factor(TanhBackward), rounded.TanhDerivative, 0.5001},
}

// factor returns the function by which a backward form multiplies dy.
func factor(backward func(dx, dy, x []float32)) func(dst, x []float32) {
	return func(dst, x []float32) { backward(dst, slices.Repeat([]float32{1}, len(x)), x) }
}

// TestWithinUlps compares with the correctly rounded values: at a stride of all
// inputs and on both sides of the places where formulas change or a derivative is 0.
func TestWithinUlps(t *testing.T) {
	stride := uint64(1<<19 + 1)
	if testing.Short() {
		stride = 1<<22 + 1
	}
	x := append(strided(stride), regions(0)...)
	for _, p := range []float32{3, geluTanhMax, mishMax, -mishMin, 1.2784646, 0.75179154, 0.7524614, 1.1924312} {
		for units := -3; units <= 3; units++ {
			x = append(x, neighbour(p, units), -neighbour(p, units))
		}
	}
	for _, c := range withinUlps {
		eachTier(func(tier tier.Tier) {
			y := make([]float32, len(x))
			c.f(y, x)
			for i := range y {
				if ulps := c.reference.Ulps(y[i], x[i]); ulps > c.bound {
					t.Fatalf("%v: %s(%s) = %s, which is off by %v ulp", tier, c.name, hexFloat(x[i]), hexFloat(y[i]), ulps)
				}
			}
		})
	}
}

// TestActivationShape checks that what grows with its argument does so.
func TestActivationShape(t *testing.T) {
	stride := 20_011
	if testing.Short() {
		stride = 500_009
	}
	x := ascending(stride)
	y := make([]float32, len(x))
	for _, c := range []struct {
		name string
		f    func(dst, x []float32)
	}{
		{"ReLU", ReLU}, {"SELU", SELU}, {"HardSigmoid", HardSigmoid},
		{"LeakyReLU", func(dst, x []float32) { LeakyReLU(dst, x, 0.1) }},
		{"ELU", func(dst, x []float32) { ELU(dst, x, 0.7) }},
		{"SoftplusBackward", factor(SoftplusBackward)},
	} {
		eachTier(func(tier tier.Tier) {
			c.f(y, x)
			for i := 1; i < len(y); i++ {
				if !(y[i] >= y[i-1]) {
					t.Fatalf("%v: %s decreases from %s to %s between %s and %s", tier, c.name,
						hexFloat(y[i-1]), hexFloat(y[i]), hexFloat(x[i-1]), hexFloat(x[i]))
				}
			}
		})
	}
}

// TestActivationLimits checks signs of zero, denormals, infinities and NaN.
func TestActivationLimits(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	negativeZero := float32(math.Copysign(0, -1))
	const least = 0x1p-149
	x := []float32{0, negativeZero, least, -least, inf, -inf, nan}
	for _, c := range []struct {
		name string
		f    func(dst, x []float32)
		want []float32
	}{
		{"LeakyReLU", func(dst, x []float32) { LeakyReLU(dst, x, 0.1) }, []float32{0, negativeZero, least, negativeZero, inf, -inf, nan}},
		{"ELU", func(dst, x []float32) { ELU(dst, x, 1) }, []float32{0, negativeZero, least, -least, inf, -1, nan}},
		{"SELU", SELU, []float32{0, negativeZero, least, -2 * least, inf, -1.7580993, nan}},
		{"HardSigmoid", HardSigmoid, []float32{0.5, 0.5, 0.5, 0.5, 1, 0, nan}},
		{"GELUTanh", GELUTanh, []float32{0, negativeZero, 0, negativeZero, inf, negativeZero, nan}},
		{"Mish", Mish, []float32{0, negativeZero, least, -least, inf, negativeZero, nan}},
	} {
		eachTier(func(tier tier.Tier) {
			y := make([]float32, len(x))
			c.f(y, x)
			expectSame(t, y, c.want, "%v: %s of %v", tier, c.name, x)
		})
	}
}
