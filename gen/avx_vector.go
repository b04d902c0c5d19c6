package main

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/mmcloughlin/avo/operand"
	physical "github.com/mmcloughlin/avo/reg"
)

func (m *avx) Lanes() int     { return m.bytes / m.size }
func (m *avx) Registers() int { return m.registers }
func (m *avx) AtOnce() int    { return 1 }

func (m *avx) Row(name string, vectors int) row { return m.vector.row(name, vectors) }
func (m *avx) Free(rows ...row)                 { m.vector.free(rows) }

// Registers as operands: v in full width, h the lower half of that, and x, y, k
// as the assembler calls them.
func (m *avx) v(id int) physical.Register { return m.view(id, m.bytes) }
func (m *avx) h(id int) physical.Register { return m.view(id, m.bytes/2) }
func (m *avx) x(id int) physical.Register { return m.view(id, 16) }
func (m *avx) k(id int) physical.Register {
	return physical.Opmask.Lookup(physical.Index(id+1), physical.S64)
}

func (m *avx) view(id, bytes int) physical.Register {
	spec := map[int]physical.Spec{16: physical.S128, 32: physical.S256, 64: physical.S512}[bytes]
	return physical.Vector.Lookup(physical.Index(id), spec)
}

// each emits an instruction for each vector of a row. An operand of one vector
// serves all. The source that the assembler writes first may be in memory.
func (m *avx) each(mnemonic string, dst row, sources ...row) {
	for i := range dst.ids {
		operands := make([]operand.Op, 0, len(sources)+1)
		for _, s := range sources {
			operands = append(operands, m.source(s.ids[i%len(s.ids)]))
		}
		m.emit(mnemonic, append(operands, m.v(dst.ids[i]))...)
	}
}

// source is a register, or a vector in memory.
func (m *avx) source(id int) operand.Op {
	if id < 0 {
		return m.memory[-id-1]
	}
	return m.v(id)
}

// Memory.

// mem is vector i at an address, as an operand.
func (m *avx) mem(a address, i int) operand.Mem {
	mem := operand.Mem{Base: physical.StackPointer, Disp: a.offset + i*m.Lanes()*a.size}
	if a.base.id != stack {
		mem.Base = m.g(a.base)
	}
	if a.scale != 0 {
		mem.Index, mem.Scale = m.g(a.index), uint8(a.scale)
	}
	return mem
}

func (m *avx) Prefetch(at address) { m.emit("PREFETCHT0", m.mem(at, 0)) }

func (m *avx) Spill(v row) address {
	local := m.file.AllocLocal(len(v.ids) * m.bytes)
	at := address{name: "spilled " + v.name, size: m.size, base: reg{id: stack}, offset: local.Disp}
	m.Store(at, v)
	m.Free(v)
	return at
}

func (m *avx) Load(dst row, at address) {
	if len(dst.ids) == 0 {
		return
	}
	m.Comment("%s = %s", dst.name, at.upTo(len(dst.ids)*m.Lanes()))
	for i, id := range dst.ids {
		switch at.size {
		case m.size:
			m.emit("VMOVU"+m.packed, m.mem(at, i), m.v(id))
		case 4:
			m.emit(m.widen(at), m.mem(at, i), m.v(id))
		case 2:
			m.emit("VCVTPH2PS", m.mem(at, i), m.v(id))
		case 1:
			m.emit("VPMOVZXBD", m.mem(at, i), m.v(id))
			m.emit("VCVTDQ2PS", m.v(id), m.v(id))
		}
	}
}

// widen is the mnemonic that widens elements of 4 bytes to lanes of 8: it converts
// floating-point numbers, and puts zeros before integers.
func (m *avx) widen(at address) string {
	if at.base.unsigned {
		return "VPMOVZXDQ"
	}
	return "VCVTPS2PD"
}

func (m *avx) Operand(name string, vectors int, at address) row {
	if at.size != m.size {
		r := m.Row(name, vectors)
		m.Load(r, at)
		return r
	}
	r := row{at.upTo(vectors * m.Lanes()), make([]int, vectors)}
	for i := range r.ids {
		m.memory = append(m.memory, m.mem(at, i))
		r.ids[i] = -len(m.memory)
	}
	return r
}

func (m *avx) Store(at address, v row) {
	if len(v.ids) == 0 {
		return
	}
	m.Comment("%s = %s", at.upTo(len(v.ids)*m.Lanes()), v.name)
	for i, id := range v.ids {
		if at.size == 2 {
			const toNearestEven = 0
			m.emit("VCVTPS2PH", imm(toNearestEven), m.v(id), m.mem(at, i))
			continue
		}
		m.emit("VMOVU"+m.packedIn(at.size), m.narrow(id, at.size), m.mem(at, i))
	}
}

