package kernels

import (
	"fmt"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// Packed is a copy of a matrix in the order in which products read it, for a
// right operand that is used many times, as a layer's weights are. It belongs to
// this process: its layout may differ in the next release, so it is never stored.
type Packed struct {
	rows, cols int
	tier       tier.Tier // by whose block sizes it is packed
	depth      int       // of blocks: they are packed one after the other
	blocks     []float32
}

// Pack returns a packed copy of b for [MatMulPacked].
func Pack(b Matrix) *Packed {
	b.check("Pack", "b")
	return pack(b.Rows, b.Cols, rightOperand[float32]{data: b.Data, stride: b.Stride})
}

// PackTransposed returns a packed copy of the transpose of b, for products with
// a transposed right operand.
func PackTransposed(b Matrix) *Packed {
	b.check("PackTransposed", "b")
	return pack(b.Cols, b.Rows, rightOperand[float32]{data: b.Data, stride: b.Stride, layout: transposed})
}

func pack(rows, cols int, b rightOperand[float32]) *Packed {
	size := blockSizes[float32]()
	width := ceilDiv(cols, size.nr) * size.nr
	p := &Packed{rows, cols, tier.Active(), evenBlock(max(1, rows), size.kc, packEvery), make([]float32, rows*width)}
	for i := 0; i < rows && cols > 0; i += p.depth {
		packBlock(p.blocks[i*width:], b, i, min(p.depth, rows-i), 0, cols)
	}
	return p
}

// MatMulPacked computes dst = a*b with the bits of [MatMul]. It panics if the
// shapes do not agree or if dst shares elements with a.
func MatMulPacked(dst, a Matrix, b *Packed) {
	b.check("MatMulPacked", dst, a)
	b.multiply(dst, a)
}

// MatMulBias computes dst = f(a*b + bias), a layer's whole forward pass: the
// bias is added to each row, and the activation f, one of this package's
// functions such as [ReLU] or one like them, is applied to elements. The bits
// are those of [MatMulPacked], [AddBias] and f after one another, but a part of
// dst goes through all three while it is in the cache. f is called with equal
// slices for its operands, for one row of dst or for several that are adjacent;
// if it is nil the result is a*b + bias. It panics as MatMulPacked does, and if
// the bias does not have an element for each column.
func MatMulBias(dst, a Matrix, b *Packed, bias []float32, f func(dst, x []float32)) {
	b.check("MatMulBias", dst, a)
	checkLen("MatMulBias", "bias", len(bias), "columns", b.cols)
	limit := max(minPart, partElements/max(1, dst.Cols)/blockStep*blockStep)
	step := evenBlock(max(1, dst.Rows), limit, blockStep)
	for i := 0; i < dst.Rows; i += step {
		end := min(i+step, dst.Rows)
		part := dst.RowRange(i, end)
		b.multiply(part, a.RowRange(i, end))
		AddBias(part, bias)
		if f != nil {
			applyToRows(part, f)
		}
	}
}

// Parts of MatMulBias: as many rows as the L2 cache holds besides the operands,
// but enough of them to use what is read of B.
const (
	partElements = 1 << 14
	minPart      = 3 * blockStep
)

// applyToRows applies f to the elements of m.
func applyToRows(m Matrix, f func(dst, x []float32)) {
	if m.Stride == m.Cols || m.Rows == 1 {
		all := m.Data[:m.Rows*m.Cols]
		f(all, all)
		return
	}
	for i := range m.Rows {
		f(m.Row(i), m.Row(i))
	}
}

func (p *Packed) check(op string, dst, a Matrix) {
	if dst.Rows != a.Rows || a.Cols != p.rows || dst.Cols != p.cols {
		panic(fmt.Sprintf("kernels: %s: (%d x %d) = (%d x %d) * (%d x %d): shapes do not agree",
			op, dst.Rows, dst.Cols, a.Rows, a.Cols, p.rows, p.cols))
	}
	dst.check(op, "dst")
	a.check(op, "a")
	checkMatricesApart(op, "dst", dst.Data, dst.Rows, dst.Cols, dst.Stride, "a", a.Data, a.Rows, a.Cols, a.Stride)
}

func (p *Packed) multiply(dst, a Matrix) {
	if p.tier != tier.Active() {
		p.multiplyGeneric(dst, a)
		return
	}
	multiply(a.Rows, p.cols, p.rows, 1, leftOperand[float32]{a.Data, a.Stride, 1},
		rightOperand[float32]{data: p.blocks, stride: p.depth, layout: packed}, 0, dst.Data, dst.Stride)
}

// multiplyGeneric is multiply for a matrix that was packed while another tier was
// active, which happens in tests alone.
func (p *Packed) multiplyGeneric(dst, a Matrix) {
	if dst.Rows == 0 || dst.Cols == 0 {
		return
	}
	scaleMatrix(0, dst.Rows, dst.Cols, dst.Data, dst.Stride)
	nr := blockings[p.tier].nr
	for i := 0; i < p.rows; i += p.depth {
		depth := min(p.depth, p.rows-i)
		block := p.blocks[i*ceilDiv(p.cols, nr)*nr:]
		for j := 0; j < p.cols; j += nr {
			gemmPanelGeneric(dst.Rows, min(nr, p.cols-j), depth, a.Data[i:], a.Stride, 1, block[j*depth:], nr, dst.Data[j:], dst.Stride, true)
		}
	}
}
