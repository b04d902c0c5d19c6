package nn

import (
	"fmt"

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
	weights     []float32 // of the rows, by the data
	divisors    []float64 // of the rows, see reduction
	bottom      int       // index of the first layer with parameters
}

// NewWorkspace returns a workspace for batches of up to the given number of
// rows.
func (n *Network) NewWorkspace(rows int) *Workspace {
	w := &Workspace{net: n, rows: rows, bottom: len(n.layers), losses: make([]float64, rows)}
	w.weights, w.divisors = make([]float32, rows), make([]float64, rows)
	if len(n.owners) > 0 {
		w.bottom = n.owners[0]
	}
	for l, width := range n.widths {
		w.activations = append(w.activations, newAlignedMatrix(rows, width))
		delta := kernels.Matrix{}
		if l > w.bottom || l == len(n.layers) {
			delta = newAlignedMatrix(rows, width)
		}
		w.deltas = append(w.deltas, delta)
	}
	return w
}

func newAlignedMatrix(rows, cols int) kernels.Matrix {
	return kernels.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: alignedSlab(rows * cols)}
}

// Forward computes the outputs of a batch in training mode and keeps what
// Backward needs. The result lies in the workspace and is valid until the next
// call. It panics if x is wider or narrower than the network's input or has more
// rows than the workspace.
func (w *Workspace) Forward(x kernels.Matrix) kernels.Matrix {
	input := w.activations[0]
	if x.Cols != input.Cols || x.Rows > input.Rows {
		panic(fmt.Sprintf("nn: Workspace.Forward: input is %d x %d, want at most %d rows of %d", x.Rows, x.Cols, input.Rows, input.Cols))
	}
	w.rows = x.Rows
	for i := range x.Rows {
		copy(input.Row(i), x.Row(i))
	}
	w.forward(Context{Train: true}, 0, w.rows)
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
// Loss.
func (w *Workspace) Backward() {
	w.backward(Context{Train: true}, 0, w.rows)
	for i, p := range w.net.params {
		w.grad(i, Tile{Param: p, Hi: p.Shape.Rows}, w.rows)
	}
}

// forward runs rows lo to hi through all layers.
func (w *Workspace) forward(c Context, lo, hi int) {
	c.FirstRow = lo
	for l, layer := range w.net.layers {
		c.Layer = l
		layer.Forward(c, w.activations[l+1].RowRange(lo, hi), w.activations[l].RowRange(lo, hi))
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
	top := len(w.net.layers)
	r.rows(w.losses[lo:hi], w.deltas[top].RowRange(lo, hi), w.activations[top].RowRange(lo, hi), y.RowRange(lo, hi),
		w.rowWeights(r, lo, hi), divisor)
}

// backward runs rows lo to hi back to the first layer with parameters.
func (w *Workspace) backward(c Context, lo, hi int) {
	c.FirstRow = lo
	for l := len(w.net.layers) - 1; l > w.bottom; l-- {
		c.Layer = l
		w.net.layers[l].Delta(c, w.deltas[l].RowRange(lo, hi), w.deltas[l+1].RowRange(lo, hi),
			w.activations[l].RowRange(lo, hi), w.activations[l+1].RowRange(lo, hi))
	}
}

// grad computes one tile of the gradient of parameter i from all rows of a
// batch.
func (w *Workspace) grad(i int, tile Tile, batch int) {
	l := w.net.owners[i]
	w.net.layers[l].Grad(tile, w.activations[l].RowRange(0, batch), w.deltas[l+1].RowRange(0, batch))
}
