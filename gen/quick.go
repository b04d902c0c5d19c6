package main

// A quick is a faster way to most results of a stream with one input and one
// output, on a machine with lanes of float32, which are twice as many as those of
// float64. It finds out whether all results of a turn are right; if not, the body of
// the stream computes that turn.
type quick struct {
	constants
	// A turn has so many vectors, of which together many are computed at once.
	vectors, together int
	// limit bounds |x|. A turn with a larger one goes to the body at once.
	limit float64
	// compute returns the results of x, and sets a bit of doubt, one vector, if one
	// of them may be wrong.
	compute func(x, doubt row) row
}

// emit emits the main loop. Where a turn is in doubt, body computes its elements.
func (q quick) emit(n, from, to reg, body func(elements int)) {
	elements := q.vectors * q.Lanes()
	q.Comment("%d elements a turn, in lanes of float32 where that will do.", elements)
	q.While("wide", n, elements, func() {
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
	largest := q.Row("largest", 1)
	q.Zero(largest)
	q.LargestMagnitude(largest, q.Operand(from.name, q.vectors, q.At(from, 0)))
	q.GotoIfAny(largest, notLess, q.constant("quickLimit", q.limit), "inDoubt")

	doubt := row{"doubt", largest.ids}
	q.Zero(doubt)
	var y []row
	for first := 0; first < q.vectors; first += q.together {
		x := q.Row(from.name, q.together)
		q.Load(x, q.At(from, first*q.Lanes()))
		y = append(y, q.compute(x, doubt))
	}
	q.GotoIfNonzero(doubt, "inDoubt")
	for i, v := range y {
		q.Store(q.At(to, i*q.together*q.Lanes()), v)
		q.Free(v)
	}
	q.Free(doubt)
}
