package nn

import (
	"context"
	"fmt"
	"testing"
)

// wideNetwork has a first layer whose columns 2, 3 and 6 workers can own, with a
// layer behind it whose gradient needs its input and one that descends.
func wideNetwork(t *testing.T) *Network {
	return mustSequential(t, 21, 1, Dense(192, WithInit(HeNormal())), PReLU(), Dense(32), Tanh(), Dense(5))
}

// TestSplitsEndInTheSameWeights compares the trainer with a loop by hand, which
// computes gradients and steps apart, for optimizers that descend and one that
// does not.
func TestSplitsEndInTheSameWeights(t *testing.T) {
	const rows, batchSize = 41, 12
	s := newSource(3)
	x, y := s.matrix(rows, 21), s.labels(rows, 5)
	data := must(Rows(x, y))
	for _, c := range []struct {
		optimizer func() Optimizer
		rules     []Rule
		byColumns bool
	}{
		{optimizer: func() Optimizer { return NewSGD(0.1) }, byColumns: true},
		{optimizer: func() Optimizer { return &SGD{LearningRate: 0.1, Momentum: 0.9} }, byColumns: true},
		{optimizer: func() Optimizer { return NewAdam(0.01) }, byColumns: true},
		{optimizer: func() Optimizer { return NewAdamW(0.01, 0.01) }},
		{optimizer: func() Optimizer { return NewSGD(0.1) }, rules: []Rule{Average(0.9)}},
	} {
		want := wideNetwork(t)
		order := ascending(rows)
		byHand(t, want, data, CrossEntropy(), c.optimizer(), batchSize, [][]int{order, order, order}, c.rules...)
		for i, workers := range []int{1, 2, 3, 5, 6, 2} {
			data := data
			if i == 5 {
				data = quickData{data}
			}
			net := wideNetwork(t)
			trainer := mustTrainer(t, net, TrainerOptions{
				Loss: CrossEntropy(), Optimizer: c.optimizer(), Rules: c.rules, BatchSize: batchSize, InOrder: true, Workers: workers,
			})
			for _, err := range trainer.Epochs(context.Background(), data, 3) {
				if err != nil {
					t.Fatal(err)
				}
			}
			name := fmt.Sprintf("%v, %d workers", c.optimizer(), workers)
			if byColumns := trainer.split.columns != nil; byColumns != (c.byColumns && workers != 1 && workers != 5) {
				t.Errorf("%s: split by columns: %v", name, byColumns)
			}
			if net.Hash() != want.Hash() {
				t.Errorf("%s: weights differ from those of a loop by hand", name)
			}
		}
	}
}

// quickData are gathered by each worker that needs them.
type quickData struct{ Data }

func (quickData) Prefetch([]int) {}

// TestWorkerAloneSplitsColumns compares a worker on its own, whose first layer's
// weights are many, with two and with a loop by hand.
func TestWorkerAloneSplitsColumns(t *testing.T) {
	const rows, batchSize, outputs = 11, 4, 128
	inputs := aloneSize / outputs
	build := func() *Network { return mustSequential(t, inputs, 1, Dense(outputs), ReLU(), Dense(3)) }
	s := newSource(5)
	data := must(Rows(s.matrix(rows, inputs), s.labels(rows, 3)))
	want := build()
	order := ascending(rows)
	byHand(t, want, data, CrossEntropy(), NewAdam(0.01), batchSize, [][]int{order, order})
	for _, workers := range []int{1, 2} {
		net := build()
		trainer := mustTrainer(t, net, TrainerOptions{
			Loss: CrossEntropy(), Optimizer: NewAdam(0.01), BatchSize: batchSize, InOrder: true, Workers: workers,
		})
		for _, err := range trainer.Epochs(context.Background(), data, 2) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if trainer.split.columns == nil {
			t.Errorf("%d workers: the split is not by columns", workers)
		}
		if net.Hash() != want.Hash() {
			t.Errorf("%d workers: weights differ from those of a loop by hand", workers)
		}
	}
}

// TestSplitFollowsSettings changes an optimizer between epochs so that it cannot
// descend any more.
func TestSplitFollowsSettings(t *testing.T) {
	s := newSource(3)
	data := must(Rows(s.matrix(40, 21), s.labels(40, 5)))
	var want string
	for _, workers := range []int{1, 2} {
		net, optimizer := wideNetwork(t), NewAdam(0.01)
		trainer := mustTrainer(t, net, TrainerOptions{Loss: CrossEntropy(), Optimizer: optimizer, BatchSize: 8, Workers: workers})
		for epoch, err := range trainer.Epochs(context.Background(), data, 3) {
			if err != nil {
				t.Fatal(err)
			}
			optimizer.WeightDecay = 0.1 * float64(2-epoch.Number) // 0.1, 0
		}
		if want == "" {
			want = net.Hash()
		} else if net.Hash() != want {
			t.Errorf("%d workers end in other weights than one", workers)
		}
		if byColumns := trainer.split.columns != nil; byColumns != (workers == 2) {
			t.Errorf("%d workers: split by columns in the last epoch: %v", workers, byColumns)
		}
	}
}
