package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
)

// Powers of 2 whose exponents are multiples of 1/steps: with k = steps*n + j,
// 2^(k/steps) is 2^(j/steps), from a table of as many entries as a permutation of
// registers can choose from, times 2^n.

// powers are the entries of the larger table, 2^(j/16).
var powers = [16]float64{
	0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0,
	0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0,
	0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0,
	0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0,
}

// A powerTable is where a machine has the table: in registers, or in memory, on AVX2
// as the halves of the numbers' bits.
type powerTable struct {
	registers [2]row      // AVX-512
	low, high operand.Mem // AVX2
	entries   reg         // NEON: a pointer
}

func (m *avx) PowerSteps() int {
	if m.opmasks {
		return 16
	}
	return 8
}

func (m *avx) PowerTable(name string, entries [16]float64) powerTable {
	if !m.opmasks {
		at := m.file.table(name+"Halves", halves(entries))
		return powerTable{low: at, high: at.Offset(4 * m.PowerSteps())}
	}
	var bits []uint64
	for _, p := range entries {
		bits = append(bits, math.Float64bits(p))
	}
	at := m.file.table(name, bits)
	var t powerTable
	for i := range t.registers {
		t.registers[i] = m.Row(name, 1)
		m.emit("VMOVUPD", at.Offset(i*m.bytes), m.v(t.registers[i].ids[0]))
	}
	return t
}

// halves returns the table of AVX2: the lower 32 bits of the 8 entries, then
// the upper ones. What Power adds to them beside 2^n is left out: the exponent of
// 1, and j.
func halves(entries [16]float64) []uint64 {
	words := make([]uint64, 8)
	for j := range 8 {
		bits := math.Float64bits(entries[2*j]) - math.Float64bits(1) - uint64(j)<<49
		low, high, shift := bits&math.MaxUint32, bits>>32, j%2*32
		words[j/2] |= low << shift
		words[4+j/2] |= high << shift
	}
	return words
}

func (m *avx) Power(sum row, t powerTable) {
	if m.opmasks {
		m.Comment("%s = 2^(j/16), j being the last four bits.", sum.name)
		for _, id := range sum.ids {
			m.emit("VPERMI2PD", m.v(t.registers[1].ids[0]), m.v(t.registers[0].ids[0]), m.v(id))
		}
		return
	}
	m.Comment("%s = 2^(k/8), k being the integer in the low bits: the halves of 2^(j/8), and k on the exponent.", sum.name)
	const swapHalves = 1 | 0<<2 | 3<<4 | 2<<6
	low, high := m.Row("low", 1), m.Row("high", 1)
	l, h := m.v(low.ids[0]), m.v(high.ids[0])
	for _, id := range sum.ids {
		k := m.v(id)
		m.emit("VPSHUFD", operand.U8(swapHalves), k, h)
		m.emit("VPERMPS", t.low, k, l)
		m.emit("VPERMPS", t.high, h, h)
		m.emit("VPSLLQ", imm(49), k, k)
		m.emit("VPADDQ", l, h, h)
		m.emit("VPADDQ", h, k, k)
	}
	m.Free(low, high)
}

func (m *avx) Scales() bool { return m.opmasks }

func (m *avx) Scale(x, n row) {
	m.Comment("%s = %s * 2^n, %s being rounded down", x.name, x.name, n.name)
	m.each("VSCALEFPD", x, n, x)
}

func (m *avx) LimitsOfExp(y, n row) {
	m.Comment("%s = +Inf or 0 where %s is infinite", y.name, n.name)
	// A response for each token: +0 for -Inf, +Inf for +Inf, nothing for others.
	const responses = 8<<16 | 5<<20
	limits := m.Row("limits", 1)
	m.SetBits(limits, "limitsOfExp", responses)
	for i, id := range y.ids {
		m.emit("VFIXUPIMMPD", imm(0), m.v(limits.ids[0]), m.v(n.ids[i]), m.v(id))
	}
	m.Free(limits)
}

// A table has entries of 32 bits, in registers or in memory.
type table struct {
	name      string
	registers []row       // NEON
	memory    operand.Mem // AVX2 and AVX-512
}

func (m *avx) TableSize() int { return m.Lanes() * (m.registers / 16) }

func (m *avx) Table(name string, entries []float32) table {
	words := make([]uint64, len(entries)/2)
	for i := range entries {
		words[i/2] |= uint64(math.Float32bits(entries[i])) << (i % 2 * 32)
	}
	return table{name: name, memory: m.file.table(name, words)}
}

func (m *avx) Lookup(dst row, t table, index row) {
	m.Comment("%s, by the low bits of %s", dst.name, index.name)
	if !m.opmasks {
		for i, id := range dst.ids {
			m.emit("VPERMPS", t.memory, m.v(index.ids[i]), m.v(id))
		}
		return
	}
	halves := m.Row(t.name, 2)
	for i, id := range halves.ids {
		m.emit("VMOVUPS", t.memory.Offset(i*m.bytes), m.v(id))
	}
	for i, id := range dst.ids {
		m.emit("VMOVAPS", m.v(index.ids[i]), m.v(id))
		m.emit("VPERMI2PS", m.v(halves.ids[1]), m.v(halves.ids[0]), m.v(id))
	}
	m.Free(halves)
}
