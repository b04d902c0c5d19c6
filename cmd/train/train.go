package main

import (
	"context"
	"fmt"
	"io"
	"runtime"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// train runs the whole program: data, network, training, report, file.
func train(ctx context.Context, s *settings, report *report, stderr io.Writer) error {
	data, err := loadData(ctx, s, stderr)
	if err != nil {
		return err
	}
	net, err := buildNetwork(s, data)
	if err != nil {
		return err
	}
	options := trainerOptions(s, data)
	trainer, err := net.NewTrainer(options)
	if err != nil {
		return err
	}
	defer trainer.Close()
	course, err := newCourse(s, trainer, data, stderr)
	if err != nil {
		return err
	}
	report.start(course, net)

	final := summary{data: data, net: net}
	if final.test, err = evaluate(net, data.test, options.Loss, s.workers); err != nil {
		return err
	}
	err = course.run(ctx, func(epoch nn.Epoch) (err error) {
		before := final.test
		final.test, err = evaluate(net, data.test, options.Loss, s.workers)
		if err == nil {
			report.epoch(epoch, before, final.test)
		}
		return err
	})
	if err != nil {
		return err
	}
	final.trainTime = course.trainTime() + data.cropTime
	if final.train, err = evaluate(net, data.train, options.Loss, s.workers); err != nil {
		return err
	}
	if s.out != "" {
		if err := net.SaveFile(s.out, metadata(data)); err != nil {
			return err
		}
	}
	return report.final(final)
}

// gradientDescent reports whether each step takes all rows: the course of a
// textbook.
func (s *settings) gradientDescent() bool { return s.optimizer == "gd" }

// buildNetwork makes the network that the settings describe. Two classes get
// one output, the logit of the second class.
func buildNetwork(s *settings, data *trainingData) (*nn.Network, error) {
	initial := nn.WithInit(initialisers[s.init]())
	var layers []nn.Layer
	for _, width := range s.hidden {
		layers = append(layers, nn.Dense(width, initial), activations[s.activation]())
	}
	outputs := len(data.train.Classes)
	if outputs == 2 {
		outputs = 1
	}
	layers = append(layers, nn.Dense(outputs, initial))
	inputs, _ := data.train.Dims()
	return nn.Sequential(inputs, s.seed, layers...)
}

func trainerOptions(s *settings, data *trainingData) nn.TrainerOptions {
	o := nn.TrainerOptions{
		Loss:      nn.CrossEntropy(),
		BatchSize: s.batch,
		Schedule:  schedules[s.schedule](),
		Seed:      s.seed,
		Workers:   s.workers,
	}
	if len(data.train.Classes) == 2 {
		o.Loss = nn.BCEWithLogits()
	}
	switch s.optimizer {
	case "adam":
		adam := nn.NewAdam(s.learningRate)
		adam.Beta2 = s.beta2
		o.Optimizer = adam
	case "sgd":
		o.Optimizer = nn.NewSGD(s.learningRate)
	case "momentum":
		o.Optimizer = &nn.SGD{LearningRate: s.learningRate, Momentum: 0.9}
	case "gd":
		o.Optimizer = nn.NewSGD(s.learningRate)
		o.BatchSize = data.train.Len()
		o.InOrder = true
		o.Schedule = nil
	}
	return o
}

// metadata is what the model's file says beside the network.
func metadata(data *trainingData) map[string]string {
	return map[string]string{
		"dataset": data.name,
		"classes": fmt.Sprintf("%q", data.train.Classes),
		"go":      runtime.Version(),
		"tier":    kernels.Tier(),
	}
}
