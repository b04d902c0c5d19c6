package kernels

import (
	"sync"
	"unsafe"
)

// leftOperand is a matrix A with its element strides.
type leftOperand[T float32 | float64] struct {
	data                 []T
	rowStride, colStride int
}

// at returns the operand from row i and column p on.
func (a leftOperand[T]) at(i, p int) leftOperand[T] {
	a.data = a.data[i*a.rowStride+p*a.colStride:]
	return a
}

// worthCopying reports whether blocks of A should be copied before their use,
// because they are so far apart in memory that a block takes up more pages than
// the processor has at hand, or competes for few lines of the cache, and there
// are enough columns to pay for the copy.
func (a leftOperand[T]) worthCopying(m, n int) bool {
	return m >= rowTile && n >= 256 && max(a.rowStride, a.colStride) >= 1000
}

// rowSpace is left between the rows of a copy of A: rows a power of two apart
// would compete for few lines of the cache.
const rowSpace = 16

// copyTo writes fl(alpha*A) into buffer, in the order of memory.
func (a leftOperand[T]) copyTo(buffer []T, alpha T, rows, depth int) leftOperand[T] {
	if a.rowStride == 1 && a.colStride != 1 {
		t := leftOperand[T]{a.data, a.colStride, 1}.copyTo(buffer, alpha, depth, rows)
		return leftOperand[T]{t.data, 1, t.rowStride}
	}
	stride := depth + rowSpace
	for i := range rows {
		row, from := buffer[i*stride:][:depth], a.data[i*a.rowStride:]
		if alpha == 1 && a.colStride == 1 {
			copy(row, from[:depth])
			continue
		}
		for p := range row {
			row[p] = alpha * from[p*a.colStride]
		}
	}
	return leftOperand[T]{buffer, stride, 1}
}

// rightOperand is a matrix B in one of four layouts.
type rightOperand[T float32 | float64] struct {
	data   []T
	stride int // between rows as stored; of a packed B, its number of rows
	layout layout
}

type layout uint8

const (
	plain      layout = iota // k x n, rows of unit stride
	copied                   // the same, its panels to be copied before their use
	transposed               // n x k, its panels to be transposed before their use
	packed                   // panels, as in Packed
)

// worthCopying reports whether panels of B should be copied before their use:
// if B takes up half a megabyte or more, in rows that are far apart, and A has
// enough rows to pay for it.
func (b rightOperand[T]) worthCopying(m, n, k int) bool {
	var element T
	size := int(unsafe.Sizeof(element))
	return m >= 64 && b.stride >= 1<<10/size && k >= 1<<19/size/n
}

// panel returns the panel of B that begins at row p and column j, in place or in
// the buffer, and the distance between its rows.
func (b rightOperand[T]) panel(buffer []T, p, depth, j, cols int) ([]T, int) {
	nr := blockSizes[T]().nr
	switch {
	case b.layout == packed:
		return b.data[j*b.stride+p*nr:], nr
	case b.layout == transposed:
		packTransposed(cols, depth, b.data[j*b.stride+p:], b.stride, buffer)
		return buffer, nr
	case b.layout == copied && cols == nr:
		packPanel(depth, b.data[p*b.stride+j:], b.stride, buffer)
		return buffer, nr
	}
	return b.data[p*b.stride+j:], b.stride
}

// packPanelGeneric copies k rows of a panel of B, a whole one, into buffer.
func packPanelGeneric[T float32 | float64](k int, b []T, ldb int, panel []T) {
	nr := blockSizes[T]().nr
	for p := range k {
		copy(panel[p*nr:][:nr], b[p*ldb:])
	}
}

// packTransposedGeneric copies the transpose of n rows and k columns of b into
// the first n columns of panel.
func packTransposedGeneric[T float32 | float64](n, k int, b []T, ldb int, panel []T) {
	nr := blockSizes[T]().nr
	for j := range n {
		for p, v := range b[j*ldb:][:k] {
			panel[p*nr+j] = v
		}
	}
}

// blocking holds the block sizes of the loops: nr columns a panel, kc deep, mc
// rows of A. They bound the buffers and, at a few million operations, the length
// of one assembly call.
type blocking struct{ nr, kc, mc int }

// The panel of B (kc x nr) stays in L1, the block of A (mc x kc) in L2. nr is
// the widest panel of any tier; narrower tiles run several times over it.
const (
	panelCols32 = 32
	panelCols64 = 16
	panelDepth  = 320
	blockRows   = 504
	blockStep   = 24 // divides the rows of all blocks but the last: 6 and 8 are heights of tiles
)

func blockSizes[T float32 | float64]() blocking {
	if isFloat32[T]() {
		return blocking{panelCols32, panelDepth, blockRows}
	}
	return blocking{panelCols64, panelDepth, blockRows}
}

// packBuffers are the buffers of one running product.
type packBuffers[T float32 | float64] struct {
	a []T // a block of A
	b []T // a panel of B
}

var packPool32, packPool64 sync.Pool

func packPool[T float32 | float64]() *sync.Pool {
	if isFloat32[T]() {
		return &packPool32
	}
	return &packPool64
}

func getPackBuffers[T float32 | float64]() *packBuffers[T] {
	if p, ok := packPool[T]().Get().(*packBuffers[T]); ok {
		return p
	}
	size := blockSizes[T]()
	return &packBuffers[T]{
		a: make([]T, max(size.mc*(size.kc+rowSpace), size.kc*(size.mc+rowSpace))),
		b: make([]T, size.kc*size.nr),
	}
}

func putPackBuffers[T float32 | float64](p *packBuffers[T]) { packPool[T]().Put(p) }
