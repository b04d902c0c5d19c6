package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/lockstep-ml/lockstep/dataset"
	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/metrics"
	"github.com/lockstep-ml/lockstep/mlp"
)

// A table is what a run on a CSV file trains and tests on.
type table struct {
	name        string
	target      string
	task        string
	features    []string // names of the other columns
	train, test tableRows
}

// tableRows are rows with their labels or, for a regression, target numbers.
type tableRows struct {
	x       [][]float64
	labels  []string
	numbers []float64
}

// trainTable runs the whole program on a table.
func trainTable(ctx context.Context, s *settings, report *report) error {
	t, err := loadTable(s)
	if err != nil {
		return err
	}
	report.startTable(t)
	e := s.estimatorSettings()
	e.OnProgress = report.tableEpoch
	begin := time.Now()
	learned, err := t.learn(ctx, e)
	if err != nil {
		return err
	}
	final := tableSummary{table: t, model: learned.model, trainTime: time.Since(begin)}
	if final.train, err = learned.score(t.train); err != nil {
		return err
	}
	if final.test, err = learned.score(t.test); err != nil {
		return err
	}
	if t.task == classification {
		predicted, err := learned.labels(t.test)
		if err != nil {
			return err
		}
		if final.confusion, err = metrics.ConfusionMatrix(t.test.labels, predicted); err != nil {
			return err
		}
	}
	if s.out != "" {
		if err := learned.model.SaveFile(s.out); err != nil {
			return err
		}
	}
	return report.finalTable(final)
}

// loadTable reads the files and divides the rows.
func loadTable(s *settings) (*table, error) {
	file, err := dataset.OpenCSV(s.dataDir, dataset.CSVOptions{})
	if err != nil {
		return nil, fmt.Errorf("-data: %w", err)
	}
	target, err := file.Column(s.table.target)
	if err != nil {
		return nil, fmt.Errorf("-target: %w", err)
	}
	t := &table{name: filepath.Base(s.dataDir), target: target.Name, task: s.table.task}
	if t.task == "" {
		t.task = taskOf(target)
	}
	t.features = slices.DeleteFunc(file.Names(), func(name string) bool { return name == target.Name })
	if len(t.features) == 0 {
		return nil, fmt.Errorf("-data: %s has no column but %q: there is nothing to predict it from", s.dataDir, target.Name)
	}
	all, err := t.rows(file)
	if err != nil {
		return nil, fmt.Errorf("-data: %w", err)
	}
	if s.table.testData == "" {
		return t, t.divide(all, s.seed)
	}
	if file, err = dataset.OpenCSV(s.table.testData, dataset.CSVOptions{}); err == nil {
		t.train = all
		t.test, err = t.rows(file)
	}
	if err != nil {
		return nil, fmt.Errorf("-test-data: %w", err)
	}
	return t, nil
}

// taskOf returns the task that a column seems to be meant for: text and few different
// whole numbers are classes.
func taskOf(c *dataset.Column) string {
	const most = 32
	different := map[float64]bool{}
	for _, v := range c.Numbers {
		if v == v { // not missing
			different[v] = true
		}
		if v != float64(int32(v)) && v == v || len(different) > most {
			return regression
		}
	}
	return classification
}

// rows returns the rows of a file with the table's columns.
func (t *table) rows(file *dataset.Table) (r tableRows, err error) {
	if r.x, err = file.Rows(t.features...); err != nil {
		return r, err
	}
	if t.task == classification {
		r.labels, err = file.Labels(t.target)
		return r, err
	}
	column, err := file.Rows(t.target)
	for _, row := range column {
		r.numbers = append(r.numbers, row[0])
	}
	return r, err
}

// divide holds rows out to test with, of each class the same share.
func (t *table) divide(all tableRows, seed uint64) (err error) {
	var split mlp.Split
	if t.task == classification {
		split, err = mlp.StratifiedSplit(all.labels, heldOut, seed)
	} else {
		split, err = mlp.TrainTestSplit(len(all.x), heldOut, seed)
	}
	if err != nil {
		return err
	}
	t.train, t.test = all.choose(split.Train), all.choose(split.Test)
	return nil
}

func (r tableRows) choose(rows []int) tableRows {
	chosen := tableRows{x: mlp.Select(r.x, rows)}
	if r.labels != nil {
		chosen.labels = mlp.Select(r.labels, rows)
	} else {
		chosen.numbers = mlp.Select(r.numbers, rows)
	}
	return chosen
}

// learned is a model with what is done with either kind.
type learned struct {
	model  mlp.Model
	score  func(tableRows) (float64, error)  // accuracy or R2
	labels func(tableRows) ([]string, error) // nil of a regression
}

// learn trains on the training part.
func (t *table) learn(ctx context.Context, e mlp.Settings) (learned, error) {
	if err := kernels.CheckEnvironment(); err != nil {
		return learned{}, err
	}
	x := mlp.Rows(t.train.x).Named(t.features...)
	if t.task == regression {
		r := mlp.NewRegressor()
		r.Settings, r.TargetScaler = e, mlp.NewStandardScaler()
		m, err := r.Fit(ctx, x, t.train.numbers)
		return learned{m, func(r tableRows) (float64, error) { return m.Score(mlp.Rows(r.x), r.numbers) }, nil}, err
	}
	c := mlp.NewClassifier[string]()
	c.Settings = e
	m, err := c.Fit(ctx, x, t.train.labels)
	return learned{
		m,
		func(r tableRows) (float64, error) { return m.Score(mlp.Rows(r.x), r.labels) },
		func(r tableRows) ([]string, error) { return m.Predict(mlp.Rows(r.x)) },
	}, err
}
