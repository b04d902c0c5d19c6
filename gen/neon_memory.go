package main

import "fmt"

// fmov is the mnemonic that moves the given number of bytes between memory and
// a register, the rest of which it clears.
func (m *neon) fmov(bytes int) string {
	return map[int]string{4: "FMOVS", 8: "FMOVD", 16: "FMOVQ"}[bytes]
}

// mem is an address, offset bytes further on, as an operand. The elements in
// memory may be smaller than those of the machine, which converts them.
func (m *neon) mem(a address, offset int) text {
	if a.size > m.size {
		panic(fmt.Sprintf("%s has elements of %d bytes, the machine has %d", a, a.size, m.size))
	}
	offset += a.offset
	switch {
	case a.scale != 0 && offset != 0:
		panic(fmt.Sprintf("%s needs both an index and an offset", a))
	case a.scale != 0:
		return textf("(%s)(%s)", m.g(a.base), m.g(a.index))
	case offset != 0:
		return textf("%d(%s)", offset, m.g(a.base))
	}
	return textf("(%s)", m.g(a.base))
}

func (m *neon) Prefetch(at address)      { m.emit("PRFM", m.mem(at, 0), text("PLDL1KEEP")) }
func (m *neon) PrefetchLater(at address) { m.emit("PRFM", m.mem(at, 0), text("PLDL2KEEP")) }

// Spill leaves the first 8 bytes of the frame unused: it begins 8 above RSP,
// behind the return address, and addresses of pairs are multiples of 16.
func (m *neon) Spill(v row) address {
	const padding = 8
	local := m.file.AllocLocal(padding + len(v.ids)*neonBytes)
	at := address{name: "spilled " + v.name, size: m.size, base: reg{id: stack}, offset: local.Disp + 8 + padding}
	m.Store(at, v)
	m.Free(v)
	return at
}

func (m *neon) Load(dst row, at address) {
	if len(dst.ids) == 0 {
		return
	}
	m.Comment("%s = %s", dst.name, at.upTo(len(dst.ids)*m.Lanes()))
	bytes := m.Lanes() * at.size // of a vector in memory
	i := 0
	for ; i+1 < len(dst.ids); i += 2 {
		switch lower, upper := dst.ids[i], dst.ids[i+1]; {
		case at.size == m.size:
			m.emit("FLDPQ", m.mem(at, i*bytes), m.pair(dst.ids[i:]))
		case at.size == 4:
			m.emit("FMOVQ", m.mem(at, i*bytes), m.f(upper))
			m.word(fcvtl, lower, upper)
			m.word(fcvtl2, upper, upper)
		default:
			m.loadOne(lower, at, i*bytes)
			m.loadOne(upper, at, (i+1)*bytes)
		}
	}
	if i < len(dst.ids) {
		m.loadOne(dst.ids[i], at, i*bytes)
	}
}

// loadOne loads one vector.
func (m *neon) loadOne(id int, at address, offset int) {
	m.emit(m.fmov(m.Lanes()*at.size), m.mem(at, offset), m.f(id))
	m.widen(id, at.size)
}

// widen converts the elements that a vector was loaded with to the machine's type.
func (m *neon) widen(id, size int) {
	switch {
	case size == m.size:
	case size == 4:
		m.word(fcvtl, id, id)
	case size == 2:
		m.word(fromHalf, id, id)
	case size == 1:
		m.emit("VUXTL", textf("V%d.B8", id), textf("V%d.H8", id))
		m.emit("VUXTL", textf("V%d.H4", id), textf("V%d.S4", id))
		m.word(ucvtf, id, id)
	}
}

func (m *neon) Operand(name string, vectors int, at address) row {
	r := m.Row(name, vectors)
	m.Load(r, at)
	return r
}

func (m *neon) Store(at address, v row) {
	if len(v.ids) == 0 {
		return
	}
	m.Comment("%s = %s", at.upTo(len(v.ids)*m.Lanes()), v.name)
	bytes := m.Lanes() * at.size
	i := 0
	for ; i+1 < len(v.ids); i += 2 {
		switch lower, upper := v.ids[i], v.ids[i+1]; {
		case at.size == m.size:
			m.emit("FSTPQ", m.pair(v.ids[i:]), m.mem(at, i*bytes))
		case at.size == 4:
			m.word(fcvtn, lower, lower)
			m.word(fcvtn2, lower, upper)
			m.emit("FMOVQ", m.f(lower), m.mem(at, i*bytes))
		default:
			m.storeOne(lower, at, i*bytes)
			m.storeOne(upper, at, (i+1)*bytes)
		}
	}
	if i < len(v.ids) {
		m.storeOne(v.ids[i], at, i*bytes)
	}
}

// storeOne stores one vector.
func (m *neon) storeOne(id int, at address, offset int) {
	m.narrow(id, at.size)
	m.emit(m.fmov(m.Lanes()*at.size), m.f(id), m.mem(at, offset))
}

