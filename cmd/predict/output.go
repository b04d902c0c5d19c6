package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/lockstep-ml/lockstep/metrics"
)

// output writes predictions, or compares them with labels.
type output struct {
	settings *settings
	model    *model
	buffered *bufio.Writer
	csv      *csv.Writer
	err      error // the first one in JSON

	// For -eval, of all files.
	labels, predicted []string
	numbers, values   []float64
}

func newOutput(s *settings, m *model, w io.Writer) *output {
	o := &output{settings: s, model: m, buffered: bufio.NewWriter(w)}
	o.csv = csv.NewWriter(o.buffered)
	if !s.eval && !s.json {
		header := []string{"file", "row", "label"}
		if m.classes == nil {
			header[2] = "prediction"
		}
		o.csv.Write(append(header, m.classes...)) // errors are kept for close
	}
	return o
}

// add takes the predictions for a file.
func (o *output) add(in *input, predictions []prediction) {
	if o.settings.eval {
		for _, p := range predictions {
			o.predicted, o.values = append(o.predicted, p.label), append(o.values, p.value)
		}
		o.labels, o.numbers = append(o.labels, in.labels...), append(o.numbers, in.numbers...)
		return
	}
	for i, p := range predictions {
		if o.settings.json {
			o.writeJSON(in.name, i+1, p)
		} else {
			o.writeCSV(in.name, i+1, p)
		}
	}
}

func (o *output) writeCSV(file string, row int, p prediction) {
	record := []string{file, strconv.Itoa(row), p.label}
	if o.model.classes == nil {
		record[2] = strconv.FormatFloat(p.value, 'g', -1, 64)
	}
	for _, probability := range p.probabilities {
		record = append(record, strconv.FormatFloat(float64(probability), 'g', -1, 32))
	}
	o.csv.Write(record)
}

func (o *output) writeJSON(file string, row int, p prediction) {
	line := struct {
		File          string             `json:"file"`
		Row           int                `json:"row"`
		Label         *string            `json:"label,omitempty"`
		Probabilities map[string]float32 `json:"probabilities,omitempty"`
		Prediction    *float64           `json:"prediction,omitempty"`
	}{File: file, Row: row}
	if o.model.classes == nil {
		line.Prediction = &p.value
	} else {
		line.Label, line.Probabilities = &p.label, map[string]float32{}
		for k, class := range o.model.classes {
			line.Probabilities[class] = p.probabilities[k]
		}
	}
	o.writeLine(line)
}

func (o *output) writeLine(v any) {
	line, err := json.Marshal(v)
	if err != nil && o.err == nil { // a prediction that is no number
		o.err = fmt.Errorf("a prediction cannot be written as JSON: %w", err)
	}
	o.buffered.Write(append(line, '\n')) // errors are kept for close
}

// close writes the evaluation and what is buffered.
func (o *output) close() error {
	if o.settings.eval {
		if err := o.evaluate(); err != nil {
			return err
		}
	}
	o.csv.Flush()
	if err := o.buffered.Flush(); err != nil {
		return err
	}
	return o.err
}

// evaluate writes how good the predictions are.
func (o *output) evaluate() error {
	if o.model.classes == nil {
		return o.evaluateNumbers()
	}
	accuracy, err := metrics.Accuracy(o.labels, o.predicted)
	if err != nil {
		return err
	}
	if o.settings.json {
		o.writeLine(struct {
			Rows     int     `json:"rows"`
			Accuracy float64 `json:"accuracy"`
		}{len(o.labels), accuracy})
		return nil
	}
	matrix, err := metrics.ConfusionMatrix(o.labels, o.predicted)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.buffered, "%v\naccuracy %.4f of %d rows\n", matrix, accuracy, len(o.labels))
	return nil
}

func (o *output) evaluateNumbers() error {
	r2, err := metrics.R2(o.numbers, o.values)
	if err != nil {
		return err
	}
	mae, err := metrics.MAE(o.numbers, o.values)
	if err != nil {
		return err
	}
	if o.settings.json {
		o.writeLine(struct {
			Rows int     `json:"rows"`
			R2   float64 `json:"r2"`
			MAE  float64 `json:"mean_absolute_error"`
		}{len(o.numbers), r2, mae})
		return nil
	}
	fmt.Fprintf(o.buffered, "R2 %.4f, mean absolute error %.4g, of %d rows\n", r2, mae, len(o.numbers))
	return nil
}
