package main

import "fmt"

func gemmFamily(f *file) {
	for _, e := range []element{float32s, float64s} {
		for _, m := range f.machines(e) {
			gemmPanel(m)
			gemmStrip(m)
			gemmColumn(m)
			gemmRow(m)
		}
	}
}

// gemmPanel multiplies m rows of A by a panel of B, of two or three vectors of
// columns at most. It keeps a tile of C in registers and runs over k, with one fma
// chain for each element of C:
//
//	      B    b[p][0:32]          p ascending
//	A     a0   c0[0:32] += a0*b    one broadcast element of A
//	      a1   c1[0:32] += a1*b    times a row of B, per row
//	      ...                      of the tile
//
// Broadcasting lets A have any strides, so that A transposed needs no packing.
func gemmPanel(m machine) {
	_, width := largestTile(m)
	m.Function("gemmPanel", "(m, n, k int, a *T, rowStride, colStride int, b *T, ldb int, c *T, ldc int, load bool)",
		fmt.Sprintf(`adds the product of an m x k block of A, with any strides, and
		a k x n panel of B, n <= %d, to an m x n block of C, as one fma chain over
		ascending k per element; it starts from +0 instead of C unless load is set:
		gemmPanelGeneric.`, width*m.Lanes()))
	g := newPanel(m)
	g.rowStride, g.colStride = m.Stride("rowStride"), m.Stride("colStride")
	g.ldb, g.rows = m.Stride("ldb"), m.Arg("m")
	n := m.Arg("n")
	for vectors := 1; vectors < width; vectors++ {
		m.GotoIfBelow(n, vectors*m.Lanes()+1, fmt.Sprintf("upTo%d", vectors*m.Lanes()))
	}
	m.GotoIfBelow(n, width*m.Lanes(), fmt.Sprintf("upTo%d", width*m.Lanes()))
	m.Release(n)

	m.Comment("%d columns.", width*m.Lanes())
	g.columns(width, nil)
	for vectors := width; vectors > 0; vectors-- {
		m.Label(fmt.Sprintf("upTo%d", vectors*m.Lanes()))
		m.Comment("Up to %d columns, the last vector of them up to n.", vectors*m.Lanes())
		k := g.edge(vectors - 1)
		g.columns(vectors, &k)
		m.FreeMask(k)
	}
}

// largestTile returns the rows and the vectors of columns of the largest tile.
// It fills the registers: 6 x 2 of 16 leave two for B, one for the broadcast
// and one for the mask at the edge. 8 x 2 and 8 x 3 of 32 are enough to hide
// the latency of the fma units, and suit batches, which are multiples of 8 more
// often than of 14. Two of AVX-512's vectors are a whole panel; with NEON's
// narrow ones the third saves loads.
func largestTile(m machine) (height, width int) {
	switch {
	case m.Registers() == 16:
		return 6, 2
	case m.Lanes() >= 8:
		return 8, 2
	}
	return 8, 3
}

// panelCols is the number of columns of a panel of B.
func panelCols(m machine) int {
	_, width := largestTile(m)
	return width * m.Lanes()
}

// panel emits the tiles of a panel kernel.
type panel struct {
	machine
	a, c                      place // of the rows to do
	rowStride, colStride, ldb reg
	rows                      reg // how many there are
}

func newPanel(m machine) panel {
	return panel{machine: m, a: place{machine: m, pointer: "a", stride: "rowStride"}, c: place{machine: m, pointer: "c", stride: "ldc"}}
}

// heights are those of the tiles, the tallest first.
func (g panel) heights() []int {
	height, _ := largestTile(g)
	return []int{height, 4, 2, 1}
}

// tallest is the height of the tallest tiles of so many vectors of columns at the edge:
// a single one leaves registers for twice the rows.
func (g panel) tallest(vectors int) int {
	height, _ := largestTile(g)
	if vectors == 1 {
		return 2 * height
	}
	return height
}

// A place is where the rows to do begin: a parameter, and a register if tiles leave
// one for it.
type place struct {
	machine
	pointer, stride string // parameters
	held            reg
}

// take returns a register with the place, to be given back.
func (p place) take() reg {
	if p.held.name != "" {
		return p.held
	}
	return p.Arg(p.pointer)
}

func (p place) giveBack(r reg) {
	if p.held.name == "" {
		p.Release(r)
	}
}

// below returns where the rows below so many others begin.
func (p place) below(height int) reg {
	r := p.take()
	if p.held.name != "" {
		r = p.Duplicate(r)
	}
	p.AdvanceByArg(r, p.stride, height)
	return r
}

