package main

import "slices"

// A stream is an element-wise kernel: the vectors of the outputs are computed
// from those at the same position of the inputs. Both are slices among the
// function's parameters, all of one length.
type stream struct {
	outputs, inputs []string
	// once are the inputs that the body uses once, as the last operand of an
	// operation: an instruction may take them from memory then.
	once []string
	// unroll is the number of vectors per turn of the main loop.
	unroll int
	// oneByOne says that each of them, or each AtOnce of them, is loaded, computed and
	// stored before the next one. Where the operands just fill the cache that leaves more of them in it, and
	// the processor overlaps what is as cheap as an addition.
	oneByOne bool
	// body computes one turn. It gets a row for each input, in which it may
	// work, and returns a row for each output.
	body func(in []row) (out []row)
	// quick, if there is one, replaces the body in the main loop where it can.
	quick *quick
	// divide, if there is one, makes the outputs from what body returned. The
	// main loop emits it before the body of the next turn, and stores the
	// results after that: divisions take the divider's time, but not that of
	// the other units.
	divide func(state []row) (out []row)
}

// emit emits the loops over whole turns and single vectors, then the tail, and
// ends the function. The tail is the same body on a partly filled vector, so
// that a result depends neither on its position nor on the length.
func (s stream) emit(m mathMachine) {
	names := s.parameters()
	pointers := make([]reg, len(names))
	for i, name := range names {
		pointers[i] = m.Arg(name)
	}
	pointer := func(name string) reg { return pointers[slices.Index(names, name)] }
	n := m.Len(names[0])

	load := func(vectors, ahead int) []row {
		in := make([]row, len(s.inputs))
		for i, name := range s.inputs {
			at := m.At(pointer(name), ahead)
			if slices.Contains(s.once, name) {
				in[i] = m.Operand(name, vectors, at)
				continue
			}
			in[i] = m.Row(name, vectors)
			m.Load(in[i], at)
		}
		return in
	}
	storeAt := func(out []row, ahead int) {
		for i, name := range s.outputs {
			m.Store(m.At(pointer(name), ahead), out[i])
		}
	}
	advance := func(vectors int) {
		for _, p := range pointers {
			m.Advance(p, vectors*m.Lanes())
		}
	}
	store := func(out []row, vectors int) {
		storeAt(out, 0)
		advance(vectors)
	}
	compute := func(vectors, step int) {
		for first := 0; first < vectors; first += step {
			in := load(step, first*m.Lanes())
			out := s.results(in)
			storeAt(out, first*m.Lanes())
			freeAll(m, in, out)
		}
	}
	turn := func(vectors int) {
		step := vectors
		if s.oneByOne {
			step = min(vectors, m.AtOnce())
		}
		compute(vectors, step)
		advance(vectors)
	}
	if s.quick != nil {
		s.quick.emit(n, pointer(s.inputs[0]), pointer(s.outputs[0]), func(elements int) {
			compute(elements/m.Lanes(), s.unroll)
		})
	}
	switch {
	case s.divide != nil:
		s.overlap(m, n, load, store)
	case s.unroll > 1:
		m.Comment("%d elements a turn.", s.unroll*m.Lanes())
		m.While("wide", n, s.unroll*m.Lanes(), func() { turn(s.unroll) })
	}
	if s.oneByOne && s.unroll > 4 {
		// Short vectors spend their time on branches more than on anything else.
		m.Comment("%d elements a turn.", 2*m.Lanes())
		m.While("pair", n, 2*m.Lanes(), func() { turn(2) })
	}
	m.Comment("%d elements a turn.", m.Lanes())
	m.While("single", n, m.Lanes(), func() { turn(1) })

	m.GotoIfBelow(n, 1, "done")
	m.Comment("The last n < %d elements.", m.Lanes())
	masks := s.masks(m, n, pointers)
	maskOf := func(p reg) mask {
		i := slices.IndexFunc(masks, func(k mask) bool { return k.size == p.size })
		return masks[max(0, i)]
	}
	in := make([]row, len(s.inputs))
	for i, name := range s.inputs {
		in[i] = m.Row(name, 1)
		m.LoadPart(in[i], m.At(pointer(name), 0), maskOf(pointer(name)))
	}
	out := s.results(in)
	for i, name := range s.outputs {
		m.StoreLast(pointer(name), out[i], masks[0])
	}
	freeAll(m, in, out)
	for _, k := range masks {
		m.FreeMask(k)
	}

	m.Label("done")
	m.Return()
}

// results computes the outputs of one turn by itself.
func (s stream) results(in []row) []row {
	out := s.body(in)
	if s.divide != nil {
		out = s.divide(out)
	}
	return out
}

// overlap emits the main loop of a kernel that divides.
func (s stream) overlap(m mathMachine, n reg, load func(vectors, ahead int) []row, store func(out []row, vectors int)) {
	step := s.unroll * m.Lanes()
	m.Comment("%d elements a turn, whose divisions run beside the next turn.", step)
	m.GotoIfBelow(n, step, "afterOverlap")
	begin := func(ahead int) []row {
		in := load(s.unroll, ahead)
		state := s.body(in)
		for _, r := range in {
			if !slices.ContainsFunc(state, func(s row) bool { return s.ids[0] == r.ids[0] }) {
				m.Free(r)
			}
		}
		return state
	}
	state := begin(0)
	m.Subtract(n, step)
	m.While("wide", n, step, func() {
		out := s.divide(state)
		next := begin(step)
		store(out, s.unroll)
		for i, r := range next {
			m.Copy(state[i], r)
		}
		m.Free(next...)
	})
	store(s.divide(state), s.unroll)
	m.Free(state...)
	m.Label("afterOverlap")
}

// masks returns masks for the last n elements, which serve the loads: for each
// size of elements, from 4 bytes up, one on AVX2, and one for all on AVX-512.
func (s stream) masks(m mathMachine, n reg, pointers []reg) []mask {
	var masks []mask
	add := func(p reg) {
		t := m.Tail(n, p, m.Lanes())
		masks = append(masks, m.Mask(t, 0))
		m.ReleaseTail(t)
	}
	names := s.parameters()
	for _, name := range s.inputs {
		p := pointers[slices.Index(names, name)]
		served := func(k mask) bool { return k.size == p.size || k.size == 0 }
		if p.size >= 4 && !slices.ContainsFunc(masks, served) {
			add(p)
		}
	}
	if masks == nil {
		add(pointers[0])
	}
	return masks
}

// parameters are the slices that the kernel works on, each once.
func (s stream) parameters() []string {
	names := slices.Clone(s.outputs)
	for _, name := range s.inputs {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// freeAll frees inputs and outputs; some may be the same.
func freeAll(m machine, in, out []row) {
	m.Free(in...)
	for _, r := range out {
		if !slices.ContainsFunc(in, func(i row) bool { return i.ids[0] == r.ids[0] }) {
			m.Free(r)
		}
	}
}