// packedIn is the mnemonic suffix of vectors with elements of the given size.
func (m *avx) packedIn(size int) string {
	if size == 4 {
		return "PS"
	}
	return m.packed
}

// narrow converts a vector, in its place, to elements of the size in memory and
// returns the part of the register that holds them.
func (m *avx) narrow(id, size int) physical.Register {
	if size == m.size {
		return m.v(id)
	}
	m.emit(m.cvtpd2ps(), m.v(id), m.h(id))
	return m.h(id)
}

// cvtpd2ps is the mnemonic of the conversion to half the width: with the
// destination an X register the assembler cannot tell the source's width.
func (m *avx) cvtpd2ps() string {
	if m.bytes == 32 {
		return "VCVTPD2PSY"
	}
	return "VCVTPD2PS"
}

// Incomplete vectors. AVX-512 has a bit for each element in an opmask register.
// AVX2 has vector masks, which are read from a table of ones followed by zeros
// at n elements before the zeros.

func (m *avx) Tail(n, p reg, limit int) tail {
	if m.opmasks {
		t := tail{n: n, opmask: m.opmask.take("tail")}
		m.Comment("A mask of one bit for each of the %s < %d elements.", n.name, limit)
		m.emit("MOVQ", m.g(n), counter)
		m.emit("MOVL", operand.U32(1), scratch.As32())
		m.emit("SHLQ", physical.CL, scratch)
		m.emit("DECQ", scratch)
		m.emit("KMOVQ", scratch, m.k(t.opmask))
		return t
	}
	t := tail{n: n, window: m.newReg("window", p.size)}
	m.Comment("Masks begin in a table of %d ones and as many zeros, %s before the zeros.", limit, n.name)
	m.emit("LEAQ", m.file.onesThenZeros(limit, p.size).Offset(limit*p.size), m.g(t.window))
	m.emit("MOVQ", m.g(n), scratch)
	m.emit("SHLQ", imm(bits.TrailingZeros(uint(p.size))), scratch)
	m.emit("SUBQ", scratch, m.g(t.window))
	return t
}

func (m *avx) Mask(t tail, i int) mask {
	if m.opmasks {
		k := mask{n: t.n, opmask: m.opmask.take("mask")}
		m.emit("KSHIFTRQ", imm(i*m.Lanes()), m.k(t.opmask), m.k(k.opmask))
		return k
	}
	k := mask{n: t.n, vector: m.Row("mask", 1), size: t.window.size}
	m.emit("VMOVUPS", m.mem(m.At(t.window, 0), i), m.part(k.vector.ids[0], t.window.size))
	return k
}

func (m *avx) ReleaseTail(t tail) {
	if m.opmasks {
		m.opmask.release(t.opmask)
	} else {
		m.Release(t.window)
	}
}

func (m *avx) FreeMask(k mask) {
	if m.opmasks {
		m.opmask.release(k.opmask)
	} else {
		m.Free(k.vector)
	}
}

// part is the part of a register that holds as many elements of the given size
// as the machine has lanes.
func (m *avx) part(id, size int) physical.Register { return m.view(id, m.Lanes()*size) }

func (m *avx) LoadPart(dst row, at address, k mask) {
	m.Comment("%s = %s, +0 beyond %s", dst.name, at.upTo(m.Lanes()), k.n.name)
	id, source := dst.ids[0], m.mem(at, 0)
	switch {
	case m.opmasks && at.size == m.size:
		m.emit("VMOVU"+m.packed+"_Z", source, m.k(k.opmask), m.v(id))
	case m.opmasks && at.size == 4:
		m.emit(m.widen(at)+"_Z", source, m.k(k.opmask), m.v(id))
	case m.opmasks && at.size == 1:
		m.emit("VPMOVZXBD_Z", source, m.k(k.opmask), m.v(id))
		m.emit("VCVTDQ2PS", m.v(id), m.v(id))
	case at.size == m.size:
		m.emit("VMASKMOV"+m.packed, source, m.v(k.vector.ids[0]), m.v(id))
	case at.size == 4:
		m.emit("VMASKMOVPS", source, m.h(k.vector.ids[0]), m.h(id))
		m.emit(m.widen(at), m.h(id), m.v(id))
	case at.size == 1:
		m.gatherBytes(at.base, k.n)
		m.emit("VMOVQ", scratch, m.x(id))
		m.emit("VPMOVZXBD", m.x(id), m.v(id))
		m.emit("VCVTDQ2PS", m.v(id), m.v(id))
	}
}

