package main

import "fmt"

func randomFamily(f *file) {
	for _, t := range []avxTier{avx2, avx512} {
		m := f.avx(t, float64s)
		philox(m)
		uniform(m)
		dropMask(m)
	}
}

// The constants of Philox4x32-10: multipliers, and what is added to the key
// each round.
const (
	philoxRounds      = 10
	philoxMultiplier0 = 0xD2511F53
	philoxMultiplier1 = 0xCD9E8D57
	philoxWeyl0       = 0x9E3779B9
	philoxWeyl1       = 0xBB67AE85
)

// philox computes as many blocks at a time as there are lanes of 64 bits. Of a
// lane only the lower half counts, the upper one may hold anything.
func philox(m randomMachine) {
	m.Function("philox", "(n int, words *uint32, block, step0, step1, stream, seed0, seed1 uint64)",
		`sets n words, a multiple of 128, to those of block, block+1, ...: philoxGeneric.`)
	vectors := m.Registers() / 8
	words, n := m.Arg("words"), m.Arg("n")
	block := m.Row("block", 1)
	first := m.Parameter("block")
	first.name = "first"
	order := make([]uint64, m.Lanes())
	for lane, b := range m.lowerOrder() {
		order[lane] = uint64(b)
	}
	m.SetLanes(block, "lane", order)
	m.AddIntegers(block, block, first)
	m.Free(first)
	multiplier0, multiplier1 := m.Row("multiplier0", 1), m.Row("multiplier1", 1)
	m.SetBits(multiplier0, "multiplier0", philoxMultiplier0)
	m.SetBits(multiplier1, "multiplier1", philoxMultiplier1)

	perTurn := 4 * vectors * m.Lanes()
	m.Comment("%d words a turn.", perTurn)
	m.While("turn", n, perTurn, func() {
		c := [4]row{m.Row("c0", vectors), m.Row("c1", vectors), m.Row("c2", vectors), m.Row("c3", vectors)}
		t := m.Row("t", vectors)
		lanes := row{"lanes", t.ids[:1]}
		m.SetBits(lanes, fmt.Sprintf("lanes%d", m.Lanes()), uint64(m.Lanes()))
		for v := range vectors {
			m.Copy(row{"c0", c[0].ids[v:][:1]}, block)
			m.AddIntegers(block, block, lanes)
		}
		m.SetParameter(c[1], "step0")
		m.SetParameter(c[2], "step1")
		m.SetParameter(c[3], "stream")
		k0, k1 := m.Parameter("seed0"), m.Parameter("seed1")
		k0.name, k1.name = "k0", "k1"
		for r := range philoxRounds {
			if r > 0 {
				weyl := row{"weyl", t.ids[:1]}
				m.SetBits(weyl, "weyl0", philoxWeyl0)
				m.AddIntegers(k0, k0, weyl)
				m.SetBits(weyl, "weyl1", philoxWeyl1)
				m.AddIntegers(k1, k1, weyl)
			}
			c = philoxRound(m, c, t, k0, k1, multiplier0, multiplier1)
		}
		m.Free(k0, k1, t)
		m.StoreLower(m.At(words, 0), c)
		m.Free(c[:]...)
		m.Advance(words, perTurn)
	})
	m.Return()
}

// philoxRound: with p0 = c0*multiplier0 and p1 = c2*multiplier1 the counter becomes
// upper(p1)^c1^k0, lower(p1), upper(p0)^c3^k1, lower(p0).
func philoxRound(m randomMachine, c [4]row, t, k0, k1, multiplier0, multiplier1 row) [4]row {
	p0, p1 := row{"p0", c[0].ids}, row{"p1", c[2].ids}
	m.MulLower(p0, c[0], multiplier0)
	m.MulLower(p1, c[2], multiplier1)
	mix := func(c, p, k row) {
		upper := row{"upper", t.ids}
		m.Copy(upper, p)
		m.ShiftRight(upper, 32)
		m.Xor(c, c, upper, k)
	}
	mix(c[1], p1, k0)
	mix(c[3], p0, k1)
	return [4]row{{"c0", c[1].ids}, {"c1", p1.ids}, {"c2", c[3].ids}, {"c3", p0.ids}}
}

// uniform: an integer below 2^52 becomes a number as the low bits of 2^52, which
// is then subtracted.
func uniform(m mathMachine) {
	m.Function("uniform", "(dst []float32, words []uint32, lo, width float64)",
		"sets dst[i] = lo + width*(words[i]*2^-32): uniformGeneric.")
	lo, width := m.Parameter("lo"), m.Parameter("width")
	number, unit := newNumber(m), m.Constant("unit", 0x1p-32)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"words"},
		unroll:  4,
		body: func(in []row) []row {
			w := in[0]
			number(w)
			m.Mul(w, w, unit)
			m.Mul(w, w, width)
			m.Add(w, w, lo)
			return in
		},
	}.emit(m)
}

// dropMask compares words as numbers of float64.
func dropMask(m mathMachine) {
	m.Function("mask", "(dst []float32, words []uint32, below, value float64)",
		"sets dst[i] = 0 if words[i] < below, else value: maskGeneric.")
	below, value := m.Parameter("below"), m.Parameter("value")
	number := newNumber(m)
	stream{
		outputs: []string{"dst"},
		inputs:  []string{"words"},
		unroll:  2,
		body: func(in []row) []row {
			w := in[0]
			number(w)
			y := m.Row("y", len(w.ids))
			m.Copy(y, value)
			m.ClearWhere(y, w, less, below)
			return []row{y}
		},
	}.emit(m)
}

// newNumber returns a function that makes numbers of integers below 2^32.
func newNumber(m mathMachine) func(w row) {
	const exponent52 = (1023 + 52) << 52
	magic := m.Row("2^52", 1)
	m.SetBits(magic, "twoTo52", exponent52)
	return func(w row) {
		m.Or(w, w, magic)
		m.Sub(w, w, magic)
	}
}
