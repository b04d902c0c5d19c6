package main

import "fmt"

// The functions of class sequence perform exactly the operations of their twins,
// each rounded. They belong to the family gate; what they share is here.

// A sequencer evaluates as plain Go does, without fused operations.
type sequencer struct{ constants }

func newSequencer(m mathMachine) sequencer { return sequencer{newConstants(m)} }

// clampBetween brings x between two limits and keeps NaN.
func (s sequencer) clampBetween(x row, lowName string, low float64, highName string, high float64) {
	s.Max(x, s.constant(lowName, low), x)
	s.Min(x, s.constant(highName, high), x)
}

// Constants as in package kernels.
const (
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10
)

// expSeries is that of package kernels: 1/2!, 1/3!, ... 1/13!.
var expSeries = []float64{
	1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880,
	1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800,
}

// exp returns e^t by the operations of exp64 and uses t up.
func (s sequencer) exp(t row) row {
	const rounder, one = 0x1.8p52, 1023 << 52
	scale, p := s.Row("2^n", len(t.ids)), s.Row("p", len(t.ids))

	s.Comment("n = %s/ln 2, rounded, in the low bits of sum.", t.name)
	sum, n := row{"sum", scale.ids}, row{"n", p.ids}
	s.Mul(sum, t, s.constant("log2E", log2E))
	s.Add(sum, sum, s.constant("rounder", rounder))
	s.Sub(n, sum, s.constant("rounder", rounder))

	s.Comment("r = %s - n ln 2.", t.name)
	r := row{"r", t.ids}
	product := s.Row("product", len(t.ids))
	s.Mul(product, n, s.constant("ln2High", ln2High))
	s.Sub(r, t, product)
	s.Mul(product, n, s.constant("ln2Low", ln2Low))
	s.Sub(r, r, product)

	s.Comment("2^n: the low bits of sum become the exponent.")
	s.ShiftLeft(sum, 52)
	bias := row{"bias", s.shared.ids}
	s.SetBits(bias, "bias", one)
	s.AddIntegers(scale, sum, bias)

	s.Comment("p = r + r*r*(1/2 + r/6 + ... + r^11/13!).")
	s.polynomialInto(p, "f", expSeries, r)
	s.Mul(product, r, r)
	s.Mul(p, product, p)
	s.Add(p, r, p)
	s.Mul(p, scale, p)
	s.Add(p, scale, p)
	s.Free(scale, product)
	return row{"e^" + t.name, p.ids}
}

// polynomialInto sets y to c[0] + c[1]*x + ..., by Horner's rule, the constants
// being named by a prefix.
func (s sequencer) polynomialInto(y row, prefix string, c []float64, x row) {
	constant := func(i int) (string, float64) { return fmt.Sprintf("%s%d", prefix, i), c[i] }
	name, value := constant(len(c) - 1)
	s.SetConstant(y, name, value)
	for i := len(c) - 2; i >= 0; i-- {
		s.Mul(y, y, x)
		s.Add(y, y, s.constant(constant(i)))
	}
}

// times multiplies by the gradient: d is rounded to float32, and then the
// product, which is exact in float64, by the store.
func (s sequencer) times(dy, d row) []row {
	s.RoundToFloat32(d)
	s.Mul(d, dy, d)
	return []row{d}
}

// backwardStream emits a kernel dx = dy * d(x). The derivative gets x, which it
// uses up.
func (s sequencer) backwardStream(derivative func(x row) row) {
	stream{
		outputs: []string{"dx"},
		inputs:  []string{"dy", "x"},
		unroll:  s.Registers() / 8,
		body: func(in []row) []row {
			return s.times(in[0], derivative(in[1]))
		},
	}.emit(s.mathMachine)
}
