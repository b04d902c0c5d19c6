package main

import "strings"

// A word is an instruction that Go's assembler does not name. It is written as
// its code, with what Arm calls it as a comment.
type word struct {
	code   uint32 // with V0 for all operands, and lanes of float32 if syntax has T
	syntax string // D, N and M are the operands, T their arrangement, S a lane
}

var (
	fadd      = word{0x4e20d400, "fadd D.T, N.T, M.T"}
	fsub      = word{0x4ea0d400, "fsub D.T, N.T, M.T"}
	fmul      = word{0x6e20dc00, "fmul D.T, N.T, M.T"}
	fdiv      = word{0x6e20fc00, "fdiv D.T, N.T, M.T"}
	fsqrt     = word{0x6ea1f800, "fsqrt D.T, N.T"}
	fneg      = word{0x6ea0f800, "fneg D.T, N.T"}
	fmlaLane0 = word{0x4f801000, "fmla D.T, N.T, M.S[0]"}

	fmax  = word{0x4e20f400, "fmax D.T, N.T, M.T"}
	fmin  = word{0x4ea0f400, "fmin D.T, N.T, M.T"}
	fcmgt = word{0x6ea0e400, "fcmgt D.T, N.T, M.T"}
	fcmge = word{0x6e20e400, "fcmge D.T, N.T, M.T"}
	fcmeq = word{0x4e20e400, "fcmeq D.T, N.T, M.T"}

	bic   = word{0x4e601c00, "bic D.16b, N.16b, M.16b"}
	cmgt  = word{0x4ea03400, "cmgt D.T, N.T, M.T"}
	umaxp = word{0x6ea0a400, "umaxp D.4s, N.4s, M.4s"}
	uminp = word{0x6ea0ac00, "uminp D.4s, N.4s, M.4s"}

	// Conversions to a wider or narrower type, from or to the lower or, by the
	// names that end in 2, the upper half of a register.
	fcvtl    = word{0x0e617800, "fcvtl D.2d, N.2s"}
	fcvtl2   = word{0x4e617800, "fcvtl2 D.2d, N.4s"}
	fcvtn    = word{0x0e616800, "fcvtn D.2s, N.2d"}
	fcvtn2   = word{0x4e616800, "fcvtn2 D.4s, N.2d"}
	fromHalf = word{0x0e217800, "fcvtl D.4s, N.4h"}
	toHalf   = word{0x0e216800, "fcvtn D.4h, N.4s"}
	ucvtf    = word{0x6e21d800, "ucvtf D.4s, N.4s"}
	shll16   = word{0x2e613800, "shll D.4s, N.4h, #16"}
	shrn16   = word{0x0f108400, "shrn D.4h, N.4s, #16"}
)

// words are all of them.
var words = []word{
	fadd, fsub, fmul, fdiv, fsqrt, fneg, fmlaLane0, fmax, fmin, fcmgt, fcmge, fcmeq,
	bic, cmgt, umaxp, uminp, fcvtl, fcvtl2, fcvtn, fcvtn2, fromHalf, toHalf, ucvtf, shll16, shrn16,
}

// word emits d = w(n, m) on registers.
func (m *neon) word(w word, d, n int, second ...int) {
	a, code := m.arrangement(), w.code
	if strings.Contains(w.syntax, "T") {
		code |= a.code
	}
	v := func(id int) string { return string(textf("v%d", id)) }
	names := []string{"D", v(d), "N", v(n), "T", a.armName, "S", a.lane}
	code |= uint32(d) | uint32(n)<<5
	for _, id := range second {
		code |= uint32(id) << 16
		names = append(names, "M", v(id))
	}
	m.emit("WORD", textf("$%#08x // %s", code, strings.NewReplacer(names...).Replace(w.syntax)))
}
