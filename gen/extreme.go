package main

import (
	"fmt"
	"math"
)

func extremeFamily(f *file) {
	for _, e := range []element{float32s, float64s} {
		for _, t := range f.tiers() {
			m := f.machine(t, e)
			extreme(m, "maximum", "largest", math.Inf(-1), m.Max, m.FoldMax)
			extreme(m, "minimum", "smallest", math.Inf(1), m.Min, m.FoldMin)
		}
	}
}

// extreme collects the largest or smallest elements and, aside, the NaNs, which
// a maximum may drop: a lane of nan is +0 until it holds one. At the end its
// addition makes a zero +0.
func extreme(m mathMachine, name, which string, none float64, choose func(dst, a, b row), foldBy func(v row)) {
	m.Function(name, "(x []T) T", fmt.Sprintf("returns the %s element, NaN if any is NaN: %sGeneric.", which, name))
	const vectors = 4
	best := m.Row(which, vectors)
	nan := m.Row("nan", vectors)
	m.Comment("%s = %v", which, none)
	m.SetConstant(best, which+"OfNone", none)
	m.Zero(nan)
	x := m.Arg("x")
	n := m.Len("x")
	collect := func(v, best, nan row) {
		m.MoveWhere(nan, v, v, unordered, v)
		choose(best, best, v)
	}
	turn := func(vectors int) func() {
		return func() {
			v := m.Row("x", vectors)
			m.Load(v, m.At(x, 0))
			collect(v, best.slice(0, vectors), nan.slice(0, vectors))
			m.Free(v)
			m.Advance(x, vectors*m.Lanes())
		}
	}
	m.Comment("%d elements a turn.", vectors*m.Lanes())
	m.While("wide", n, vectors*m.Lanes(), turn(vectors))
	for half := vectors / 2; half > 0; half /= 2 {
		choose(best.slice(0, half), best.slice(0, half), best.slice(half, 2*half))
		m.Add(nan.slice(0, half), nan.slice(0, half), nan.slice(half, 2*half))
	}
	m.Comment("%d elements a turn.", m.Lanes())
	m.While("single", n, m.Lanes(), turn(1))

	best, nan = best.slice(0, 1), nan.slice(0, 1)
	m.GotoIfBelow(n, 1, "fold")
	m.Comment("The last n < %d elements.", m.Lanes())
	t := m.Tail(n, x, m.Lanes())
	k := m.Mask(t, 0)
	v := m.Row("x", 1)
	m.LoadPart(v, m.At(x, 0), k)
	m.FillRest(v, k, best)
	collect(v, best, nan)
	m.Label("fold")
	foldBy(best)
	m.FoldSum(nan)
	m.Add(best, best, nan)
	m.ReturnLane0(best)
}
