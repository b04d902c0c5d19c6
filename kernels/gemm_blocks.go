package kernels

import "unsafe"

// multiply computes C = alpha*A*B + beta*C by blocks, in the manner of BLIS (Van
// Zee and van de Geijn, "BLIS: A Framework for Rapidly Instantiating BLAS
// Functionality", ACM TOMS 41(3), 2015), around kernels that take a block of A
// in place, with any strides, and a panel of B whose rows have unit stride. So
// a small product is packed only if B is transposed or alpha is not 1.
func multiply[T float32 | float64](m, n, k int, alpha T, a leftOperand[T], b rightOperand[T], beta T, c []T, ldc int) {
	if m == 0 || n == 0 {
		return
	}
	if k == 0 || alpha == 0 {
		scaleMatrix(beta, m, n, c, ldc)
		return
	}
	if beta != 0 {
		scaleMatrix(beta, m, n, c, ldc)
	}
	x := blockProduct[T]{blocking: blockSizes[T](), m: m, n: n, k: k, alpha: alpha, a: a, b: b, c: c, ldc: ldc}
	strips := x.worthStrips(k)
	x.copyA = alpha != 1 || a.worthCopying(m, n, k, strips)
	x.packing = strips && b.layout == plain && m <= x.mc
	x.evenSizes(k)
	if sizeA, sizeB := x.bufferSizes(strips); sizeA+sizeB > 0 {
		lent := getPackBuffers[T](sizeA, sizeB)
		defer putPackBuffers(lent)
		x.buffers = *lent
	}
	for p := 0; p < k; p += x.kc {
		x.p, x.depth, x.load = p, min(x.kc, k-p), p > 0 || beta != 0
		if strips {
			x.byStrips()
		} else {
			x.byPanels()
		}
	}
}

// A blockProduct is a product that is computed block by block.
type blockProduct[T float32 | float64] struct {
	blocking
	m, n, k int
	alpha   T
	a       leftOperand[T]
	b       rightOperand[T]
	c       []T
	ldc     int
	copyA   bool
	packing bool // whether B is packed by the first strip
	buffers packBuffers[T]

	p, depth int  // the columns of A and rows of B at work
	load     bool // whether C has a value already

	// The rows of the block of B to come that strips are yet to ask for, by the index
	// of the first one: a slice would make the operands escape.
	next, ahead int
}

// worthStrips reports whether to go by strips, for which B must be packed.
func (x *blockProduct[T]) worthStrips(k int) bool {
	switch {
	case x.b.layout == packed:
		return x.m >= x.mr
	case x.b.layout == transposed: // which byPanels would pack for each block of A
		return x.m > x.mc
	case x.m < 32:
		return false // too few rows to pay for packing
	case x.a.colStride != 1 && x.n >= 256 && x.m >= 64:
		return true // byPanels would go through the columns of A time and again
	}
	size := int(unsafe.Sizeof(x.alpha))
	row, leastRow, limit := x.b.stride*size, 1<<10, 512<<10
	if x.nr*size == 64 && x.m <= x.mc {
		leastRow = 1 << 8 // a panel has but a line of each row, and is packed by the first strip
	}
	if x.m < 64 {
		limit *= 4 // few rows pay for packing if B does not fit in the L2 cache
	}
	if row%64 != 0 {
		limit /= 2 // a vector of B takes up two lines of the cache
	}
	return row >= leastRow && k*x.n*size >= limit
}

// evenSizes makes the blocks equally large.
func (x *blockProduct[T]) evenSizes(k int) {
	if x.packing { // the L2 cache is to hold the next block of B as well
		x.nc = x.nc / 2 / x.nr * x.nr
	}
	x.mc = evenBlock(x.m, x.mc, blockStep)
	x.nc = evenBlock(x.n, x.nc, x.nr)
	if x.b.layout == packed {
		x.kc = x.b.stride
	} else {
		x.kc = evenBlock(k, x.kc, 4)
	}
}

// bufferSizes returns the elements of the buffers that the product needs.
func (x *blockProduct[T]) bufferSizes(strips bool) (a, b int) {
	if x.copyA {
		a = max(x.mc*(x.kc+rowSpace), x.kc*(x.mc+rowSpace))
	}
	switch {
	case x.b.layout == packed:
	case strips:
		b = x.kc * x.nc
	case x.b.layout == transposed:
		b = x.kc * x.nr
	}
	return a, b
}

// blockOfA returns some rows of A, from row i on.
func (x *blockProduct[T]) blockOfA(i, rows int) leftOperand[T] {
	a := x.a.at(i, x.p)
	if x.copyA {
		a = a.copyTo(x.buffers.a, x.alpha, rows, x.depth)
	}
	return a
}