// narrow converts a vector to the elements in memory.
func (m *neon) narrow(id, size int) {
	switch {
	case size == m.size:
	case size == 4:
		m.word(fcvtn, id, id)
	case size == 2:
		m.word(toHalf, id, id)
	}
}

// pair is an operand of two registers.
func (m *neon) pair(ids []int) text { return textf("(%s, %s)", m.f(ids[0]), m.f(ids[1])) }

func (m *neon) LoadUpper(dst row, at address) {
	m.Comment("%s = %s << 16", dst.name, at.upTo(len(dst.ids)*m.Lanes()))
	for i, id := range dst.ids {
		m.emit("FMOVD", m.mem(at, i*8), m.f(id))
		m.word(shll16, id, id)
	}
}

func (m *neon) StoreUpper(at address, v row) {
	m.Comment("%s = %s >> 16", at.upTo(len(v.ids)*m.Lanes()), v.name)
	for i, id := range v.ids {
		m.word(shrn16, id, id)
		m.emit("FMOVD", m.f(id), m.mem(at, i*8))
	}
}

// Incomplete vectors. NEON has no masks. A mask here is the number of elements,
// by which LoadPart and StorePart branch.

func (m *neon) Tail(n, p reg, limit int) tail { return tail{n: n} }

func (m *neon) Mask(t tail, i int) mask {
	k := mask{n: t.n, count: m.newReg("count", 0)}
	m.Comment("The number of elements from vector %d on.", i)
	m.emit("SUB", constant(i*m.Lanes()), m.g(t.n), m.g(k.count))
	return k
}

func (m *neon) ReleaseTail(t tail) {}
func (m *neon) FreeMask(k mask)    { m.Release(k.count) }

func (m *neon) LoadPart(dst row, at address, k mask) {
	m.Comment("%s = %s, +0 beyond %s", dst.name, at.upTo(m.Lanes()), k.n.name)
	id := dst.ids[0]
	m.byCount(k, at.size, func(bytes int) {
		if bytes < 4 {
			m.emit(map[int]string{1: "MOVBU", 2: "MOVHU"}[bytes], m.mem(at, 0), neonScratch)
			m.emit("FMOVS", neonScratch, m.f(id))
			return
		}
		m.emit(m.fmov(bytes), m.mem(at, 0), m.f(id))
	}, func() {
		m.emit("VLD1", m.third(at), m.lane(id, at.size, 2))
	})
	m.widen(id, at.size)
}

func (m *neon) StorePart(at address, v row, k mask) {
	m.Comment("%s = %s, up to %s", at.upTo(m.Lanes()), v.name, k.n.name)
	id := v.ids[0]
	m.narrow(id, at.size)
	m.byCount(k, at.size, func(bytes int) {
		m.emit(m.fmov(bytes), m.f(id), m.mem(at, 0))
	}, func() {
		m.emit("VST1", m.lane(id, at.size, 2), m.third(at))
	})
}

func (m *neon) StoreLast(p reg, v row, k mask) { m.StorePart(m.At(p, 0), v, k) }

// byCount moves as many elements of a vector as there are: 4, 2 or 1 at once,
// and the third on its own.
func (m *neon) byCount(k mask, size int, move func(bytes int), moveThird func()) {
	m.ladders++
	whole, single, done := fmt.Sprintf("whole%d", m.ladders), fmt.Sprintf("single%d", m.ladders), fmt.Sprintf("done%d", m.ladders)
	m.emit("CMP", constant(m.Lanes()), m.g(k.count))
	m.emit("BGE", text(whole))
	if m.Lanes() == 4 {
		m.emit("TBZ", constant(1), m.g(k.count), text(single))
		move(2 * size)
		m.emit("TBZ", constant(0), m.g(k.count), text(done))
		moveThird()
		m.Goto(done)
		m.Label(single)
	}
	move(size)
	m.Goto(done)
	m.Label(whole)
	move(m.Lanes() * size)
	m.Label(done)
}

// third is the address of the third element in memory: operands of one lane allow
// no offset.
func (m *neon) third(at address) text {
	if at.scale != 0 {
		panic(fmt.Sprintf("%s has an index", at))
	}
	m.emit("ADD", constant(at.offset+2*at.size), m.g(at.base), neonScratch)
	return textf("(%s)", neonScratch)
}

func (m *neon) FillRest(dst row, k mask, src row) {
	m.Comment("%s = %s beyond %s", dst.name, src.name, k.n.name)
	within, numbers := m.Row("within", 1), m.Row("lane numbers", 1)
	m.emit("VDUP", m.g(k.count), m.v(within.ids[0]))
	m.loadTable(numbers, m.lanes("lane", []uint64{0, 1, 2, 3}[:m.Lanes()]...))
	m.words(cmgt, within, within, numbers)
	m.each("VBIF", m.b, dst, src, within)
	m.Free(within, numbers)
}
