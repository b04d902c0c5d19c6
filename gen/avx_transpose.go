package main

func (m *avx) parts16() int { return m.bytes / 16 }

func (m *avx) loadPart16(id, part int, from address) {
	mem := m.mem(from, 0)
	switch {
	case part == 0:
		m.emit("VMOVU"+m.packed, mem, m.x(id))
	case m.bytes == 32:
		m.emit("VINSERTF128", imm(part), mem, m.v(id), m.v(id))
	default:
		m.emit("VINSERTF32X4", imm(part), mem, m.v(id), m.v(id))
	}
}

func (m *avx) transposeParts(v row) {
	m.Comment("Transpose within 16 bytes.")
	t := m.Row("t", len(v.ids))
	interleave := func(dst row, suffix string, low, high int, from row, a, b int) {
		m.emit("VUNPCKL"+suffix, m.v(from.ids[b]), m.v(from.ids[a]), m.v(dst.ids[low]))
		m.emit("VUNPCKH"+suffix, m.v(from.ids[b]), m.v(from.ids[a]), m.v(dst.ids[high]))
	}
	if m.size == 8 {
		interleave(t, "PD", 0, 1, v, 0, 1)
		for i, id := range t.ids {
			m.emit("VMOVAPD", m.v(id), m.v(v.ids[i]))
		}
	} else {
		interleave(t, "PS", 0, 1, v, 0, 1)
		interleave(t, "PS", 2, 3, v, 2, 3)
		interleave(v, "PD", 0, 1, t, 0, 2)
		interleave(v, "PD", 2, 3, t, 1, 3)
	}
	m.Free(t)
}
