package main

// Lanes as bits and as integers.

func (m *neon) And(dst, a, b row) {
	m.Comment("%s = %s & %s", dst.name, a.name, b.name)
	m.each("VAND", m.b, dst, a, b)
}

func (m *neon) Or(dst, a, b row) {
	m.Comment("%s = %s | %s", dst.name, a.name, b.name)
	m.each("VORR", m.b, dst, a, b)
}

func (m *neon) AndNot(dst, a, b row) {
	m.Comment("%s = %s &^ %s", dst.name, a.name, b.name)
	m.words(bic, dst, a, b)
}

func (m *neon) ShiftLeft(dst row, bits int) {
	m.Comment("%s = %s << %d, as integers", dst.name, dst.name, bits)
	for _, id := range dst.ids {
		m.emit("VSHL", constant(bits), m.v(id), m.v(id))
	}
}

func (m *neon) ShiftRight(dst row, bits int) {
	m.Comment("%s = %s >> %d, as integers", dst.name, dst.name, bits)
	for _, id := range dst.ids {
		m.emit("VUSHR", constant(bits), m.v(id), m.v(id))
	}
}

func (m *neon) AddIntegers(dst, a, b row) {
	m.Comment("%s = %s + %s, as integers", dst.name, a.name, b.name)
	m.each("VADD", m.v, dst, a, b)
}

func (m *neon) OrDifference(acc, a, b row) {
	m.Comment("%s = %s | (%s ^ %s)", acc.name, acc.name, a.name, b.name)
	m.each("VEOR", m.b, b, a, b)
	for _, id := range b.ids {
		m.emit("VORR", m.b(id), m.b(acc.ids[0]), m.b(acc.ids[0]))
	}
}
