package detmath

import (
	"math"
	"testing"
)

var specials = []float64{
	0, math.Copysign(0, -1), 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1.5, -1.5, math.E, -math.Pi,
	math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, 0x1p-1022, -0x1p-1022, 0x1p-60, -0x1p-60,
	math.MaxFloat64, -math.MaxFloat64, 1 << 53, -(1 << 53), 1<<53 - 1, 1 - 1<<53, 1<<52 + 0.5, 710, -746, 1e10, 1e-10,
	math.Nextafter(1, 0), math.Nextafter(1, 2), math.Nextafter(-1, 0), math.Nextafter(-1, -2),
	math.Inf(1), math.Inf(-1), math.NaN(),
}

// alike reports whether two results are the same special value, or two ordinary
// numbers of the same sign. (TestAccuracy looks at their digits; package math
// is no yardstick for these: on amd64 its Log is wrong for subnormal numbers.)
func alike(a, b float64) bool {
	if a == 0 || b == 0 || math.IsInf(a, 0) || math.IsInf(b, 0) {
		return a == b && math.Signbit(a) == math.Signbit(b)
	}
	return a != a && b != b || a*math.Copysign(1, b) > 0
}

// TestSpecialValues compares with package math, whose special cases these
// functions share.
func TestSpecialValues(t *testing.T) {
	for name, f := range map[string][2]func(float64) float64{
		"Exp":    {Exp, math.Exp},
		"Expm1":  {Expm1, math.Expm1},
		"Log":    {Log, math.Log},
		"Log1p":  {Log1p, math.Log1p},
		"Erfinv": {Erfinv, math.Erfinv},
	} {
		for _, x := range specials {
			if got, want := f[0](x), f[1](x); !alike(got, want) {
				t.Errorf("%s(%v) = %v, want %v", name, x, got, want)
			}
		}
	}
}

func TestPowSpecialValues(t *testing.T) {
	for _, x := range specials {
		for _, y := range specials {
			if got, want := Pow(x, y), math.Pow(x, y); !alike(got, want) {
				t.Errorf("Pow(%v, %v) = %v, want %v", x, y, got, want)
			}
		}
	}
}

func TestTrigSpecialValues(t *testing.T) {
	for _, x := range specials {
		sin, cos := math.Sin(x), math.Cos(x)
		if math.Abs(x) > MaxAngle {
			sin, cos = math.NaN(), math.NaN()
		}
		if got := Sin(x); !alike(got, sin) {
			t.Errorf("Sin(%v) = %v, want %v", x, got, sin)
		}
		if got := Cos(x); !alike(got, cos) {
			t.Errorf("Cos(%v) = %v, want %v", x, got, cos)
		}
	}
	for _, x := range []float64{MaxAngle, -MaxAngle} {
		if got := Sin(x); !alike(got, math.Sin(x)) {
			t.Errorf("Sin(%v) = %v, want %v", x, got, math.Sin(x))
		}
	}
}

func TestNormQuantileSpecialValues(t *testing.T) {
	for _, c := range [][2]float64{
		{0, math.Inf(-1)}, {math.Copysign(0, -1), math.Inf(-1)}, {1, math.Inf(1)}, {0.5, 0},
		{-0.1, math.NaN()}, {1.1, math.NaN()}, {math.Inf(1), math.NaN()}, {math.NaN(), math.NaN()},
		{math.SmallestNonzeroFloat64, -38}, {math.Nextafter(1, 0), 8},
	} {
		if got := NormQuantile(c[0]); !alike(got, c[1]) {
			t.Errorf("NormQuantile(%v) = %v, want %v", c[0], got, c[1])
		}
	}
}

// TestIdentities checks what holds to the bit.
func TestIdentities(t *testing.T) {
	for i := range 1000 {
		x := float64(i) / 1024
		if Sin(-x) != -Sin(x) || Cos(-x) != Cos(x) {
			t.Errorf("Sin or Cos is not symmetric at %v", x)
		}
		if Erfinv(-x) != -Erfinv(x) || NormQuantile(0.5-x/2) != -NormQuantile(0.5+x/2) {
			t.Errorf("Erfinv or NormQuantile is not symmetric at %v", x)
		}
	}
	for k := -1074; k < 1024; k++ {
		if got := Pow(2, float64(k)); got != math.Ldexp(1, k) {
			t.Errorf("Pow(2, %d) = %v", k, got)
		}
	}
	for base := 3.0; base < 100; base++ {
		for n, power := 1.0, base; power < 1<<53; n, power = n+1, power*base {
			if got := Pow(base, n); got != power {
				t.Errorf("Pow(%v, %v) = %v, want %v", base, n, got, power)
			}
		}
	}
}

// TestSeams checks that increasing functions do not step back where their
// approximations change.
func TestSeams(t *testing.T) {
	for name, c := range map[string]struct {
		f  func(float64) float64
		at []float64
	}{
		"Exp":          {Exp, []float64{math.Ln2 / 2, -math.Ln2 / 2, 3 * math.Ln2 / 2}},
		"Expm1":        {Expm1, []float64{math.Ln2 / 2, -math.Ln2 / 2, 40, -40}},
		"Log":          {Log, []float64{math.Sqrt2 / 2, 1, math.Sqrt2}},
		"Log1p":        {Log1p, []float64{math.Sqrt2/2 - 1, math.Sqrt2 - 1}},
		"NormQuantile": {NormQuantile, []float64{0.075, 0.925, math.Exp(-25)}},
		"Erfinv":       {Erfinv, []float64{0.85, -0.85}},
	} {
		for _, x := range c.at {
			step := 1e-12 * math.Abs(x)
			if a, b, d := c.f(x-step), c.f(x), c.f(x+step); !(a <= b && b <= d) {
				t.Errorf("%s steps back near %v: %v, %v, %v", name, x, a, b, d)
			}
		}
	}
}
