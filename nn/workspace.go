package nn

import (
	"fmt"
	"slices"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// A Workspace holds the activations and deltas of one batch. With it a training loop can
// be written by hand:
//
//	w.Forward(x)                // activations
//	loss, err := w.Loss(f, y)   // loss and its gradient
//	w.Backward()                // gradients of all parameters
//	updater.Step()              // new parameters
//
// which gives the same bits as a [Trainer].
type Workspace struct {
	net  *Network
	rows int // of the batch at hand
	// activations[l] is the input of layer l, activations[len(layers)] the
	// output; deltas[l] is the gradient with respect to activations[l].
	// Deltas below the first layer with parameters are not computed.
	activations []kernels.Matrix
	deltas      []kernels.Matrix
	losses      []float64
	weights     []float32      // of the rows, by the data
	divisors    []float64      // of the rows, see reduction
	bottom      int            // index of the first layer with parameters
	scratch     [][]float64    // of each layer, nil unless it is coupled
	coupled     []int          // indices of the coupled layers
	minRows     int            // of a batch
	infinite    bool           // whether the trainer's batch is not finite, noted by the owner of the first column
	targets     kernels.Matrix // of the trainer's batch

	// Seed of everything random in training, and the number of the step,
	// from 0; Backward counts on. The trainer has its own.
	Seed, Step uint64
}

// NewWorkspace returns a workspace for batches of up to the given number of
// rows.
func (n *Network) NewWorkspace(rows int) *Workspace {
	bottom := len(n.layers)
	if len(n.owners) > 0 {
		bottom = n.owners[0]
	}
	return n.newWorkspace(rows, bottom)
}

// newWorkspace returns a workspace that computes the deltas above layer bottom.
func (n *Network) newWorkspace(rows, bottom int) *Workspace {
	w := &Workspace{net: n, rows: rows, bottom: bottom, losses: make([]float64, rows), scratch: make([][]float64, len(n.layers))}
	for l, layer := range n.layers {
		if c, ok := layer.(Coupled); ok {
			w.coupled = append(w.coupled, l)
			w.scratch[l] = make([]float64, c.ScratchSize())
			w.minRows = max(w.minRows, c.MinRows())
		}
	}
	w.weights, w.divisors = make([]float32, rows), make([]float64, rows)
	for l, width := range n.widths {
		w.activations = append(w.activations, n.newActivations(l, rows))
		delta := kernels.Matrix{}
		if l > w.bottom || l == len(n.layers) {
			delta = newAlignedMatrix(rows, width)
		}
		w.deltas = append(w.deltas, delta)
	}
	return w
}

// withOwn returns a workspace with activations from to to of its own, and with a
// batch of its own if they begin with the input. All else it shares with w.
func (w *Workspace) withOwn(from, to int) *Workspace {
	t := *w
	t.activations = slices.Clone(w.activations)
	for l := from; l <= to; l++ {
		t.activations[l] = w.net.newActivations(l, w.activations[l].Rows)
	}
	if from == 0 {
		t.targets = kernels.NewMatrix(w.targets.Rows, w.targets.Cols)
		t.weights = make([]float32, len(w.weights))
	}
	return &t
}

// newActivations returns room for the input of layer l. If that is dense, its
// gradient goes down the columns of the input, of which the rows would compete for
// few lines of the nearest cache if they were a power of two apart.
func (n *Network) newActivations(l, rows int) kernels.Matrix {
	const evenWidth = 256 // of which a multiple is as bad as a power of two
	width := n.widths[l]
	if width%evenWidth != 0 || !n.takesSpace(l) {
		return newAlignedMatrix(rows, width)
	}
	stride := width + columnTile
	return kernels.Matrix{Rows: rows, Cols: width, Stride: stride, Data: alignedSlab(rows * stride)}
}

// shareMemory lets the output of activations from layer from on take the place of
// their input where nobody asks for that afterwards, and all their deltas that of each
// other: a step then goes through less memory.
func (w *Workspace) shareMemory(from int) {
	for l := len(w.net.layers) - 1; l > 0; l-- {
		if !w.net.runsInPlace(l) {
			continue
		}
		w.deltas[l] = w.deltas[l+1]
		if l >= from {
			w.activations[l] = w.activations[l+1]
		}
	}
}

// runsInPlace reports whether layer l is an activation that can, and its input is
// needed by neither the layer below, on the way back, nor by the end of a block.
func (n *Network) runsInPlace(l int) bool {
	a, ok := n.layers[l].(*activation)
	_, above := n.layers[l-1].(*dense)
	return ok && a.inPlace && above && len(n.ends[l]) == 0
}

// takesSpace reports whether layer l is dense and there may be space between the
// rows of its input: those who write and read it know strides.
func (n *Network) takesSpace(l int) bool {
	if l == 0 || l == len(n.layers) || len(n.ends[l]) > 0 {
		return false
	}
	if _, ok := n.layers[l].(*dense); !ok {
		return false
	}
	switch n.layers[l-1].(type) {
	case *dense, *activation:
		return true
	}
	return false
}

func newAlignedMatrix(rows, cols int) kernels.Matrix {
	return kernels.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: alignedSlab(rows * cols)}
}

