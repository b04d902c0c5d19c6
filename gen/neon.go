package main

import (
	"fmt"
	"math/bits"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
)

// neon is the machine of NEON (Advanced SIMD, a part of every arm64 processor)
// for one element type. avo knows no arm64, but what it keeps of a function and
// prints is text: the instructions are put together here, in the syntax of Go's
// assembler.
type neon struct {
	element
	file *file
	*neonFunction
}

// A neonFunction is the state of the function being emitted, which machines of two
// element types can share.
type neonFunction struct {
	signature signature
	general   pool
	vector    pool
	ladders   int           // emitted so far: they number labels, as skips do
	skips     int           // labels of IfAny
	fixed     map[int]bool  // vector registers that must not be renamed: see keeping
	memory    []operand.Mem // numbers of Addend: number -1 is the first one
}

var _ mathMachine = (*neon)(nil)

// neonTier is the only tier of arm64.
type neonTier struct{}

func (neonTier) machine(f *file, e element) mathMachine { return &neon{element: e, file: f} }

// neonGeneral are the general registers that a function can hold. R16 is
// scratch, R17 the linker's, R18 the platform's, R27 the assembler's, and R28
// to R30 hold the goroutine, the frame and the return address.
var neonGeneral = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 19, 20, 21, 22, 23, 24, 25, 26}

const neonScratch = text("R16")

const (
	neonRegisters = 32
	neonBytes     = 16 // of a vector register
)

// text is an operand as the assembler reads it.
type text string

func (t text) Asm() string { return string(t) }

func textf(format string, args ...any) text { return text(fmt.Sprintf(format, args...)) }

func (m *neon) emit(mnemonic string, operands ...operand.Op) {
	m.file.Instruction(&ir.Instruction{Opcode: mnemonic, Operands: operands})
}

// Functions.

func (m *neon) Function(name, signature, doc string) {
	m.neonFunction = &neonFunction{
		signature: m.file.function(name, signature, doc, "NEON", m.element),
		general:   newPool("general register", len(neonGeneral)),
		vector:    newPool("vector register", neonRegisters),
		fixed:     map[int]bool{},
	}
}

func (m *neon) Singles() mathMachine { return &neon{float32s, m.file, m.neonFunction} }

func (m *neon) Return() { m.file.Instruction(&ir.Instruction{Opcode: "RET", IsTerminal: true}) }

func (m *neon) ReturnLane0(v row) {
	m.emit(m.fmov(m.size), m.f(v.ids[0]), m.signature.result())
	m.Return()
}

func (m *neon) Comment(format string, args ...any) { m.file.Commentf(format, args...) }

// Control flow.

func (m *neon) Label(name string) { m.file.Label(name) }

func (m *neon) Goto(label string) {
	m.file.Instruction(&ir.Instruction{Opcode: "B", Operands: []operand.Op{text(label)}, IsBranch: true})
}

func (m *neon) GotoIfBelow(n reg, limit int, label string) {
	m.emit("CMP", constant(limit), m.g(n))
	m.emit("BLT", text(label))
}

func (m *neon) GotoIfNot(parameter, label string) {
	m.emit("MOVBU", m.signature.argument(parameter), neonScratch)
	m.emit("CBZ", neonScratch, text(label))
}

func (m *neon) While(label string, n reg, step int, body func()) {
	after := "after" + title(label)
	m.GotoIfBelow(n, step, after)
	m.Label(label)
	m.keeping(body)
	m.emit("SUB", constant(step), m.g(n))
	if step == 1 {
		m.emit("CBNZ", m.g(n), text(label))
	} else {
		m.emit("CMP", constant(step), m.g(n))
		m.emit("BGE", text(label))
	}
	m.Label(after)
}

func (m *neon) Repeat(parameter string, body func()) {
	after := "after" + title(parameter)
	count := m.signature.argument(parameter)
	m.Label(parameter)
	m.emit("MOVD", count, neonScratch)
	m.emit("CMP", constant(1), neonScratch)
	m.emit("BLT", text(after))
	m.keeping(body)
	m.emit("MOVD", count, neonScratch)
	m.emit("SUB", constant(1), neonScratch)
	m.emit("MOVD", neonScratch, count)
	m.Goto(parameter)
	m.Label(after)
}

