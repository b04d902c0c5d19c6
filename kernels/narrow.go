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
		row := x.Row(i)
		top := firstLargest(row)
		m := row[top]
		b.top[i] = top
		at := i
		for _, v := range row {
			b.p[at] = v - m
			at += b.rows
		}
	}
	e := b.p[:b.rows*b.cols]
	Exp(e, e)
	var buffer [narrowCols / 2 * narrowRows]float32
	sums := b.sums(buffer[:])
	for j := range b.cols {
		Div(b.column(j), b.column(j), sums)
	}
}

// firstLargest returns the index of the largest element of a narrow row, of the
// first one if there are several. It may miss a NaN: the sum becomes NaN by that in
// any case. The processor cannot predict which elements are larger than those before
// them, so there are no branches: elements are compared as integers in the same
// order, the index, from the end, in their lowest bits.
func firstLargest(row []float32) int {
	best := int64(math.MinInt64 / 2)
	for j, v := range row {
		bits := int32(math.Float32bits(v + 0)) // -0 equals +0
		bits ^= bits >> 31 & math.MaxInt32     // of negative numbers the larger magnitude is the smaller
		more := int64(bits)*narrowCols + int64(narrowCols-1-j) - best
		best += more &^ (more >> 63)
	}
	return narrowCols - 1 - int(best&(narrowCols-1))
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
	for i := range dst.Rows {
		at := i
		row := dst.Row(i)
		for j := range row {
			row[j] = b.p[at]
			at += b.rows
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
		logits := z.Row(i)
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
