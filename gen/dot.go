package main

// reductionLanes is the number of interleaved chains of the reductions, part of
// the bit contract: element i belongs to lane i mod 64.
const reductionLanes = 64

func dotFamily(f *file) {
	for _, m := range f.machines(float32s, float64s) {
		dot(m)
		sum(m)
	}
}

// dot: lane l = x[l]*y[l] + x[l+64]*y[l+64] + ..., one fma chain.
func dot(m machine) {
	m.Function("dot", "(x, y []T) T", `returns the sum of x[i]*y[i] over 64
		interleaved fma chains, folded by halves: dotGeneric.`)
	reduction{
		inputs: []string{"x", "y"},
		once:   "y",
		step:   func(acc row, in []row) { m.AddProduct(acc, in[0], in[1]) },
		zeros:  true,
	}.emit(m)
}

// sum: lane l = x[l] + x[l+64] + ..., one chain of additions.
func sum(m machine) {
	m.Function("sum", "(x []T) T", `returns the sum of x[i] over 64 interleaved
		chains of additions, folded by halves: sumGeneric.`)
	reduction{
		inputs: []string{"x"},
		once:   "x",
		step:   func(acc row, in []row) { m.Add(acc, acc, in[0]) },
	}.emit(m)
}

// A reduction adds something about each element to the accumulator of its lane.
type reduction struct {
	inputs []string
	// once is the input, if any, that step uses once, as the last operand.
	once string
	step func(acc row, in []row)
	// zeros says that lanes may end as -0, which the underflow of a product
	// does, while no sum of additions from +0 is -0.
	zeros bool
	// beyond sets the lanes outside the mask so that they add nothing. It is
	// nil if +0 does that.
	beyond func(in row, k mask)
}

// emit reduces the slices to one number and returns it. The accumulators are
// reductionLanes/Lanes() vectors. If those do not leave enough registers (16
// vectors of four float64), the upper half of the lanes goes first, in a pass
// of its own.
func (r reduction) emit(m machine) {
	vectors := reductionLanes / m.Lanes()
	if vectors <= m.Registers()/2 {
		r.fold(m, r.pass(m, "", 0, vectors))
		return
	}
	half := vectors / 2
	m.Comment("The upper half of the lanes.")
	upper := m.Spill(r.pass(m, "Upper", half, half))
	m.Comment("The lower half of the lanes.")
	acc := r.pass(m, "Lower", 0, half)
	chunk := m.Row("upper", half/2)
	for i := 0; i < half; i += half / 2 {
		m.Load(chunk, upper.plus(i*m.Lanes()))
		m.Add(acc.slice(i, i+half/2), acc.slice(i, i+half/2), chunk)
	}
	m.Free(chunk)
	r.fold(m, acc)
}

// pass accumulates count vectors of lanes, those from vector number first on.
func (r reduction) pass(m machine, label string, first, count int) row {
	acc := m.Row("acc", count)
	m.Zero(acc)
	pointers := make([]reg, len(r.inputs))
	for i, name := range r.inputs {
		pointers[i] = m.Arg(name)
	}
	n := m.Len(r.inputs[0])

	const chunk = 4 // vectors loaded at a time
	m.Comment("%d elements a turn.", reductionLanes)
	m.While("loop"+label, n, reductionLanes, func() {
		for i := 0; i < count; i += chunk {
			in := make([]row, len(pointers))
			for j, p := range pointers {
				at := m.At(p, (first+i)*m.Lanes())
				if r.inputs[j] == r.once {
					in[j] = m.Operand(p.name, chunk, at)
					continue
				}
				in[j] = m.Row(p.name, chunk)
				m.Load(in[j], at)
			}
			r.step(acc.slice(i, i+chunk), in)
			m.Free(in...)
		}
		for _, p := range pointers {
			m.Advance(p, reductionLanes)
		}
	})

	// What is left may end within any of the vectors. A lane beyond the end
	// gains fma(0, 0, lane) or lane + 0, which is the lane but for -0, and
	// that is lost in the sum anyway.
	done := "fold" + label
	m.GotoIfBelow(n, first*m.Lanes()+1, done)
	t := m.Tail(n, pointers[0], reductionLanes)
	for i := range count {
		begin := (first + i) * m.Lanes()
		if i > 0 {
			m.GotoIfBelow(n, begin+1, done)
		}
		k := m.Mask(t, first+i)
		in := make([]row, len(pointers))
		for j, p := range pointers {
			in[j] = m.Row(p.name, 1)
			m.LoadPart(in[j], m.At(p, begin), k)
			if r.beyond != nil {
				r.beyond(in[j], k)
			}
		}
		r.step(acc.slice(i, i+1), in)
		m.Free(in...)
		m.FreeMask(k)
	}
	m.ReleaseTail(t)
	m.Label(done)
	m.Release(pointers...)
	m.Release(n)
	return acc
}

// fold adds the lanes by halves, and returns the sum plus +0. For that it is
// enough that one lane is not -0; the first ones are ready before the others.
func (r reduction) fold(m machine, acc row) {
	if r.zeros {
		zero := m.Row("0", 1)
		m.Zero(zero)
		m.Add(acc.slice(0, 1), acc.slice(0, 1), zero)
		m.Free(zero)
	}
	for len(acc.ids) > 1 {
		half := len(acc.ids) / 2
		m.Comment("Lane l gains lane l+%d.", half*m.Lanes())
		m.Add(acc.slice(0, half), acc.slice(0, half), acc.slice(half, 2*half))
		m.Free(acc.slice(half, 2*half))
		acc = acc.slice(0, half)
	}
	m.FoldSum(acc)
	m.ReturnLane0(acc)
}