// edge returns the mask for the columns of vector i.
func (g panel) edge(i int) mask {
	n := g.Arg("n")
	_, width := largestTile(g)
	c := g.c.take()
	t := g.Tail(n, c, width*g.Lanes())
	g.c.giveBack(c)
	k := g.Mask(t, i)
	g.ReleaseTail(t)
	g.Release(n)
	return k
}

// columns emits the loops over the rows of C, for one width of tile, and
// returns. The edge masks the last vector of columns. The tallest tiles there load
// whole vectors of B nevertheless, as a masked load takes the time of an fma; what
// lies beyond the edge are other elements of B, and what comes of them is not stored.
func (g panel) columns(vectors int, edge *mask) {
	loop := func(t tile) {
		t.panel, t.vectors, t.edge = g, vectors, edge
		g.Comment("%d rows a turn.", t.height)
		g.While("rows"+t.label(), g.rows, t.height, t.emit)
	}
	hold := func() { g.a.held, g.c.held = g.Arg("a"), g.Arg("c") }
	heights, tallest := g.heights(), g.tallest(vectors)
	switch {
	case edge == nil:
		hold()
	case tallest > heights[0]:
		narrow := fmt.Sprintf("narrow%d", vectors)
		g.gotoIfNarrow(vectors, narrow)
		loop(tile{height: tallest, overrun: true})
		g.Label(narrow)
		hold()
	default:
		hold()
		loop(tile{height: tallest, overrun: true})
		heights = heights[1:]
	}
	for _, height := range heights {
		loop(tile{height: height})
	}
	g.Release(g.a.held, g.c.held)
	g.Return()
}

// gotoIfNarrow goes to a label if so many vectors may reach beyond the next row of B.
func (g panel) gotoIfNarrow(vectors int, label string) {
	sum, ldb := g.Arg("n"), g.Arg("ldb")
	g.AdvanceBy(sum, ldb, 1)
	g.GotoIfBelow(sum, vectors*g.Lanes(), label)
	g.Release(sum, ldb)
}

// tile is a tile of C, held in registers.
type tile struct {
	panel
	height, vectors int
	edge            *mask
	overrun         bool   // vectors of B reach into the next row
	tag             string // of labels, where a kernel has the same tile twice
}

func (t tile) label() string {
	size := fmt.Sprintf("%dx%d", t.height, t.vectors*t.Lanes())
	if t.edge != nil {
		size += "edge"
	}
	return size + t.tag
}

func (t tile) emit() {
	acc := t.accumulators()
	t.begin(acc)
	t.prefetch()
	t.multiply(acc)
	t.write(acc)
	t.Free(acc...)
	t.moveDown()
}

// moveDown moves on to the rows below.
func (t tile) moveDown() {
	for _, p := range []place{t.a, t.c} {
		if p.held.name != "" {
			stride := t.Stride(p.stride)
			t.AdvanceBy(p.held, stride, t.height)
			t.Release(stride)
			continue
		}
		r := p.below(t.height)
		t.SetArg(p.pointer, r)
		t.Release(r)
	}
}

// accumulators are the registers that hold the tile.
func (t tile) accumulators() []row {
	acc := make([]row, t.height)
	for i := range acc {
		acc[i] = t.Row(fmt.Sprintf("c%d", i), t.vectors)
	}
	return acc
}

// begin sets the tile to C or to +0.
func (t tile) begin(acc []row) {
	t.GotoIfNot("load", "zero"+t.label())
	first, ldc := t.c.take(), t.Stride("ldc")
	c := t.Rows(first, ldc, t.height)
	for i := range acc {
		t.load(acc[i], c.at[i])
	}
	t.ReleaseRows(c)
	t.Release(ldc)
	t.c.giveBack(first)
	t.Goto("begin" + t.label())
	t.Label("zero" + t.label())
	for i := range acc {
		t.Zero(acc[i])
	}
	t.Label("begin" + t.label())
}

// prefetch asks for the part of C below the tile, where the next one will be,
// so that it arrives while this one is worked on.
func (t tile) prefetch() {
	if t.height < t.heights()[0] {
		return
	}
	after := "prefetched" + t.label()
	t.GotoIfBelow(t.rows, 2*t.height, after)
	t.Comment("The part of C below is needed next.")
	below, ldc := t.c.below(t.height), t.Stride("ldc")
	for range t.height {
		t.Prefetch(t.At(below, 0))
		if t.vectors > 1 {
			t.Prefetch(t.At(below, t.vectors*t.Lanes()-1))
		}
		t.AdvanceBy(below, ldc, 1)
	}
	t.Release(ldc, below)
	t.Label(after)
}

