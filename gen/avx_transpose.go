package main

import "fmt"

// packTransposed transposes as many rows of B as a vector has lanes, in
// registers. Of the d elements in 16 bytes, vector r collects those of rows r,
// r+d, r+2d, ... A d x d transpose within each 16 bytes is left then, which
// interleaving does:
//
//	v0   b00 b01 b02 b03  b40 b41 b42 b43         b00 b10 b20 b30  b40 b50 b60 b70
//	v1   b10 b11 b12 b13  b50 b51 b52 b53   ->    b01 b11 b21 b31  b41 b51 b61 b71
//	v2   b20 b21 b22 b23  b60 b61 b62 b63         ...
//	v3   b30 b31 b32 b33  b70 b71 b72 b73
//
// Collecting 16 bytes at a time while loading saves half of the shuffles that a
// transpose of whole vectors takes, and only one port does those.
func packTransposed(m *avx) {
	d := 16 / m.size
	m.Function("packTransposed", "(k int, b *T, ldb int, panel *T)",
		fmt.Sprintf(`writes the first k columns of %d rows of B, k a multiple of %d,
		as the first columns of the k rows of panel: packTransposedGeneric.`, m.Lanes(), d))
	k, b, ldb, panel := m.Arg("k"), m.Arg("b"), m.Stride("ldb"), m.Arg("panel")
	from := m.Rows(b, ldb, m.Lanes())
	for _, groups := range []int{m.Lanes() / d, 1} {
		m.Comment("%d columns of B a turn.", groups*d)
		m.While(fmt.Sprintf("columns%d", groups*d), k, groups*d, func() {
			m.transpose(from, panel, groups)
			for _, cursor := range from.cursors {
				m.Advance(cursor, groups*d)
			}
			m.Advance(panel, groups*d*panelCols(m))
		})
	}
	m.Return()
}

// transpose moves some groups of d columns into the rows of the panel.
func (m *avx) transpose(from rows, panel reg, groups int) {
	d := 16 / m.size
	collected := make([]row, groups)
	for g := range collected {
		collected[g] = m.Row("v", d)
	}
	m.Comment("v collects 16 bytes of each row.")
	for r := range d {
		for part := range m.Lanes() / d {
			for g := range collected { // neighbours in memory
				m.loadPart16(collected[g].ids[r], part, from.at[part*d+r].plus(g*d))
			}
		}
	}
	for g, v := range collected {
		m.transposeParts(v)
		for c := range d {
			at := m.At(panel, (g*d+c)*panelCols(m))
			m.Store(at, v.slice(c, c+1))
		}
		m.Free(v)
	}
}

// loadPart16 loads 16 bytes into one part of a vector. The first one clears the
// others.
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

// transposeParts transposes the d x d elements in each 16 bytes of d vectors.
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
