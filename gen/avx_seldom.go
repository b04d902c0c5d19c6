package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/operand"
)

// IfAny jumps over what is seldom wanted: a branch that is always predicted
// costs less than to compute it and to select.
func (m *avx) IfAny(a row, c comparison, b row, then func()) {
	m.Comment("Only if %s %s %s in some lane:", a.name, c, b.name)
	m.skips++
	usual := fmt.Sprintf("usual%d", m.skips)
	m.test(a, c, b)
	m.emit("JEQ", operand.LabelRef(usual))
	then()
	m.Label(usual)
}

func (m *avx) GotoIfAny(a row, c comparison, b row, label string) {
	m.Comment("If %s %s %s in some lane:", a.name, c, b.name)
	m.test(a, c, b)
	m.emit("JNE", operand.LabelRef(label))
}

// test sets the flag for "equal" if the comparison holds in no lane.
func (m *avx) test(a row, c comparison, b row) {
	if m.opmasks {
		m.testOpmasks(a, c, b)
	} else {
		m.testSigns(a, c, b)
	}
}

// testOpmasks does it by way of opmask registers.
func (m *avx) testOpmasks(a row, c comparison, b row) {
	any, one := m.opmask.take("any"), m.opmask.take("one")
	for i, id := range a.ids {
		to := one
		if i == 0 {
			to = any
		}
		m.emit("VCMP"+m.packed, predicates[c], m.v(b.ids[i%len(b.ids)]), m.v(id), m.k(to))
		if i > 0 {
			m.emit("KOR"+m.opmaskSize(), m.k(one), m.k(any), m.k(any))
		}
	}
	m.emit("KORTEST"+m.opmaskSize(), m.k(any), m.k(any))
	m.opmask.release(any)
	m.opmask.release(one)
}

// opmaskSize is the mnemonic suffix of instructions on a bit for each lane.
func (m *avx) opmaskSize() string {
	if m.Lanes() == 16 {
		return "W"
	}
	return "B"
}

// testSigns does it by way of the signs of vectors, those of a.
func (m *avx) testSigns(a row, c comparison, b row) {
	any := m.v(a.ids[0])
	for i, id := range a.ids {
		m.emit("VCMP"+m.packed, predicates[c], m.v(b.ids[i%len(b.ids)]), m.v(id), m.v(id))
		if i > 0 {
			m.emit("VOR"+m.packed, m.v(id), any, any)
		}
	}
	m.emit("VMOVMSK"+m.packed, any, scratch.As32())
	m.emit("TESTL", scratch.As32(), scratch.As32())
}

func (m *avx) OrDifference(acc, a, b row) {
	m.Comment("%s = %s | (%s ^ %s)", acc.name, acc.name, a.name, b.name)
	to := m.v(acc.ids[0])
	for i, id := range a.ids {
		if m.opmasks {
			const orOfXor = 0b11110110 // by the three bits: of acc, a and b
			m.emit("VPTERNLOGD", operand.U8(orOfXor), m.v(b.ids[i]), m.v(id), to)
			continue
		}
		m.emit("VXORPS", m.v(b.ids[i]), m.v(id), m.v(b.ids[i]))
		m.emit("VORPS", m.v(b.ids[i]), to, to)
	}
}

func (m *avx) GotoIfNonzero(bits row, label string) {
	m.Comment("If %s is not 0:", bits.name)
	v := m.v(bits.ids[0])
	if m.opmasks {
		k := m.opmask.take("nonzero")
		m.emit("VPTESTMD", v, v, m.k(k))
		m.emit("KORTESTW", m.k(k), m.k(k))
		m.opmask.release(k)
	} else {
		m.emit("VPTEST", v, v)
	}
	m.emit("JNE", operand.LabelRef(label))
}

func (m *avx) Magnitude(dst, x row) (notTiny []mask) {
	m.Comment("%s = |%s|, but 0 where that is tiny", dst.name, x.name)
	// These bits of the exponent say so.
	const large = 0b11 << 29
	bits := m.Row("bits", 1)
	b := m.v(bits.ids[0])
	m.SetBits(bits, "large", large)
	for _, id := range x.ids {
		k := mask{opmask: m.opmask.take("not tiny")}
		m.emit("VPTESTMD", b, m.v(id), m.k(k.opmask))
		notTiny = append(notTiny, k)
	}
	m.SetBits(bits, "unsigned", math.MaxInt32)
	for i, id := range x.ids {
		m.emit("VANDPS_Z", b, m.v(id), m.k(notTiny[i].opmask), m.v(dst.ids[i]))
	}
	m.Free(bits)
	return notTiny
}

func (m *avx) Complete(x, y row, notTiny []mask) {
	m.Comment("%s = %s with the sign of %s, but leave what is tiny", x.name, y.name, x.name)
	const signAndOr = 0b11101100 // by the three bits: of x, y and the sign bit
	sign := m.SignBit()
	for i, id := range x.ids {
		m.emit("VPTERNLOGD", operand.U8(signAndOr), m.v(sign.ids[0]), m.v(y.ids[i]), m.k(notTiny[i].opmask), m.v(id))
		m.FreeMask(notTiny[i])
	}
	m.Free(sign)
}
