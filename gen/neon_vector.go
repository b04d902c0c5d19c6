package main

import (
	"math"
	"slices"

	"github.com/mmcloughlin/avo/operand"
)

func (m *neon) Lanes() int     { return neonBytes / m.size }
func (m *neon) Registers() int { return neonRegisters }
func (m *neon) AtOnce() int    { return 2 }

func (m *neon) Row(name string, vectors int) row { return m.vector.row(name, vectors) }
func (m *neon) Free(rows ...row)                 { m.vector.free(rows) }

// Registers as operands: v as a vector of lanes, b as bytes, f as the scalar
// in the first lane or as the whole of 16 bytes, whatever the mnemonic says, and
// lane as one element.
func (m *neon) v(id int) text { return textf("V%d.%s", id, m.arrangement().goName) }
func (m *neon) b(id int) text { return textf("V%d.B16", id) }
func (m *neon) f(id int) text { return textf("F%d", id) }

func (m *neon) lane(id, size, lane int) text {
	return textf("V%d.%s[%d]", id, map[int]string{1: "B", 4: "S", 8: "D"}[size], lane)
}

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

// each emits an instruction that Go's assembler names for each vector of a row, and
// words one that it does not name. An operand of one vector serves all. The
// assembler writes the operands of the former from the last to the first.
func (m *neon) each(mnemonic string, view func(id int) text, dst, a, b row) {
	for i, id := range dst.ids {
		m.emit(mnemonic, view(b.ids[i%len(b.ids)]), view(a.ids[i%len(a.ids)]), view(id))
	}
}

func (m *neon) words(w word, dst row, sources ...row) {
	for i, id := range dst.ids {
		var s []int
		for _, from := range sources {
			s = append(s, from.ids[i%len(from.ids)])
		}
		m.word(w, id, s[0], s[1:]...)
	}
}

// Arithmetic.

func (m *neon) binary(sign string, w word, dst, a, b row) {
	m.Comment("%s = %s %s %s", dst.name, a.name, sign, b.name)
	m.words(w, dst, a, b)
}

func (m *neon) Add(dst, a, b row) { m.binary("+", fadd, dst, a, b) }
func (m *neon) Sub(dst, a, b row) { m.binary("-", fsub, dst, a, b) }
func (m *neon) Mul(dst, a, b row) { m.binary("*", fmul, dst, a, b) }
func (m *neon) Div(dst, a, b row) { m.binary("/", fdiv, dst, a, b) }

func (m *neon) Sqrt(dst, a row) {
	m.Comment("%s = sqrt(%s)", dst.name, a.name)
	m.words(fsqrt, dst, a)
}

func (m *neon) AddProduct(acc, a, b row) {
	m.Comment("%s = fma(%s, %s, %s)", acc.name, a.name, b.name, acc.name)
	m.each("VFMLA", m.v, acc, a, b)
}

func (m *neon) SubProduct(acc, a, b row) {
	m.Comment("%s = fma(-%s, %s, %s)", acc.name, a.name, b.name, acc.name)
	m.each("VFMLS", m.v, acc, a, b)
}

// AddScaled multiplies by a lane, which takes a plain load; to broadcast the
// element would cost most processors a vector operation more.
func (m *neon) AddScaled(acc row, x address, b row) {
	m.Comment("%s = fma(%s, %s, %s)", acc.name, x, b.name, acc.name)
	factor := m.Row(x.String(), 1)
	m.emit(m.fmov(m.size), m.mem(x, 0), m.f(factor.ids[0]))
	m.words(fmlaLane0, acc, b, factor)
	m.Free(factor)
}

// MulAdd and MulSub: the instructions add to a register, so that they need a copy of
// b, or its negative, which then takes the place of x. What is in memory is loaded
// there: few processors have too few loads, many have too few vector operations.

func (m *neon) MulAdd(x, a, b row) {
	m.Comment("%s = fma(%s, %s, %s)", x.name, x.name, a.name, b.name)
	if b.ids[0] < 0 {
		m.pointTo(m.memory[-b.ids[0]-1], neonScratch)
	}
	m.multiply(x, a, func(i, to int) {
		if from := b.ids[i%len(b.ids)]; from < 0 {
			m.emit("FMOVQ", textf("(%s)", neonScratch), m.f(to))
		} else {
			m.move(to, from)
		}
	})
}

func (m *neon) Addend(shared row, name string, value float64) row {
	m.memory = append(m.memory, m.inAllLanes(name, m.bits(value)))
	return row{name, []int{-len(m.memory)}}
}

func (m *neon) MulSub(x, a, b row) {
	m.Comment("%s = fma(%s, %s, -%s)", x.name, x.name, a.name, b.name)
	m.multiply(x, a, func(i, to int) { m.word(fneg, to, b.ids[i%len(b.ids)]) })
}