// byPanels multiplies a block of A, which stays in the L2 cache, by one panel of
// B after the other. So B can be used in place, or be packed right before its use
// for the one block of A that there is.
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
			cols := min(x.nr, x.n-j)
			b, ldb := x.panel(j, cols)
			gemmPanel(rows, cols, x.depth, a.data, a.rowStride, a.colStride, b, ldb, c[j:], x.ldc, x.load)
		}
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

// byStrips multiplies a block of packed panels of B, which stays in the L2 cache,
// by one strip of A after the other. So B is packed only once, A need not be, and
// C is passed through row by row.
func (x *blockProduct[T]) byStrips() {
	for j := 0; j < x.n; j += x.nc {
		cols := min(x.nc, x.n-j)
		if x.packing {
			x.packingStrips(j, cols)
			continue
		}
		b := x.blockOfB(j, cols)
		for i := 0; i < x.m; i += x.mc {
			rows := min(x.mc, x.m-i)
			x.stripsOf(x.blockOfA(i, rows), 0, rows, b, cols, x.c[i*x.ldc+j:])
		}
	}
}

// packingStrips is byStrips for a block of B and few rows of A, for which packing
// would take long: the first strip packs B on the way, and the others fetch the
// block to come.
func (x *blockProduct[T]) packingStrips(j, cols int) {
	a, b, c := x.blockOfA(0, x.m), x.buffers.b, x.c[j:]
	from, whole := x.b.data[x.p*x.b.stride+j:], cols/x.nr*x.nr
	for q := 0; q < whole; q += x.nr {
		gemmPack(x.depth, a.data, a.rowStride, a.colStride, from[q:], x.b.stride, b[q*x.depth:], c[q:], x.ldc, x.load)
	}
	if whole < cols {
		packBlock(b[whole*x.depth:], x.b, x.p, x.depth, j+whole, cols-whole)
	}
	x.next, x.ahead = x.blockAfter(j)
	x.stripsOf(a, x.mr, x.m, b, cols, c)
}

// blockAfter returns the index of the block of B that comes after that of column
// j, and how many rows it has, 0 if there is none of the same depth.
func (x *blockProduct[T]) blockAfter(j int) (start, rows int) {
	p := x.p
	if j += x.nc; j >= x.n {
		j, p = 0, p+x.kc
	}
	if p+x.depth > x.k {
		return 0, 0
	}
	return p*x.b.stride + j, x.depth
}

// ask returns the rows of the next block of B that a strip is to ask for, and
// their distance in bytes. If there are none it returns b, which is at hand.
func (x *blockProduct[T]) ask(b []T) ([]T, int) {
	rows := x.depth / askEvery
	if x.ahead < max(1, rows) {
		return b, 0
	}
	from := x.b.data[x.next:]
	x.next, x.ahead = x.next+rows*x.b.stride, x.ahead-rows
	return from, x.b.stride * int(unsafe.Sizeof(x.alpha))
}

// stripsOf multiplies a block of A, strip by strip from row i on, by a block of B.
func (x *blockProduct[T]) stripsOf(a leftOperand[T], i, rows int, b []T, cols int, c []T) {
	whole := cols / x.nr
	for ; i+x.mr <= rows && whole > 0; i += x.mr {
		strip := a.at(i, 0)
		next, stride := x.ask(b)
		gemmStrip(whole, x.depth, strip.data, strip.rowStride, strip.colStride, b, c[i*x.ldc:], x.ldc, x.load, next, stride)
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

// panel returns a panel of B, from column j on, and the distance of its rows.
func (x *blockProduct[T]) panel(j, cols int) ([]T, int) {
	switch x.b.layout {
	case packed:
		return x.blockOfB(j, cols), x.nr
	case transposed:
		packTransposed(cols, x.depth, x.b.data[j*x.b.stride+x.p:], x.b.stride, x.buffers.b)
		return x.buffers.b, x.nr
	}
	return x.b.data[x.p*x.b.stride+j:], x.b.stride
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

// evenBlock returns the block size, a multiple of step, that divides total into
// the fewest blocks of at most limit, as equal as possible. limit is a multiple
// of step.
func evenBlock(total, limit, step int) int {
	return ceilDiv(ceilDiv(total, ceilDiv(total, limit)), step) * step
}

// scaleMatrix sets C to fl(beta*C), to +0 without reading it if beta is 0.
func scaleMatrix[T float32 | float64](beta T, m, n int, c []T, ldc int) {
	if beta == 1 {
		return
	}
	for i := range m {
		row := c[i*ldc:][:n]
		if beta == 0 {
			clear(row)
			continue
		}
		for j := range row {
			row[j] *= beta
		}
	}
}
