package nn

import (
	"fmt"
	"time"
)

// A position is how far the epochs of a call of [Trainer.Epochs] have come.
type position struct {
	shape   dataShape
	left    int           // epochs whose report is still to come
	step    int           // steps taken
	steps   int           // steps planned
	epoch   int           // epochs begun, those of earlier calls included
	open    bool          // whether the last of them is to be gone on with
	done    int           // its rows whose steps were applied
	losses  mean          // of these rows
	elapsed time.Duration // time that they took
}

// plan begins n epochs.
func (p *position) plan(n int, shape dataShape, batchSize int) {
	p.shape, p.left, p.open = shape, max(0, n), false
	p.step, p.steps = 0, p.left*batches(shape.rows, batchSize)
}

// batches returns how many batches the rows make.
func batches(rows, size int) int { return (rows + size - 1) / size }

func (p *position) beginEpoch() {
	p.epoch++
	p.open, p.done, p.losses, p.elapsed = true, 0, mean{}, 0
}

func (p *position) endEpoch() { p.open, p.left = false, p.left-1 }

// report returns the report on the epoch at hand.
func (p *position) report(batchSize int) Epoch {
	return Epoch{
		Number:   p.epoch,
		Loss:     p.losses.value(),
		Rows:     p.done,
		Steps:    batches(p.done, batchSize),
		Duration: p.elapsed,
	}
}

// A dataShape is what is known of data before they are read.
type dataShape struct {
	rows, inputs, targets int
	weighted              bool
}

func shapeOf(data Data) dataShape {
	inputs, targets := data.Dims()
	_, weighted := data.(WeightedData)
	return dataShape{data.Len(), inputs, targets, weighted}
}

// check reports that other data than these are to be trained on.
func (s dataShape) check(other dataShape) error {
	if other != s {
		return fmt.Errorf("the training began with %v, these data have %v: give it the same data", s, other)
	}
	return nil
}

func (s dataShape) String() string {
	weights := "without weights"
	if s.weighted {
		weights = "with weights"
	}
	return fmt.Sprintf("%d rows of %d inputs and %d targets %s", s.rows, s.inputs, s.targets, weights)
}