// multiply adds x*a to what begin puts into a register, and renames that to be x's,
// or moves it there if x may not change its registers.
func (m *neon) multiply(x, a row, begin func(i, to int)) {
	for i, id := range x.ids {
		acc := m.vector.take(x.name)
		begin(i, acc)
		m.emit("VFMLA", m.v(a.ids[i%len(a.ids)]), m.v(id), m.v(acc))
		if m.fixed[id] {
			m.move(id, acc)
			m.vector.release(acc)
			continue
		}
		m.vector.release(id)
		x.ids[i] = acc
	}
}

// keeping emits code that may be run several times, or not at all: what is in
// registers before it stays where it is.
func (m *neon) keeping(body func()) {
	before := m.fixed
	m.fixed = map[int]bool{}
	for id, owner := range m.vector.owners {
		m.fixed[id] = owner != ""
	}
	body()
	m.fixed = before
}

func (m *neon) Copy(dst, src row) {
	m.Comment("%s = %s", dst.name, src.name)
	for i, id := range dst.ids {
		m.move(id, src.ids[i%len(src.ids)])
	}
}

func (m *neon) move(to, from int) { m.emit("VMOV", m.b(from), m.b(to)) }

func (m *neon) RoundToFloat32(dst row) {
	m.Comment("%s = float32(%s)", dst.name, dst.name)
	for _, id := range dst.ids {
		m.word(fcvtn, id, id)
		m.word(fcvtl, id, id)
	}
}

func (m *neon) FoldSum(v row) { m.fold("+", fadd, v) }
func (m *neon) FoldMax(v row) { m.fold("max", fmax, v) }
func (m *neon) FoldMin(v row) { m.fold("min", fmin, v) }

func (m *neon) fold(sign string, w word, v row) {
	half := m.Row("upper half", 1)
	id, upper := v.ids[0], half.ids[0]
	for bytes := neonBytes / 2; bytes >= m.size; bytes /= 2 {
		m.Comment("%s[l] = %s[l] %s %s[l+%d]", v.name, v.name, sign, v.name, bytes/m.size)
		m.emit("VEXT", constant(bytes), m.b(id), m.b(id), m.b(upper))
		m.word(w, id, id, upper)
	}
	m.Free(half)
}

// Constants.

func (m *neon) Zero(dst row) {
	m.Comment("%s = 0", dst.name)
	for _, id := range dst.ids {
		m.emit("VMOVI", constant(0), m.b(id))
	}
}

func (m *neon) Parameter(name string) row {
	dst := m.Row(name, 1)
	m.SetParameter(dst, name)
	return dst
}

func (m *neon) SetParameter(dst row, name string) {
	m.Comment("%s, in all lanes.", name)
	for _, id := range dst.ids {
		if m.size == 8 && m.signature.isFloat32(name) {
			m.emit("FMOVS", m.signature.argument(name), m.f(id))
			m.emit("FCVTSD", m.f(id), m.f(id))
		} else {
			m.emit(m.fmov(m.size), m.signature.argument(name), m.f(id))
		}
		m.emit("VDUP", m.lane(id, m.size, 0), m.v(id))
	}
}

func (m *neon) Constant(name string, value float64) row {
	dst := m.Row(name, 1)
	m.SetConstant(dst, name, value)
	return dst
}

func (m *neon) SetConstant(dst row, name string, value float64) { m.SetBits(dst, name, m.bits(value)) }

// bits are those of a number of the machine's type.
func (m *neon) bits(value float64) uint64 {
	if m.size == 4 {
		return uint64(math.Float32bits(float32(value)))
	}
	return math.Float64bits(value)
}

func (m *neon) SignBit() row {
	dst := m.Row("signBit", 1)
	m.SetSignBit(dst)
	return dst
}

func (m *neon) SetSignBit(dst row) { m.SetBits(dst, "signBit", 1<<(8*m.size-1)) }

func (m *neon) SetBits(dst row, name string, bits uint64) {
	m.Comment("%s, in all lanes.", name)
	m.loadTable(dst, m.inAllLanes(name, bits))
}

// inAllLanes is the address of a whole vector: a load that broadcasts takes a vector
// operation more.
func (m *neon) inAllLanes(name string, bits uint64) operand.Mem {
	return m.lanes(name, slices.Repeat([]uint64{bits}, m.Lanes())...)
}

// lanes is the address of a vector with these lanes.
func (m *neon) lanes(name string, bits ...uint64) operand.Mem {
	if m.size == 4 {
		bits = []uint64{bits[0] | bits[1]<<32, bits[2] | bits[3]<<32}
	}
	return m.file.table(name+m.arrangement().goName, bits)
}

// loadTable sets each vector to one that is in memory.
func (m *neon) loadTable(dst row, from operand.Mem) {
	m.pointTo(from, neonScratch)
	for _, id := range dst.ids {
		m.emit("FMOVQ", textf("(%s)", neonScratch), m.f(id))
	}
}

// pointTo sets a general register to the address of a table.
func (m *neon) pointTo(table operand.Mem, to text) { m.emit("MOVD", text("$"+table.Asm()), to) }
