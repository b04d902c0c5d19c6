package main

func (m *neon) parts16() int { return 1 }

func (m *neon) loadPart16(id, part int, from address) { m.loadOne(id, from, 0) }

func (m *neon) transposeParts(v row) {
	m.Comment("Transpose.")
	t := m.Row("t", len(v.ids))
	interleave := func(dst row, low, high int, view func(id int) text, from row, a, b int) {
		m.emit("VZIP1", view(from.ids[b]), view(from.ids[a]), view(dst.ids[low]))
		m.emit("VZIP2", view(from.ids[b]), view(from.ids[a]), view(dst.ids[high]))
	}
	halves := func(id int) text { return textf("V%d.D2", id) }
	if m.size == 8 {
		interleave(t, 0, 1, halves, v, 0, 1)
		for i, id := range t.ids {
			m.move(v.ids[i], id)
		}
	} else {
		interleave(t, 0, 1, m.v, v, 0, 1)
		interleave(t, 2, 3, m.v, v, 2, 3)
		interleave(v, 0, 1, halves, t, 0, 2)
		interleave(v, 2, 3, halves, t, 1, 3)
	}
	m.Free(t)
}
