package kernels

import (
	"math"
	"math/big"
	"testing"
)

// A reference is one of the functions of class rounded: the kernel, and the
// mathematics that says what the kernel must return. Most inputs are decided
// by a float64 approximation, because nothing within its error rounds
// otherwise (the filter of Ziv's method); math/big decides the few that lie
// too close to the middle of two float32.
type reference struct {
	name   string
	kernel func(dst, x []float32)
	approx func(x float64) float64
	exact  func(x *big.Float) *big.Float
}

var references = []reference{
	{"Exp", Exp, math.Exp, bigExp},
	{"Sigmoid", Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, bigSigmoid},
	{"Tanh", Tanh, math.Tanh, bigTanh},
}

// approxError bounds the relative error of the approximations.
const approxError = 0x1p-49

// round returns the function's value at x, correctly rounded.
func (r reference) round(x float32) float32 {
	y := r.approx(float64(x))
	low, high := float32(y*(1-approxError)), float32(y*(1+approxError))
	if low == high || y != y {
		return low
	}
	exact, _ := r.exact(newBig(float64(x))).Float32()
	return exact
}

// bigPrecision leaves more than 100 correct bits in all results below, the
// cancellation in the hyperbolic tangent of the smallest denormal included.
const bigPrecision = 320

func newBig(x float64) *big.Float { return new(big.Float).SetPrec(bigPrecision).SetFloat64(x) }

// bigExp returns e^x by the Taylor series of e^(x/2^k), squared k times.
func bigExp(x *big.Float) *big.Float {
	halvings := max(0, x.MantExp(nil)+8)
	r := newBig(0).SetMantExp(x, -halvings)
	sum, term := newBig(1), newBig(1)
	for n := 1; term.Sign() != 0 && term.MantExp(nil) > -bigPrecision; n++ {
		term.Mul(term, r)
		term.Quo(term, newBig(float64(n)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// bigSigmoid returns 1 / (1 + e^-x).
func bigSigmoid(x *big.Float) *big.Float {
	e := bigExp(newBig(0).Neg(x))
	return e.Quo(newBig(1), e.Add(e, newBig(1)))
}

// bigTanh returns (e^2x - 1) / (e^2x + 1).
func bigTanh(x *big.Float) *big.Float {
	e := bigExp(newBig(0).SetMantExp(x, 1))
	above := newBig(0).Add(e, newBig(1))
	return e.Quo(e.Sub(e, newBig(1)), above)
}

// TestBigFunctions compares the series with published digits.
func TestBigFunctions(t *testing.T) {
	for _, c := range []struct {
		name   string
		f      func(*big.Float) *big.Float
		x      float64
		digits string
	}{
		{"exp", bigExp, 1, "2.71828182845904523536028747135266249775724709369995957496697"},
		{"exp", bigExp, -1, "0.367879441171442321595523770161460867445811131031767834507837"},
		{"exp", bigExp, 0, "1"},
		{"exp", bigExp, -100, "3.72007597602083596295969580386311833735888922923767819671206e-44"},
		{"sigmoid", bigSigmoid, 1, "0.731058578630004879251159241821836274365144640165056519276366"},
		{"tanh", bigTanh, 1, "0.761594155955764888119458282604793590412768597257936551596811"},
		{"tanh", bigTanh, -1, "-0.761594155955764888119458282604793590412768597257936551596811"},
	} {
		want, _, err := big.ParseFloat(c.digits, 10, bigPrecision, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		got := c.f(newBig(c.x))
		difference := newBig(0).Sub(got, want)
		if difference.Sign() != 0 && difference.MantExp(nil) > want.MantExp(nil)-140 {
			t.Errorf("%s(%v) = %s, want %s", c.name, c.x, got.Text('g', 60), c.digits)
		}
	}
}
