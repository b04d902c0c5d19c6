package kernels

import (
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
)

// Rows that fill vectors badly, such as the scores of ten classes, are taken many
// at a time and transposed: a vector then holds elements of one column, and each
// row keeps its order of operations.

// Sizes of a transposed block: those of a few kilobytes on the stack.
const (
	narrowCols = 16 // at most
	narrowRows = 64 // at most
	fewRows    = 8  // from which on it pays
)

// isNarrow reports whether the rows of x are to be taken in transposed blocks.
func isNarrow(x Matrix) bool { return x.Cols <= narrowCols && x.Rows >= fewRows }

// narrowSoftmax is [Softmax] by blocks.
func narrowSoftmax(dst, x Matrix) {
	var b narrowBlock
	for i := 0; i < x.Rows; i += narrowRows {
		end := min(i+narrowRows, x.Rows)
		b.softmax(x.RowRange(i, end))
		b.copyTo(dst.RowRange(i, end))
	}
}

// narrowCrossEntropy is [SoftmaxCrossEntropy] by blocks.
func narrowCrossEntropy(loss []float64, dz, z Matrix, labels []int, scale float64) {
	var b narrowBlock
	for i := 0; i < z.Rows; i += narrowRows {
		end := min(i+narrowRows, z.Rows)
		b.softmax(z.RowRange(i, end))
		b.crossEntropy(loss[i:end], z.RowRange(i, end), labels[i:end], scale)
		b.copyTo(dz.RowRange(i, end))
	}
}

// A narrowBlock is the softmax of some rows, transposed.
type narrowBlock struct {
	rows, cols int
	p          [narrowCols * narrowRows]float32 // column j from j*rows on
	top        [narrowRows]int                  // index of each row's largest element, the first one
}

func (b *narrowBlock) column(j int) []float32 { return b.p[j*b.rows:][:b.rows] }

// softmax fills the block from rows of x, with the operations of [Softmax].
func (b *narrowBlock) softmax(x Matrix) {
	b.rows, b.cols = x.Rows, x.Cols
	for i := range x.Rows {
		at := i
		for _, v := range x.Data[i*x.Stride:][:x.Cols] {
			b.p[at] = v
			at += b.rows
		}
	}
	var buffer [narrowCols / 2 * narrowRows]float32
	largest := buffer[:b.rows]
	copy(largest, b.column(0))
	if b.cols > 1 {
		maxRows(Matrix{Rows: b.cols - 1, Cols: b.rows, Stride: b.rows, Data: b.p[b.rows:]}, largest)
	}
	for j := range b.cols {
		Sub(b.column(j), b.column(j), largest)
	}
	b.findTops()
	e := b.p[:b.rows*b.cols]
	Exp(e, e)
	sums := b.sums(buffer[:])
	for j := range b.cols {
		Div(b.column(j), b.column(j), sums)
	}
}

// maxRowsGeneric sets v to the larger of v and each of the rows of x. A NaN may be
// lost, and the sign of a zero is either: exp and the sum become NaN by the one in
// any case, and the other changes no exponential.
func maxRowsGeneric(x Matrix, v []float32) {
	for i := range x.Rows {
		for j, w := range x.Row(i) {
			v[j] = max(v[j], w)
		}
	}
}

// findTops finds the largest elements of the rows: those of which nothing is left, a
// zero, when they are taken from themselves. The processor cannot predict which
// these are, so there are no branches. A row without one has a NaN.
func (b *narrowBlock) findTops() {
	top := b.top[:b.rows]
	clear(top)
	for j := b.cols - 1; j >= 0; j-- {
		for i, v := range b.column(j)[:len(top)] {
			isZero := (int(math.Float32bits(v)&math.MaxInt32) - 1) >> 31 // all ones or all zeros
			top[i] ^= (top[i] ^ j) & isZero
		}
	}
}

// sums adds up the columns in the order of [Sum], in which a column is a lane and
// those that are missing are +0. Numbers from exp are never -0, so +0 changes none.
func (b *narrowBlock) sums(buffer []float32) []float32 {
	from, lanes := b.p[:], b.cols
	for half := narrowCols / 2; half > 0; half /= 2 {
		whole, pairs := min(lanes, half)*b.rows, max(0, lanes-half)*b.rows
		Add(buffer[:pairs], from[:pairs], from[half*b.rows:][:pairs])
		copy(buffer[pairs:whole], from[pairs:whole])
		from, lanes = buffer, min(lanes, half)
	}
	return buffer[:b.rows]
}

// copyTo writes the block into the rows of dst.
func (b *narrowBlock) copyTo(dst Matrix) {
	for j := range dst.Cols {
		at := j
		for _, v := range b.column(j) {
			dst.Data[at] = v
			at += dst.Stride
		}
	}
}

// crossEntropy computes the losses of the block's rows and turns it into the
// gradient, with the operations of [SoftmaxCrossEntropy].
func (b *narrowBlock) crossEntropy(loss []float64, z Matrix, labels []int, scale float64) {
	var largest, atLabel [narrowRows]float32
	for i, top := range b.top[:b.rows] {
		p := &b.p[top*b.rows+i]
		largest[i], *p = *p, 0 // leaves the sum as it is
	}
	clear(loss)
	for j := range b.cols {
		for i, v := range b.column(j) {
			loss[i] += float64(v)
		}
	}
	for i, label := range labels {
		top := b.top[i]
		b.p[top*b.rows+i] = largest[i]
		if uint(label) >= uint(b.cols) {
			loss[i] = math.NaN()
			continue
		}
		logits := z.Data[i*z.Stride:]
		loss[i] = float64(logits[top]) - float64(logits[label]) + detmath.Log1p(loss[i]/float64(largest[i]))
		atLabel[i] = b.p[label*b.rows+i]
	}
	all := b.p[:b.rows*b.cols]
	scaleWide(all, all, scale)
	for i, label := range labels {
		if uint(label) < uint(b.cols) {
			b.p[label*b.rows+i] = float32((float64(atLabel[i]) - 1) * scale)
			continue
		}
		for j := range b.cols {
			b.column(j)[i] = float32(math.NaN())
		}
	}
}
