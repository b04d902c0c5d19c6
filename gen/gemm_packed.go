package main

import "fmt"

// packEvery is the number of turns of k in which gemmColumn packs a row of the next
// panel, or two, as package kernels has it.
const packEvery = 8

// gemmStrip multiplies a strip of A, as many rows as the largest tile has, by
// packed panels of B that follow one another. The strip stays in the L1 cache.
// All else comes from further away and is asked for in advance: rows of B, the
// part of C to the right of the tile, and the strip of A below.
func gemmStrip(m machine) {
	height, vectors := largestTile(m)
	m.Function("gemmStrip", "(panels, k int, a *T, rowStride, colStride int, b *T, c *T, ldc int, load bool, below *T)",
		fmt.Sprintf(`adds the product of a %d x k block of A, with any strides, and
		packed panels of B, k x %d each, to as many columns of C, as gemmPanel does:
		gemmStripGeneric. Meanwhile it asks for the block of A at below.`, height, panelCols(m)))
	t := tile{panel: newPanel(m), height: height, vectors: vectors, tag: "Strip"}
	b := m.Arg("b")
	t.walk("panels", walk{
		b: b,
		nextC: func() reg {
			right := m.Arg("c")
			m.Advance(right, panelCols(m))
			return right
		},
		nextA: func() reg { return m.Arg("below") },
		after: func() {
			for _, name := range []string{"c", "below"} {
				p := m.Arg(name)
				m.Advance(p, panelCols(m))
				m.SetArg(name, p)
				m.Release(p)
			}
		},
	})
	m.Return()
}

// gemmColumn multiplies strips of A by a packed panel of B, which stays in a near
// cache, as the strips do. What comes from further away is asked for in advance: the
// part of C below the tile, and rows of the next panel, which is packed meanwhile.
func gemmColumn(m machine) {
	height, vectors := largestTile(m)
	m.Function("gemmColumn", "(quiet, packing, k int, a *T, rowStride, colStride int, b *T, c *T, ldc int, load bool, next, far *T, nextStride int, spare *T, twice bool)",
		fmt.Sprintf(`adds the product of strips of A, %d rows each, with any strides,
		and a packed panel of B, k x %d, to a block of C, as gemmPanel does: gemmColumnGeneric.
		So many strips are quiet. Then so many copy rows of next, nextStride apart, to
		spare, one in %d turns of k, or two if twice is set. far is next.`, height, panelCols(m), packEvery))
	t := tile{panel: newPanel(m), height: height, vectors: vectors}
	w := walk{
		nextC: func() reg { return t.c.below(height) },
		nextA: func() reg { return reg{} },
		after: t.moveDown,
	}
	for _, count := range []string{"quiet", "packing"} {
		if count == "packing" {
			w.packing = newPacking(m)
		}
		m.Comment("The strips that are %s.", count)
		t.tag = title(count)
		t.walk(count, w)
	}
	m.Return()
}

// A walk goes over tiles of C, one after the other.
type walk struct {
	nextC, nextA func() reg // where the next tile of C and block of A are; the latter may be zero
	after        func()     // moves on to them
	b            reg        // packed panels; if zero, it is the same for all
	packing      *packing   // nil if no panel is packed meanwhile
}

// walk multiplies as many tiles as a parameter says.
func (t tile) walk(count string, w walk) {
	t.Repeat(count, func() {
		acc := t.accumulators()
		t.begin(acc)
		t.multiplyPacked(acc, w)
		t.write(acc)
		t.Free(acc...)
		w.after()
	})
}

const cacheLine = 64 // bytes

// prefetchRow asks for a row of a panel.
func (t tile) prefetchRow(at address) {
	for i := 0; i < panelCols(t); i += cacheLine / at.size {
		t.Prefetch(at.plus(i))
	}
}

