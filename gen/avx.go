package main

import (
	"fmt"
	"math/bits"
	"reflect"
	"strings"

	"github.com/mmcloughlin/avo/operand"
	physical "github.com/mmcloughlin/avo/reg"
)

// avxTier is AVX2 or AVX-512.
type avxTier struct {
	suffix    string // of function names
	bytes     int    // of a vector register
	registers int
	opmasks   bool // comparisons and tails work with K registers
}

var (
	avx2   = avxTier{suffix: "AVX2", bytes: 32, registers: 16}
	avx512 = avxTier{suffix: "AVX512", bytes: 64, registers: 32, opmasks: true}
)

// An element is the type of the lanes.
type element struct {
	name           string // in Go
	size           int    // in bytes
	packed, scalar string // suffixes of the mnemonics
}

var (
	float32s = element{"float32", 4, "PS", "SS"}
	float64s = element{"float64", 8, "PD", "SD"}
)

// avx is the machine of one tier and one element type, on top of avo. All
// registers are physical: avo's own allocation would hand out Y16 to Y31, which
// AVX2 lacks.
type avx struct {
	avxTier
	element
	file *file
	*function
}

// A function is the state of the function being emitted, which machines of two
// element types can share.
type function struct {
	signature signature
	general   pool
	vector    pool
	opmask    pool
	memory    []operand.Mem // operands in memory: number -1 is the first one
	skips     int           // labels of IfAny
}

var _ mathMachine = (*avx)(nil)

// generalRegisters are those that a function can hold. AX and CX are scratch,
// profilers unwind the stack by BP, and R15 belongs to position-independent
// code.
var generalRegisters = []physical.Physical{
	physical.RSI, physical.RDI, physical.R8, physical.R9, physical.R10, physical.R11,
	physical.R12, physical.R13, physical.RBX, physical.RDX, physical.R14,
}

var (
	scratch = physical.RAX
	counter = physical.RCX // the one that shifts count by
)

// opmasks is the number of opmask registers; K0 means no mask.
const opmasks = 7

// emit adds an instruction by its mnemonic, which tier and element type choose:
// avo has one method for each.
func (m *avx) emit(mnemonic string, operands ...operand.Op) {
	method := reflect.ValueOf(m.file.Context).MethodByName(mnemonic)
	if !method.IsValid() {
		panic("avo has no instruction " + mnemonic)
	}
	arguments := make([]reflect.Value, len(operands))
	for i, op := range operands {
		arguments[i] = reflect.ValueOf(op)
	}
	method.Call(arguments)
	if _, err := m.file.Result(); err != nil {
		panic(fmt.Sprintf("%s %v: %v", mnemonic, operands, err))
	}
}

// Functions.

func (m *avx) Function(name, signature, doc string) {
	m.function = &function{
		signature: m.file.function(name, signature, doc, m.suffix, m.element),
		general:   newPool("general register", len(generalRegisters)),
		vector:    newPool("vector register", m.registers),
		opmask:    newPool("opmask register", opmasks),
	}
}

func (m *avx) Singles() mathMachine {
	return &avx{m.avxTier, float32s, m.file, m.function}
}

func (m *avx) Return() {
	m.emit("VZEROUPPER")
	m.emit("RET")
}

func (m *avx) ReturnLane0(v row) {
	m.emit("VMOV"+m.scalar, m.x(v.ids[0]), m.signature.result())
	m.Return()
}

func (m *avx) Comment(format string, args ...any) { m.file.Commentf(format, args...) }

// Control flow.

func (m *avx) Label(name string) { m.file.Label(name) }

func (m *avx) Goto(label string) { m.emit("JMP", operand.LabelRef(label)) }

func (m *avx) GotoIfBelow(n reg, limit int, label string) {
	m.emit("CMPQ", m.g(n), imm(limit))
	m.emit("JLT", operand.LabelRef(label))
}

func (m *avx) GotoIfNot(parameter, label string) {
	m.emit("CMPB", m.signature.argument(parameter), imm(0))
	m.emit("JEQ", operand.LabelRef(label))
}

func (m *avx) While(label string, n reg, step int, body func()) {
	after := "after" + title(label)
	m.GotoIfBelow(n, step, after)
	m.Label(label)
	body()
	if step == 1 {
		m.emit("DECQ", m.g(n))
		m.emit("JNZ", operand.LabelRef(label))
	} else {
		m.Subtract(n, step)
		m.emit("CMPQ", m.g(n), imm(step))
		m.emit("JGE", operand.LabelRef(label))
	}
	m.Label(after)
}

func (m *avx) Repeat(parameter string, body func()) {
	after := "after" + title(parameter)
	count := m.signature.argument(parameter)
	m.Label(parameter)
	m.emit("CMPQ", count, imm(1))
	m.emit("JLT", operand.LabelRef(after))
	body()
	m.emit("DECQ", count)
	m.Goto(parameter)
	m.Label(after)
}

