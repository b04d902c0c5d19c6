package main

import (
	"context"
	"fmt"

	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/dataset"
	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// lockstep is this library with a number of workers.
type lockstep struct {
	images  *dataset.Images
	workers int
	held    map[string]func() error // tasks that were prepared
}

func newLockstep(images *dataset.Images, workers int) *lockstep {
	return &lockstep{images, workers, map[string]func() error{}}
}

func (l *lockstep) String() string { return fmt.Sprintf("lockstep, workers=%d", l.workers) }
func (l *lockstep) threads() int   { return l.workers }

// has leaves out predictions of fewer rows than several workers share.
func (l *lockstep) has(t task) bool { return l.workers == 1 || t.optimizer != "" || t.batch > 64 }

func (l *lockstep) time(t task) (timing, error) {
	do, ok := l.held[t.String()]
	if !ok {
		net, err := network(t.widths)
		if err != nil {
			return timing{}, err
		}
		if do, err = l.prepare(t, net); err != nil {
			return timing{}, err
		}
		l.held[t.String()] = do
	}
	start, used := machine.WallTime(), machine.ProcessorTime()
	err := do()
	return timing{(machine.WallTime() - start).Seconds(), (machine.ProcessorTime() - used).Seconds()}, err
}

func network(widths []int) (*nn.Network, error) {
	var layers []nn.Layer
	for _, width := range widths[1:] {
		layers = append(layers, nn.Dense(width), nn.ReLU())
	}
	return nn.Sequential(widths[0], 1, layers[:len(layers)-1]...)
}

func (l *lockstep) prepare(t task, net *nn.Network) (func() error, error) {
	if t.optimizer == "" {
		return l.predict(t, net.Predictor()), nil
	}
	var optimizer nn.Optimizer = nn.NewSGD(0.1)
	if t.optimizer == "adam" {
		optimizer = nn.NewAdam(1e-3)
	}
	trainer, err := net.NewTrainer(nn.TrainerOptions{
		Loss: nn.CrossEntropy(), Optimizer: optimizer, BatchSize: t.batch, Workers: l.workers,
	})
	return func() error {
		for _, err := range trainer.Epochs(context.Background(), l.images, 1) {
			return err
		}
		return nil
	}, err
}

func (l *lockstep) predict(t task, p *nn.Predictor) func() error {
	x, y := kernels.NewMatrix(t.batch, t.widths[0]), kernels.NewMatrix(t.batch, 1)
	rows := make([]int, t.batch)
	for i := range rows {
		rows[i] = i
	}
	l.images.Gather(rows, x, y)
	out := kernels.NewMatrix(t.batch, p.Outputs())
	data, err := nn.Rows(x, y)
	return func() error {
		for range t.times {
			if l.workers == 1 {
				p.Predict(out, x)
			} else if err == nil {
				err = p.PredictData(out, y, data, l.workers)
			}
		}
		return err
	}
}
