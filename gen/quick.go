package main

import (
	"fmt"
	"math"
)

// A quick is a faster way to most results of a stream with one input and one
// output, on a machine with lanes of float32, which are twice as many as those of
// float64. It finds out whether all results of a turn are right; if not, the body of
// the stream computes that turn.
type quick struct {
	constants
	// A turn has so many vectors, of which together many are computed at once.
	vectors, together int
	// least, where it is not 0, bounds |x|: it should be at least that, and less than
	// 2^64 times as large. A turn with another one goes to the body at once.
	least float64
	// leave, if there is one, jumps to a label where all is left to the body.
	leave func(label string)
	// compute returns the results of the vectors at x, and sets a bit of doubt, one
	// vector, if one of them may be wrong.
	compute func(x address, doubt row) row
}

// emit emits the main loop. Where a turn is in doubt, body computes its elements.
func (q quick) emit(n, from, to reg, body func(elements int)) {
	elements := q.vectors * q.Lanes()
	q.Comment("%d elements a turn, in lanes of float32 where that will do.", elements)
	if q.leave != nil {
		q.leave("rest")
	}
	q.While("quick", n, elements, func() {
		q.turn(from, to)
		q.Label("stored")
		q.Advance(from, elements)
		q.Advance(to, elements)
	})
	q.Goto("rest")
	q.Label("inDoubt")
	body(elements)
	q.Goto("stored")
	q.Label("rest")
}

func (q quick) turn(from, to reg) {
	doubt := q.Row("doubt", 1)
	if q.least != 0 {
		q.checkMagnitudes(row{"outside", doubt.ids}, q.At(from, 0))
	}
	q.Zero(doubt)
	var spilled []address
	first := 0
	for ; first+q.together < q.vectors; first += q.together {
		y := q.compute(q.At(from, first*q.Lanes()), doubt)
		spilled = append(spilled, q.Spill(y))
	}
	y := q.compute(q.At(from, first*q.Lanes()), doubt)
	q.GotoIfNonzero(doubt, "inDoubt")
	q.Store(q.At(to, first*q.Lanes()), y)
	for i, at := range spilled {
		q.Load(y, at)
		q.Store(q.At(to, i*q.together*q.Lanes()), y)
	}
	q.Free(y, doubt)
}

// checkMagnitudes looks at the bits of |x| less those of the bound: below 2^64 times
// the bound these differ by less than 64 exponents, and others have one of the bits
// above that.
func (q quick) checkMagnitudes(outside row, at address) {
	const above = 0b11 << 29
	bits := q.Row("bits", q.vectors)
	minusLeast := q.bits(fmt.Sprintf("minus2toMinus%d", -math.Ilogb(q.least)), uint64(-math.Float32bits(float32(q.least))))
	x := q.Operand(at.name, q.vectors, at)
	q.AddIntegers(bits, minusLeast, x)
	q.Free(x)
	q.Copy(outside, row{"bits", bits.ids[:1]})
	for i := 1; i < q.vectors; i++ {
		q.Or(outside, outside, row{"bits", bits.ids[i : i+1]})
	}
	q.Free(bits)
	q.And(outside, outside, q.bits("outside", above))
	q.GotoIfNonzero(outside, "inDoubt")
}
