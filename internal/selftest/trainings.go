package selftest

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/internal/random"
	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// A training is one whose weights and losses are known.
type training struct {
	name         string
	inputs       int
	layers       func() []nn.Layer
	targets      func(rows int) kernels.Matrix
	options      func() nn.TrainerOptions
	rows, epochs int
	workers      int
	resumed      bool // from a checkpoint after the first step
}

var trainings = []training{
	{
		name: "classifier", inputs: 300, rows: 301, epochs: 2, workers: 2, targets: labels,
		layers: func() []nn.Layer {
			return []nn.Layer{nn.Dense(70, nn.WithInit(nn.HeNormal())), nn.ReLU(), nn.Dense(33), nn.Tanh(), nn.Dense(classes)}
		},
		options: func() nn.TrainerOptions {
			return nn.TrainerOptions{Loss: nn.CrossEntropy(), Optimizer: nn.NewAdam(0.01), Schedule: nn.Cosine(), BatchSize: 64, Seed: 1}
		},
	},
	{
		name: "everything, resumed", inputs: 20, rows: 120, epochs: 3, workers: 3, targets: labels, resumed: true,
		layers: func() []nn.Layer {
			return []nn.Layer{
				nn.Dense(40, nn.WithInit(nn.Orthogonal(1))), nn.BatchNorm(), nn.GELU(), nn.Dropout(0.2),
				nn.Residual(nn.LayerNorm(), nn.Dense(40), nn.SiLU(), nn.Dense(40)),
				nn.PReLU(), nn.Dense(30), nn.Mish(), nn.Dense(20), nn.ELU(1), nn.Dense(classes),
			}
		},
		options: func() nn.TrainerOptions {
			return nn.TrainerOptions{
				Loss: nn.CrossEntropy(nn.LabelSmoothing(0.1)), Optimizer: nn.NewAdamW(0.01, 0.01),
				Schedule: nn.Warmup(3, nn.OneCycle()), BatchSize: 25, Seed: 2,
				Rules: []nn.Rule{
					nn.ClipValue(0.5), nn.ClipNorm(1), nn.L1(1e-4), nn.L2(1e-3), nn.MaxNorm(3), nn.Average(0.9),
					nn.Group(nn.NewNAdam(0.01), "0"), nn.Group(nn.NewRMSprop(0.01), "6"),
				},
			}
		},
	},
	{
		name: "regression", inputs: 13, rows: 90, epochs: 4, workers: 1,
		targets: func(rows int) kernels.Matrix { return matrix(rows, 2, 8) },
		layers: func() []nn.Layer {
			return []nn.Layer{nn.Dense(25), nn.Softplus(), nn.Dense(17), nn.Sigmoid(), nn.Dense(2)}
		},
		options: func() nn.TrainerOptions {
			return nn.TrainerOptions{
				Loss: nn.Huber(0.5), Optimizer: &nn.SGD{LearningRate: 0.05, Momentum: 0.9, Nesterov: true},
				Schedule: nn.StepDecay(5, 0.5), BatchSize: 32, Seed: 3,
			}
		},
	},
}

// classes is the number of those that labels names.
const classes = 10

func labels(rows int) kernels.Matrix {
	m := kernels.NewMatrix(rows, 1)
	random.Key{Seed: 1, Stream: 7}.Uniform(m.Data, 0, 0, classes)
	for i, v := range m.Data {
		m.Data[i] = float32(int(v) % classes)
	}
	return m
}

func (t training) run(d *digest) error {
	data, err := nn.Rows(matrix(t.rows, t.inputs, 9), t.targets(t.rows))
	if err != nil {
		return err
	}
	defer parallel.UseEvery()()
	net, trainer, err := t.begin(t.workers)
	if err != nil {
		return err
	}
	defer trainer.Close()
	epochs := trainer.Epochs(context.Background(), data, t.epochs)
	if t.resumed {
		if err := t.firstStep(trainer, data); err != nil {
			return err
		}
		epochs = trainer.Resume(context.Background(), data)
	}
	for _, err := range epochs {
		if err != nil {
			return err
		}
	}
	d.text(net.Hash())
	for _, epoch := range trainer.History() {
		d.float64s(epoch.Loss)
	}
	return nil
}

// begin returns the training before its first step.
func (t training) begin(workers int) (*nn.Network, *nn.Trainer, error) {
	net, err := nn.Sequential(t.inputs, 4, t.layers()...)
	if err != nil {
		return nil, nil, err
	}
	options := t.options()
	options.Workers = workers
	trainer, err := net.NewTrainer(options)
	return net, trainer, err
}

// firstStep has the first step taken by another trainer, whose checkpoint the
// given one restores.
func (t training) firstStep(trainer *nn.Trainer, data nn.Data) error {
	_, first, err := t.begin(1)
	if err != nil {
		return err
	}
	defer first.Close()
	interrupted, interrupt := context.WithCancel(context.Background())
	interrupt()
	for _, err := range first.Epochs(interrupted, data, t.epochs) {
		if !errors.Is(err, context.Canceled) {
			return fmt.Errorf("the first step: %w", err)
		}
	}
	var checkpoint bytes.Buffer
	if err := first.Checkpoint(&checkpoint, nil); err != nil {
		return err
	}
	_, err = trainer.Restore(&checkpoint)
	return err
}
