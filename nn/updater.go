package nn

import (
	"errors"
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// An Updater applies optimizers to a network's parameters and keeps their
// state.
type Updater struct {
	net        *Network
	optimizers []Optimizer
	group      []int               // group[i] is the index of the optimizer of parameter i
	slots      [maxSlots][]float32 // laid out as the network's parameters
	t          int                 // steps begun

	// The rules; zero values are those that do nothing.
	l1, l2       float32
	clipValue    float32
	clipNorm     float64
	squares      [][]float64 // of each parameter, the squares' sums of tileRows rows of gradient
	maxNorm      float64
	columns      [][]float64 // of each parameter, room for a number each column
	average      []float32   // laid out as the network's parameters
	averageDecay float64
}

// NewUpdater returns an updater with fresh state.
func (n *Network) NewUpdater(optimizer Optimizer, rules ...Rule) (*Updater, error) {
	if err := optimizer.Check(); err != nil {
		return nil, fmt.Errorf("nn: %w", err)
	}
	u := &Updater{net: n, optimizers: []Optimizer{optimizer}, group: make([]int, len(n.params))}
	for _, rule := range rules {
		if err := rule(u); err != nil {
			return nil, fmt.Errorf("nn: %w", err)
		}
	}
	u.setMomentum(0)
	for _, optimizer := range u.optimizers {
		for i := range optimizer.Slots() {
			if u.slots[i] == nil {
				u.slots[i] = alignedSlab(len(n.values))
			}
		}
	}
	for _, p := range n.params {
		if u.clipNorm != 0 {
			u.squares = append(u.squares, make([]float64, (p.Shape.Rows+tileRows-1)/tileRows))
		}
		if u.maxNorm != 0 {
			u.columns = append(u.columns, make([]float64, p.Shape.Cols))
		}
	}
	return u, nil
}

// Step changes all parameters by their gradients.
func (u *Updater) Step() { u.step(1) }

// step is Step with the learning rates multiplied by a factor.
func (u *Updater) step(factor float64) {
	u.begin(factor)
	for i, p := range u.net.params {
		u.prepare(paramTile{i, Tile{Param: p, Hi: p.Shape.Rows}})
	}
	scale := u.scale()
	for i, p := range u.net.params {
		u.update(paramTile{i, Tile{Param: p, Hi: p.Shape.Rows}}, scale)
	}
	u.constrain(0, 1)
	for i, p := range u.net.params {
		u.takeAverage(paramTile{i, Tile{Param: p, Hi: p.Shape.Rows}})
	}
}

// begin prepares for the next step.
func (u *Updater) begin(factor float64) {
	u.t++
	for _, optimizer := range u.optimizers {
		optimizer.Begin(u.t, factor)
	}
}

// values returns the tile's part of the parameter and of its gradient.
func (t Tile) values() (w, g []float32) {
	lo, hi := t.Lo*t.Param.Shape.Cols, t.Hi*t.Param.Shape.Cols
	return t.Param.Value.Data[lo:hi], t.Param.Grad.Data[lo:hi]
}

// prepare clips the gradient of a tile by value and measures it for the norm.
// Tiles begin at multiples of tileRows.
func (u *Updater) prepare(tile paramTile) {
	_, g := tile.values()
	if u.clipValue != 0 {
		kernels.Clamp(g, g, -u.clipValue, u.clipValue)
	}
	if u.squares == nil {
		return
	}
	size := tileRows * tile.Param.Shape.Cols
	for group := tile.Lo / tileRows; len(g) > 0; group++ {
		n := min(size, len(g))
		u.squares[tile.param][group] = squareSum(g[:n])
		g = g[n:]
	}
}

// scale returns what the gradient is multiplied by, once all tiles are prepared.
func (u *Updater) scale() float32 {
	if u.squares == nil {
		return 1
	}
	sum := 0.0
	for _, squares := range u.squares {
		for _, v := range squares {
			sum += v
		}
	}
	return float32(min(1, u.clipNorm/(math.Sqrt(sum)+1e-6)))
}

// update applies the step to one tile, whose gradient is scaled first.
func (u *Updater) update(tile paramTile, scale float32) {
	p := tile.Param
	w, g := tile.values()
	if scale != 1 {
		kernels.Scale(g, g, scale)
	}
	if u.l2 != 0 && !p.Shape.Vector {
		kernels.Axpy(u.l2, w, g)
	}
	if u.l1 != 0 && !p.Shape.Vector {
		kernels.AddSigns(g, w, u.l1)
	}
	optimizer := u.optimizers[u.group[tile.param]]
	var state Slots
	lo := p.offset + tile.Lo*p.Shape.Cols
	for i := range optimizer.Slots() {
		state[i] = u.slots[i][lo:][:len(w)]
	}
	optimizer.Update(w, g, state)
}

// constrain applies a worker's part of [MaxNorm], once all tiles are updated.
func (u *Updater) constrain(worker, workers int) {
	if u.maxNorm == 0 {
		return
	}
	for i, p := range u.net.params {
		if !p.Shape.Vector {
			lo, hi := parallel.Share(worker, workers, p.Shape.Cols, 1)
			shortenColumns(p.Value, lo, hi, u.columns[i], u.maxNorm)
		}
	}
}

// takeAverage takes a tile of the new parameters into their average.
func (u *Updater) takeAverage(tile paramTile) {
	if u.average == nil {
		return
	}
	w, _ := tile.values()
	a := u.average[tile.Param.offset+tile.Lo*tile.Param.Shape.Cols:][:len(w)]
	if u.t == 1 {
		copy(a, w)
		return
	}
	kernels.Scale(a, a, float32(u.averageDecay))
	kernels.Axpy(float32(1-u.averageDecay), w, a)
}

// Averaged returns a copy of the network with the averages that the rule
// [Average] keeps in place of the parameters.
func (u *Updater) Averaged() (*Network, error) {
	if u.average == nil || u.t == 0 {
		return nil, errors.New("nn: Averaged: there is no average: give the rule nn.Average, and take a step")
	}
	n, err := u.net.Clone()
	if err != nil {
		return nil, err
	}
	copy(n.values, u.average)
	return n, nil
}
