package nn

import (
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

// An Updater applies an optimizer to a network's parameters and keeps its
// state.
type Updater struct {
	net       *Network
	optimizer Optimizer
	slots     [maxSlots][]float32 // laid out as the network's parameters
	decay     float32
	t         int // steps begun
}

// NewUpdater returns an updater with fresh state.
func (n *Network) NewUpdater(optimizer Optimizer) (*Updater, error) {
	if err := optimizer.Check(); err != nil {
		return nil, fmt.Errorf("nn: %w", err)
	}
	u := &Updater{net: n, optimizer: optimizer}
	for i := range optimizer.Slots() {
		u.slots[i] = alignedSlab(len(n.values))
	}
	return u, nil
}

// Step changes all parameters by their gradients.
func (u *Updater) Step() {
	u.begin(1)
	for _, p := range u.net.params {
		u.update(Tile{Param: p, Hi: p.Shape.Rows})
	}
}

// begin prepares for the next step.
func (u *Updater) begin(factor float64) {
	u.t++
	u.optimizer.Begin(u.t, factor)
}

// update applies the step to one tile.
func (u *Updater) update(tile Tile) {
	p := tile.Param
	lo, hi := tile.Lo*p.Shape.Cols, tile.Hi*p.Shape.Cols
	w, g := p.Value.Data[lo:hi], p.Grad.Data[lo:hi]
	if u.decay != 0 && !p.Shape.Vector {
		kernels.Axpy(u.decay, w, g)
	}
	var state Slots
	for i := range u.optimizer.Slots() {
		state[i] = u.slots[i][p.offset+lo : p.offset+hi]
	}
	u.optimizer.Update(w, g, state)
}
