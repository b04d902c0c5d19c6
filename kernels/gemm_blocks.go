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
	x.packing = x.worthPacking()
	strips := x.worthStrips()
	x.copyA = alpha != 1 || a.worthCopying(m, n, k, strips)
	x.evenSizes(strips)
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
	packing bool // whether B is packed
	buffers packBuffers[T]

	p, depth int  // the columns of A and rows of B at work
	load     bool // whether C has a value already

	// byPanels packs one panel while it uses another: whether the second half of the
	// buffer is the one at work, and whether its panel is packed already.
	second, ready bool
}

// worthPacking reports whether B is packed.
func (x *blockProduct[T]) worthPacking() bool {
	switch {
	case x.b.layout != plain:
		return x.b.layout == transposed
	case x.m < packingStrips*x.mr:
		return false // too few rows to pay for packing
	case x.a.colStride != 1 && x.n >= 256 && x.m >= 64:
		return true // byPanels would go through the columns of A time and again
	}
	size := int(unsafe.Sizeof(x.alpha))
	row, leastRow, limit := x.b.stride*size, 1<<10, 256<<10
	if x.nr*size == 64 && x.m <= x.mc {
		leastRow = 1 << 8 // a panel has but a line of each row
	}
	if x.m < 64 {
		limit *= 4 // few rows pay for packing if B does not fit in the L2 cache
	}
	if row%64 != 0 {
		limit /= 2 // a vector of B takes up two lines of the cache
	}
	return row >= leastRow && x.k*x.n*size >= limit
}

// worthStrips reports whether to go by strips of A.
func (x *blockProduct[T]) worthStrips() bool {
	return x.m > x.mc && (x.packing || x.b.layout == packed)
}

// evenSizes makes the blocks equally large.
func (x *blockProduct[T]) evenSizes(strips bool) {
	if strips || !x.packing {
		x.kc = x.deep
	}
	x.mc = evenBlock(x.m, x.mc, blockStep)
	x.nc = evenBlock(x.n, x.nc, x.nr)
	if x.b.layout == packed {
		x.kc = x.b.stride
	} else {
		x.kc = evenBlock(x.k, x.kc, packEvery)
	}
}

// bufferSizes returns the elements of the buffers that the product needs.
func (x *blockProduct[T]) bufferSizes(strips bool) (a, b int) {
	if x.copyA {
		a = max(x.mc*(x.kc+rowSpace), x.kc*(x.mc+rowSpace))
	}
	switch {
	case !x.packing:
	case strips:
		b = x.kc * x.nc
	default:
		b = 2 * x.kc * x.nr
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
