package nn

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lockstep-ml/lockstep/safetensors"
)

// Stateful is implemented by optimizers and schedules that remember something
// which neither lies in [Slots] nor follows from their settings and the number of
// the step, as [Plateau] does. Checkpoints hold it.
type Stateful interface {
	// State returns the numbers to remember.
	State() []float64

	// SetState takes over what State returned. It fails, and changes nothing, if
	// that cannot be.
	SetState(state []float64) error
}

// The tensors of a checkpoint that are not the network's.
const (
	trainerPrefix = "trainer."
	tensorLosses  = trainerPrefix + "losses"  // sum, carry and divisor of the epoch's mean
	tensorHistory = trainerPrefix + "history" // a row each epoch: number, loss, rows, steps, nanoseconds

	historyColumns = 5
)

// A vector is state of an optimizer or a rule that is laid out as a parameter.
type vector struct {
	name   string
	shape  []int
	values []float32
}

// vectors returns the state of optimizers and rules.
func (u *Updater) vectors() []vector {
	var vectors []vector
	for i, p := range u.net.params {
		add := func(name string, slab []float32) {
			vectors = append(vectors, vector{
				name:   trainerPrefix + name + "." + u.net.names[i],
				shape:  []int{p.Shape.Rows, p.Shape.Cols},
				values: slab[p.offset:][:len(p.Value.Data)],
			})
		}
		for s := range u.optimizers[u.group[i]].Slots() {
			add(fmt.Sprintf("slot%d", s), u.slots[s])
		}
		if u.average != nil {
			add("average", u.average)
		}
	}
	return vectors
}

// stateful returns the parts of the training that are, by the names of their
// tensors.
func (t *Trainer) stateful() map[string]Stateful {
	parts := map[string]Stateful{}
	add := func(name string, part any) {
		if s, ok := part.(Stateful); ok {
			parts[trainerPrefix+name] = s
		}
	}
	for i, optimizer := range t.updater.optimizers {
		add(fmt.Sprintf("optimizer%d", i), optimizer)
	}
	add("schedule", innermost(t.options.Schedule))
	return parts
}

// stateTensors returns all state in float64.
func (t *Trainer) stateTensors() []safetensors.Tensor {
	tensors := []safetensors.Tensor{
		safetensors.New(tensorLosses, []int{3}, []float64{t.losses.sum, t.losses.carry, t.losses.divisor}),
		historyTensor(t.history),
	}
	parts := t.stateful()
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		state := parts[name].State()
		tensors = append(tensors, safetensors.New(name, []int{len(state)}, state))
	}
	return tensors
}

func historyTensor(history []Epoch) safetensors.Tensor {
	var values []float64
	for _, e := range history {
		values = append(values, float64(e.Number), e.Loss, float64(e.Rows), float64(e.Steps), float64(e.Duration))
	}
	return safetensors.New(tensorHistory, []int{len(history), historyColumns}, values)
}

// A state is what a checkpoint holds beside the network.
type state struct {
	record
	losses  mean
	history []Epoch
	vectors [][]float32 // as those of the updater
	parts   map[string][]float64
}

// readState returns the state in a file, if it has the names and shapes of the
// trainer's own.
func (t *Trainer) readState(f *safetensors.File) (s state, err error) {
	losses, err := tensorValues[float64](f, tensorLosses, 3)
	if err != nil {
		return s, err
	}
	s.losses = mean{losses[0], losses[1], losses[2]}
	history, err := tensorValues[float64](f, tensorHistory, -1)
	if err != nil {
		return s, err
	}
	for e := range slices.Chunk(history, historyColumns) {
		if len(e) < historyColumns {
			return s, fmt.Errorf("tensor %q has a row of %d numbers, want %d", tensorHistory, len(e), historyColumns)
		}
		s.history = append(s.history, Epoch{int(e[0]), e[1], int(e[2]), int(e[3]), time.Duration(e[4])})
	}
	for _, v := range t.updater.vectors() {
		values, err := tensorValues[float32](f, v.name, len(v.values))
		if err != nil {
			return s, err
		}
		s.vectors = append(s.vectors, values)
	}
	s.parts = map[string][]float64{}
	for name := range t.stateful() { //bitlint:ignore a map is made of a map
		if s.parts[name], err = tensorValues[float64](f, name, -1); err != nil {
			return s, err
		}
	}
	return s, nil
}

// tensorValues returns the numbers of a tensor, of which there must be count
// unless that is negative.
func tensorValues[T safetensors.Element](f *safetensors.File, name string, count int) ([]T, error) {
	tensor, ok := f.Tensor(name)
	if !ok {
		return nil, fmt.Errorf("tensor %q is missing", name)
	}
	values, err := safetensors.Values[T](tensor)
	if err == nil && count >= 0 && len(values) != count {
		err = fmt.Errorf("tensor %q has %d numbers, want %d", name, len(values), count)
	}
	return values, err
}

// setState takes over what readState returned. Only a part that does not accept
// its state makes it fail.
func (t *Trainer) setState(s state) error {
	parts := t.stateful()
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if err := parts[name].SetState(s.parts[name]); err != nil {
			return err
		}
	}
	for i, v := range t.updater.vectors() {
		copy(v.values, s.vectors[i])
	}
	t.updater.t, t.history = s.Updates, s.history
	t.position = s.position()
	t.losses = s.losses
	return nil
}
