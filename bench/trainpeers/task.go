package main

import "fmt"

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
	{widths: small, batch: 64, times: 2000},
	{widths: small, batch: 10000, times: 20},
}

// trainingRows is the size of an epoch.
const trainingRows = 60000

// title names the task in a table.
func (t task) title() string {
	switch {
	case t.optimizer != "":
		return fmt.Sprintf("%s, batch %d, %s", t.net(), t.batch, t.optimizer)
	case t.batch == 1:
		return fmt.Sprintf("%s, a row", t.net())
	}
	return fmt.Sprintf("%s, %d rows", t.net(), t.batch)
}

// String is the question that peers are asked.
func (t task) String() string {
	if t.optimizer == "" {
		return fmt.Sprintf("predict %s %d %d", t.net(), t.batch, t.times)
	}
	return fmt.Sprintf("train %s %d %s", t.net(), t.batch, t.optimizer)
}

// net names the network.
func (t task) net() string {
	name := fmt.Sprint(t.widths[0])
	for _, width := range t.widths[1:] {
		name += fmt.Sprintf("-%d", width)
	}
	return name
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
	case t.batch <= 64:
		return 1e6 / float64(t.times), "us"
	}
	return 1e3 / float64(t.times), "ms"
}