// multiplyPacked runs over k.
func (t tile) multiplyPacked(acc []row, w walk) {
	const ahead = 32 // rows of B, which may come from the L2 cache
	cols := panelCols(t)
	t.rowStride, t.colStride = t.Stride("rowStride"), t.Stride("colStride")
	first := t.a.take()
	a := t.Column(first, t.rowStride, t.height)
	t.a.giveBack(first)
	b := w.b
	same := b.name == ""
	if same {
		b = t.Arg("b")
	}
	steps := func(count int) {
		for i := range count {
			columns := t.Row("b", t.vectors)
			t.Load(columns, t.At(b, i*cols))
			t.prefetchRow(t.At(b, (ahead+i)*cols))
			for r := range acc {
				t.AddScaled(acc[r], a.at[r], columns)
			}
			t.Free(columns)
			t.NextColumn(a, t.colStride)
		}
		t.Advance(b, count*cols)
	}
	w.packing.load()
	k := t.fetchNext(w, steps)
	if w.packing == nil {
		t.While("kBy4"+t.tag, k, 4, func() { steps(4) })
	} else {
		t.While("kBy8"+t.tag, k, packEvery, func() {
			w.packing.row()
			steps(packEvery / 2)
			w.packing.secondRow()
			steps(packEvery / 2)
		})
	}
	w.packing.save()
	t.While("k"+t.tag, k, 1, func() { steps(1) })
	t.Release(k, t.rowStride, t.colStride)
	if same {
		t.Release(b)
	}
	t.ReleaseRows(a)
}

// fetchNext runs over a part of k and asks for the next tile of C and block of A
// meanwhile, a row at a time: what comes from the L2 cache would wait behind more
// of them. It returns what is left of k.
func (t tile) fetchNext(w walk, steps func(int)) (k reg) {
	turns := packEvery * t.height
	after := "fetched" + t.tag
	k = t.Arg("k")
	t.GotoIfBelow(k, turns, after)
	t.Release(k)
	rows, c, a := t.Number("rows", t.height), w.nextC(), w.nextA()
	t.While("fetch"+t.tag, rows, 1, func() {
		t.prefetchRow(t.At(c, 0))
		t.AdvanceByArg(c, "ldc", 1)
		w.packing.row()
		steps(packEvery / 2)
		if a.name != "" {
			t.prefetchRow(t.At(a, 0))
			t.AdvanceBy(a, t.rowStride, 1)
		}
		w.packing.secondRow()
		steps(packEvery / 2)
	})
	t.Release(rows, c)
	if a.name != "" {
		t.Release(a)
	}
	k = t.Arg("k")
	t.Subtract(k, turns)
	t.Label(after)
	return k
}

// packing copies rows of the next panel. They are asked for some rows ahead, as the L3
// cache takes its time, but not far: what comes from nearer caches waits behind them.
type packing struct {
	machine
	next, far, spare reg
	seconds          int // rows emitted so far that depend on twice
}

func newPacking(m machine) *packing {
	const ahead = 16 // rows
	p := &packing{machine: m, far: m.Arg("next")}
	m.Comment("The first rows of the next panel.")
	rows := m.Number("rows", ahead)
	m.While("far", rows, 1, p.ask)
	m.SetArg("far", p.far)
	m.Release(rows, p.far)
	return p
}

func (p *packing) load() {
	if p != nil {
		p.next, p.far, p.spare = p.Arg("next"), p.Arg("far"), p.Arg("spare")
	}
}

func (p *packing) save() {
	if p != nil {
		p.SetArg("next", p.next)
		p.SetArg("far", p.far)
		p.SetArg("spare", p.spare)
		p.Release(p.next, p.far, p.spare)
	}
}

func (p *packing) ask() {
	for i := 0; i < panelCols(p); i += cacheLine / p.far.size {
		p.PrefetchLater(p.At(p.far, i))
	}
	p.AdvanceByArg(p.far, "nextStride", 1)
}

func (p *packing) row() {
	if p == nil {
		return
	}
	p.ask()
	r := p.Row("row", panelCols(p)/p.Lanes())
	p.Load(r, p.At(p.next, 0))
	p.Store(p.At(p.spare, 0), r)
	p.Free(r)
	p.AdvanceByArg(p.next, "nextStride", 1)
	p.Advance(p.spare, panelCols(p))
}

// secondRow is row if twice is set.
func (p *packing) secondRow() {
	if p == nil {
		return
	}
	p.seconds++
	after := fmt.Sprintf("once%d", p.seconds)
	p.GotoIfNot("twice", after)
	p.row()
	p.Label(after)
}
