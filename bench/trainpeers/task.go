package main

import (
	"fmt"
	"strings"
)

// A task is an epoch of training or a number of predictions.
type task struct {
	widths    []int
	batch     int    // rows a step; rows of a prediction
	optimizer string // "" for a prediction
	times     int    // that it is predicted
}

var (
	small  = []int{784, 128, 10}
	large  = []int{784, 512, 256, 10}
	narrow = []int{784, 32, 10}
)

var tasks = []task{
	{widths: small, batch: 64, optimizer: "sgd"},
	{widths: small, batch: 64, optimizer: "adam"},
	{widths: large, batch: 128, optimizer: "sgd"},
	{widths: large, batch: 128, optimizer: "adam"},
	{widths: narrow, batch: 32, optimizer: "sgd"},
	{widths: small, batch: 1, times: 20000},
	{widths: small, batch: 10000, times: 20},
}

// trainingRows is the size of an epoch.
const trainingRows = 60000

// title names the task in a table.
func (t task) title() string {
	fields := strings.Fields(t.String())
	if t.optimizer == "" {
		return fmt.Sprintf("%s, %d row(s)", fields[1], t.batch)
	}
	return fmt.Sprintf("%s, batch %d, %s", fields[1], t.batch, t.optimizer)
}

// String is the question that peers are asked.
func (t task) String() string {
	net := fmt.Sprint(t.widths[0])
	for _, width := range t.widths[1:] {
		net += fmt.Sprintf("-%d", width)
	}
	if t.optimizer == "" {
		return fmt.Sprintf("predict %s %d %d", net, t.batch, t.times)
	}
	return fmt.Sprintf("train %s %d %s", net, t.batch, t.optimizer)
}

// flops returns the operations of the task's matrix products that have a use:
// forward and, in training, the weights' gradients and the deltas but for the
// first layer.
func (t task) flops() float64 {
	rows := trainingRows
	total := 0
	for l := range len(t.widths) - 1 {
		products := 1
		switch {
		case t.optimizer != "" && l == 0:
			products = 2
		case t.optimizer != "":
			products = 3
		}
		total += products * 2 * t.widths[l] * t.widths[l+1]
	}
	if t.optimizer == "" {
		rows = t.batch * t.times
	}
	return float64(total) * float64(rows)
}

// scale turns the seconds of the task into what a table shows.
func (t task) scale() (factor float64, unit string) {
	switch {
	case t.optimizer != "":
		return 1, "s"
	case t.batch == 1:
		return 1e6 / float64(t.times), "us"
	}
	return 1e3 / float64(t.times), "ms"
}
