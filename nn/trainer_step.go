package nn

import "github.com/lockstep-ml/lockstep/internal/parallel"

// The part of a worker in the steps of an epoch.

// share divides the work as the optimizer's settings allow.
func (t *Trainer) share() {
	if !t.split.suits(t.updater) {
		t.split = newSplit(t.updater, t.team.Size())
	}
	if t.split.columns == nil || t.inputs != nil {
		return
	}
	// While some workers are in a step others may have begun the next.
	twins := [2]*Workspace{t.workspace.withOwn(1, 0), t.workspace.withOwn(1, t.split.layers)}
	for _, twin := range twins {
		twin.shareMemory(1)
	}
	t.inputs = make([][2]*Workspace, t.team.Size())
	for worker := range t.inputs {
		for i, twin := range twins {
			t.inputs[worker][i] = twin.withOwn(0, 0)
		}
	}
}

// runWorker is one worker's part of an epoch.
func (t *Trainer) runWorker(worker int) {
	step, first := uint64(t.updater.t), t.done
	batch := t.batchAt(first)
	if t.split.columns != nil {
		for i := range t.split.columns[worker] {
			part := &t.split.columns[worker][i]
			part.take(t.updater)
			defer part.give(t.updater)
		}
		t.fetch(worker, step, batch)
	}
	t.team.Barrier() // step and first are read before worker 0 counts on
	t.receive(worker, step, batch)
	t.runColumns(worker, step, batch)
	for len(batch) > 0 {
		next := t.batchAt(first + len(batch))
		t.prefetch(worker, next)
		t.team.Barrier()
		t.runRows(worker, step, batch)
		if t.split.columns != nil {
			t.fetch(worker, step+1, next)
		}
		if worker == 0 {
			t.beginUpdate()
		}
		t.team.Barrier()
		// From here to the next barrier nobody changes stop.
		stop := t.stop.Load()
		if stop != goOn {
			next = nil
		}
		if stop != stopNotFinite {
			t.updateColumns(worker, step, len(batch), next)
			t.updateTiles(worker, step, len(batch))
			if worker == 0 {
				t.workspace.commit(len(batch), 0)
				t.addLosses(len(batch))
			}
		}
		if stop != goOn {
			return
		}
		first += len(batch)
		batch = next
		step++
	}
}

// batchAt returns the rows of the batch that begins with the given one in the
// order of the epoch.
func (t *Trainer) batchAt(first int) []int {
	return t.order[first:min(first+t.options.BatchSize, len(t.order))]
}

// workspaceOf returns a worker's workspace of a step.
func (t *Trainer) workspaceOf(worker int, step uint64) *Workspace {
	if t.split.columns != nil {
		return t.inputs[worker][step%2]
	}
	return t.workspace
}

// rows returns a worker's rows of a batch.
func (t *Trainer) rows(worker, batch int) (lo, hi int) {
	const rowTile = 8 // rows of the matrix kernels' tiles
	return parallel.Share(worker, t.team.Size(), batch, rowTile)
}

// fetch brings in a worker's rows of a batch.
func (t *Trainer) fetch(worker int, step uint64, batch []int) {
	w := t.workspaceOf(worker, step)
	lo, hi := t.fetched(worker, batch)
	w.fetch(t.data, batch, w.targets, lo, hi)
}

// prefetch announces them.
func (t *Trainer) prefetch(worker int, batch []int) {
	if data, ok := t.data.(prefetcher); ok {
		lo, hi := t.fetched(worker, batch)
		data.Prefetch(batch[lo:hi])
	}
}

// fetched returns the rows of a batch that a worker fetches: those that it works
// on, and if it needs all the others for its columns, also those, provided that
// to fetch them is quicker than to have them from the other workers' caches.
func (t *Trainer) fetched(worker int, batch []int) (lo, hi int) {
	if _, quick := t.data.(prefetcher); quick && t.split.columns != nil {
		return 0, len(batch)
	}
	return t.rows(worker, len(batch))
}

// receive has a worker hold all rows of a batch, if it needs them for its columns.
func (t *Trainer) receive(worker int, step uint64, batch []int) {
	if t.split.columns == nil {
		return
	}
	w := t.workspaceOf(worker, step)
	have, end := t.fetched(worker, batch)
	for other := range t.team.Size() {
		if lo, hi := t.rows(other, len(batch)); lo < have || hi > end {
			// Row after row the others' caches hand them out in a fraction of
			// the time that the product would wait for them.
			copyRows(w.activations[0].RowRange(lo, hi), t.workspaceOf(other, step).activations[0].RowRange(lo, hi))
		}
	}
}

