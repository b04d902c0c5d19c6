package kernels

// byStrips multiplies a block of packed panels of B, which stays in the L2 cache,
// by one strip of A after the other. So B is packed only once, A need not be, and
// C is passed through row by row.
func (x *blockProduct[T]) byStrips() {
	for j := 0; j < x.n; j += x.nc {
		cols := min(x.nc, x.n-j)
		b := x.blockOfB(j, cols)
		for i := 0; i < x.m; i += x.mc {
			rows := min(x.mc, x.m-i)
			x.stripsOf(x.blockOfA(i, rows), rows, b, cols, x.c[i*x.ldc+j:])
		}
	}
}

// stripsOf multiplies a block of A, strip by strip, by a block of B.
func (x *blockProduct[T]) stripsOf(a leftOperand[T], rows int, b []T, cols int, c []T) {
	whole, i := cols/x.nr, 0
	for ; i+x.mr <= rows && whole > 0; i += x.mr {
		strip, below := a.at(i, 0), a.data
		if i+x.mr < rows {
			below = a.at(i+x.mr, 0).data
		}
		gemmStrip(whole, x.depth, strip.data, strip.rowStride, strip.colStride, b, c[i*x.ldc:], x.ldc, x.load, below)
	}
	if i < rows { // and whole panels
		rest := a.at(i, 0)
		for q := range whole {
			gemmPanel(rows-i, x.nr, x.depth, rest.data, rest.rowStride, rest.colStride, b[q*x.depth*x.nr:], x.nr, c[i*x.ldc+q*x.nr:], x.ldc, x.load)
		}
	}
	if j := whole * x.nr; j < cols {
		gemmPanel(rows, cols-j, x.depth, a.data, a.rowStride, a.colStride, b[j*x.depth:], x.nr, c[j:], x.ldc, x.load)
	}
}

// blockOfB returns packed panels of B, from column j on.
func (x *blockProduct[T]) blockOfB(j, cols int) []T {
	b := x.b
	if b.layout == packed {
		return b.data[x.p*ceilDiv(x.n, x.nr)*x.nr+j*x.depth:]
	}
	packBlock(x.buffers.b, b, x.p, x.depth, j, cols)
	return x.buffers.b
}
