package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/lockstep-ml/lockstep/bench/gonumpeers/internal/task"
)

// A row is the outcome of a task: the shortest time of each contestant, as the system does
// not give a process both cores in each of its turns.
type row struct {
	Task         string
	Machine      string
	Contestants  []string // names
	Descriptions []string // versions and environments
	Nanoseconds  []float64
	Load         []float64 // processor time by the time on the clock
}

// ratio is our speed by that of a contestant.
func (r row) ratio(i int) float64 { return r.Nanoseconds[i] / r.Nanoseconds[0] }

func (r row) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-36s", r.Task)
	for i, name := range r.Contestants {
		fmt.Fprintf(&b, " %s %s (%.2f)", name, duration(r.Nanoseconds[i]), r.Load[i])
		if i > 0 {
			fmt.Fprintf(&b, " %.2f", r.ratio(i))
		}
	}
	return b.String()
}

const (
	turn      = 20 * time.Millisecond // of a contestant, at least
	minRounds = 3
	patience  = 2 * time.Second // after which minRounds are enough
)

// race lets the contestants take turns at a task.
func race(all []contestant, t task.Task, rounds int) (row, error) {
	r := row{Task: t.Name}
	counts := make([]int, len(all))
	for i, c := range all {
		for counts[i] = 1; ; counts[i] *= 2 {
			ns, load, err := c.time(t, counts[i])
			if err != nil {
				return row{}, fmt.Errorf("%s: %s: %w", c.name, t.Name, err)
			}
			if ns*float64(counts[i]) >= float64(turn) {
				r.Contestants = append(r.Contestants, c.name)
				r.Descriptions = append(r.Descriptions, c.description)
				r.Nanoseconds = append(r.Nanoseconds, ns)
				r.Load = append(r.Load, load)
				break
			}
		}
	}
	began := time.Now()
	for round := 1; round < rounds && (round < minRounds || time.Since(began) < patience); round++ {
		for j := range all {
			i := (j + round) % len(all) // nobody always follows the same one
			ns, load, err := all[i].time(t, counts[i])
			if err != nil {
				return row{}, fmt.Errorf("%s: %s: %w", all[i].name, t.Name, err)
			}
			if ns < r.Nanoseconds[i] {
				r.Nanoseconds[i], r.Load[i] = ns, load
			}
		}
	}
	return r, nil
}

// duration writes nanoseconds with three digits.
func duration(ns float64) string {
	switch {
	case ns < 1e3:
		return fmt.Sprintf("%.3g ns", ns)
	case ns < 1e6:
		return fmt.Sprintf("%.3g us", ns/1e3)
	case ns < 1e9:
		return fmt.Sprintf("%.3g ms", ns/1e6)
	}
	return fmt.Sprintf("%.3g s", ns/1e9)
}
