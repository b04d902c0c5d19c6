package kernels

import "github.com/lockstep-ml/lockstep/internal/tier"

// A blocking holds the sizes of the matrix product's loops. They bound the
// buffers and, at a few million operations, the length of one assembly call.
type blocking struct {
	mr int // rows of a strip of A: those of the largest tile of C
	nr int // columns of a panel of B: those of the largest tile of C
	mc int // rows of a block of A, a multiple of mr

	kc   int // depth of blocks of A and B where panels of B are packed one by one
	deep int // the same where B is used in place or packed by blocks
	nc   int // columns of a block of B that is packed, a multiple of nr

	// shared is the number of multiply-adds from which a product is shared by
	// workers: some five microseconds' worth, several times what the hand-over
	// costs to workers that are waiting for it, and less than waking them up does.
	shared int
}

// blockings are those of float32. For float64 columns and rows are half as many,
// and so are the multiply-adds of a product that is shared.
//
// A strip of A and a panel of B stay in an L1 cache of 32 kB or more for most of the
// time, and in the L2 cache a block of A (mc x kc) or of B (deep x nc). Deeper blocks on
// AVX2 would gain 1 to 4 % where the caches are those of processors with AVX-512, but
// processors without it have 32 kB and often no more than 256.
var blockings = [...]blocking{
	tier.Generic: {mr: 8, nr: 32, kc: 256, mc: 192, deep: 256, nc: 512, shared: 1 << 12},
	tier.AVX2:    {mr: 6, nr: 16, kc: 320, mc: 288, deep: 256, nc: 512, shared: 1 << 18},
	tier.AVX512:  {mr: 8, nr: 32, kc: 320, mc: 432, deep: 512, nc: 512, shared: 1 << 19},
	tier.NEON:    {mr: 8, nr: 12, kc: 256, mc: 192, deep: 256, nc: 516, shared: 1 << 17},
}

// blockStep divides the rows of blocks, but for the last: 6 and 8 are the heights
// of strips.
const blockStep = 24

// rowPanels is the number of panels that gemmRow takes.
const rowPanels = 4

// packEvery is the number of turns of k in which a strip packs a row of the panel of B
// to come, so that as many strips pack all of it. Half as many, packingStrips, do so if
// each packs two rows in these turns.
const packEvery, packingStrips = 8, packEvery / 2

// blockSizes returns the sizes for the active tier.
func blockSizes[T float32 | float64]() blocking {
	size := blockings[tier.Active()]
	if !isFloat32[T]() {
		size.nr /= 2
		size.nc /= 2
		size.mc /= 2
	}
	return size
}

// panelCols is nr alone, for small products: it takes no time.
func panelCols[T float32 | float64]() int {
	if isFloat32[T]() {
		return blockings[tier.Active()].nr
	}
	return blockings[tier.Active()].nr / 2
}
