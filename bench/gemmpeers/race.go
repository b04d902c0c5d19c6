package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/lockstep-ml/lockstep/internal/peak"
)

// A contestant times products. The first one of a race is this library.
type contestant interface {
	fmt.Stringer
	description() string
	// time measures count products, after a few unmeasured ones.
	time(kind string, s shape, count int) (sample, error)
	close()
}

// The element types.
const (
	float32s = "float32"
	float64s = "float64"
)

// A sample is the time of one product in nanoseconds, and processor time divided
// by the time on the clock.
type sample struct{ ns, load float64 }

// A row is the outcome of one race. With one worker it has medians over rounds,
// of a ratio, too: it belongs to one round, in which all ran at nearly the same
// clock frequency. So does the share of the peak, which is measured in each round.
// With several workers the shortest times count: the system does not give a
// process all its cores in each of its turns.
type row struct {
	Shape  string
	GFLOPS []float64 // of each contestant
	Load   []float64
	OfPeak float64 // our rate by the fma rate of as many cores as we have workers
	Ratio  float64 // our rate by the better peer's; 0 without peers

	Machine string `json:",omitempty"` // where and at which commit, if not the section's
}

const (
	turn      = 4 * time.Millisecond // of one contestant, at least, for each worker: a vector unit at rest needs some time to wake
	minRounds = 5
	patience  = 2 * time.Second // after which minRounds are enough
)

// race lets the contestants take turns.
func race(all []contestant, kind string, s shape, workers, rounds int) (row, error) {
	counts := make([]int, len(all))
	for i, c := range all {
		if _, err := c.time(kind, s, 1); err != nil { // the first call of a library sets it up
			return row{}, fmt.Errorf("%s: %s: %w", c, s, err)
		}
		for counts[i] = 1; ; counts[i] *= 2 {
			x, err := c.time(kind, s, counts[i])
			if err != nil {
				return row{}, fmt.Errorf("%s: %s: %w", c, s, err)
			}
			if x.ns*float64(counts[i]) >= float64(turn)*float64(workers) {
				break
			}
		}
	}
	samples := make([][]sample, len(all))
	var shares []float64
	began := time.Now()
	for round := 0; round < rounds && (round < minRounds || time.Since(began) < patience); round++ {
		limit := peak.Measure() / 1e9 * float64(workers)
		if kind == float64s {
			limit /= 2
		}
		for j := range all {
			i := (j + round) % len(all) // nobody always follows the same one
			x, err := all[i].time(kind, s, counts[i])
			if err != nil {
				return row{}, fmt.Errorf("%s: %s: %w", all[i], s, err)
			}
			samples[i] = append(samples[i], x)
		}
		if limit > 0 {
			shares = append(shares, s.flops()/samples[0][round].ns/limit)
		}
	}
	if workers > 1 {
		return shortest(s, samples, shares), nil
	}
	return medians(s, samples, shares), nil
}

func medians(s shape, samples [][]sample, shares []float64) row {
	r := row{Shape: s.String(), OfPeak: median(shares)}
	for _, all := range samples {
		r.GFLOPS = append(r.GFLOPS, s.flops()/median(collect(all, func(i int) float64 { return all[i].ns })))
		r.Load = append(r.Load, load(all))
	}
	ours := samples[0]
	for _, peer := range samples[1:] {
		ratio := median(collect(peer, func(i int) float64 { return peer[i].ns / ours[i].ns }))
		if r.Ratio == 0 || ratio < r.Ratio {
			r.Ratio = ratio
		}
	}
	return r
}

func shortest(s shape, samples [][]sample, shares []float64) row {
	r := row{Shape: s.String()}
	if len(shares) > 0 {
		r.OfPeak = slices.Max(shares)
	}
	for i, all := range samples {
		best := slices.MinFunc(all, func(a, b sample) int { return cmp.Compare(a.ns, b.ns) })
		r.GFLOPS = append(r.GFLOPS, s.flops()/best.ns)
		r.Load = append(r.Load, best.load)
		if ratio := r.GFLOPS[0] / r.GFLOPS[i]; i > 0 && (r.Ratio == 0 || ratio < r.Ratio) {
			r.Ratio = ratio
		}
	}
	return r
}

// load is that of all samples together: clocks of processor time are coarse.
func load(all []sample) float64 {
	time, used := 0.0, 0.0
	for _, s := range all {
		time += s.ns
		used += s.ns * s.load
	}
	return used / time
}

func collect(samples []sample, value func(i int) float64) []float64 {
	all := make([]float64, len(samples))
	for i := range all {
		all[i] = value(i)
	}
	return all
}

// median returns 0 for no values.
func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}
