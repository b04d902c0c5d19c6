package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/lockstep-ml/lockstep/mlp"
	"github.com/lockstep-ml/lockstep/nn"
)

// tableSettings say what to learn from a table in a CSV file.
type tableSettings struct {
	target   string // the column to predict; empty unless a table is trained on
	task     string // "", or one of the tasks
	testData string // file; empty to hold rows out
}

// The tasks.
const (
	classification = "classification"
	regression     = "regression"
)

// heldOut is the share of the rows to test with.
const heldOut = 0.2

func (t *tableSettings) define(f *flag.FlagSet) {
	f.StringVar(&t.target, "target", "", "`column` to predict from the others of the CSV file that -data names; a column without a name has its number, from 1")
	f.StringVar(&t.task, "task", "", "classification or regression, the `task` with -target (default classification if the column holds text or few whole numbers)")
	f.StringVar(&t.testData, "test-data", "", "CSV `file` of rows to test with, with -target (default a fifth of the rows, drawn by -seed)")
}

// tableRates are the learning rates that go with the optimizers, for tables.
var tableRates = map[string]float64{"adam": 0.001, "sgd": 0.1, "momentum": 0.03}

// tableEpochs is the default of -epochs for tables. Training ends earlier when the loss does
// not fall any more.
const tableEpochs = 200

// checkTable validates the settings that have to do with tables, and fills in their defaults.
func (s *settings) checkTable(given map[string]bool) error {
	if s.table.target == "" {
		for _, name := range []string{"target", "task", "test-data"} {
			if given[name] {
				return fmt.Errorf("-%s: say which column is to be predicted, with -target and its name", name)
			}
		}
		if info, err := os.Stat(s.dataDir); given["data"] && err == nil && !info.IsDir() {
			return fmt.Errorf("-data %s: is a file: say which column is to be predicted, with -target and its name", s.dataDir)
		}
		return nil
	}
	if !given["data"] {
		return errors.New("-target: say which CSV file has that column, with -data")
	}
	for _, name := range []string{"preset", "dataset", "classes", "init", "limit", "crop", "schedule", "beta2", "checkpoint"} {
		if given[name] {
			return fmt.Errorf("-%s and -target exclude each other", name)
		}
	}
	switch s.table.task {
	case "", classification, regression:
	default:
		return fmt.Errorf("-task %q: unknown, want %s or %s", s.table.task, classification, regression)
	}
	rate, ok := tableRates[s.optimizer]
	if !ok {
		return fmt.Errorf("-optimizer %q: not for tables, want %s", s.optimizer, keys(tableRates))
	}
	if !given["lr"] {
		s.learningRate = rate
	}
	if !given["epochs"] {
		s.epochs = tableEpochs
	}
	return nil
}

// estimatorSettings are the settings for package mlp.
func (s *settings) estimatorSettings() mlp.Settings {
	e := mlp.NewRegressor().Settings
	e.HiddenLayerSizes = s.hidden
	e.NewActivation = func(int) nn.Layer { return activations[s.activation]() }
	e.MaxIter = s.epochs
	e.BatchSize = s.batch
	e.LearningRateInit = s.learningRate
	e.Seed = s.seed
	e.Workers = s.workers
	e.Scaler = mlp.NewStandardScaler()
	if s.optimizer != "adam" {
		e.Solver = mlp.SGD
	}
	if s.optimizer == "sgd" {
		e.Momentum = 0
	}
	return e
}
