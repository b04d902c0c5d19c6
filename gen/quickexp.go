package main

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// In lanes of float32, which are twice as many as those of float64, e^x comes as
// the sum of two numbers, whose error is known to be small: if the sum rounds to
// the same float32 with that error added and subtracted, then that is the correct
// result (Ziv, ACM TOMS 17, 1991), else the function has to do it in float64.
//
// With k, the nearest multiple of 1/steps to x log2 e, and the float32 power that
// is nearest to 2^k,
//
//	r = x - k ln 2 + rest,  e^x = power * e^r,  rest = ln(2^k) - ln(power)
//
// where ln 2 has a head of 21 bits, so that h = x - k*head is exact, and a tail, of
// which what is left over, l = rest - k*tail, is below 2^-22. Then
//
//	e^h = 1 + w + v,  w = h + h^2/2, rounded,  v = its error + h^3/6 + ...
//	high = power + power*w, rounded,  low = its error + power*v + high*l
//
// and both errors are known exactly. What is left are the rounding errors of low, and
// l^2/2. A result is in doubt only near the middle between two float32, where low is
// half a unit of high or more, so that the error can be told relative to low.
type quickExponential struct {
	constants
	*quickSplitting
	powers, rests table
	rounder       float64
	// ofMinus says that the power is e^-x, and that h, w and v are negated, too, which
	// takes other constants, but no operation.
	ofMinus bool
}

// The powers are from 2^first up to 2^(first+128), so that all that is computed on the
// way is a normal number. (The processor takes a hundred times as long for others.)
const (
	quickExpFirst = -64
	// For d = 1 + power, d - 1 has to be exact.
	quickLogisticFirst = -104
	quickBinades       = 128
)

// quickExpm1Least and quickEluLeast bound |x| for e^x - 1: h*h is a normal number, and
// below 2^64 times as much, with or without positive x, power - 1 and its error are
// exact.
const (
	quickExpm1Least = 0x1p-60
	quickEluLeast   = 0x1p-58
)

// tolerance is what the error relative to low is taken for. A bound for e^x is
// 2^-18.4: of high, 2^-43.4, as l^2/2 and the rounding errors of l and of its product
// are 2^-45 and three times 2^-46 at most, and five rounding errors of h^3/6. That all
// of these add up does not happen: among all 2^32 inputs, high + low rounds wrongly
// only if it is within 2^-20.9 of low of the middle, for e^x - 1 as well. With this
// tolerance, which is 2^-20.4, none of the functions has a wrong result at any input,
// be its neighbours in doubt or not. Twice as much sends twice as many turns to the
// body, which counts near 0, where low is many units of e^x - 1.
const tolerance = 0x1.8p-21

// singlePowers are what float32 has of 2^(j/32), and singleRests the logarithms of
// 2^(j/32) less theirs.
var (
	singlePowers = [32]float32{
		0x1.000000p+0, 0x1.059b0ep+0, 0x1.0b5586p+0, 0x1.11301ep+0,
		0x1.172b84p+0, 0x1.1d4874p+0, 0x1.2387a6p+0, 0x1.29e9e0p+0,
		0x1.306fe0p+0, 0x1.371a74p+0, 0x1.3dea64p+0, 0x1.44e086p+0,
		0x1.4bfdaep+0, 0x1.5342b6p+0, 0x1.5ab07ep+0, 0x1.6247ecp+0,
		0x1.6a09e6p+0, 0x1.71f75ep+0, 0x1.7a1148p+0, 0x1.82589ap+0,
		0x1.8ace54p+0, 0x1.93737cp+0, 0x1.9c4918p+0, 0x1.a5503cp+0,
		0x1.ae89fap+0, 0x1.b7f770p+0, 0x1.c199bep+0, 0x1.cb720ep+0,
		0x1.d5818ep+0, 0x1.dfc974p+0, 0x1.ea4afap+0, 0x1.f50766p+0,
	}
	singleRests = [32]float32{
		0, -0x1.947416p-25, 0x1.8d96d4p-25, -0x1.dda2fep-25,
		-0x1.9c0c22p-27, -0x1.a2fbb4p-25, 0x1.964902p-25, -0x1.2b0dbcp-25,
		0x1.125002p-25, -0x1.cde8cep-26, 0x1.370be4p-25, 0x1.336de2p-30,
		-0x1.0a3552p-25, -0x1.c541b6p-26, -0x1.00d8acp-27, -0x1.6cb284p-25,
		0x1.26055cp-26, 0x1.8b2bb8p-26, -0x1.05cb44p-25, -0x1.1c2142p-26,
		0x1.67a1cap-28, -0x1.348e56p-25, 0x1.a3b5e4p-28, -0x1.0b7ec8p-25,
		-0x1.f9c306p-27, -0x1.e4c886p-26, -0x1.6961b4p-28, -0x1.b5151ep-28,
		-0x1.a5217cp-28, -0x1.ab7132p-26, 0x1.61428ep-28, -0x1.2ad5f8p-27,
	}
)