// Forward computes the outputs of a batch in training mode and keeps what
// Backward needs. The result lies in the workspace and is valid until the next
// call. It panics if x is wider or narrower than the network's input, or has more
// rows than the workspace or too few for a [BatchNorm].
func (w *Workspace) Forward(x kernels.Matrix) kernels.Matrix {
	input := w.activations[0]
	if x.Cols != input.Cols || x.Rows > input.Rows {
		panic(fmt.Sprintf("nn: Workspace.Forward: input is %d x %d, want at most %d rows of %d", x.Rows, x.Cols, input.Rows, input.Cols))
	}
	if x.Rows < w.minRows {
		panic(fmt.Sprintf("nn: Workspace.Forward: a batch of %d rows, want at least %d for %s", x.Rows, w.minRows, w.net.coupledName()))
	}
	w.rows = x.Rows
	for i := range x.Rows {
		copy(input.Row(i), x.Row(i))
	}
	w.forwardPart(w.context(), w.whole())
	return w.activations[len(w.net.layers)].RowRange(0, w.rows)
}

// Loss returns the loss of the outputs of the last Forward and computes its
// gradient with respect to them. Row i of y is the target of row i.
func (w *Workspace) Loss(loss Loss, y kernels.Matrix) (float64, error) {
	return w.batchLoss(newReduction(loss, false), y)
}

// WeightedLoss is Loss for rows that count differently, see [WeightedData].
func (w *Workspace) WeightedLoss(loss Loss, y kernels.Matrix, weights []float32) (float64, error) {
	if len(weights) != w.rows {
		return 0, fmt.Errorf("nn: Workspace.WeightedLoss: %d weights for %d rows of input", len(weights), w.rows)
	}
	for i, weight := range weights {
		if err := checkWeight(weight); err != nil {
			return 0, fmt.Errorf("nn: Workspace.WeightedLoss: row %d: %w", i, err)
		}
	}
	copy(w.weights, weights)
	return w.batchLoss(newReduction(loss, true), y)
}

func (w *Workspace) batchLoss(r reduction, y kernels.Matrix) (float64, error) {
	if err := r.loss.Check(w.net.Outputs(), y.Cols); err != nil {
		return 0, fmt.Errorf("nn: %w", err)
	}
	if y.Rows != w.rows {
		return 0, fmt.Errorf("nn: Workspace.Loss: %d rows of targets for %d rows of input", y.Rows, w.rows)
	}
	w.setDivisors(r, y, 0, w.rows)
	total := r.total(w.rows, w.divisors[:w.rows])
	w.loss(r, y, 0, w.rows, total)
	var m mean
	m.add(w.losses[:w.rows], total)
	return m.value(), nil
}

// Backward computes the gradients of all parameters from the last Forward and
// Loss, moves running statistics on, and counts the step.
func (w *Workspace) Backward() {
	w.gradients()
	w.commit(w.rows, 0)
	w.Step++
}

// gradients computes the gradients of all parameters.
func (w *Workspace) gradients() {
	w.backwardPart(w.context(), w.whole())
	for i, p := range w.net.params {
		w.grad(i, Tile{Param: p, Hi: p.Shape.Rows}, w.rows)
	}
}

func (w *Workspace) context() Context {
	return Context{Train: true, Seed: w.Seed, Step: w.Step}
}

// A part is what one of several workers does of a batch: rows lo to hi, and a
// share of what needs all rows, before and after which it waits for the others.
type part struct {
	worker, workers int
	lo, hi, batch   int
	from            int // the first layer to run forward
	barrier         func()
}

// whole is the part of a worker without others.
func (w *Workspace) whole() part { return part{0, 1, 0, w.rows, w.rows, 0, func() {}} }

// forwardPart runs rows through all layers.
func (w *Workspace) forwardPart(c Context, p part) {
	l := p.from
	for _, next := range w.coupled {
		w.forward(c, l, next, p.lo, p.hi)
		p.barrier()
		w.gather(next, p)
		p.barrier()
		l = next
	}
	w.forward(c, l, len(w.net.layers), p.lo, p.hi)
}

