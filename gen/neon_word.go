package main

import "strings"

// A word is an instruction that Go's assembler does not name. It is written as
// its code, with what Arm calls it as a comment.
type word struct {
	code   uint32 // with V0 for all operands and lanes of float32
	syntax string // D, N and M are the operands, T their arrangement, S a lane
}

var (
	fadd      = word{0x4e20d400, "fadd D.T, N.T, M.T"}
	fmlaLane0 = word{0x4f801000, "fmla D.T, N.T, M.S[0]"}
)

// word emits d = w(n, m) on registers.
func (m *neon) word(w word, d, n, second int) {
	a := m.arrangement()
	code := w.code | a.code | uint32(second)<<16 | uint32(n)<<5 | uint32(d)
	v := func(id int) string { return string(textf("v%d", id)) }
	comment := strings.NewReplacer("D", v(d), "N", v(n), "M", v(second), "T", a.armName, "S", a.lane).Replace(w.syntax)
	m.emit("WORD", textf("$%#08x // %s", code, comment))
}
