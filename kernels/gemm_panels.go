package kernels

// byPanels multiplies a block of A, which stays in the L2 cache, by one panel of B
// after the other. So B can be used in place, or be packed right before its use, panel
// by panel.
func (x *blockProduct[T]) byPanels() {
	for i := 0; i < x.m; i += x.mc {
		rows := min(x.mc, x.m-i)
		a, c, j := x.blockOfA(i, rows), x.c[i*x.ldc:], 0
		if rows == 1 && x.b.layout != transposed && x.n >= rowPanels*x.nr {
			b, ldb := x.panel(0, x.nr)
			panelStride := x.nr
			if x.b.layout == packed {
				panelStride *= x.depth
			}
			j = multiplyRow(x.n, x.depth, a.data, a.colStride, b, ldb, panelStride, c, x.load)
		}
		for ; j < x.n; j += x.nr {
			cols, done := min(x.nr, x.n-j), 0
			b, ldb := x.panel(j, cols)
			// A panel of a transposed B is in the L1 cache, where gemmPanel suffices.
			if strips := rows / x.mr; strips > 0 && ldb == x.nr && cols == x.nr && x.b.layout != transposed {
				x.column(strips, a, b, c[j:], x.panelAfter(j))
				done = strips * x.mr
			}
			if done < rows {
				rest := a.at(done, 0)
				gemmPanel(rows-done, cols, x.depth, rest.data, rest.rowStride, rest.colStride, b, ldb, c[done*x.ldc+j:], x.ldc, x.load)
			}
		}
	}
}

// panel returns a panel of B, from column j on, and the distance of its rows.
func (x *blockProduct[T]) panel(j, cols int) ([]T, int) {
	switch b := x.b.data; {
	case x.b.layout == packed:
		return x.blockOfB(j, cols), x.nr
	case x.b.layout == transposed:
		packTransposed(cols, x.depth, b[j*x.b.stride+x.p:], x.b.stride, x.buffers.b)
		return x.buffers.b, x.nr
	case x.packing && cols == x.nr:
		panel := x.half()
		if !x.ready {
			packPanel(x.depth, b[x.p*x.b.stride+j:], x.b.stride, panel)
		}
		x.ready = false
		return panel, x.nr
	default:
		return b[x.p*x.b.stride+j:], x.b.stride
	}
}

// half returns the half of the buffer that holds the panel at work.
func (x *blockProduct[T]) half() []T {
	if x.second {
		return x.buffers.b[x.kc*x.nr:]
	}
	return x.buffers.b
}

// panelAfter returns the whole panel of B that is to be packed after that of column
// j, nil if there is none of the same depth.
func (x *blockProduct[T]) panelAfter(j int) []T {
	if !x.packing || x.b.layout != plain {
		return nil
	}
	p := x.p
	if j += x.nr; j+x.nr > x.n {
		j, p = 0, p+x.kc
	}
	if p+x.depth > x.k {
		return nil
	}
	return x.b.data[p*x.b.stride+j:]
}

// column multiplies strips of a block of A by a packed panel of B. Meanwhile the next
// panel, if any, is packed into the other half of the buffer, behind the fmas, and the
// more slowly the better: its rows may come from far away.
func (x *blockProduct[T]) column(strips int, a leftOperand[T], b, c, next []T) {
	if next == nil || strips < packingStrips {
		gemmColumn(strips, 0, x.depth, a.data, a.rowStride, a.colStride, b, c, x.ldc, x.load, b, 0, b, false)
		return
	}
	x.second, x.ready = !x.second, true
	spare, stride := x.half(), x.b.stride
	packing, twice := packEvery, false
	if strips < packing {
		packing, twice = packingStrips, true
	}
	gemmColumn(strips-packing, packing, x.depth, a.data, a.rowStride, a.colStride, b, c, x.ldc, x.load, next, stride, spare, twice)
	if done := x.depth / packEvery * packEvery; done < x.depth {
		packPanel(x.depth-done, next[done*stride:], stride, spare[done*x.nr:])
	}
}

// multiplyRow multiplies a row of A by several panels of B at a time, which are
// panelStride apart. It returns how many columns it did.
func multiplyRow[T float32 | float64](n, k int, a []T, colStride int, b []T, ldb, panelStride int, c []T, load bool) int {
	step, j := rowPanels*panelCols[T](), 0
	for ; j+step <= n; j += step {
		gemmRow(k, a, colStride, b[j/step*rowPanels*panelStride:], ldb, panelStride, c[j:], load)
	}
	return j
}
