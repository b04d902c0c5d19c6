package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
)

// IfAny jumps over what is seldom wanted: a branch that is always predicted
// costs less than to compute it and to select.
func (m *avx) IfAny(a row, c comparison, b row, then func()) {
	m.Comment("Only if %s %s %s in some lane:", a.name, c, b.name)
	m.skips++
	usual := fmt.Sprintf("usual%d", m.skips)
	if m.opmasks {
		m.testOpmasks(a, c, b)
	} else {
		m.testSigns(a, c, b)
	}
	m.emit("JEQ", operand.LabelRef(usual))
	then()
	m.Label(usual)
}

// testOpmasks sets the flag for "equal" if the comparison holds in no lane, by
// way of opmask registers.
func (m *avx) testOpmasks(a row, c comparison, b row) {
	any, one := m.opmask.take("any"), m.opmask.take("one")
	for i, id := range a.ids {
		to := one
		if i == 0 {
			to = any
		}
		m.emit("VCMP"+m.packed, predicates[c], m.v(b.ids[i%len(b.ids)]), m.v(id), m.k(to))
		if i > 0 {
			m.emit("KORB", m.k(one), m.k(any), m.k(any))
		}
	}
	m.emit("KORTESTB", m.k(any), m.k(any))
	m.opmask.release(any)
	m.opmask.release(one)
}

// testSigns does the same by way of the signs of vectors, those of a.
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
