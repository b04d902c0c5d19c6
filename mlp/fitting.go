package mlp

import (
	"context"
	"slices"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// fitting is a training of a classifier's network under way.
type fitting struct {
	network    *nn.Network
	trainer    *nn.Trainer
	training   samples
	validation samples // empty without early stopping
	decay      float64 // the trainer's L2
	workers    int
	patience   *patience
	best       [][]float32 // parameters of the best epoch, with early stopping
	history    history
}

// run trains until the patience is exhausted, for at most maxIter epochs. With
// early stopping the network then has the parameters of the best epoch, also
// if run returns an error.
func (f *fitting) run(ctx context.Context, maxIter int) error {
	reason := maxIterReached
	var failure error
	for epoch, err := range f.trainer.Epochs(ctx, f.training, maxIter) {
		if err != nil {
			failure, reason = err, interrupted
			break
		}
		if err := f.observe(epoch); err != nil {
			return err
		}
		if f.patience.exhausted() {
			reason = ""
			break
		}
	}
	if reason != "" {
		f.history.Convergence = &ConvergenceWarning{f.history.Iterations, reason}
	}
	if f.best != nil {
		setParameters(f.network, f.best)
	}
	return failure
}

// observe takes note of a finished epoch.
func (f *fitting) observe(epoch nn.Epoch) error {
	loss := epoch.Loss + f.penalty()
	f.history.Iterations++
	f.history.LossCurve = append(f.history.LossCurve, loss)
	if f.validation.Len() == 0 {
		f.patience.observe(loss)
		return nil
	}
	score, err := accuracy(f.network.Predictor(), f.validation, f.workers)
	if err != nil {
		return err
	}
	f.history.ValidationScores = append(f.history.ValidationScores, score)
	if f.patience.observe(-score) {
		f.best = parameters(f.network)
	}
	return nil
}

// penalty returns the penalty on the squared weights: decay/2 times their sum.
func (f *fitting) penalty() float64 {
	sum := 0.0
	for _, p := range f.network.Params() {
		if p.Shape.Vector { // a bias
			continue
		}
		for _, w := range p.Value.Data {
			sum += float64(float64(w) * float64(w))
		}
	}
	return float64(f.decay / 2 * sum)
}

// accuracy returns the fraction of the samples that are predicted right.
func accuracy(p *nn.Predictor, s samples, workers int) (float64, error) {
	logits, classes := kernels.NewMatrix(s.Len(), p.Outputs()), kernels.NewMatrix(s.Len(), 1)
	if err := p.PredictData(logits, classes, s, workers); err != nil {
		return 0, err
	}
	hits := 0
	for i := range logits.Rows {
		if mostProbable(logits.Row(i)) == int(classes.Row(i)[0]) {
			hits++
		}
	}
	return float64(hits) / float64(s.Len()), nil
}

// parameters returns a copy of the network's parameters.
func parameters(network *nn.Network) [][]float32 {
	var values [][]float32
	for _, p := range network.Params() {
		values = append(values, slices.Clone(p.Value.Data))
	}
	return values
}

// setParameters sets the network's parameters to what parameters returned.
func setParameters(network *nn.Network, values [][]float32) {
	for i, p := range network.Params() {
		copy(p.Value.Data, values[i])
	}
}
