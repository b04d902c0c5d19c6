package kernels

import (
	"fmt"
	"sync"
)

// Packed is a copy of a matrix in the order in which products read it, for a
// right operand that is used many times, as a layer's weights are. It belongs to this
// process: its layout may differ in the next release, so it is never stored.
type Packed struct {
	rows, cols int
	panels     []float32
}

// Pack returns a packed copy of b for [MatMulPacked].
func Pack(b Matrix) *Packed {
	b.check("Pack", "b")
	nr := blockSizes[float32]().nr
	panels := (b.Cols + nr - 1) / nr
	p := &Packed{b.Rows, b.Cols, make([]float32, panels*nr*b.Rows)}
	for i := range b.Rows {
		row := b.Row(i)
		for j := 0; j < b.Cols; j += nr {
			copy(p.panels[j*b.Rows+i*nr:], row[j:min(j+nr, b.Cols)])
		}
	}
	return p
}

// MatMulPacked computes dst = a*b with the bits of [MatMul]. It panics if the
// shapes do not agree.
func MatMulPacked(dst, a Matrix, b *Packed) {
	if dst.Rows != a.Rows || a.Cols != b.rows || dst.Cols != b.cols {
		panic(fmt.Sprintf("kernels: MatMulPacked: (%d x %d) = (%d x %d) * (%d x %d): shapes do not agree",
			dst.Rows, dst.Cols, a.Rows, a.Cols, b.rows, b.cols))
	}
	dst.check("MatMulPacked", "dst")
	a.check("MatMulPacked", "a")
	checkMatricesApart("MatMulPacked", "dst", dst.Data, dst.Rows, dst.Cols, dst.Stride, "a", a.Data, a.Rows, a.Cols, a.Stride)
	multiply(a.Rows, b.cols, b.rows, 1, leftOperand[float32]{a.Data, a.Stride, 1},
		rightOperand[float32]{data: b.panels, stride: b.rows, layout: packed}, 0, dst.Data, dst.Stride)
}

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

// packScaled writes fl(alpha*A) into buffer, row after row.
func packScaled[T float32 | float64](buffer []T, alpha T, a leftOperand[T], rows, depth int) leftOperand[T] {
	for i := range rows {
		row := buffer[i*depth:][:depth]
		for p := range row {
			row[p] = alpha * a.data[i*a.rowStride+p*a.colStride]
		}
	}
	return leftOperand[T]{buffer, depth, 1}
}

// rightOperand is a matrix B in one of three layouts.
type rightOperand[T float32 | float64] struct {
	data   []T
	stride int // between rows as stored; of a packed B, its number of rows
	layout layout
}

type layout uint8

const (
	plain      layout = iota // k x n, rows of unit stride
	transposed               // n x k
	packed                   // panels, as in Packed
)

// panels returns the panels of the block of B that begins at row p and column
// j; only a transposed B is copied, into the buffers.
func (b rightOperand[T]) panels(buffers *packBuffers[T], p, depth, j, cols int) panelSet[T] {
	nr := blockSizes[T]().nr
	switch b.layout {
	case transposed:
		return packTransposed(buffers.b, b.data[j*b.stride+p:], b.stride, depth, cols, nr)
	case packed:
		return panelSet[T]{b.data[j*b.stride+p*nr:], nr, b.stride}
	}
	return panelSet[T]{b.data[p*b.stride+j:], b.stride, 1}
}

// panelSet gives the panels of a block of B, each of nr columns: as they lie
// in B, side by side with B's row stride, or packed, one after the other.
type panelSet[T float32 | float64] struct {
	data      []T
	rowStride int // from row to row within a panel
	colStride int // from panel to panel, divided by a panel's columns
}

// panel returns the panel whose first column is j, a multiple of the panel
// width.
func (s panelSet[T]) panel(j int) []T { return s.data[j*s.colStride:] }

// packTransposed packs the transpose of the first cols rows and depth columns
// of b into panels of nr columns: element (p, j) of the transposed block goes
// to row p of panel j/nr.
//
//	b      b00 b01 b02 ...      panel 0   b00 b10 ... b(nr-1)0
//	       b10 b11 b12 ...                b01 b11 ... b(nr-1)1
//	       ...                            ...
func packTransposed[T float32 | float64](buffer, b []T, stride, depth, cols, nr int) panelSet[T] {
	for j := range cols {
		panel := buffer[j/nr*nr*depth+j%nr:]
		for p, v := range b[j*stride:][:depth] {
			panel[p*nr] = v
		}
	}
	return panelSet[T]{buffer, nr, depth}
}

// blocking holds the block sizes of the loops: nr columns a panel, kc deep, mc
// rows of A and, where B is packed, nc columns at a time. They bound the buffers
// and, at a few million operations, the length of one assembly call.
type blocking struct{ nr, kc, mc, nc int }

// The panel of B (kc x nr) stays in L1, the block of A (mc x kc) in L2. nr is
// the widest panel of any tier; narrower tiles run several times over it.
const (
	panelCols32 = 32
	panelCols64 = 16
	panelDepth  = 256
	blockRows   = 128
	blockCols   = 1024
)

func blockSizes[T float32 | float64]() blocking {
	if isFloat32[T]() {
		return blocking{panelCols32, panelDepth, blockRows, blockCols}
	}
	return blocking{panelCols64, panelDepth, blockRows, blockCols}
}

// packBuffers are the buffers of one running product.
type packBuffers[T float32 | float64] struct {
	a []T // blockRows x panelDepth
	b []T // panelDepth x blockCols, in whole panels
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
	return &packBuffers[T]{
		a: make([]T, blockRows*panelDepth),
		b: make([]T, panelDepth*(blockCols+panelCols32)),
	}
}

func putPackBuffers[T float32 | float64](p *packBuffers[T]) { packPool[T]().Put(p) }
