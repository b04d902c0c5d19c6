package nn

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// metadataTraining is the key of the record in a checkpoint's metadata.
const metadataTraining = metadataPrefix + "training"

// A record is the JSON form of a training's settings and position.
type record struct {
	Settings map[string]string `json:"settings"`
	Data     struct {
		Rows     int  `json:"rows"`
		Inputs   int  `json:"inputs"`
		Targets  int  `json:"targets"`
		Weighted bool `json:"weighted"`
	} `json:"data"`
	Updates     int           `json:"updates"` // steps of the optimizer
	EpochsLeft  int           `json:"epochs_left"`
	Step        int           `json:"step"`  // of those planned
	Steps       int           `json:"steps"` // planned
	Epoch       int           `json:"epoch"`
	Open        bool          `json:"open"`
	Row         int           `json:"row"`
	Nanoseconds time.Duration `json:"nanoseconds"`
}

// record returns settings and position.
func (t *Trainer) record() record {
	p := &t.position
	r := record{
		Settings: map[string]string{},
		Updates:  t.updater.t, EpochsLeft: p.left, Step: p.step, Steps: p.steps,
		Epoch: p.epoch, Open: p.open, Row: p.done, Nanoseconds: p.elapsed,
	}
	r.Data.Rows, r.Data.Inputs, r.Data.Targets, r.Data.Weighted = p.shape.rows, p.shape.inputs, p.shape.targets, p.shape.weighted
	for _, s := range t.settings() {
		r.Settings[s.name] = s.value
	}
	return r
}

// position returns the position without the losses.
func (r record) position() position {
	return position{
		shape: dataShape{r.Data.Rows, r.Data.Inputs, r.Data.Targets, r.Data.Weighted},
		left:  r.EpochsLeft, step: r.Step, steps: r.Steps,
		epoch: r.Epoch, open: r.Open, done: r.Row, elapsed: r.Nanoseconds,
	}
}

// readRecord reads a record and checks that it fits the trainer.
func (t *Trainer) readRecord(text string) (r record, err error) {
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return r, fmt.Errorf("%s: %w", metadataTraining, err)
	}
	for _, s := range t.settings() {
		if err := mismatch("the "+s.name, r.Settings[s.name], s.value); err != nil {
			return r, err
		}
	}
	counts := min(r.Updates, r.EpochsLeft, r.Step, r.Steps, r.Epoch, r.Row)
	between := r.Row%t.options.BatchSize == 0 || r.Row == r.Data.Rows // steps
	if counts < 0 || r.Nanoseconds < 0 || r.Row > r.Data.Rows || r.Step > r.Steps || !between {
		return r, errors.New(metadataTraining + ": the position cannot be")
	}
	return r, nil
}