// backwardPart runs rows back to the first layer with parameters.
func (w *Workspace) backwardPart(c Context, p part) {
	l := len(w.net.layers)
	for _, next := range slices.Backward(w.coupled) {
		w.backward(c, l, next+1, p.lo, p.hi)
		p.barrier()
		w.gatherDelta(next, p)
		p.barrier()
		l = next + 1
	}
	w.backward(c, l, 0, p.lo, p.hi)
}

// forward runs rows lo to hi through layers from to to.
func (w *Workspace) forward(c Context, from, to, lo, hi int) {
	if lo == hi {
		return
	}
	c.FirstRow = lo
	for l := from; l < to; l++ {
		y, x := w.activations[l+1].RowRange(lo, hi), w.activations[l].RowRange(lo, hi)
		if first := w.net.joins[l]; first >= 0 {
			kernels.Add(elements(y), elements(x), elements(w.activations[first].RowRange(lo, hi)))
			continue
		}
		c.Layer, c.Scratch = l, w.scratch[l]
		w.net.layers[l].Forward(c, y, x)
	}
}

// gather is a worker's part of what a coupled layer needs to know of a batch
// before it runs forward.
func (w *Workspace) gather(l int, p part) {
	x := w.activations[l].RowRange(0, p.batch)
	lo, hi := parallel.Share(p.worker, p.workers, x.Cols, columnTile)
	w.net.layers[l].(Coupled).Gather(w.scratch[l], x, lo, hi)
}

// gatherDelta is the same before it runs back.
func (w *Workspace) gatherDelta(l int, p part) {
	x, dy := w.activations[l].RowRange(0, p.batch), w.deltas[l+1].RowRange(0, p.batch)
	lo, hi := parallel.Share(p.worker, p.workers, x.Cols, columnTile)
	w.net.layers[l].(Coupled).GatherDelta(w.scratch[l], dy, x, lo, hi)
}

// columnTile is the number of float32 in a cache line.
const columnTile = 16

// commit moves running statistics towards those of the batch, by a share or, if
// that is 0, each layer's own.
func (w *Workspace) commit(batch int, share float64) {
	for _, l := range w.coupled {
		w.net.layers[l].(Coupled).Commit(w.scratch[l], batch, share)
	}
}

// setDivisors computes what rows lo to hi add to the divisor of a weighted mean.
func (w *Workspace) setDivisors(r reduction, y kernels.Matrix, lo, hi int) {
	r.divisors(w.divisors[lo:hi], w.rowWeights(r, lo, hi), y.RowRange(lo, hi))
}

// rowWeights returns the data's weights of rows lo to hi, none if there are none.
func (w *Workspace) rowWeights(r reduction, lo, hi int) []float32 {
	if !r.fromData {
		return nil
	}
	return w.weights[lo:hi]
}

// loss computes the losses of rows lo to hi and the gradient of the loss of a
// batch with the given divisor with respect to their outputs.
func (w *Workspace) loss(r reduction, y kernels.Matrix, lo, hi int, divisor float64) {
	if lo == hi {
		return
	}
	top := len(w.net.layers)
	r.rows(w.losses[lo:hi], w.deltas[top].RowRange(lo, hi), w.activations[top].RowRange(lo, hi), y.RowRange(lo, hi),
		w.rowWeights(r, lo, hi), divisor)
}

// backward runs rows lo to hi back from above layer from to below layer to, or
// to the first layer with parameters.
func (w *Workspace) backward(c Context, from, to, lo, hi int) {
	if lo == hi {
		return
	}
	c.FirstRow = lo
	for l := from - 1; l >= max(to, w.bottom+1); l-- {
		dx, dy := w.deltas[l].RowRange(lo, hi), w.deltas[l+1].RowRange(lo, hi)
		if w.net.joins[l] >= 0 {
			copy(elements(dx), elements(dy))
		} else {
			c.Layer, c.Scratch = l, w.scratch[l]
			w.net.layers[l].Delta(c, dx, dy, w.activations[l].RowRange(lo, hi), w.activations[l+1].RowRange(lo, hi))
		}
		// What went around the layers of a residual block joins what went
		// through them, the innermost block first.
		for _, end := range w.net.ends[l] {
			sum := elements(dx)
			kernels.Add(sum, sum, elements(w.deltas[end+1].RowRange(lo, hi)))
		}
	}
}

// grad computes one tile of the gradient of parameter i from all rows of a
// batch.
func (w *Workspace) grad(i int, tile Tile, batch int) {
	l := w.net.owners[i]
	tile.Scratch = w.scratch[l]
	w.net.layers[l].Grad(tile, w.activations[l].RowRange(0, batch), w.deltas[l+1].RowRange(0, batch))
}
