package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/lockstep-ml/lockstep/internal/peak"
)

// A contestant does tasks.
type contestant interface {
	String() string
	threads() int
	has(t task) bool
	time(t task) (timing, error)
}

// A timing is in seconds.
type timing struct{ wall, processor float64 }

// A result is what was measured of a contestant in a task.
type result struct {
	task       task
	contestant string
	ours       bool
	threads    int
	peak       float64 // median operations a second in FMA of a core, meanwhile
	timings    []timing
}

// run lets the contestants take turns on a task. A first turn, which is not
// counted, prepares them; who then takes more than twice as long as the fastest
// peer with as many threads sits out: two teams of threads on two processors, most
// often.
func run(t task, contestants []contestant, rounds int) ([]result, error) {
	first := map[contestant]float64{}
	fastest := map[int]float64{}
	for _, c := range contestants {
		if !c.has(t) {
			continue
		}
		x, err := c.time(t)
		if err != nil {
			return nil, fmt.Errorf("%v: %v: %w", c, t, err)
		}
		first[c] = x.wall
		if !isOurs(c) && (fastest[c.threads()] == 0 || x.wall < fastest[c.threads()]) {
			fastest[c.threads()] = x.wall
		}
	}
	var results []result
	for _, c := range contestants {
		if first[c] != 0 && (isOurs(c) || first[c] <= 2*fastest[c.threads()]) {
			results = append(results, result{task: t, contestant: c.String(), ours: isOurs(c), threads: c.threads()})
		}
	}
	var peaks []float64
	for range rounds {
		peaks = append(peaks, peak.Measure())
		for i := range results {
			r := &results[i]
			c := contestants[slices.IndexFunc(contestants, func(c contestant) bool { return c.String() == r.contestant })]
			x, err := c.time(t)
			if err != nil {
				return nil, fmt.Errorf("%v: %v: %w", c, t, err)
			}
			r.timings = append(r.timings, x)
		}
	}
	slices.Sort(peaks)
	for i := range results {
		results[i].peak = peaks[len(peaks)/2]
	}
	return results, nil
}

func isOurs(c contestant) bool {
	_, ok := c.(*lockstep)
	return ok
}

// median returns the timing with the median wall time.
func (r result) median() timing {
	sorted := slices.SortedFunc(slices.Values(r.timings), func(x, y timing) int { return cmp.Compare(x.wall, y.wall) })
	return sorted[len(sorted)/2]
}
