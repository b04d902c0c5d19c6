package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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
	run        *run
	task       task
	contestant string
	ours       bool
	threads    int
	peak       float64 // median operations a second in FMA of a core, meanwhile
	timings    []timing
}

// A run of this command measures some of the tasks.
type run struct {
	caption string   // machine, commit and tier
	peers   []string // how those who took part were built
}

// same reports whether two runs have nothing to tell them apart.
func (r *run) same(o *run) bool { return r.caption == o.caption && slices.Equal(r.peers, o.peers) }

// race lets the contestants take turns on a task. A first turn, which is not
// counted, prepares them; a setting of a peer that then takes more than twice as long
// as its fastest one with as many threads sits out: two teams of threads on two
// processors, most often.
func race(t task, contestants []contestant, rounds int, of *run) ([]result, error) {
	first := map[contestant]float64{}
	type threads struct {
		library string
		count   int
	}
	key := func(c contestant) threads { return threads{libraryOf(c.String()), c.threads()} }
	fastest := map[threads]float64{}
	for _, c := range contestants {
		if !c.has(t) {
			continue
		}
		x, err := c.time(t)
		if err != nil {
			return nil, fmt.Errorf("%v: %v: %w", c, t, err)
		}
		first[c] = x.wall
		if best := fastest[key(c)]; best == 0 || x.wall < best {
			fastest[key(c)] = x.wall
		}
	}
	var results []result
	for _, c := range contestants {
		if first[c] != 0 && first[c] <= 2*fastest[key(c)] {
			results = append(results, result{run: of, task: t, contestant: c.String(), ours: isOurs(c), threads: c.threads()})
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

// libraryOf returns the library of a contestant, which stands before its settings.
func libraryOf(contestant string) string {
	name, _, _ := strings.Cut(contestant, ",")
	return name
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
