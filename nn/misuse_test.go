package nn

import (
	"context"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// TestMisuse makes the usual mistakes on the way from a network to a trained one.
// Each is an error before a weight changes, and names the layer or row, the shape
// and the value.
func TestMisuse(t *testing.T) {
	rows := func(inputs int, targets ...[]float32) Data {
		return must(Rows(newSource(1).matrix(len(targets), inputs), kernels.MatrixOf(targets)))
	}
	labels := rows(3, []float32{0}, []float32{1}, []float32{0}, []float32{1})
	poisoned := rows(3, []float32{0}, []float32{1}, []float32{0}).(matrixData)
	poisoned.x.Row(2)[1] = nan32
	hidden := func() []Layer { return []Layer{Dense(4), ReLU(), Dense(2)} }
	normalised := func() []Layer { return []Layer{Dense(4), BatchNorm(), Dense(2)} }
	for _, c := range []struct {
		name      string
		layers    []Layer
		data      Data
		batchSize int
		optimizer Optimizer
		want      []string
	}{
		{"empty network", nil, labels, 2, NewAdam(0.1), []string{"no layers", "want at least one"}},
		{"no outputs", []Layer{Dense(4), Dense(0)}, labels, 2, NewAdam(0.1), []string{"layer 1 (Dense)", "has 0 outputs"}},
		{"block of another width", []Layer{Dense(4), Residual(Dense(5))}, labels, 2, NewAdam(0.1),
			[]string{"layer 1 (Residual)", "turn 4 columns into 5"}},
		{"wrong width", hidden(), rows(5, []float32{0}), 2, NewAdam(0.1), []string{"5 inputs", "the network takes 3"}},
		{"wrong width of targets", hidden(), rows(3, []float32{0, 1, 0}), 2, NewAdam(0.1),
			[]string{"CrossEntropy", "1 column", "or of 2", "the data have 3"}},
		{"batch of one in batch norm", normalised(), rows(3, []float32{0}), 2, NewAdam(0.1),
			[]string{"layer 1 (BatchNorm)", "batch of 1", "want at least 2"}},
		{"last batch of one in batch norm", normalised(), rows(3, []float32{0}, []float32{1}, []float32{0}), 2, NewAdam(0.1),
			[]string{"layer 1 (BatchNorm)", "the last of 3 rows in batches of 2", "batch of 1"}},
		{"label out of range", hidden(), rows(3, []float32{0}, []float32{2}), 2, NewAdam(0.1), []string{"row 1", "class 2", "0 to 1"}},
		{"label between classes", hidden(), rows(3, []float32{0}, []float32{0.5}), 2, NewAdam(0.1), []string{"row 1", "class 0.5", "0 to 1"}},
		{"target not a distribution", hidden(), rows(3, []float32{0.5, 0.5}, []float32{0.5, 0.25}), 2, NewAdam(0.1),
			[]string{"row 1", "add up to 0.75", "want 1"}},
		{"negative probability", hidden(), rows(3, []float32{1.5, -0.5}), 2, NewAdam(0.1), []string{"row 0", "probability 1.5 of class 0"}},
		{"NaN in data", hidden(), poisoned, 4, NewAdam(0.1), []string{"row 2", "input column 1 is NaN"}},
		{"negative learning rate", hidden(), labels, 2, NewAdam(-0.1), []string{"Adam: LearningRate is -0.1", "want a positive number"}},
		{"negative batch size", hidden(), labels, -2, NewAdam(0.1), []string{"BatchSize is -2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			net, err := Sequential(3, 1, c.layers...)
			if err != nil {
				expectError(t, err, c.want...)
				return
			}
			before := net.Hash()
			trainer, err := net.NewTrainer(TrainerOptions{Loss: CrossEntropy(), Optimizer: c.optimizer, BatchSize: c.batchSize, InOrder: true})
			if err == nil {
				defer trainer.Close()
				_, err = epochError(t, trainer, context.Background(), c.data, 1)
			}
			expectError(t, err, c.want...)
			if net.Hash() != before {
				t.Error("the weights have changed")
			}
		})
	}
}