// gatherBytes loads the n < 8 bytes at p into the scratch register, the last
// one first.
func (m *avx) gatherBytes(p, n reg) {
	m.emit("XORL", scratch.As32(), scratch.As32())
	m.emit("MOVQ", m.g(n), counter)
	m.Label("gather")
	m.emit("SHLQ", imm(8), scratch)
	m.emit("ORB", operand.Mem{Base: m.g(p), Disp: -1, Index: counter, Scale: 1}, scratch.As8())
	m.emit("DECQ", counter)
	m.emit("JNZ", operand.LabelRef("gather"))
}

func (m *avx) StorePart(at address, v row, k mask) {
	m.Comment("%s = %s, up to %s", at.upTo(m.Lanes()), v.name, k.n.name)
	source := m.narrow(v.ids[0], at.size)
	if m.opmasks {
		m.emit("VMOVU"+m.packedIn(at.size), source, m.k(k.opmask), m.mem(at, 0))
		return
	}
	m.emit("VMASKMOV"+m.packedIn(at.size), source, m.part(k.vector.ids[0], at.size), m.mem(at, 0))
}

// StoreLast splits the store into powers of two on AVX2, where a masked one
// takes 12 cycles.
func (m *avx) StoreLast(p reg, v row, k mask) {
	if m.opmasks {
		m.StorePart(m.At(p, 0), v, k)
		return
	}
	m.Comment("%s = %s, by the bits of %s", m.At(p, 0).upTo(m.Lanes()), v.name, k.n.name)
	id := v.ids[0]
	m.narrow(id, p.size)
	for count := m.Lanes() / 2; count > 0; count /= 2 {
		after := fmt.Sprintf("after%s%d", title(p.name), count)
		m.emit("TESTQ", operand.U32(count), m.g(k.n))
		m.emit("JEQ", operand.LabelRef(after))
		switch to := m.mem(m.At(p, 0), 0); count * p.size {
		case 16:
			m.emit("VMOVU"+m.packed, m.x(id), to)
			m.emit("VEXTRACTF128", imm(1), m.v(id), m.x(id))
		case 8:
			m.emit("VMOVLPS", m.x(id), to)
			m.emit("VPERMILPD", imm(1), m.x(id), m.x(id))
		case 4:
			m.emit("VMOVSS", m.x(id), to)
		}
		if count > 1 {
			m.Advance(p, count)
		}
		m.Label(after)
	}
}

// Arithmetic.

func (m *avx) Zero(dst row) {
	m.Comment("%s = 0", dst.name)
	for _, id := range dst.ids {
		m.emit("VXOR"+m.packed, m.v(id), m.v(id), m.v(id))
	}
}

func (m *avx) Parameter(name string) row {
	dst := m.Row(name, 1)
	m.SetParameter(dst, name)
	return dst
}

func (m *avx) SetParameter(dst row, name string) {
	m.Comment("%s, in all lanes.", name)
	from := m.signature.argument(name)
	if m.signature.isFloat32(name) && m.size == 8 {
		for _, id := range dst.ids {
			m.emit("VBROADCASTSS", from, m.h(id))
			m.emit("VCVTPS2PD", m.h(id), m.v(id))
		}
		return
	}
	m.broadcast(dst, from)
}

func (m *avx) Constant(name string, value float64) row {
	dst := m.Row(name, 1)
	m.SetConstant(dst, name, value)
	return dst
}

func (m *avx) SetConstant(dst row, name string, value float64) {
	m.broadcast(dst, m.file.constant(name, m.number(value)))
}

// number is a number of the machine's type as data; the assembler has no name
// for infinities and NaN.
func (m *avx) number(value float64) operand.Constant {
	switch {
	case m.size == 4 && !(math.Abs(value) <= math.MaxFloat32):
		return operand.U32(math.Float32bits(float32(value)))
	case !(math.Abs(value) <= math.MaxFloat64):
		return operand.U64(math.Float64bits(value))
	case m.size == 4:
		return operand.F32(value)
	}
	return operand.F64(value)
}

func (m *avx) Addend(shared row, name string, value float64) row {
	r := row{name, shared.ids}
	m.SetConstant(r, name, value)
	return r
}

func (m *avx) SignBit() row {
	dst := m.Row("signBit", 1)
	m.SetSignBit(dst)
	return dst
}

