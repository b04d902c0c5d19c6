package main

import "github.com/mmcloughlin/avo/operand"

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
