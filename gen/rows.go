package main

import "fmt"

// rowsFamily has the kernels that add a vector to the rows of a matrix, and that sum
// the rows up or find the largest of their elements: in one call, for rows are short
// as a rule.
func rowsFamily(f *file) {
	for _, t := range f.tiers() {
		addToRows(f.machine(t, float32s))
		addRows(f.machine(t, float32s))
		maxRows(f.machine(t, float32s))
	}
}

func addToRows(m machine) {
	m.Function("addToRows", "(rows, cols int, x *float32, stride int, v *float32)",
		"adds v to each of some rows, at least one, of cols elements: addToRowsGeneric.")
	columnBlocks{machine: m, eachRow: func(x, v row) { m.Add(x, x, v) }}.emit()
}

func addRows(m machine) {
	m.Function("addRows", "(rows, cols int, x *float32, stride int, v *float32)",
		"adds some rows, at least one, of cols elements to v, in ascending order: addRowsGeneric.")
	columnBlocks{machine: m, reduces: true, eachRow: func(x, v row) { m.Add(v, v, x) }}.emit()
}

func maxRows(m mathMachine) {
	m.Function("maxRows", "(rows, cols int, x *float32, stride int, v *float32)",
		`sets v to the larger of v and each of some rows, at least one, of cols elements:
		maxRowsGeneric, but a NaN may be lost.`)
	columnBlocks{machine: m, reduces: true, eachRow: func(x, v row) { m.Max(v, v, x) }}.emit()
}

// columnBlocks are a few columns of a matrix at a time, with the elements of v that
// belong to them in registers.
type columnBlocks struct {
	machine
	eachRow func(x, v row)
	reduces bool // the rows to v; else they change
}

// emit emits the loops over blocks, which get narrower, and ends the function.
func (b columnBlocks) emit() {
	x, stride, v, n := b.Arg("x"), b.Stride("stride"), b.Arg("v"), b.Arg("cols")
	for _, vectors := range []int{b.Registers() / 4, 2, 1} {
		b.Comment("%d columns a turn.", vectors*b.Lanes())
		label := fmt.Sprintf("columns%d", vectors*b.Lanes())
		b.While(label, n, vectors*b.Lanes(), func() {
			b.block(label, vectors, x, stride, v, nil)
			b.Advance(x, vectors*b.Lanes())
			b.Advance(v, vectors*b.Lanes())
		})
	}
	b.GotoIfBelow(n, 1, "done")
	b.Comment("The last n < %d columns.", b.Lanes())
	t := b.Tail(n, v, b.Lanes())
	k := b.Mask(t, 0)
	b.ReleaseTail(t)
	b.block("last", 1, x, stride, v, &k)
	b.FreeMask(k)
	b.Label("done")
	b.Return()
}

// block emits the loops over the rows: over several at once, for a row that is
// shorter than a vector cannot be loaded while the one before it is stored.
func (b columnBlocks) block(label string, vectors int, x, stride, v reg, k *mask) {
	block := b.Row("v", vectors)
	loadBlock(b, block, b.At(v, 0), k)
	at, rows := b.Duplicate(x), b.Arg("rows")
	heights := []int{1}
	if most := b.Registers() / 4 / vectors; most > 1 {
		heights = []int{most, 1}
	}
	for _, height := range heights {
		b.While(fmt.Sprintf("rows%dOf%s", height, title(label)), rows, height, func() {
			b.turn(height, at, stride, block, k)
		})
	}
	b.Release(at, rows)
	if b.reduces {
		storeBlock(b, b.At(v, 0), block, k)
	}
	b.Free(block)
}

// turn takes some rows.
func (b columnBlocks) turn(height int, x, stride reg, v row, k *mask) {
	from := b.Rows(x, stride, height)
	rows := make([]row, height)
	for i := range rows {
		rows[i] = b.Row(fmt.Sprintf("x%d", i), len(v.ids))
		loadBlock(b, rows[i], from.at[i], k)
	}
	for i := range rows {
		b.eachRow(rows[i], v)
		if !b.reduces {
			storeBlock(b, from.at[i], rows[i], k)
		}
	}
	b.Free(rows...)
	b.ReleaseRows(from)
	b.AdvanceBy(x, stride, height)
}

// loadBlock and storeBlock move whole vectors, or those elements of one that are in
// the mask.
func loadBlock(m machine, dst row, from address, k *mask) {
	if k == nil {
		m.Load(dst, from)
	} else {
		m.LoadPart(dst, from, *k)
	}
}

func storeBlock(m machine, to address, v row, k *mask) {
	if k == nil {
		m.Store(to, v)
	} else {
		m.StorePart(to, v, *k)
	}
}