func (m *avx) SetSignBit(dst row) {
	var bit operand.Constant = operand.U32(1 << 31)
	if m.size == 8 {
		bit = operand.U64(1 << 63)
	}
	m.broadcast(dst, m.file.constant("signBit", bit))
}

func (m *avx) broadcast(dst row, from operand.Mem) {
	for _, id := range dst.ids {
		m.emit("VBROADCAST"+m.scalar, from, m.v(id))
	}
}

func (m *avx) Copy(dst, src row) {
	m.Comment("%s = %s", dst.name, src.name)
	m.each("VMOVA"+m.packed, dst, src)
}

func (m *avx) binary(sign, mnemonic string, dst, a, b row) {
	m.Comment("%s = %s %s %s", dst.name, a.name, sign, b.name)
	m.each(mnemonic+m.packed, dst, b, a)
}

func (m *avx) Add(dst, a, b row) { m.binary("+", "VADD", dst, a, b) }
func (m *avx) Sub(dst, a, b row) { m.binary("-", "VSUB", dst, a, b) }
func (m *avx) Mul(dst, a, b row) { m.binary("*", "VMUL", dst, a, b) }
func (m *avx) Div(dst, a, b row) { m.binary("/", "VDIV", dst, a, b) }

func (m *avx) And(dst, a, b row) { m.binary("&", "VAND", dst, a, b) }
func (m *avx) Or(dst, a, b row)  { m.binary("|", "VOR", dst, a, b) }
func (m *avx) AndNot(dst, a, b row) {
	m.Comment("%s = %s &^ %s", dst.name, a.name, b.name)
	m.each("VANDN"+m.packed, dst, a, b) // it inverts the operand written second
}

func (m *avx) Sqrt(dst, a row) {
	m.Comment("%s = sqrt(%s)", dst.name, a.name)
	m.each("VSQRT"+m.packed, dst, a)
}

// If an operand is NaN the instructions return the second one, which the
// assembler writes first.

func (m *avx) Min(dst, c, x row) {
	m.Comment("%s = min(%s, %s)", dst.name, c.name, x.name)
	m.each("VMIN"+m.packed, dst, x, c)
}

func (m *avx) Max(dst, c, x row) {
	m.Comment("%s = max(%s, %s)", dst.name, c.name, x.name)
	m.each("VMAX"+m.packed, dst, x, c)
}

func (m *avx) AddProduct(acc, a, b row) {
	m.Comment("%s = fma(%s, %s, %s)", acc.name, a.name, b.name, acc.name)
	m.each("VFMADD231"+m.packed, acc, b, a)
}

func (m *avx) SubProduct(acc, a, b row) {
	m.Comment("%s = fma(-%s, %s, %s)", acc.name, a.name, b.name, acc.name)
	m.each("VFNMADD231"+m.packed, acc, b, a)
}

func (m *avx) MulAdd(x, a, b row) {
	m.Comment("%s = fma(%s, %s, %s)", x.name, x.name, a.name, b.name)
	m.each("VFMADD213"+m.packed, x, b, a)
}

func (m *avx) MulSub(x, a, b row) {
	m.Comment("%s = fma(%s, %s, -%s)", x.name, x.name, a.name, b.name)
	m.each("VFMSUB213"+m.packed, x, b, a)
}

func (m *avx) AddScaled(acc row, x address, b row) {
	m.Comment("%s = fma(%s, %s, %s)", acc.name, x, b.name, acc.name)
	if m.opmasks && len(acc.ids) == 1 {
		m.emit("VFMADD231"+m.packed+"_BCST", m.mem(x, 0), m.v(b.ids[0]), m.v(acc.ids[0]))
		return
	}
	all := m.Row(x.String(), 1)
	m.broadcast(all, m.mem(x, 0))
	m.each("VFMADD231"+m.packed, acc, b, all)
	m.Free(all)
}

func (m *avx) FoldSum(v row) { m.fold("+", "VADD", v) }
func (m *avx) FoldMax(v row) { m.fold("max", "VMAX", v) }
func (m *avx) FoldMin(v row) { m.fold("min", "VMIN", v) }

