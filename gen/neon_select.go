package main

import "fmt"

// Comparisons fill the lanes of a register with ones or zeros, by which bits are
// chosen.

// Min and Max: the instructions of these names would give x where x is NaN, too,
// but of two zeros not always x.

func (m *neon) Min(dst, c, x row) {
	m.Comment("%s = min(%s, %s)", dst.name, c.name, x.name)
	m.choose(dst, c, x, func(mask, c, x int) { m.word(fcmgt, mask, x, c) })
}

func (m *neon) Max(dst, c, x row) {
	m.Comment("%s = max(%s, %s)", dst.name, c.name, x.name)
	m.choose(dst, c, x, func(mask, c, x int) { m.word(fcmgt, mask, c, x) })
}

// choose sets dst to c where the comparison holds, else to x.
func (m *neon) choose(dst, c, x row, compare func(mask, c, x int)) {
	mask := m.Row("mask", 1)
	t := mask.ids[0]
	for i, id := range dst.ids {
		switch a, b := c.ids[i%len(c.ids)], x.ids[i%len(x.ids)]; id {
		case b:
			compare(t, a, b)
			m.emit("VBIT", m.b(t), m.b(a), m.b(id))
		case a:
			compare(t, a, b)
			m.emit("VBIF", m.b(t), m.b(b), m.b(id))
		default:
			compare(id, a, b)
			m.emit("VBSL", m.b(b), m.b(a), m.b(id))
		}
	}
	m.Free(mask)
}

// compare fills the lanes of a register with ones where vector i of a and b compare
// like that, or with zeros if that is inverted.
func (m *neon) compare(to, i int, a row, c comparison, b row) (inverted bool) {
	av, bv := a.ids[i%len(a.ids)], b.ids[i%len(b.ids)]
	switch c {
	case less:
		m.word(fcmgt, to, bv, av)
	case lessOrEqual:
		m.word(fcmge, to, bv, av)
	case equal:
		m.word(fcmeq, to, av, bv)
	case notLess:
		m.word(fcmgt, to, bv, av)
		return true
	case unordered:
		if av != bv {
			panic("gen: NEON looks for NaN in one row at a time")
		}
		m.word(fcmeq, to, av, av)
		return true
	}
	return false
}

func (m *neon) ClearWhere(dst, a row, c comparison, b row) {
	m.Comment("%s = 0 where %s %s %s", dst.name, a.name, c, b.name)
	mask := m.Row("mask", 1)
	t := mask.ids[0]
	for i, id := range dst.ids {
		if m.compare(t, i, a, c, b) {
			m.emit("VAND", m.b(t), m.b(id), m.b(id))
		} else {
			m.word(bic, id, id, t)
		}
	}
	m.Free(mask)
}

func (m *neon) MoveWhere(dst, src, a row, c comparison, b row) {
	m.Comment("%s = %s where %s %s %s", dst.name, src.name, a.name, c, b.name)
	mask := m.Row("mask", 1)
	t := mask.ids[0]
	for i, id := range dst.ids {
		insert := "VBIT"
		if m.compare(t, i, a, c, b) {
			insert = "VBIF"
		}
		m.emit(insert, m.b(t), m.b(src.ids[i%len(src.ids)]), m.b(id))
	}
	m.Free(mask)
}

func (m *neon) IfAny(a row, c comparison, b row, then func()) {
	m.Comment("Only if %s %s %s in some lane:", a.name, c, b.name)
	m.skips++
	usual := fmt.Sprintf("usual%d", m.skips)
	m.anyLane(a, c, b)
	m.emit("CBZ", neonScratch, text(usual))
	m.keeping(then)
	m.Label(usual)
}

func (m *neon) GotoIfAny(a row, c comparison, b row, label string) {
	m.Comment("If %s %s %s in some lane:", a.name, c, b.name)
	m.anyLane(a, c, b)
	m.emit("CBNZ", neonScratch, text(label))
}

func (m *neon) GotoIfNonzero(bits row, label string) {
	m.Comment("If %s is not 0:", bits.name)
	id := bits.ids[0]
	m.word(umaxp, id, id, id)
	m.emit("FMOVD", m.f(id), neonScratch)
	m.emit("CBNZ", neonScratch, text(label))
}

// anyLane sets the scratch register to 0 if the comparison holds in no lane.
func (m *neon) anyLane(a row, c comparison, b row) {
	inverted := c == notLess || c == unordered
	gather, halve := "VORR", umaxp
	if inverted {
		gather, halve = "VAND", uminp
	}
	all := a.ids[0]
	for i, id := range a.ids {
		m.compare(id, i, a, c, b)
		if i > 0 {
			m.emit(gather, m.b(id), m.b(all), m.b(all))
		}
	}
	m.word(halve, all, all, all)
	m.emit("FMOVD", m.f(all), neonScratch)
	if inverted {
		m.emit("ADD", constant(1), neonScratch) // to all ones
	}
}

func (m *neon) LimitsOfLog(y, x row) { limitsOfLog(m, y, x) }
