package main

import "fmt"

// rowsFamily has the kernels that add a vector to the rows of a matrix, or the rows
// to a vector: in one call, for rows are short as a rule.
func rowsFamily(f *file) {
	for _, t := range []avxTier{avx2, avx512} {
		addToRows(f.machine(t, float32s))
		addRows(f.machine(t, float32s))
	}
}

func addToRows(m machine) {
	m.Function("addToRows", "(rows, cols int, x *float32, stride int, v *float32)",
		"adds v to each of some rows, at least one, of cols elements: addToRowsGeneric.")
	columnBlocks{machine: m, eachRow: func(sum, v row, x address, k *mask) {
		loadBlock(m, sum, x, k)
		m.Add(sum, sum, v)
		storeBlock(m, x, sum, k)
	}}.emit()
}

func addRows(m machine) {
	m.Function("addRows", "(rows, cols int, x *float32, stride int, v *float32)",
		"adds some rows, at least one, of cols elements to v, in ascending order: addRowsGeneric.")
	columnBlocks{machine: m, keep: true, eachRow: func(term, v row, x address, k *mask) {
		loadBlock(m, term, x, k)
		m.Add(v, v, term)
	}}.emit()
}

// columnBlocks are a few columns of a matrix at a time, with the elements of v that
// belong to them in registers.
type columnBlocks struct {
	machine
	eachRow func(t, v row, x address, k *mask) // t is free, a mask has the columns of the last block
	keep    bool                               // whether v changes
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

// block emits the loop over the rows.
func (b columnBlocks) block(label string, vectors int, x, stride, v reg, k *mask) {
	block, t := b.Row("v", vectors), b.Row("t", vectors)
	loadBlock(b, block, b.At(v, 0), k)
	at, rows := b.Duplicate(x), b.Arg("rows")
	b.While("rows"+title(label), rows, 1, func() {
		b.eachRow(t, block, b.At(at, 0), k)
		b.AdvanceBy(at, stride, 1)
	})
	b.Release(at, rows)
	if b.keep {
		storeBlock(b, b.At(v, 0), block, k)
	}
	b.Free(block, t)
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
