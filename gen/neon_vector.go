package main

import "fmt"

func (m *neon) Lanes() int     { return neonBytes / m.size }
func (m *neon) Registers() int { return neonRegisters }

func (m *neon) Row(name string, vectors int) row { return m.vector.row(name, vectors) }
func (m *neon) Free(rows ...row)                 { m.vector.free(rows) }

// Registers as operands: v as a vector of lanes, b as bytes, f as the scalar
// in the first lane or as the whole of 16 bytes, whatever the mnemonic says.
func (m *neon) v(id int) text { return textf("V%d.%s", id, m.arrangement().goName) }
func (m *neon) b(id int) text { return textf("V%d.B16", id) }
func (m *neon) f(id int) text { return textf("F%d", id) }

// An arrangement divides a vector register into lanes.
type arrangement struct {
	goName, armName string
	lane            string // a single one, in the syntax of Arm
	code            uint32 // bits in the code of an instruction
}

func (m *neon) arrangement() arrangement {
	if m.size == 4 {
		return arrangement{"S4", "4s", "s", 0}
	}
	return arrangement{"D2", "2d", "d", 1 << 22}
}

// Memory.

// fmov is the mnemonic that moves the given number of bytes between memory and
// a register, the rest of which it clears.
func (m *neon) fmov(bytes int) string {
	return map[int]string{4: "FMOVS", 8: "FMOVD", 16: "FMOVQ"}[bytes]
}

// mem is an address, offset bytes further on, as an operand. The elements in
// memory are those of the machine: it does not convert.
func (m *neon) mem(a address, offset int) text {
	if a.size != m.size {
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

func (m *neon) Prefetch(at address) { m.emit("PRFM", m.mem(at, 0), text("PLDL1KEEP")) }

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
	for i := 0; i+1 < len(dst.ids); i += 2 {
		m.emit("FLDPQ", m.mem(at, i*neonBytes), m.pair(dst.ids[i:]))
	}
	if i := len(dst.ids) - 1; i%2 == 0 {
		m.emit("FMOVQ", m.mem(at, i*neonBytes), m.f(dst.ids[i]))
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
	for i := 0; i+1 < len(v.ids); i += 2 {
		m.emit("FSTPQ", m.pair(v.ids[i:]), m.mem(at, i*neonBytes))
	}
	if i := len(v.ids) - 1; i%2 == 0 {
		m.emit("FMOVQ", m.f(v.ids[i]), m.mem(at, i*neonBytes))
	}
}

// pair is an operand of two registers.
func (m *neon) pair(ids []int) text { return textf("(%s, %s)", m.f(ids[0]), m.f(ids[1])) }

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
	m.byCount(k, func(bytes int) {
		m.emit(m.fmov(bytes), m.mem(at, 0), m.f(id))
	}, func() {
		m.emit("VLD1", m.third(at), m.lane(id, 2))
	})
}

func (m *neon) StorePart(at address, v row, k mask) {
	m.Comment("%s = %s, up to %s", at.upTo(m.Lanes()), v.name, k.n.name)
	id := v.ids[0]
	m.byCount(k, func(bytes int) {
		m.emit(m.fmov(bytes), m.f(id), m.mem(at, 0))
	}, func() {
		m.emit("VST1", m.lane(id, 2), m.third(at))
	})
}

// byCount moves as many elements of a vector as there are: 4, 2 or 1 at once,
// and the third on its own.
func (m *neon) byCount(k mask, move func(bytes int), moveThird func()) {
	m.ladders++
	whole, single, done := fmt.Sprintf("whole%d", m.ladders), fmt.Sprintf("single%d", m.ladders), fmt.Sprintf("done%d", m.ladders)
	m.emit("CMP", constant(m.Lanes()), m.g(k.count))
	m.emit("BGE", text(whole))
	if m.Lanes() == 4 {
		m.emit("TBZ", constant(1), m.g(k.count), text(single))
		move(2 * m.size)
		m.emit("TBZ", constant(0), m.g(k.count), text(done))
		moveThird()
		m.Goto(done)
		m.Label(single)
	}
	move(m.size)
	m.Goto(done)
	m.Label(whole)
	move(neonBytes)
	m.Label(done)
}

// lane is one element of a vector as an operand, and third the address of the
// third in memory, to which such operands allow no offset.
func (m *neon) lane(id, lane int) text { return textf("V%d.S[%d]", id, lane) }

func (m *neon) third(at address) text {
	m.emit("ADD", constant(at.offset+2*m.size), m.g(at.base), neonScratch)
	return textf("(%s)", neonScratch)
}

// Arithmetic.

func (m *neon) Zero(dst row) {
	m.Comment("%s = 0", dst.name)
	for _, id := range dst.ids {
		m.emit("VMOVI", constant(0), m.b(id))
	}
}

func (m *neon) Add(dst, a, b row) {
	m.Comment("%s = %s + %s", dst.name, a.name, b.name)
	for i, id := range dst.ids {
		m.word(fadd, id, a.ids[i%len(a.ids)], b.ids[i%len(b.ids)])
	}
}

func (m *neon) AddProduct(acc, a, b row) {
	m.Comment("%s = fma(%s, %s, %s)", acc.name, a.name, b.name, acc.name)
	for i, id := range acc.ids {
		m.emit("VFMLA", m.v(b.ids[i%len(b.ids)]), m.v(a.ids[i%len(a.ids)]), m.v(id))
	}
}

// AddScaled multiplies by a lane, which takes a plain load; to broadcast the
// element would cost most processors a vector operation more.
func (m *neon) AddScaled(acc row, x address, b row) {
	m.Comment("%s = fma(%s, %s, %s)", acc.name, x, b.name, acc.name)
	factor := m.Row(x.String(), 1)
	m.emit(m.fmov(m.size), m.mem(x, 0), m.f(factor.ids[0]))
	for i, id := range acc.ids {
		m.word(fmlaLane0, id, b.ids[i%len(b.ids)], factor.ids[0])
	}
	m.Free(factor)
}

func (m *neon) FoldSum(v row) {
	half := m.Row("upper half", 1)
	id, upper := v.ids[0], half.ids[0]
	for bytes := neonBytes / 2; bytes >= m.size; bytes /= 2 {
		m.Comment("%s[l] = %s[l] + %s[l+%d]", v.name, v.name, v.name, bytes/m.size)
		m.emit("VEXT", constant(bytes), m.b(id), m.b(id), m.b(upper))
		m.word(fadd, id, id, upper)
	}
	m.Free(half)
}

func (m *neon) PrefetchLater(at address) { m.emit("PRFM", m.mem(at, 0), text("PLDL2KEEP")) }
