package main

import (
	"fmt"
	"math"
)

// On AVX-512, tanh in lanes of float32 is a polynomial, without a division. Its
// coefficients come from a table of as many intervals as a permutation of registers
// can choose from. With a = |x| and t = a - center, which is exact,
//
//	tanh a = c0 + c1*t + c2*t^2 + q*t^2 + rest*t,  q = t*(c3 + c4*t + c5*t^2 + c6*t^3)
//
// where the centers are chosen among many so that c0 and c2 are float32 and only c1
// needs a rest. Of the sum
//
//	slope = c1 + (c2+q)*t, rounded,  high = c0 + slope*t, rounded
//
// the errors are known, and so tanh a = high + low, but for the rounding errors of q
// and of low: those are a fraction of a unit of high that is known for each interval.
type quickTanh struct {
	constants
	intervals                intervalMachine
	center, c0, c1, c2, rest table
	c                        []table // c3 and the following ones
	above, below             table   // 1 + tolerance, 1 - tolerance
}

// A tanhInterval has the coefficients of one interval, and the tolerance: what the
// error relative to low is taken for where high + low is near the middle between two
// float32. It is 1.1 times the largest error at any float32 in the interval, which is
// that of the polynomial, or in the first ones that of q*t^2.
type tanhInterval struct {
	center, c0, c1, rest, c2 float32
	c                        [4]float32
	tolerance                float32
}

// An argument a is in the interval that the last bits of the exponent and the first
// ones of the mantissa of
//
//	tanhFirst + tanhScale*a
//
// choose, of which there are eight to each power of 2. Up to quickTanhMax that is
// below 16; there tanh is 1, rounded.
const (
	tanhFirst    = 1.0625
	tanhScale    = 0x1.a66666p0
	quickTanhMax = 9.03125

	tanhIndexShift = 20
)

// An intervalMachine has lanes of float32 and what else that takes: AVX-512.
type intervalMachine interface {
	mathMachine
	// Magnitude sets dst to |x|, but to 0 where that is below 2^-63. Complete sets x to
	// y with the sign of x, but leaves it alone there, and y is not negative.
	Magnitude(dst, x row) (notTiny []mask)
	Complete(x, y row, notTiny []mask)
}

// newQuickTanh returns nil for a machine whose tables are too small.
func newQuickTanh(c constants) *quick {
	m, ok := c.Singles().(intervalMachine)
	if !ok || m.TableSize() < len(tanhIntervals) {
		return nil
	}
	column := func(name string, of func(i tanhInterval) float32) table {
		entries := make([]float32, len(tanhIntervals))
		for j, i := range tanhIntervals {
			entries[tanhIndex(j)] = of(i)
		}
		return m.Table(name, entries)
	}
	t := quickTanh{
		constants: constants{m, c.shared},
		intervals: m,
		center:    column("tanhCenter", func(i tanhInterval) float32 { return i.center }),
		c0:        column("tanh0", func(i tanhInterval) float32 { return i.c0 }),
		c1:        column("tanh1", func(i tanhInterval) float32 { return i.c1 }),
		rest:      column("tanhRest", func(i tanhInterval) float32 { return i.rest }),
		c2:        column("tanh2", func(i tanhInterval) float32 { return i.c2 }),
		above:     column("tanhAbove", func(i tanhInterval) float32 { return 1 + i.tolerance }),
		below:     column("tanhBelow", func(i tanhInterval) float32 { return 1 - i.tolerance }),
	}
	for k := range tanhIntervals[0].c {
		t.c = append(t.c, column(fmt.Sprintf("tanh%d", 3+k), func(i tanhInterval) float32 { return i.c[k] }))
	}
	return &quick{constants: t.constants, vectors: 4, together: 4, compute: t.tanh}
}

// tanhIndex is where the entries of interval j are: the exponent of 1 ends in ones.
func tanhIndex(j int) int {
	one := int(math.Float32bits(1) >> tanhIndexShift)
	return (one + j) % len(tanhIntervals)
}

// tanh returns tanh x. Of a tiny or infinite number or NaN that is computed as for
// others, but a tiny one is replaced by 0 meanwhile, lest its powers be denormal.
func (t quickTanh) tanh(at address, doubt row) row {
	a := t.Row("a", 4)
	t.Load(a, at)
	notTiny := t.intervals.Magnitude(a, a)
	t.Min(a, t.constant("quickTanhMax", quickTanhMax), a)
	index := t.Row("index", len(a.ids))
	t.SetConstant(index, "tanhFirst", tanhFirst)
	t.AddProduct(index, a, t.constant("tanhScale", tanhScale))
	t.ShiftRight(index, tanhIndexShift)
	entries := func(of table) row {
		r := t.Row(of.name, len(a.ids))
		t.Lookup(r, of, index)
		return r
	}
	addEntries := func(sum row, of table) {
		e := entries(of)
		t.MulAdd(sum, a, e)
		t.Free(e)
	}

	center := entries(t.center)
	a.name = "t"
	t.Sub(a, a, center)
	t.Free(center)
	last := len(t.c) - 1
	sum := entries(t.c[last])
	sum.name = "p"
	for k := last - 1; k >= 0; k-- {
		addEntries(sum, t.c[k])
	}
	q := t.Row("q", len(a.ids))
	t.Mul(q, a, sum)

	c2, c1 := entries(t.c2), entries(t.c1)
	slope := row{"slope", sum.ids}
	t.MulAdd(slope, a, c2)
	t.MulAdd(slope, a, c1)
	t.Comment("missing = (c1 - slope) + c2*t + q*t + rest.")
	missing := row{"missing", c1.ids}
	t.Sub(missing, c1, slope)
	t.AddProduct(missing, c2, a)
	t.AddProduct(missing, q, a)
	t.Free(c2, q)
	rest := entries(t.rest)
	t.Add(missing, missing, rest)
	t.Free(rest)

	c0 := entries(t.c0)
	high, low := t.Row("high", len(a.ids)), row{"low", c0.ids}
	t.Copy(high, c0)
	t.AddProduct(high, slope, a)
	t.Comment("low = (c0 - high) + slope*t + missing*t.")
	t.Sub(low, c0, high)
	t.AddProduct(low, slope, a)
	t.AddProduct(low, missing, a)
	t.Free(a, slope, missing)

	y, below := entries(t.above), entries(t.below)
	y.name = "y"
	t.MulAdd(y, low, high)
	t.MulAdd(below, low, high)
	t.Free(high, low, index)
	t.OrDifference(doubt, y, below)
	t.Free(below)
	x := t.Row("x", len(y.ids))
	t.Load(x, at)
	t.intervals.Complete(x, y, notTiny)
	t.Free(y)
	return x
}
