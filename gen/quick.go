package main

// A quick is a faster way to most results of a stream with one input and one
// output, on a machine with lanes of float32, which are twice as many as those of
// float64. It finds out whether all results of a turn are right; if not, the body of
// the stream computes that turn.
type quick struct {
	constants
	// A turn has so many vectors, of which together many are computed at once.
	vectors, together int
	// least and limit, where they are not 0, bound |x|. A turn with a smaller or larger
	// one goes to the body at once.
	least, limit float64
	// compute returns the results of the vectors at x, and sets a bit of doubt, one
	// vector, if one of them may be wrong.
	compute func(x address, doubt row) row
}

// emit emits the main loop. Where a turn is in doubt, body computes its elements.
func (q quick) emit(n, from, to reg, body func(elements int)) {
	elements := q.vectors * q.Lanes()
	q.Comment("%d elements a turn, in lanes of float32 where that will do.", elements)
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
	x := q.Operand(from.name, q.vectors, q.At(from, 0))
	q.checkRange(row{"extreme", doubt.ids}, x)
	q.Free(x)
	q.Zero(doubt)
	var y []row
	for first := 0; first < q.vectors; first += q.together {
		y = append(y, q.compute(q.At(from, first*q.Lanes()), doubt))
	}
	q.GotoIfNonzero(doubt, "inDoubt")
	for i, v := range y {
		q.Store(q.At(to, i*q.together*q.Lanes()), v)
		q.Free(v)
	}
	q.Free(doubt)
}

func (q quick) checkRange(extreme, x row) {
	if q.limit != 0 {
		q.Zero(extreme)
		q.LargestMagnitude(extreme, x)
		q.GotoIfAny(extreme, notLess, q.constant("limit", q.limit), "inDoubt")
	}
	if q.least != 0 {
		q.SetConstant(extreme, "one", 1)
		q.SmallestMagnitude(extreme, x)
		q.GotoIfAny(extreme, less, q.constant("least", q.least), "inDoubt")
	}
}
