package kernels

import (
	"fmt"
	"sync"
)

// The functions below are the second half of a dense layer's training step in
// one: the weights' gradient over a batch, x^T dy, and the optimizer's step with
// it. The bits are those of [Gemm] into memory for the gradient, and of the
// optimizer's function on that, but the gradient stays in registers, and on
// AVX-512 the optimizer's divisions run beside the product.

// DescendSGD takes a step of [SGD] with the gradient of a product:
// g = x^T dy, w = w - lr*g. w is in x out, x batch x in and dy batch x out.
//
// Classes chain and element. It panics if the shapes do not agree or if w
// overlaps an operand.
func DescendSGD(w, x, dy Matrix, lr float32) {
	d := descent{rule: descendBySGD, w: w, lr: lr}
	d.run("DescendSGD", x, dy)
}

// DescendMomentum takes a step of [Momentum] with the gradient of a product, as
// [DescendSGD] does. v has the shape and the stride of w.
func DescendMomentum(w, v, x, dy Matrix, lr, mu float32) {
	d := descent{rule: descendByMomentum, w: w, slots: [2]Matrix{v}, lr: lr, mu: mu}
	d.run("DescendMomentum", x, dy)
}

// DescendAdam takes a step of [Adam] with the gradient of a product, as
// [DescendSGD] does. m and v have the shape and the stride of w.
func DescendAdam(w, m, v, x, dy Matrix, step AdamStep) {
	d := descent{rule: descendByAdam, w: w, slots: [2]Matrix{m, v}, adam: step}
	d.run("DescendAdam", x, dy)
}

// A descent is a step of an optimizer on a matrix of weights.
type descent struct {
	rule   descentRule
	w      Matrix
	slots  [2]Matrix // the optimizer's state, as far as it has any
	lr, mu float32
	adam   AdamStep
}

type descentRule uint8 // the number of slots, too

const (
	descendBySGD descentRule = iota
	descendByMomentum
	descendByAdam
)

// Sizes of the descent in panels.
const (
	descentTile   = 8       // rows of a tile of the assembly
	descentCols   = 32      // columns of a tile, and of a panel
	descentPanels = 2048    // rows of all panels of dy together: they stay in the second-level cache
	maxDescent    = 1024    // rows of a batch
	maxProduct    = 1 << 15 // rows of dy by panels by tiles, a tenth of a millisecond of assembly
)

func (d *descent) run(op string, x, dy Matrix) {
	d.check(op, x, dy)
	if d.w.Rows == 0 || d.w.Cols == 0 {
		return
	}
	buffer := descentPool.Get().(*descentBuffer)
	defer descentPool.Put(buffer)
	first := 0 // row that is not done
	if k := x.Rows; canDescend() && d.w.Cols%descentCols == 0 && 0 < k && k <= maxDescent {
		first = d.w.Rows / descentTile * descentTile
		group := descentPanels / k * descentCols
		for j := 0; j < d.w.Cols; j += group {
			d.inPanels(first, j, min(group, d.w.Cols-j), x, dy, buffer)
		}
	}
	d.separately(first, x, dy, buffer.numbers[:])
}

// A descentBuffer holds what a step needs for the time being.
type descentBuffer struct {
	tile    [descentTile * descentCols]float32
	numbers [descentPanels * descentCols]float32 // dy in panels, or gradients
}

var descentPool = sync.Pool{New: func() any { return new(descentBuffer) }}

func (d *descent) check(op string, x, dy Matrix) {
	x.check(op, "x")
	dy.check(op, "dy")
	if dy.Rows != x.Rows || d.w.Rows != x.Cols || d.w.Cols != dy.Cols {
		panic(fmt.Sprintf("kernels: %s: w is %d x %d, x is %d x %d, dy is %d x %d: shapes do not agree",
			op, d.w.Rows, d.w.Cols, x.Rows, x.Cols, dy.Rows, dy.Cols))
	}
	for i, o := range [...]Matrix{d.w, d.slots[0], d.slots[1]} {
		if i > int(d.rule) {
			break
		}
		name := [...]string{"w", "the first slot", "the second slot"}[i]
		if o.Rows != d.w.Rows || o.Cols != d.w.Cols || o.Stride != d.w.Stride {
			panic(fmt.Sprintf("kernels: %s: %s is %d x %d with stride %d, w is %d x %d with stride %d: want the same",
				op, name, o.Rows, o.Cols, o.Stride, d.w.Rows, d.w.Cols, d.w.Stride))
		}
		o.check(op, name)
		checkMatricesApart(op, name, o.Data, o.Rows, o.Cols, o.Stride, "x", x.Data, x.Rows, x.Cols, x.Stride)
		checkMatricesApart(op, name, o.Data, o.Rows, o.Cols, o.Stride, "dy", dy.Data, dy.Rows, dy.Cols, dy.Stride)
	}
}

// inPanels takes the step on the first rows and on columns from j on, whole
// panels of them.
func (d *descent) inPanels(rows, j, cols int, x, dy Matrix, buffer *descentBuffer) {
	k, panels, packed := x.Rows, cols/descentCols, buffer.numbers[:]
	for p := range panels {
		packPanel(k, dy.Data[j+p*descentCols:], dy.Stride, packed[p*k*descentCols:])
	}
	step := max(1, maxProduct/(panels*(k+16))) * descentTile
	for i := 0; i < rows; i += step {
		d.assembly(min(step, rows-i), panels, x.Data[i:], x, packed, buffer.tile[:], i*d.w.Stride+j)
	}
}

// separately takes the step on the rows from first on: it computes gradients
// into the buffer, then applies them. It is the specification.
func (d *descent) separately(first int, x, dy Matrix, buffer []float32) {
	cols := min(d.w.Cols, len(buffer))
	rows := min(len(buffer), descentChunk) / cols
	for i := first; i < d.w.Rows; i += max(1, rows) {
		n := min(max(1, rows), d.w.Rows-i)
		for j := 0; j < d.w.Cols; j += cols {
			width := min(cols, d.w.Cols-j)
			if x.Rows == 0 { // x and dy may have no data to slice
				clear(buffer[:n*width])
			} else {
				gemm(true, false, n, width, x.Rows, 1, x.Data[i:], x.Stride, dy.Data[j:], dy.Stride, 0, buffer, width)
			}
			if width == d.w.Stride {
				d.apply(i*width+j, buffer[:n*width])
				continue
			}
			for r := range n {
				d.apply((i+r)*d.w.Stride+j, buffer[r*width:][:width])
			}
		}
	}
}

// descentChunk is the number of gradients between the product and the step: with
// weights and state they stay in the second-level cache.
const descentChunk = 1 << 14

// apply takes the step on adjacent weights.
func (d *descent) apply(offset int, g []float32) {
	part := func(m Matrix) []float32 { return m.Data[offset:][:len(g)] }
	switch w := part(d.w); d.rule {
	case descendBySGD:
		SGD(w, g, d.lr)
	case descendByMomentum:
		Momentum(w, part(d.slots[0]), g, d.lr, d.mu)
	case descendByAdam:
		Adam(w, part(d.slots[0]), part(d.slots[1]), g, d.adam)
	}
}
