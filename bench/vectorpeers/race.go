package main

import (
	"fmt"
	"slices"
)

// A contestant is an implementation of some of the operations.
type contestant interface {
	fmt.Stringer
	description() string
	has(op operation, n int) bool
	// time measures count calls with vectors of length n, after as many calls
	// that bring operands and code into the caches.
	time(op operation, n, count int) (sample, error)
	// evaluate writes the results at the float32 with the bits first, first +
	// stride, and so on.
	evaluate(op operation, first, stride uint32, y []float32) error
	close()
}

// A sample is the time of one call in nanoseconds, and processor time divided
// by the time on the clock.
type sample struct{ ns, load float64 }

// turn is how long a contestant's turn shall take, in nanoseconds.
const turn = 2e5

// race lets the contestants take turns and returns a result for each that has the
// operation.
func race(all []contestant, op operation, n, rounds int) ([]result, error) {
	counts, samples := make([]int, len(all)), make([][]sample, len(all))
	for i, c := range all {
		if !c.has(op, n) {
			continue
		}
		counts[i] = 1
		for {
			s, err := c.time(op, n, counts[i])
			if err != nil {
				return nil, fmt.Errorf("%s: %s, n = %d: %w", c, op.name, n, err)
			}
			if s.ns*float64(counts[i]) >= turn/2 || counts[i] >= 1<<16 {
				break
			}
			counts[i] *= 2
		}
	}
	for round := range rounds {
		for j := range all {
			i := (j + round) % len(all) // nobody always follows the same one
			if counts[i] == 0 {
				continue
			}
			s, err := all[i].time(op, n, counts[i])
			if err != nil {
				return nil, fmt.Errorf("%s: %s, n = %d: %w", all[i], op.name, n, err)
			}
			samples[i] = append(samples[i], s)
		}
	}
	var results []result
	for i, c := range all {
		if counts[i] > 0 {
			m := median(samples[i])
			results = append(results, result{Name: c.String(), Ns: m.ns, Load: m.load})
		}
	}
	return results, nil
}

// median takes that of the times and of the loads. A load below 1 says that the
// contestant had to wait for the processor, one above 1 that it used a second one.
func median(all []sample) sample {
	times := make([]float64, len(all))
	loads := make([]float64, len(all))
	for i, s := range all {
		times[i], loads[i] = s.ns, s.load
	}
	slices.Sort(times)
	slices.Sort(loads)
	return sample{times[len(times)/2], loads[len(loads)/2]}
}
