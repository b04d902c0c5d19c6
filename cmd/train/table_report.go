package main

import (
	"fmt"
	"math/bits"
	"time"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/metrics"
	"github.com/lockstep-ml/lockstep/mlp"
	"github.com/lockstep-ml/lockstep/nn"
)

// tableSummary is what the end of a run on a table reports.
type tableSummary struct {
	table       *table
	model       mlp.Model
	trainTime   time.Duration
	train, test float64                    // accuracy or R2
	confusion   *metrics.Confusion[string] // nil of a regression
}

func (r *report) startTable(t *table) {
	s := r.settings
	r.event(struct {
		Event        string   `json:"event"`
		Dataset      string   `json:"dataset"`
		Task         string   `json:"task"`
		Target       string   `json:"target"`
		Features     []string `json:"features"`
		TrainRows    int      `json:"train_rows"`
		TestRows     int      `json:"test_rows"`
		Tier         string   `json:"tier"`
		Activation   string   `json:"activation"`
		Optimizer    string   `json:"optimizer"`
		LearningRate float64  `json:"learning_rate"`
		Batch        int      `json:"batch"`
		Epochs       int      `json:"epochs"`
		Seed         uint64   `json:"seed"`
		Contract     int      `json:"contract"`
	}{
		"start", t.name, t.task, t.target, t.features, len(t.train.x), len(t.test.x), kernels.Tier(),
		s.activation, s.optimizer, s.learningRate, s.batch, s.epochs, s.seed, nn.ContractVersion,
	})
	origin := fmt.Sprintf("held out by seed %d", s.seed)
	if s.table.testData != "" {
		origin = "from " + s.table.testData
	}
	fmt.Fprintf(r.text, "data     %s: %s to train on, %s to test with, %s\n", t.name, plural(len(t.train.x), "row"), thousands(len(t.test.x)), origin)
	fmt.Fprintf(r.text, "task     %s of %q from %s, scaled by the training part\n", t.task, t.target, plural(len(t.features), "column"))
	fmt.Fprintf(r.text, "training %s, learning rate %g, batches of %d, at most %s, %s\n", s.optimizer, s.learningRate, s.batch, plural(s.epochs, "epoch"), kernels.Tier())
}

// tableEpoch reports on an epoch; in text each doubling gets a line.
func (r *report) tableEpoch(p mlp.Progress) {
	r.event(struct {
		Event   string  `json:"event"`
		Epoch   int     `json:"epoch"`
		Loss    float64 `json:"train_loss"`
		Elapsed float64 `json:"elapsed_seconds"`
	}{"epoch", p.Iteration, p.Loss, p.Elapsed.Seconds()})
	if bits.OnesCount(uint(p.Iteration)) == 1 {
		fmt.Fprintf(r.text, "epoch %*d  loss %.4f\n", len(fmt.Sprint(p.MaxIter)), p.Iteration, p.Loss)
	}
}

// finalTable writes the end of the report.
func (r *report) finalTable(s tableSummary) error {
	type scores struct {
		TestAccuracy  *float64 `json:"test_accuracy,omitempty"`
		TrainAccuracy *float64 `json:"train_accuracy,omitempty"`
		TestR2        *float64 `json:"test_r2,omitempty"`
		TrainR2       *float64 `json:"train_r2,omitempty"`
	}
	of, measure := scores{TestAccuracy: &s.test, TrainAccuracy: &s.train}, "accuracy"
	if s.confusion == nil {
		of, measure = scores{TestR2: &s.test, TrainR2: &s.train}, "R2"
	}
	r.event(struct {
		Event   string `json:"event"`
		Dataset string `json:"dataset"`
		scores
		Epochs       int     `json:"epochs"`
		TrainSeconds float64 `json:"train_seconds"`
		Hash         string  `json:"weights_sha256"`
	}{"final", s.table.name, of, s.model.Iterations(), s.trainTime.Seconds(), s.model.Hash()})
	if len(s.model.Warnings()) > 0 {
		fmt.Fprintf(r.text, "note     the loss was still falling after %s: more -epochs may help\n", plural(s.model.Iterations(), "epoch"))
	}
	if s.confusion != nil {
		writeConfusion(r.text, "rows", s.confusion)
	}
	fmt.Fprintf(r.text, "train %s %.4f\ntest %s  %.4f\n", measure, s.train, measure, s.test)
	if r.settings.out != "" {
		fmt.Fprintf(r.text, "saved to %s\n", r.settings.out)
	}
	_, err := fmt.Fprintf(r.last, "%s: test %s %.4f, %s, trained in %.2f s on %s, weights_sha256 %s\n",
		s.table.name, measure, s.test, plural(s.model.Iterations(), "epoch"), s.trainTime.Seconds(), kernels.Tier(), s.model.Hash())
	return err
}