// multiply runs over k.
func (t tile) multiply(acc []row) {
	first := t.a.take()
	a := t.Column(first, t.rowStride, t.height)
	t.a.giveBack(first)
	b := t.Arg("b")
	k := t.Arg("k")
	load := t.load
	if t.overrun {
		load = t.Load
	}
	step := func() {
		columns := t.Row("b", t.vectors)
		load(columns, t.At(b, 0))
		for i := range acc {
			t.AddScaled(acc[i], a.at[i], columns)
		}
		t.Free(columns)
		t.NextColumn(a, t.colStride)
		t.AdvanceBy(b, t.ldb, 1)
	}
	if t.overrun {
		t.Subtract(k, 1) // no row follows the last one, which is masked
	}
	if unrolled := 4; t.height >= t.heights()[0] {
		// The end of a loop of few turns can be predicted.
		t.While(fmt.Sprintf("k%sBy%d", t.label(), unrolled), k, unrolled, func() {
			for range unrolled {
				step()
			}
		})
	}
	t.While("k"+t.label(), k, 1, step)
	if t.overrun {
		load = t.load
		step()
	}
	t.Release(b, k)
	t.ReleaseRows(a)
}

// write writes the tile to C.
func (t tile) write(acc []row) {
	first, ldc := t.c.take(), t.Stride("ldc")
	c := t.Rows(first, ldc, t.height)
	for i := range acc {
		whole, last := t.split(acc[i])
		t.Store(c.at[i], whole)
		if t.edge != nil {
			t.StorePart(c.at[i].plus(len(whole.ids)*t.Lanes()), last, *t.edge)
		}
	}
	t.ReleaseRows(c)
	t.Release(ldc)
	t.c.giveBack(first)
}

// load loads a row of columns, with +0 beyond the edge.
func (t tile) load(dst row, from address) {
	whole, last := t.split(dst)
	t.Load(whole, from)
	if t.edge != nil {
		t.LoadPart(last, from.plus(len(whole.ids)*t.Lanes()), *t.edge)
	}
}

// split divides a row into whole vectors and the one at the edge, if any.
func (t tile) split(r row) (whole, last row) {
	if t.edge == nil {
		return r, row{}
	}
	return r.slice(0, len(r.ids)-1), r.slice(len(r.ids)-1, len(r.ids))
}

// rowPanels is how many panels gemmRow takes, as package kernels has it.
const rowPanels = 4

// gemmRow multiplies a row of A by several panels of B at once: by two or three
// vectors of columns, each fma would wait for the one before.
func gemmRow(m machine) {
	_, vectors := largestTile(m)
	cols, panels := panelCols(m), rowPanels
	m.Function("gemmRow", "(k int, a *T, colStride int, b *T, ldb int, panelStride int, c *T, load bool)",
		fmt.Sprintf(`adds the product of k elements of a row of A and %d panels of B
		of %d columns, panelStride apart, to a row of C, as gemmPanel does:
		gemmRowGeneric.`, panels, cols))
	a, colStride, ldb, c, k := m.Arg("a"), m.Stride("colStride"), m.Stride("ldb"), m.Arg("c"), m.Arg("k")
	b := []reg{m.Arg("b")}
	panelStride := m.Stride("panelStride")
	acc := []row{m.Row("c0", vectors)}
	for i := 1; i < panels; i++ {
		b = append(b, m.Duplicate(b[i-1]))
		m.AdvanceBy(b[i], panelStride, 1)
		acc = append(acc, m.Row(fmt.Sprintf("c%d", i), vectors))
	}
	m.Release(panelStride)

	var whole row
	for i := range acc {
		m.Zero(acc[i])
		whole = join("c", whole, acc[i])
	}
	m.GotoIfNot("load", "begin")
	for i := range acc {
		m.Load(acc[i], m.At(c, i*cols))
	}
	m.Label("begin")
	m.While("k", k, 1, func() {
		var columns row
		for i := range b {
			columns = join("b", columns, m.Operand(fmt.Sprintf("b%d", i), vectors, m.At(b[i], 0)))
		}
		m.AddScaled(whole, m.At(a, 0), columns)
		m.Free(columns)
		for i := range b {
			m.AdvanceBy(b[i], ldb, 1)
		}
		m.AdvanceBy(a, colStride, 1)
	})
	for i := range acc {
		m.Store(m.At(c, i*cols), acc[i])
	}
	m.Return()
}

// join returns rows side by side as one.
func join(name string, rows ...row) row {
	all := row{name: name}
	for _, r := range rows {
		all.ids = append(all.ids, r.ids...)
	}
	return all
}
