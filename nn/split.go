package nn

import (
	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// A split says how a trainer's workers share the parameters. There are two ways.
//
// By rows: workers share the rows of a batch, and then all parameters. Each of
// them reads all weights, of which the others have changed most.
//
// By columns: each worker owns columns of the first layer's weights, the largest
// as a rule, and computes those columns of its output for all rows. The weights
// never leave a worker's cache; what crosses over is the output and its delta. The
// layers above are shared by rows. This needs an optimizer that descends. A worker
// takes a part of its columns through a step's update and the next step's product
// before it goes to the next part. So weights that do not fit in its cache come to
// it once a step, which is worth the while for a worker on its own, too. The
// parameters above take their step last: they are the first that the next one needs.
type split struct {
	descends []bool         // of the parameters
	tiles    [][]stepTile   // of each worker
	bias     [][]stepTile   // of each worker, of the first layer if the split is by columns
	columns  [][]ownColumns // of each worker, part by part; nil if the split is by rows
	layers   int            // that run by columns: the first and, behind it, its activation
}

// A stepTile is a tile with the way in which its step is taken.
type stepTile struct {
	paramTile
	descends bool // gradient and step at once
}

// ownColumns are a part of a worker's columns of the first layer's weights and of
// the optimizer's state. During an epoch they are in memory of their own: within the
// rows of all columns a processor that reads ahead would take lines from the
// other workers' caches.
type ownColumns struct {
	lo, hi  int
	weights kernels.Matrix
	state   [maxSlots]kernels.Matrix
}

// newSplit returns the split that suits the updater's settings.
func newSplit(u *Updater, workers int) split {
	var s split
	for i := range u.net.params {
		s.descends = append(s.descends, u.descends(i))
	}
	shares := u.net.shareTiles(workers)
	if u.splitsColumns(workers) {
		shares, s.layers = u.net.shareUpperTiles(workers), 1
		if len(u.net.layers) > 1 && isElementwise(u.net.layers[1]) {
			s.layers = 2
		}
		for worker := range workers {
			s.columns = append(s.columns, u.newColumns(worker, workers))
		}
	}
	for _, tiles := range shares {
		joined, bias := s.join(tiles), 0
		for s.columns != nil && bias < len(joined) && u.net.owners[joined[bias].param] == 0 {
			bias++
		}
		s.bias, s.tiles = append(s.bias, joined[:bias]), append(s.tiles, joined[bias:])
	}
	return s
}

// suits reports whether the split is still what newSplit would return.
func (s *split) suits(u *Updater) bool {
	for i, descends := range s.descends {
		if u.descends(i) != descends {
			return false
		}
	}
	return true
}

const (
	descentCols = 32      // columns in which the kernels take descents
	partCols    = 64      // columns of a part: few enough for its cache, enough to use what is read of the input
	aloneSize   = 1 << 18 // values of weights that a worker on its own takes part by part
)

// splitsColumns reports whether workers can own columns of the first layer, all
// of them equally many, and one worker should.
func (u *Updater) splitsColumns(workers int) bool {
	if u.average != nil || u.maxNorm != 0 || len(u.net.params) == 0 || u.net.owners[0] != 0 || !u.descends(0) {
		return false
	}
	weights := u.net.params[0].Shape
	return weights.Cols%(workers*descentCols) == 0 && (workers > 1 || weights.Rows*weights.Cols >= aloneSize)
}

// newColumns returns the parts of a worker's columns.
func (u *Updater) newColumns(worker, workers int) []ownColumns {
	var parts []ownColumns
	lo, hi := parallel.Share(worker, workers, u.net.params[0].Shape.Cols, descentCols)
	for ; lo < hi; lo += partCols {
		parts = append(parts, u.newPart(lo, min(lo+partCols, hi)))
	}
	return parts
}

func (u *Updater) newPart(lo, hi int) ownColumns {
	p, c := u.net.params[0], ownColumns{lo: lo, hi: hi}
	c.weights = newAlignedMatrix(p.Shape.Rows, c.hi-c.lo)
	for i := range u.optimizers[u.group[0]].Slots() {
		c.state[i] = newAlignedMatrix(p.Shape.Rows, c.hi-c.lo)
	}
	return c
}

// take copies the columns from the network and the updater, and give copies them
// back.
func (c *ownColumns) take(u *Updater) {
	for own, all := range c.pairs(u) {
		copyRows(own, all)
	}
}

func (c *ownColumns) give(u *Updater) {
	for own, all := range c.pairs(u) {
		copyRows(all, own)
	}
}

func (c *ownColumns) pairs(u *Updater) func(yield func(own, all kernels.Matrix) bool) {
	return func(yield func(own, all kernels.Matrix) bool) {
		p := u.net.params[0]
		if !yield(c.weights, columns(p.Value, c.lo, c.hi)) {
			return
		}
		for i := range u.optimizers[u.group[0]].Slots() {
			all := p.Value
			all.Data = u.slots[i][p.offset:][:len(p.Value.Data)]
			if !yield(c.state[i], columns(all, c.lo, c.hi)) {
				return
			}
		}
	}
}

func isElementwise(layer Layer) bool {
	_, ok := layer.(*activation)
	return ok
}

// forward runs all rows of a batch through the columns of a number of layers.
func (c *ownColumns) forward(w *Workspace, batch, layers int) {
	y, x := columns(w.activations[1], c.lo, c.hi).RowRange(0, batch), w.activations[0].RowRange(0, batch)
	kernels.MatMul(y, x, c.weights)
	if bias := w.net.layers[0].(*dense).bias; bias != nil {
		kernels.AddBias(y, bias.Value.Data[c.lo:c.hi])
	}
	if c.lo == 0 {
		w.infinite = !w.finiteInput(0, batch)
	}
	if layers > 1 {
		w.net.layers[1].(*activation).apply(columns(w.activations[2], c.lo, c.hi).RowRange(0, batch), y)
	}
}

// descend takes the optimizer's step on the columns.
func (c *ownColumns) descend(u *Updater, w *Workspace, batch int) {
	x, dy := w.gradientOf(0, batch)
	u.optimizers[u.group[0]].(descender).descend(c.weights, x, columns(dy, c.lo, c.hi), c.state)
}

// shareUpperTiles divides all parameters but the first, each of them equally. So
// the bias goes to the owners of its columns.
func (n *Network) shareUpperTiles(workers int) [][]paramTile {
	shares := make([][]paramTile, workers)
	for worker := range shares {
		for i, p := range n.params[1:] {
			size := len(p.Value.Data)
			tiles := p.tiles(i+1, p.cut(size*worker/workers), p.cut(size*(worker+1)/workers))
			shares[worker] = append(shares[worker], tiles...)
		}
	}
	return shares
}

// join makes one tile of neighbours that descend: their gradients need no room
// in the cache.
func (s *split) join(tiles []paramTile) []stepTile {
	var joined []stepTile
	for _, tile := range tiles {
		descends, last := s.descends[tile.param], len(joined)-1
		if descends && last >= 0 && joined[last].param == tile.param {
			joined[last].Hi = tile.Hi
			continue
		}
		joined = append(joined, stepTile{tile, descends})
	}
	return joined
}
