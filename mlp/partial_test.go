package mlp

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/nn"
)

func TestPartialFit(t *testing.T) {
	ctx := context.Background()
	x, y := flowers(300, setosa, versicolor, virginica)
	c := small()
	c.BatchSize = 10
	c.Dropout = 0.1
	begin := func() *ClassifierModel[string] {
		m, err := c.PartialFit(ctx, Rows(x[:20]), y[:20], []string{virginica, setosa, versicolor})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	next := func(m *ClassifierModel[string], i int) *ClassifierModel[string] {
		m, err := m.PartialFit(ctx, Rows(x[i:i+20]), y[i:i+20])
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	m := begin()
	first := m.Hash()
	for pass := range 10 {
		for i := 20 * min(1, 1-pass); i < 200; i += 20 {
			m = next(m, max(i, 0))
		}
	}
	if score, err := m.Score(Rows(x[200:]), y[200:]); err != nil || score < 0.9 {
		t.Errorf("accuracy %v, %v on new rows, want at least 0.9", score, err)
	}
	if len(m.LossCurve()) != m.Iterations() || m.Iterations() < 50 || len(m.Warnings()) != 0 {
		t.Errorf("%d losses, %d iterations, warnings %v", len(m.LossCurve()), m.Iterations(), m.Warnings())
	}
	// A model stays as it is, and what follows from it is the same again.
	again := begin()
	a, b := next(again, 20), next(again, 20)
	if again.Hash() != first || a.Hash() != b.Hash() || a.Hash() == first {
		t.Error("PartialFit changes the model it begins from, or is not repeatable")
	}
}

// TestPartialFitIsTraining compares pieces that are all rows with the epochs of Fit.
func TestPartialFitIsTraining(t *testing.T) {
	ctx := context.Background()
	x, y := flowers(60, setosa, versicolor)
	c := small()
	c.BatchSize = 16
	c.MaxIter = 3
	want := mustFit(t, c, x, y)
	m, err := c.PartialFit(ctx, Rows(x), y, []string{setosa, versicolor})
	for range 2 {
		if err == nil {
			m, err = m.PartialFit(ctx, Rows(x), y)
		}
	}
	if err != nil || m.Hash() != want.Hash() {
		t.Errorf("three pieces give another model than three epochs, %v", err)
	}
}

func TestPartialFitAfterFit(t *testing.T) {
	x, y := hills(100)
	r := fastRegressor()
	fitted := mustFitRegressor(t, r, x, y)
	next, err := fitted.PartialFit(context.Background(), Rows(x), y)
	if err != nil || next.Hash() == fitted.Hash() || next.Iterations() != fitted.Iterations()+1 {
		t.Errorf("after Fit: %v", err)
	}
	first, err := r.PartialFit(context.Background(), Rows(x), y)
	if err != nil || first.Iterations() != 1 {
		t.Errorf("at the beginning: %v", err)
	}
	var file bytes.Buffer
	if err := first.Save(&file); err != nil {
		t.Fatal(err)
	}
	loaded, err := ReadRegressor(&file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := loaded.PartialFit(context.Background(), Rows(x), y); err == nil || !strings.Contains(err.Error(), "WarmStart") {
		t.Errorf("error %v, want one that names WarmStart", err)
	}
}

func TestPartialFitErrors(t *testing.T) {
	ctx := context.Background()
	x, y := flowers(30, setosa, versicolor)
	classes := []string{setosa, versicolor}
	m, err := small().PartialFit(ctx, Rows(x), y, classes)
	if err != nil {
		t.Fatal(err)
	}
	var data *DataError
	_, err = m.PartialFit(ctx, Rows(x[:2]), []string{setosa, virginica})
	if !errors.As(err, &data) || data.Row != 1 || !strings.Contains(data.Reason, "virginica") {
		t.Errorf("unseen class: error %v", err)
	}
	_, err = m.PartialFit(ctx, Rows([][]float64{{1, 2}}), []string{setosa})
	if !errors.As(err, &data) || data.Row != 0 || data.Reason != "2 columns, want 4" {
		t.Errorf("columns: error %v", err)
	}
	_, err = m.PartialFit(ctx, Rows([][]float64{{1, 2, 3, math.NaN()}}), []string{setosa})
	if !errors.As(err, &data) || data.Row != 0 || data.Column != 3 {
		t.Errorf("NaN: error %v", err)
	}
	var setting *SettingError
	if _, err := m.PartialFit(ctx, Rows(x), y, WarmStart(m)); !errors.As(err, &setting) || setting.Name != "WarmStart" {
		t.Errorf("WarmStart: error %v", err)
	}
	if _, err := small().PartialFit(ctx, Rows(x), y, nil); !errors.As(err, &data) {
		t.Errorf("no classes: error %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if next, err := m.PartialFit(cancelled, Rows(x), y); next != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: model %v, error %v", next, err)
	}
	for name, change := range map[string]func(*Classifier[string]){
		"EarlyStopping": func(c *Classifier[string]) { c.EarlyStopping = true },
		"Balanced":      func(c *Classifier[string]) { c.Balanced = true },
		"Solver":        func(c *Classifier[string]) { c.Solver = LBFGS },
		"LearningRate":  func(c *Classifier[string]) { c.LearningRate = InvScaling },
		"NewSchedule":   func(c *Classifier[string]) { c.NewSchedule = nn.Cosine },
	} {
		c := small()
		change(c)
		if _, err := c.PartialFit(ctx, Rows(x), y, classes); !errors.As(err, &setting) || setting.Name != "Classifier."+name {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