func (m *avx) Subtract(n reg, amount int) { m.emit("SUBQ", imm(amount), m.g(n)) }

// title sets the first letter in upper case.
func title(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// Integers and pointers.

func (m *avx) Arg(name string) reg { return m.load(name, m.signature.argument(name)) }

func (m *avx) SetArg(name string, r reg) { m.emit("MOVQ", m.g(r), m.signature.argument(name)) }

func (m *avx) Len(name string) reg { return m.load("n", m.signature.length(name)) }

func (m *avx) Stride(name string) reg {
	r := m.Arg(name)
	m.emit("SHLQ", imm(bits.TrailingZeros(uint(m.size))), m.g(r))
	return r
}

func (m *avx) load(name string, from operand.Mem) reg {
	r := m.newReg(name, m.signature.sizes[name])
	r.unsigned = m.signature.unsigned[name]
	m.emit("MOVQ", from, m.g(r))
	return r
}

// imm is a constant operand; the instructions have forms for 8 and 32 bits.
func imm(x int) operand.Op {
	if x < 128 {
		return operand.U8(x)
	}
	return operand.U32(x)
}

// g is a general register as an operand.
func (m *avx) g(r reg) physical.Register { return generalRegisters[r.id] }

func (m *avx) newReg(name string, size int) reg {
	return reg{name: name, id: m.general.take(name), size: size}
}

func (m *avx) Release(registers ...reg) {
	for _, r := range registers {
		m.general.release(r.id)
	}
}

func (m *avx) Number(name string, value int) reg {
	r := m.newReg(name, m.size)
	m.emit("MOVQ", operand.U32(value), m.g(r))
	return r
}

func (m *avx) Duplicate(r reg) reg {
	c := m.newReg(r.name, r.size)
	m.emit("MOVQ", m.g(r), m.g(c))
	return c
}

func (m *avx) Advance(p reg, elements int) {
	m.emit("ADDQ", imm(elements*p.size), m.g(p))
}

func (m *avx) AdvanceBy(p, stride reg, times int) {
	for _, factor := range []int{8, 4, 2, 1} {
		if times >= factor {
			m.emit("LEAQ", operand.Mem{Base: m.g(p), Index: m.g(stride), Scale: uint8(factor)}, m.g(p))
			times -= factor
		}
	}
}

func (m *avx) At(p reg, element int) address {
	return address{name: p.name, element: element, size: p.size, base: p, offset: element * p.size}
}

// Rows keeps one cursor for every four rows and reaches them by one, two and
// three strides: (p), (p)(stride*1), (p)(stride*2), (p)(3stride*1).
func (m *avx) Rows(p, stride reg, count int) rows {
	var r rows
	triple := stride
	if count > 3 {
		triple = m.newReg("3*"+stride.name, 0)
		r.strides = append(r.strides, triple)
		m.emit("LEAQ", operand.Mem{Base: m.g(stride), Index: m.g(stride), Scale: 2}, m.g(triple))
	}
	for i := range count {
		if i%4 == 0 {
			cursor := m.newReg(fmt.Sprintf("%s[%d]", p.name, i), p.size)
			if i == 0 {
				m.emit("MOVQ", m.g(p), m.g(cursor))
			} else {
				m.emit("LEAQ", operand.Mem{Base: m.g(r.cursors[i/4-1]), Index: m.g(stride), Scale: 4}, m.g(cursor))
			}
			r.cursors = append(r.cursors, cursor)
		}
		at := address{name: fmt.Sprintf("%s[%d]", p.name, i), size: p.size, base: r.cursors[i/4]}
		switch i % 4 {
		case 1, 2:
			at.index, at.scale = stride, i%4
		case 3:
			at.index, at.scale = triple, 1
		}
		r.at = append(r.at, at)
	}
	return r
}

func (m *avx) Column(p, rowStride reg, count int) rows { return m.Rows(p, rowStride, count) }

func (m *avx) NextColumn(r rows, stride reg) {
	for _, cursor := range r.cursors {
		m.emit("ADDQ", m.g(stride), m.g(cursor))
	}
}

func (m *avx) ReleaseRows(r rows) {
	m.Release(r.cursors...)
	m.Release(r.strides...)
}

func (m *avx) AdvanceByArg(p reg, parameter string, times int) {
	m.emit("MOVQ", m.signature.argument(parameter), scratch)
	if times > 1 {
		m.emit("IMUL3Q", imm(times), scratch, scratch)
	}
	m.emit("LEAQ", operand.Mem{Base: m.g(p), Index: scratch, Scale: uint8(p.size)}, m.g(p))
}
