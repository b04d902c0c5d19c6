package nn

import (
	"errors"
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

// checkTraining reports what stands in the way of training the network on data:
// the floating-point environment, or shapes that do not agree.
func (n *Network) checkTraining(data Data, loss Loss) error {
	if err := kernels.CheckEnvironment(); err != nil {
		return fmt.Errorf("nn: %w", err)
	}
	inputs, targets := data.Dims()
	if data.Len() == 0 {
		return errors.New("nn: the data have no rows")
	}
	if inputs != n.Inputs() {
		return fmt.Errorf("nn: the data have %d inputs, the network takes %d", inputs, n.Inputs())
	}
	if err := loss.Check(n.Outputs(), targets); err != nil {
		return fmt.Errorf("nn: %w", err)
	}
	return checkPairing(n, loss)
}

// fetch brings rows lo to hi of a batch into the workspace, their targets into
// the same rows of targets.
func (w *Workspace) fetch(data Data, batch []int, targets kernels.Matrix, lo, hi int) {
	rows := batch[lo:hi]
	if len(rows) == 0 {
		return
	}
	data.Gather(rows, w.activations[0].RowRange(lo, hi), targets.RowRange(lo, hi))
	if data, ok := data.(WeightedData); ok {
		data.Weights(rows, w.weights[lo:hi])
	}
}

// checkBatch returns a [DataError] about the first row of the batch in the
// workspace that cannot be trained on, nil if all can.
func (w *Workspace) checkBatch(batch []int, targets kernels.Matrix, r reduction) error {
	for i, row := range batch {
		x := w.activations[0].Row(i)
		if j := notFinite(x); j >= 0 {
			return &DataError{Row: row, Reason: fmt.Sprintf("input column %d is %v", j, x[j])}
		}
		if err := r.loss.CheckTarget(targets.Row(i), w.net.Outputs()); err != nil {
			return &DataError{Row: row, Reason: err.Error()}
		}
		if r.fromData {
			if err := checkWeight(w.weights[i]); err != nil {
				return &DataError{Row: row, Reason: err.Error()}
			}
		}
	}
	return nil
}
