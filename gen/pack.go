package main

import (
	"fmt"
	"slices"
)

func packFamily(f *file) {
	for _, e := range []element{float32s, float64s} {
		for _, m := range f.machines(e) {
			packPanel(m)
			packTransposed(m.(transposeMachine))
		}
	}
}

// packPanel copies a panel of B, so that its rows lie side by side.
func packPanel(m machine) {
	cols := panelCols(m)
	m.Function("packPanel", "(k int, b *T, ldb int, panel *T)",
		fmt.Sprintf("copies k rows of %d columns of B into panel, one after the other: packPanelGeneric.", cols))
	k, b, ldb, panel := m.Arg("k"), m.Arg("b"), m.Stride("ldb"), m.Arg("panel")
	m.While("rows", k, 1, func() {
		row := m.Row("row", cols/m.Lanes())
		m.Load(row, m.At(b, 0))
		m.Store(m.At(panel, 0), row)
		m.Free(row)
		m.AdvanceBy(b, ldb, 1)
		m.Advance(panel, cols)
	})
	m.Return()
}

// A transposeMachine has what a transpose needs, with vectors of one or several
// parts of 16 bytes.
type transposeMachine interface {
	machine

	// parts16 is the number of parts of 16 bytes of a vector.
	parts16() int
	// loadPart16 loads 16 bytes into one part of a vector. The first one clears the
	// others.
	loadPart16(id, part int, from address)
	// transposeParts transposes the d x d elements in each 16 bytes of d vectors.
	transposeParts(v row)
}

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
// transpose of whole vectors takes, and only one port of amd64 does those.
func packTransposed(m transposeMachine) {
	d := m.Lanes() / m.parts16()
	m.Function("packTransposed", "(k int, b *T, ldb int, panel *T)",
		fmt.Sprintf(`writes the first k columns of %d rows of B, k a multiple of %d,
		as the first columns of the k rows of panel: packTransposedGeneric.`, m.Lanes(), d))
	k, b, ldb, panel := m.Arg("k"), m.Arg("b"), m.Stride("ldb"), m.Arg("panel")
	from := m.Rows(b, ldb, m.Lanes())
	for _, groups := range []int{max(2, m.parts16()), 1} {
		m.Comment("%d columns of B a turn.", groups*d)
		m.While(fmt.Sprintf("columns%d", groups*d), k, groups*d, func() {
			transpose(m, from, panel, groups)
			var advanced []int
			for _, at := range from.at {
				if !slices.Contains(advanced, at.base.id) {
					m.Advance(at.base, groups*d)
					advanced = append(advanced, at.base.id)
				}
			}
			m.Advance(panel, groups*d*panelCols(m))
		})
	}
	m.Return()
}

// transpose moves some groups of d columns into the rows of the panel.
func transpose(m transposeMachine, from rows, panel reg, groups int) {
	d := m.Lanes() / m.parts16()
	collected := make([]row, groups)
	for g := range collected {
		collected[g] = m.Row("v", d)
	}
	m.Comment("v collects 16 bytes of each row.")
	for r := range d {
		for part := range m.parts16() {
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
