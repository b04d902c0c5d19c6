package nn

import (
	"slices"

	"github.com/lockstep-ml/lockstep/kernels"
)

// diagnose explains why the step at hand could not be applied.
func (t *Trainer) diagnose() error {
	w := t.workspaceOf(0, uint64(t.updater.t))
	batch := t.batchAt(t.done)
	w.fetch(t.data, batch, w.targets, 0, len(batch))
	if err := w.checkBatch(batch, w.targets, t.reduction); err != nil {
		return err
	}
	step := t.updater.t + 1
	if diverged := t.spoiltParameter(step); diverged != nil {
		return diverged
	}
	for l := range t.net.layers {
		if !finiteRows(w.activations[l+1].RowRange(0, len(batch))) {
			return t.divergence(step, l)
		}
	}
	return t.divergence(step, -1)
}

// spoiltParameter reports a parameter that is not finite in the given step, nil
// if there is none.
func (t *Trainer) spoiltParameter(step int) *DivergenceError {
	if notFinite(t.net.values) < 0 {
		return nil
	}
	for i, p := range t.net.params {
		if notFinite(p.Value.Data) >= 0 {
			diverged := t.divergence(step, t.net.owners[i])
			diverged.Parameter = t.net.names[i]
			return diverged
		}
	}
	return nil
}

// divergence returns an error about a layer, or about the loss if that is -1.
func (t *Trainer) divergence(step, layer int) *DivergenceError {
	diverged := &DivergenceError{Epoch: t.epoch, Step: step, Layer: layer, LearningRate: t.options.Optimizer.Rate()}
	if layer >= 0 {
		diverged.Layer = t.net.places[layer].top
		diverged.LayerName = layerName(t.net.layers[layer])
	}
	return diverged
}

// notFinite returns the index of the first element that is NaN or infinite, -1
// if there is none.
func notFinite(x []float32) int {
	// With such an element the sum is not finite either. The reverse does not
	// hold, since the sum of large numbers may overflow.
	if sum := kernels.Sum(x); sum-sum == 0 {
		return -1
	}
	return slices.IndexFunc(x, func(v float32) bool { return v-v != 0 })
}

// finiteInput reports whether rows lo to hi of the input are finite. A saturating
// layer may make a finite loss of an infinite input, but its gradient would not be
// finite.
func (w *Workspace) finiteInput(lo, hi int) bool {
	if _, ok := w.net.layers[0].(*dense); ok && finiteColumn(w.activations[1], lo, hi) {
		return true // products with what is not finite are not, in any column
	}
	return finiteRows(w.activations[0].RowRange(lo, hi))
}

// finiteColumn reports whether rows lo to hi of the first column are finite.
func finiteColumn(x kernels.Matrix, lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if v := x.Data[i*x.Stride]; v-v != 0 {
			return false
		}
	}
	return true
}

func finiteRows(x kernels.Matrix) bool {
	if contiguous(x) {
		return notFinite(elements(x)) < 0
	}
	for i := range x.Rows {
		if notFinite(x.Row(i)) >= 0 {
			return false
		}
	}
	return true
}

func allFinite(x []float64) bool {
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}