// A quickSplitting has the constants for one number of steps.
type quickSplitting struct {
	// unit is what 1/steps is multiplied by so that it becomes the lowest bit of numbers
	// from 2 to 4: those have only one bit in the exponent.
	unit float64
	// shift brings a whole number of that to the exponent.
	shift int
	// coefficients are those of (e^h - 1 - h - h^2/2) / h^3, the polynomial that is
	// nearest to it with a weight of h^3.
	prefix       string
	coefficients []float64
}

var quickSplittings = map[int]*quickSplitting{
	32: {0x1p-17, 18, "t", []float64{0x1.555556p-3, 0x1.55568ep-5, 0x1.11125p-7}},
	8:  {0x1p-19, 20, "e", []float64{0x1.555556p-3, 0x1.555a3ap-5, 0x1.11160ep-7}},
}

// newQuickExponential returns one for powers from 2^first.
func newQuickExponential(c constants, first int) quickExponential {
	m := c.Singles()
	steps := m.TableSize()
	powers, rests := make([]float32, steps), make([]float32, steps)
	s := quickSplittings[steps]
	for j := range steps {
		from := j * len(singlePowers) / steps
		powers[j], rests[j] = singlePowers[from], singleRests[from]
	}
	return quickExponential{
		constants{m, c.shared}, s,
		m.Table(fmt.Sprintf("%sPowers%d", s.prefix, -first), lowered(powers, s.shift, first)), m.Table(s.prefix+"Rests", rests),
		2 - float64(first)*s.unit, false,
	}
}

// turn returns a turn of the function that compute evaluates.
func (e quickExponential) turn(least float64, compute func(x address, doubt row) row) *quick {
	return &quick{constants: e.constants, vectors: 4, together: e.together(), least: least, compute: compute}
}

// together is as many vectors as the registers are enough for: seven for each, beside
// the constant, doubt, and tables.
func (e quickExponential) together() int {
	free := e.Registers() - 2
	for _, r := range slices.Concat(e.powers.registers, e.rests.registers) {
		free -= len(r.ids)
	}
	return 1 << (bits.Len(uint(free/7)) - 1)
}

// load returns the numbers that a turn computes together.
func (e quickExponential) load(at address) row {
	x := e.Row(at.name, e.together())
	e.Load(x, at)
	return x
}

// exp returns e^x.
func (e quickExponential) exp(at address, doubt row) row {
	x := e.load(at)
	e.Comment("2^-50 makes no difference, but keeps x away from 0.")
	e.Add(x, x, e.constant("two50", 0x1p-50))
	power, l := e.splitWithin(x, doubt)
	w, v := e.series(x)
	high, low := row{"high", x.ids}, e.Row("low", len(x.ids))
	e.Copy(high, power)
	e.AddProduct(high, power, w)
	e.Comment("low = (power - high) + power*w + power*v + high*l.")
	e.Sub(low, power, high)
	e.AddProduct(low, power, w)
	e.AddProduct(low, power, v)
	e.AddProduct(low, high, l)
	e.Free(power, l, w, v)
	return e.round(high, low, doubt)
}

// expm1 returns e^x - 1, and uses x up.
func (e quickExponential) expm1(x, doubt row) row {
	power, l := e.split(x)
	w, v := e.series(x)
	e.Comment("v = v + l + w*l, so that e^x = power*(1 + w + v).")
	e.Add(v, v, l)
	e.AddProduct(v, w, l)

	base, high, low := row{"base", x.ids}, e.Row("high", len(x.ids)), row{"low", l.ids}
	e.Sub(base, power, e.constant("one", 1))
	e.Copy(high, base)
	e.AddProduct(high, power, w)
	e.Comment("low = (power - (base + 1)) + (base - high) + power*w + power*v.")
	e.Sub(low, base, high)
	e.AddProduct(low, power, w)
	e.Add(base, base, e.constant("one", 1))
	e.Sub(base, power, base)
	e.Add(low, low, base)
	e.AddProduct(low, power, v)
	e.Free(power, base, w, v)
	return e.round(high, low, doubt)
}

