package main

import "math"

// Powers of 2 with 16 steps, from a table in memory: there is no permutation of so
// many lanes, and two of them are soon loaded.

func (m *neon) PowerSteps() int { return 16 }
func (m *neon) Scales() bool    { return false }

func (m *neon) Scale(x, n row)       { panic("gen: NEON does not scale") }
func (m *neon) LimitsOfExp(y, n row) { panic("gen: NEON does not scale") }

// PowerTable leaves out of the entries what Power adds beside 2^n: the number of the
// entry.
func (m *neon) PowerTable(name string, entries [16]float64) powerTable {
	words := make([]uint64, len(entries))
	for j, p := range entries {
		words[j] = math.Float64bits(p) - uint64(j)<<48
	}
	t := powerTable{entries: m.newReg(name, 8)}
	m.pointTo(m.file.table(name, words), m.g(t.entries))
	return t
}

func (m *neon) Power(sum row, t powerTable) {
	m.Comment("%s = 2^(k/16), k being the integer in the low bits: 2^(j/16), and k on the exponent.", sum.name)
	power, index := m.Row("power", 1), m.newReg("index", 0)
	p := power.ids[0]
	for _, id := range sum.ids {
		m.emit("FMOVD", m.f(id), neonScratch)
		m.emit("VMOV", m.lane(id, 8, 1), m.g(index))
		m.emit("AND", constant(15), neonScratch)
		m.emit("AND", constant(15), m.g(index))
		m.emit("ADD", textf("%s<<3", m.g(index)), m.g(t.entries), m.g(index))
		m.emit("FMOVD", textf("(%s)(%s<<3)", m.g(t.entries), neonScratch), m.f(p))
		m.emit("VLD1", textf("(%s)", m.g(index)), m.lane(p, 8, 1))
		m.emit("VSHL", constant(48), m.v(id), m.v(id))
		m.emit("VADD", m.v(p), m.v(id), m.v(id))
	}
	m.Free(power)
	m.Release(index)
}

// A table of float32 is in two registers, from which one instruction chooses bytes.

func (m *neon) TableSize() int { return 8 }

func (m *neon) Table(name string, entries []float32) table {
	bits := make([]uint64, len(entries))
	for i, e := range entries {
		bits[i] = uint64(math.Float32bits(e))
	}
	r := m.Row(name, 2)
	if r.ids[1] != r.ids[0]+1 {
		panic("gen: a table of NEON needs registers side by side")
	}
	m.loadTable(r.slice(0, 1), m.lanes(name+"Lower", bits[:4]...))
	m.loadTable(r.slice(1, 2), m.lanes(name+"Upper", bits[4:]...))
	return table{name: name, registers: []row{r}}
}

// Lookup makes the numbers of bytes of 4*j and 0 to 3, for the entry j.
func (m *neon) Lookup(dst row, t table, index row) {
	m.Comment("%s, by the low bits of %s", dst.name, index.name)
	copies, last, entry := m.Row("copies", 1), m.Row("last", 1), m.Row("entry", 1)
	m.loadTable(copies, m.lanes("copiesOfByte0", 0x00000000, 0x04040404, 0x08080808, 0x0c0c0c0c))
	m.SetBits(last, "lastEntry", 0x07070707)
	m.pointTo(m.inAllLanes("bytesOfEntry", 0x03020100), neonScratch)
	r, j := t.registers[0].ids, entry.ids[0]
	for i, id := range dst.ids {
		m.emit("VTBL", m.b(copies.ids[0]), textf("[%s]", m.b(index.ids[i])), m.b(j))
		m.emit("VAND", m.b(last.ids[0]), m.b(j), m.b(j))
		m.emit("FMOVQ", textf("(%s)", neonScratch), m.f(id))
		m.emit("VSLI", constant(2), m.b(j), m.b(id)) // above the last two bits
		m.emit("VTBL", m.b(id), textf("[%s, %s]", m.b(r[0]), m.b(r[1])), m.b(id))
	}
	m.Free(copies, last, entry)
}