// Integers and pointers.

func (m *neon) Arg(name string) reg { return m.load(name, m.signature.argument(name)) }

func (m *neon) SetArg(name string, r reg) { m.emit("MOVD", m.g(r), m.signature.argument(name)) }

func (m *neon) Len(name string) reg { return m.load("n", m.signature.length(name)) }

func (m *neon) Stride(name string) reg {
	r := m.Arg(name)
	m.emit("LSL", constant(bits.TrailingZeros(uint(m.size))), m.g(r))
	return r
}

func (m *neon) load(name string, from operand.Mem) reg {
	r := m.newReg(name, m.signature.sizes[name])
	m.emit("MOVD", from, m.g(r))
	return r
}

func constant(x int) text { return textf("$%d", x) }

// g is a general register as an operand.
func (m *neon) g(r reg) text {
	if r.id == stack {
		return "RSP"
	}
	return textf("R%d", neonGeneral[r.id])
}

func (m *neon) newReg(name string, size int) reg {
	return reg{name: name, id: m.general.take(name), size: size}
}

func (m *neon) Release(registers ...reg) {
	for _, r := range registers {
		m.general.release(r.id)
	}
}

func (m *neon) Duplicate(r reg) reg {
	c := m.newReg(r.name, r.size)
	m.emit("MOVD", m.g(r), m.g(c))
	return c
}

func (m *neon) Advance(p reg, elements int) {
	m.emit("ADD", constant(elements*p.size), m.g(p))
}

func (m *neon) AdvanceBy(p, stride reg, times int) {
	for shift := bits.Len(uint(times)) - 1; shift > 0; shift-- {
		if times>>shift&1 == 1 {
			m.emit("ADD", textf("%s<<%d", m.g(stride), shift), m.g(p))
		}
	}
	if times&1 == 1 {
		m.emit("ADD", m.g(stride), m.g(p))
	}
}

func (m *neon) At(p reg, element int) address {
	return address{name: p.name, element: element, size: p.size, base: p, offset: element * p.size}
}

// Rows keeps a pointer to each row, that to the first being p itself.
func (m *neon) Rows(p, stride reg, count int) rows {
	r := rows{at: []address{m.row(p, p, 0)}}
	for i := 1; i < count; i++ {
		pointer := m.newReg(fmt.Sprintf("%s[%d]", p.name, i), p.size)
		m.emit("ADD", m.g(stride), m.g(r.at[i-1].base), m.g(pointer))
		r.cursors = append(r.cursors, pointer)
		r.at = append(r.at, m.row(p, pointer, i))
	}
	return r
}

func (m *neon) row(matrix, pointer reg, i int) address {
	return address{name: fmt.Sprintf("%s[%d]", matrix.name, i), size: matrix.size, base: pointer}
}

// Column keeps pointers to the rows and, since a load can add an index for
// nothing, one index for all of them.
func (m *neon) Column(p, rowStride reg, count int) rows {
	first := m.Duplicate(p)
	r := m.Rows(first, rowStride, count)
	r.cursors = append(r.cursors, first)
	index := m.newReg("column", 0)
	m.emit("MOVD", text("ZR"), m.g(index))
	for i := range r.at {
		r.at[i].index, r.at[i].scale = index, 1
	}
	return r
}

func (m *neon) NextColumn(r rows, stride reg) {
	m.emit("ADD", m.g(stride), m.g(r.at[0].index))
}

func (m *neon) ReleaseRows(r rows) {
	m.Release(r.cursors...)
	if r.at[0].scale != 0 {
		m.Release(r.at[0].index)
	}
}

func (m *neon) AdvanceByArg(p reg, parameter string, times int) {
	m.emit("MOVD", m.signature.argument(parameter), neonScratch)
	for range times {
		m.emit("ADD", textf("%s<<%d", neonScratch, bits.TrailingZeros(uint(p.size))), m.g(p))
	}
}

func (m *neon) Number(name string, value int) reg {
	r := m.newReg(name, m.size)
	m.emit("MOVD", constant(value), m.g(r))
	return r
}

func (m *neon) Subtract(n reg, amount int) { m.emit("SUB", constant(amount), m.g(n)) }