// splitWithin is split for any x: it sets a bit of doubt where power is out of range.
func (e quickExponential) splitWithin(x, doubt row) (power, l row) {
	sum := e.steps(x)
	e.Comment("Of a power out of range, sum has bits above those of k, or in the exponent.")
	above := e.Row("above", 1)
	e.Copy(above, row{sum.name, sum.ids[:1]})
	for _, id := range sum.ids[1:] {
		e.Or(above, above, row{sum.name, []int{id}})
	}
	allowed := uint64(quickBinades*e.TableSize()-1) | uint64(math.Float32bits(2))
	e.And(above, above, e.bits(e.prefix+"Above", math.MaxUint32&^allowed))
	e.Or(doubt, doubt, above)
	e.Free(above)
	return e.splitAt(x, sum)
}

// split returns power and l, and turns x into h.
func (e quickExponential) split(x row) (power, l row) { return e.splitAt(x, e.steps(x)) }

// steps returns a sum with k, less that of the first power, in its low bits.
func (e quickExponential) steps(x row) row {
	e.Comment("k, in the low bits of sum and by itself, and h.")
	sum := e.Row("sum", len(x.ids))
	e.SetConstant(sum, e.rounderName(), e.rounder)
	if e.ofMinus {
		e.SubProduct(sum, x, e.constant(e.prefix+"Log2E", log2E*e.unit))
	} else {
		e.AddProduct(sum, x, e.constant(e.prefix+"Log2E", log2E*e.unit))
	}
	return sum
}

func (e quickExponential) rounderName() string { return e.powers.name + "Rounder" }

// splitAt is split by the sum that steps returned.
func (e quickExponential) splitAt(x, sum row) (power, l row) {
	const ln2Head, ln2Tail = 0x1.62e43p-1, -0x1.05c61p-29
	k := e.Row("k", len(x.ids))
	e.Sub(k, sum, e.constant(e.rounderName(), e.rounder))
	h := row{"h", x.ids}
	if head := e.constant(e.prefix+"Ln2Head", ln2Head/e.unit); e.ofMinus {
		e.AddProduct(h, k, head)
	} else {
		e.SubProduct(h, k, head)
	}

	power, l = e.Row("power", len(x.ids)), e.Row("l", len(x.ids))
	e.Lookup(power, e.powers, sum)
	e.Lookup(l, e.rests, sum)
	e.ShiftLeft(sum, e.shift)
	e.AddIntegers(power, power, sum)
	e.SubProduct(l, k, e.constant(e.prefix+"Ln2Tail", ln2Tail/e.unit))
	e.Free(sum, k)
	return power, l
}

// lowered returns what Lookup has to find for a sum, shifted, to make a power of it:
// without the index, which is in the sum, too, and with the first power.
func lowered(powers []float32, shift, first int) []float32 {
	for j, p := range powers {
		sum := int64(math.Float32bits(p)) - int64(j)<<shift + int64(first)<<23
		powers[j] = math.Float32frombits(uint32(sum))
	}
	return powers
}

// series returns w and v, and uses h up.
func (e quickExponential) series(h row) (w, v row) {
	e.Comment("w and v = (h - w) + h*h/2 + h*h*(h*p).")
	w, v = e.Row("w", len(h.ids)), e.Row("v", len(h.ids))
	half := e.Row("h/2", len(h.ids))
	prefix, coefficients := e.prefix, e.coefficients
	if e.ofMinus {
		e.Mul(half, h, e.constant("minusHalf", -0.5))
		prefix = "minus" + prefix
		coefficients = []float64{coefficients[0], -coefficients[1], coefficients[2]}
	} else {
		e.Mul(half, h, e.constant("half", 0.5))
	}
	e.Copy(w, h)
	e.AddProduct(w, h, half)
	e.Sub(v, h, w)
	e.AddProduct(v, h, half)
	e.Free(half)
	p, square := e.polynomial(prefix, coefficients, h), row{"h*h", h.ids}
	e.Mul(p, h, p)
	e.Mul(square, h, h)
	e.AddProduct(v, square, p)
	e.Free(p)
	return w, v
}

// round returns high + low, rounded, and sets a bit of doubt where the tolerance
// makes a difference. It uses both up.
func (e quickExponential) round(high, low, doubt row) row {
	y, below := e.Row("y", len(high.ids)), row{"below", high.ids}
	e.Copy(y, high)
	e.AddProduct(y, low, e.constant("above", 1+tolerance))
	e.AddProduct(below, low, e.constant("below", 1-tolerance))
	e.OrDifference(doubt, y, below)
	e.Free(low, below)
	return y
}
