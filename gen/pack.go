package main

import "fmt"

func packFamily(f *file) {
	for _, e := range []element{float32s, float64s} {
		for _, m := range f.machines(e) {
			packPanel(m)
			if m, ok := m.(*avx); ok {
				packTransposed(m)
			}
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
