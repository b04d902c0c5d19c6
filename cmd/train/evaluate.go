package main

import (
	"github.com/lockstep-ml/lockstep/dataset"
	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// evaluation is what a network makes of a set of images.
type evaluation struct {
	truth, predicted []int // classes
	loss             float64
}

// evaluate runs the network over all images.
func evaluate(net *nn.Network, images *dataset.Images, loss nn.Loss, workers int) (e evaluation, err error) {
	outputs := kernels.NewMatrix(images.Len(), net.Outputs())
	targets := kernels.NewMatrix(images.Len(), 1)
	if err := net.Predictor().PredictData(outputs, targets, images, workers); err != nil {
		return e, err
	}
	if e.loss, err = nn.MeanLoss(loss, outputs, targets); err != nil {
		return e, err
	}
	e.truth, e.predicted = make([]int, images.Len()), make([]int, images.Len())
	for i := range images.Len() {
		e.truth[i] = int(targets.Row(i)[0])
		e.predicted[i] = decide(outputs.Row(i))
	}
	return e, nil
}

// decide returns the class that a row of outputs stands for: the largest of
// several logits, or, of a single one, class 1 if its probability is at least
// one half, which is to say if the logit is not negative.
func decide(logits []float32) int {
	if len(logits) == 1 {
		if logits[0] >= 0 {
			return 1
		}
		return 0
	}
	return kernels.ArgMax(logits)
}

// errors returns the number of wrong predictions.
func (e evaluation) errors() int {
	n := 0
	for i, class := range e.truth {
		if e.predicted[i] != class {
			n++
		}
	}
	return n
}

// accuracy returns the fraction of right predictions.
func (e evaluation) accuracy() float64 {
	return 1 - float64(e.errors())/float64(len(e.truth))
}
