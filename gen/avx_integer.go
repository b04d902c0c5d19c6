package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
)

// Lanes as integers.

// integer is the mnemonic suffix of instructions on integers of a lane's width.
func (m *avx) integer() string {
	if m.size == 4 {
		return "D"
	}
	return "Q"
}

func (m *avx) SetBits(dst row, name string, bits uint64) {
	if m.size == 4 {
		m.broadcast(dst, m.file.constant(name, operand.U32(bits)))
	} else {
		m.broadcast(dst, m.file.constant(name, operand.U64(bits)))
	}
}

func (m *avx) ShiftLeft(dst row, bits int) {
	m.Comment("%s = %s << %d, as integers", dst.name, dst.name, bits)
	for _, id := range dst.ids {
		m.emit("VPSLL"+m.integer(), imm(bits), m.v(id), m.v(id))
	}
}

func (m *avx) ShiftRight(dst row, bits int) {
	m.Comment("%s = %s >> %d, as integers", dst.name, dst.name, bits)
	for _, id := range dst.ids {
		m.emit("VPSRL"+m.integer(), imm(bits), m.v(id), m.v(id))
	}
}

func (m *avx) AddIntegers(dst, a, b row) {
	m.Comment("%s = %s + %s, as integers", dst.name, a.name, b.name)
	m.each("VPADD"+m.integer(), dst, b, a)
}

func (m *avx) LoadUpper(dst row, at address) {
	m.Comment("%s = %s << 16", dst.name, at.upTo(len(dst.ids)*m.Lanes()))
	for i, id := range dst.ids {
		m.emit("VPMOVZXWD", m.mem(at, i), m.v(id))
		m.emit("VPSLLD", imm(16), m.v(id), m.v(id))
	}
}

func (m *avx) StoreUpper(at address, v row) {
	m.Comment("%s = %s >> 16", at.upTo(len(v.ids)*m.Lanes()), v.name)
	for i, id := range v.ids {
		m.emit("VPSRLD", imm(16), m.v(id), m.v(id))
		if m.opmasks {
			m.emit("VPMOVDW", m.v(id), m.mem(at, i))
			continue
		}
		m.emit("VPACKUSDW", m.v(id), m.v(id), m.v(id)) // in each half of the register
		m.emit("VPERMQ", imm(0b1000), m.v(id), m.v(id))
		m.emit("VMOVUPS", m.x(id), m.mem(at, i))
	}
}

func (m *avx) Xor(dst, a, b, c row) {
	m.Comment("%s = %s ^ %s ^ %s", dst.name, a.name, b.name, c.name)
	if !m.opmasks {
		m.each("VXOR"+m.packed, dst, a, b)
		m.each("VXOR"+m.packed, dst, dst, c)
		return
	}
	const xorOfThree = 0x96 // by the three bits: odd numbers of ones
	if dst.ids[0] != a.ids[0] {
		panic("gen: Xor: want dst to be a")
	}
	for i, id := range dst.ids {
		m.emit("VPTERNLOGQ", operand.U8(xorOfThree), m.v(b.ids[i%len(b.ids)]), m.v(c.ids[i%len(c.ids)]), m.v(id))
	}
}

func (m *avx) SetLanes(dst row, name string, bits []uint64) {
	table := m.file.table(fmt.Sprintf("%s%d", name, len(bits)), bits)
	m.Comment("%s = %d", dst.name, bits)
	for _, id := range dst.ids {
		m.emit("VMOVUPD", table, m.v(id))
	}
}

func (m *avx) MulLower(dst, a, b row) {
	m.Comment("%s = uint32(%s) * uint32(%s)", dst.name, a.name, b.name)
	m.each("VPMULUDQ", dst, b, a)
}

func (m *avx) StoreLower(at address, v [4]row) {
	m.Comment("%s = the lower halves of %s, %s, %s, %s, lane by lane", at.upTo(len(v)*len(v[0].ids)*m.Lanes()),
		v[0].name, v[1].name, v[2].name, v[3].name)
	even := m.Row("even", 1)
	for i := range v[0].ids {
		a, b, c, d := m.v(v[0].ids[i]), m.v(v[1].ids[i]), m.v(v[2].ids[i]), m.v(v[3].ids[i])
		t := m.v(even.ids[0])
		m.emit("VPUNPCKLDQ", b, a, t)
		m.emit("VPUNPCKHDQ", b, a, a)
		m.emit("VPUNPCKLDQ", d, c, b)
		m.emit("VPUNPCKHDQ", d, c, c)
		m.emit("VPUNPCKLQDQ", b, t, t)
		m.emit("VPUNPCKLQDQ", c, a, a)
		m.emit("VMOVUPD", t, m.bytesAt(at, 2*i*m.bytes))
		m.emit("VMOVUPD", a, m.bytesAt(at, (2*i+1)*m.bytes))
	}
	m.Free(even)
}

// bytesAt is a place so many bytes behind an address.
func (m *avx) bytesAt(at address, offset int) operand.Mem {
	at.offset += offset
	return m.mem(at, 0)
}

// lowerOrder: the even lanes go into the first vector, the odd ones into the second.
func (m *avx) lowerOrder() []int {
	order := make([]int, m.Lanes())
	for lane := range order {
		order[lane] = lane/2 + lane%2*m.Lanes()/2
	}
	return order
}