// runColumns runs all rows of a batch through a worker's columns of the first
// layers, if it has any.
func (t *Trainer) runColumns(worker int, step uint64, batch []int) {
	if t.split.columns == nil {
		return
	}
	for i := range t.split.columns[worker] {
		t.split.columns[worker][i].forward(t.workspaceOf(worker, step), len(batch), t.split.layers)
	}
}

// updateColumns takes the optimizer's step on a worker's columns, if it has any,
// and runs the next batch through them while they are in its cache.
func (t *Trainer) updateColumns(worker int, step uint64, batch int, next []int) {
	if t.split.columns == nil {
		return
	}
	for _, tile := range t.split.bias[worker] {
		t.updateTile(tile, t.workspaceOf(worker, step), batch)
	}
	t.receive(worker, step+1, next)
	for i := range t.split.columns[worker] {
		part := &t.split.columns[worker][i]
		part.descend(t.updater, t.workspaceOf(worker, step), batch)
		part.forward(t.workspaceOf(worker, step+1), len(next), t.split.layers)
	}
}

// runRows runs a worker's rows of the batch forward, behind the first layers if
// those are done, and backward.
func (t *Trainer) runRows(worker int, step uint64, batch []int) {
	w := t.workspaceOf(worker, step)
	lo, hi := t.rows(worker, len(batch))
	c := Context{Train: true, Seed: t.options.Seed, Step: step}
	mine := part{worker, t.team.Size(), lo, hi, len(batch), 0, t.barrier}
	if t.split.columns != nil {
		mine.from = t.split.layers
	} else {
		t.fetch(worker, step, batch)
	}
	w.forwardPart(c, mine)
	if t.reduction.weighted() {
		w.setDivisors(t.reduction, w.targets, lo, hi)
		t.team.Barrier()
	}
	w.loss(t.reduction, w.targets, lo, hi, t.divisor(len(batch)))
	if !allFinite(w.losses[lo:hi]) || !t.finiteInput(w, lo, hi) {
		t.stop.Store(stopNotFinite)
	}
	w.backwardPart(c, mine)
}

// finiteInput reports whether the input of a batch is finite, as far as it is a
// worker's to look: its rows, or all of them if it owns the first column.
func (t *Trainer) finiteInput(w *Workspace, lo, hi int) bool {
	if t.split.columns != nil {
		return !w.infinite
	}
	return w.finiteInput(lo, hi)
}

// divisor returns the divisor of the loss of a batch of so many rows.
func (t *Trainer) divisor(batch int) float64 {
	return t.reduction.total(batch, t.workspace.divisors[:batch])
}

// addLosses counts the rows of a step that is applied.
func (t *Trainer) addLosses(batch int) {
	t.done += batch
	t.losses.add(t.workspace.losses[:batch], t.divisor(batch))
}

// beginUpdate is worker 0's part between its rows and the barrier.
func (t *Trainer) beginUpdate() {
	if t.ctx.Err() != nil {
		t.stop.CompareAndSwap(goOn, stopCancelled)
	}
	factor := 1.0
	if t.options.Schedule != nil {
		factor = t.options.Schedule.Factor(t.step, t.steps)
	}
	if t.momentum != nil {
		t.updater.setMomentum(t.momentum(t.step, t.steps))
	}
	t.step++
	t.updater.begin(factor)
}

// updateTiles computes the gradients of a worker's tiles and applies them. The
// rules that need all gradients or all parameters first cost a barrier each.
func (t *Trainer) updateTiles(worker int, step uint64, batch int) {
	u, tiles, w := t.updater, t.split.tiles[worker], t.workspaceOf(worker, step)
	if u.clipNorm == 0 {
		for _, tile := range tiles {
			t.updateTile(tile, w, batch)
		}
	} else {
		for _, tile := range tiles {
			w.grad(tile.param, tile.Tile, batch)
			u.prepare(tile.paramTile)
		}
		t.team.Barrier()
		scale := u.scale()
		for _, tile := range tiles {
			u.update(tile.paramTile, scale)
		}
	}
	if u.maxNorm != 0 {
		t.team.Barrier()
		u.constrain(worker, t.team.Size())
		t.team.Barrier()
	}
	for _, tile := range tiles {
		u.takeAverage(tile.paramTile)
	}
}

// updateTile computes the gradient of a tile and applies it.
func (t *Trainer) updateTile(tile stepTile, w *Workspace, batch int) {
	if tile.descends {
		t.updater.descend(tile.paramTile, w, batch)
		return
	}
	w.grad(tile.param, tile.Tile, batch)
	t.updater.prepare(tile.paramTile)
	t.updater.update(tile.paramTile, 1)
}