func (m *avx) fold(sign, mnemonic string, v row) {
	half := m.Row("upper half", 1)
	x, upper := v.ids[0], half.ids[0]
	for bytes := m.bytes / 2; bytes >= m.size; bytes /= 2 {
		m.Comment("%s[l] = %s[l] %s %s[l+%d]", v.name, v.name, sign, v.name, bytes/m.size)
		switch bytes {
		case 32:
			m.emit("VEXTRACTF64X4", imm(1), m.view(x, 64), m.view(upper, 32))
		case 16:
			m.emit("VEXTRACTF128", imm(1), m.view(x, 32), m.x(upper))
		case 8:
			m.emit("VPERMILPD", imm(1), m.x(x), m.x(upper))
		case 4:
			m.emit("VMOVSHDUP", m.x(x), m.x(upper))
		}
		width := max(bytes, 16)
		m.emit(mnemonic+m.packed, m.view(upper, width), m.view(x, width), m.view(x, width))
	}
	m.Free(half)
}

func (m *avx) RoundToFloat32(dst row) {
	m.Comment("%s = float32(%s)", dst.name, dst.name)
	for _, id := range dst.ids {
		m.emit("VCVTPS2PD", m.narrow(id, 4), m.v(id))
	}
}

// Selection.

// predicates are the immediate operands of VCMPPS; none of these raises a flag
// on a quiet NaN.
var predicates = map[comparison]operand.Op{less: imm(17), lessOrEqual: imm(18), equal: imm(0), notLess: imm(21), unordered: imm(3)}

// where compares vector i of a and b and gives the result to use, which holds
// it in a mask register of either kind.
func (m *avx) where(i int, a row, c comparison, b row, use func(k physical.Register)) {
	av, bv := m.v(a.ids[i%len(a.ids)]), m.v(b.ids[i%len(b.ids)])
	if m.opmasks {
		id := m.opmask.take("comparison")
		m.emit("VCMP"+m.packed, predicates[c], bv, av, m.k(id))
		use(m.k(id))
		m.opmask.release(id)
		return
	}
	k := m.Row("comparison", 1)
	m.emit("VCMP"+m.packed, predicates[c], bv, av, m.v(k.ids[0]))
	use(m.v(k.ids[0]))
	m.Free(k)
}

func (m *avx) ClearWhere(dst, a row, c comparison, b row) {
	m.Comment("%s = 0 where %s %s %s", dst.name, a.name, c, b.name)
	for i, id := range dst.ids {
		m.where(i, a, c, b, func(k physical.Register) {
			if m.opmasks {
				m.emit("VXOR"+m.packed, m.v(id), m.v(id), k, m.v(id))
			} else {
				m.emit("VANDN"+m.packed, m.v(id), k, m.v(id))
			}
		})
	}
}

func (m *avx) MoveWhere(dst, src, a row, c comparison, b row) {
	m.Comment("%s = %s where %s %s %s", dst.name, src.name, a.name, c, b.name)
	for i, id := range dst.ids {
		from := m.v(src.ids[i%len(src.ids)])
		m.where(i, a, c, b, func(k physical.Register) {
			if m.opmasks {
				m.emit("VMOVA"+m.packed, from, k, m.v(id))
			} else {
				m.emit("VBLENDV"+m.packed, k, from, m.v(id), m.v(id))
			}
		})
	}
}

func (m *avx) LimitsOfLog(y, x row) {
	m.Comment("%s = log %s, where %s is +Inf, NaN, 0 or negative", y.name, x.name, x.name)
	if !m.opmasks {
		limitsOfLog(m, y, x)
		return
	}
	// A response for each token: a quiet NaN for NaN, -Inf for 0, nothing for
	// 1, NaN for -Inf, +Inf for +Inf, NaN for negative and nothing for positive
	// numbers.
	const responses = 2 | 2<<4 | 4<<8 | 3<<16 | 5<<20 | 3<<24
	limits := m.Row("limits", 1)
	m.SetBits(limits, "limitsOfLog", responses)
	for i, id := range y.ids {
		m.emit("VFIXUPIMMPD", imm(0), m.v(limits.ids[0]), m.v(x.ids[i]), m.v(id))
	}
	m.Free(limits)
}

func (m *avx) FillRest(dst row, k mask, src row) {
	m.Comment("%s = %s beyond %s", dst.name, src.name, k.n.name)
	v, fill := m.v(dst.ids[0]), m.v(src.ids[0])
	if !m.opmasks && k.size < m.size {
		m.emit("VPMOVSXDQ", m.x(k.vector.ids[0]), m.v(k.vector.ids[0]))
	}
	if m.opmasks {
		m.emit("VBLENDM"+m.packed, v, fill, m.k(k.opmask), v)
	} else {
		m.emit("VBLENDV"+m.packed, m.v(k.vector.ids[0]), v, fill, v)
	}
}

func (m *avx) PrefetchLater(at address) { m.emit("PREFETCHT1", m.mem(at, 0)) }
