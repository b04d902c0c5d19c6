package kernels

import "sync"

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
// because the columns of a transposed A lie so far apart in memory that they take up
// more pages than the processor has at hand, or compete for few lines of the cache,
// and there are enough columns of B to pay for the copy.
func (a leftOperand[T]) worthCopying(m, n, k int, strips bool) bool {
	if a.colStride == 1 {
		return false
	}
	if strips { // a few rows are used together, but many columns
		return k >= 128
	}
	return m >= 8 && n >= 256 && a.colStride >= 1000
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

// rightOperand is a matrix B in one of three layouts.
type rightOperand[T float32 | float64] struct {
	data   []T
	stride int // between rows as stored; of a packed B, the depth of its blocks
	layout layout
}

type layout uint8

const (
	plain      layout = iota // k x n, rows of unit stride
	transposed               // n x k
	packed                   // as in Packed
)

// packBlock packs the panels of a block of B, one after the other. It reads a few
// rows of B at a time, as they lie in memory.
func packBlock[T float32 | float64](block []T, b rightOperand[T], p, depth, j, cols int) {
	const packRows = 64
	nr := panelCols[T]()
	if b.layout == transposed {
		for ; cols > 0; j, cols = j+nr, cols-nr {
			packTransposed(min(cols, nr), depth, b.data[j*b.stride+p:], b.stride, block)
			block = block[depth*nr:]
		}
		return
	}
	whole := cols / nr * nr
	for i := 0; i < depth; i += packRows {
		rows := min(packRows, depth-i)
		from := b.data[(p+i)*b.stride+j:]
		for q := 0; q < whole; q += nr {
			packPanel(rows, from[q:], b.stride, block[q*depth+i*nr:])
		}
		if whole < cols {
			for r := range rows {
				copy(block[whole*depth+(i+r)*nr:][:cols-whole], from[r*b.stride+whole:])
			}
		}
	}
}

// packPanelGeneric copies k rows of a panel of B, a whole one, into panel.
func packPanelGeneric[T float32 | float64](k int, b []T, ldb int, panel []T) {
	nr := panelCols[T]()
	for p := range k {
		copy(panel[p*nr:][:nr], b[p*ldb:])
	}
}

// packTransposedGeneric copies the transpose of n rows and k columns of b into
// the first n columns of panel.
func packTransposedGeneric[T float32 | float64](n, k int, b []T, ldb int, panel []T) {
	nr := panelCols[T]()
	for j := range n {
		for p, v := range b[j*ldb:][:k] {
			panel[p*nr+j] = v
		}
	}
}

// packBuffers are the buffers of one running product.
type packBuffers[T float32 | float64] struct {
	a []T // a block of A
	b []T // a panel or a block of B
}

var packPool32, packPool64 sync.Pool

func packPool[T float32 | float64]() *sync.Pool {
	if isFloat32[T]() {
		return &packPool32
	}
	return &packPool64
}

// getPackBuffers returns buffers of at least the given numbers of elements.
func getPackBuffers[T float32 | float64](a, b int) *packBuffers[T] {
	p, ok := packPool[T]().Get().(*packBuffers[T])
	if !ok {
		p = new(packBuffers[T])
	}
	if len(p.a) < a {
		p.a = make([]T, a)
	}
	if len(p.b) < b {
		p.b = make([]T, b)
	}
	return p
}

func putPackBuffers[T float32 | float64](p *packBuffers[T]) { packPool[T]().Put(p) }
