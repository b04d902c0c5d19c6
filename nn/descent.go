package nn

import "github.com/lockstep-ml/lockstep/kernels"

// A descender is an optimizer that can compute the gradient of a dense layer's
// weights and take its step with it at once, to the same bits. The gradient does
// not reach memory then.
type descender interface {
	Optimizer

	// descends reports whether it can with the settings that it has.
	descends() bool

	// descend takes a step on w with the gradient x^T dy.
	descend(w, x, dy kernels.Matrix, state [maxSlots]kernels.Matrix)
}

func (s *SGD) descends() bool { return !s.Nesterov && s.WeightDecay == 0 }

func (s *SGD) descend(w, x, dy kernels.Matrix, state [maxSlots]kernels.Matrix) {
	rate := float32(s.rate)
	if s.Momentum != 0 {
		kernels.DescendMomentum(w, state[0], x, dy, rate, s.momentum())
	} else {
		kernels.DescendSGD(w, x, dy, rate)
	}
}

func (a *Adam) descends() bool { return !a.AMSGrad && !a.Decoupled && a.WeightDecay == 0 }

func (a *Adam) descend(w, x, dy kernels.Matrix, state [maxSlots]kernels.Matrix) {
	kernels.DescendAdam(w, state[0], state[1], x, dy, a.step)
}

// descends reports whether the parameter is the weights of a dense layer whose
// gradient nothing needs but a descender.
func (u *Updater) descends(param int) bool {
	if u.l1 != 0 || u.l2 != 0 || u.clipValue != 0 || u.clipNorm != 0 {
		return false
	}
	layer, ok := u.net.layers[u.net.owners[param]].(*dense)
	if !ok || u.net.params[param] != layer.weight {
		return false
	}
	optimizer, ok := u.optimizers[u.group[param]].(descender)
	return ok && optimizer.descends()
}

// descend takes a step on a tile with the gradient from a batch in the
// workspace.
func (u *Updater) descend(tile paramTile, w *Workspace, batch int) {
	p := tile.Param
	rows := func(data []float32) kernels.Matrix {
		all := kernels.Matrix{Rows: p.Shape.Rows, Cols: p.Shape.Cols, Stride: p.Shape.Cols, Data: data}
		return all.RowRange(tile.Lo, tile.Hi)
	}
	optimizer := u.optimizers[u.group[tile.param]].(descender)
	var state [maxSlots]kernels.Matrix
	for i := range optimizer.Slots() {
		state[i] = rows(u.slots[i][p.offset:][:len(p.Value.Data)])
	}
	x, dy := w.gradientOf(tile.param, batch)
	optimizer.descend(rows(p.Value.Data), columns(x, tile.Lo, tile.Hi), dy, state)
}

// gradientOf returns the operands of a parameter's gradient.
func (w *Workspace) gradientOf(param, batch int) (x, dy kernels.Matrix) {
	l := w.net.owners[param]
	return w.activations[l].RowRange(0, batch), w.deltas[l+1].RowRange(0, batch)
}
