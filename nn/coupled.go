package nn

import (
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

// A Coupled layer's rows depend on each other in training, as those of
// [BatchNorm] do through statistics of the batch. Training takes it in phases, with a
// barrier before and after each: Gather before Forward, GatherDelta before Delta
// and Grad. In these phases workers share out columns, of all rows. What they find
// lies in a scratch of the layer's, which Forward, Delta and Grad are given as
// Context.Scratch and Tile.Scratch.
//
// In inference the rows must not depend on each other: Context.Train is false then,
// there is no scratch, and Forward does what Freeze's function does.
type Coupled interface {
	Layer

	// MinRows returns the number of rows that a batch must have at least.
	MinRows() int

	// ScratchSize returns how many numbers the scratch has. It is called after
	// Build.
	ScratchSize() int

	// Gather finds out about columns lo to hi of a batch's input x what Forward
	// needs. Workers call it at the same time for different columns: it may depend
	// on these columns alone, and write what belongs to them.
	Gather(scratch []float64, x kernels.Matrix, lo, hi int)

	// GatherDelta does the same for Delta and Grad, given the gradient of the
	// loss with respect to the layer's output, too.
	GatherDelta(scratch []float64, dy, x kernels.Matrix, lo, hi int)

	// Commit is called once for a batch of so many rows, after its step. It moves
	// running statistics (see [Buffered]) towards those of the batch by the given
	// share, or by the layer's own if that is 0.
	Commit(scratch []float64, rows int, share float64)
}

// A Buffered layer has values that are kept with its parameters in files, checkpoints
// and the weight hash, but are not trained, such as running statistics. They are made
// in Build; their memory comes with the network, and they begin as their Init has it.
type Buffered interface {
	Layer
	Buffers() []*Param
}

// buffers returns those of a layer.
func buffers(layer Layer) []*Param {
	if b, ok := layer.(Buffered); ok {
		return b.Buffers()
	}
	return nil
}

// coupledName names a layer whose rows depend on each other.
func (n *Network) coupledName() string {
	for l, layer := range n.layers {
		if _, ok := layer.(Coupled); ok {
			return fmt.Sprintf("layer %s (%s)", n.places[l].path, layerName(layer))
		}
	}
	return ""
}
