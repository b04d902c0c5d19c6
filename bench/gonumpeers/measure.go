package main

import (
	"slices"
	"time"

	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lockstep-ml/lockstep/gonumblas"
)

// A measurement lets both libraries take turns at a call.
type measurement struct {
	Turn   time.Duration // at least
	Rounds int           // an even number, as in half of them the one is first and in half the other
	Places int           // in memory where stack and arguments are, one after the other
}

var (
	brief    = measurement{Turn: 20 * time.Microsecond, Rounds: 10, Places: 1}
	thorough = measurement{Turn: 50 * time.Microsecond, Rounds: 6, Places: 8}
)

// A round has the nanoseconds of a call in both libraries, ours first.
type round [2]float64

func (x measurement) measure(prepare func() func(library, int)) []round {
	var all []round
	for place := range x.Places {
		below(0, place, func() { all = append(all, x.measureHere(prepare())...) })
	}
	return all
}

// below calls f deeper on the stack. A step is of 40 bytes on amd64, so that eight of them go
// through all the places that a frame can have in a line of the cache, which is worth up to a
// tenth of the time of some routines.
//
//go:noinline
func below(step, steps int, f func()) {
	if step < steps {
		below(step+1, steps, f)
	} else {
		f()
	}
}

func (x measurement) measureHere(calls func(library, int)) []round {
	libraries := [2]library{gonumblas.Implementation{}, gonum.Implementation{}}
	count := 1
	for took(calls, libraries[1], count) < x.Turn {
		count *= 2
	}
	took(calls, libraries[0], count) // warm
	rounds := make([]round, x.Rounds)
	for i := range rounds {
		for turn := range libraries {
			who := (i + turn) % 2
			rounds[i][who] = float64(took(calls, libraries[who], count)) / float64(count)
		}
	}
	return rounds
}

func took(calls func(library, int), l library, count int) time.Duration {
	start := time.Now()
	calls(l, count)
	return time.Since(start)
}

// A timing is the outcome of some rounds: medians.
type timing struct {
	Ours, Theirs float64 // nanoseconds
	Ratio        float64 // our speed by gonum's
}

func timingOf(rounds []round) timing {
	median := func(of func(round) float64) float64 {
		var all []float64
		for _, r := range rounds {
			all = append(all, of(r))
		}
		slices.Sort(all)
		return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
	}
	return timing{
		Ours:   median(func(r round) float64 { return r[0] }),
		Theirs: median(func(r round) float64 { return r[1] }),
		Ratio:  median(func(r round) float64 { return r[1] / r[0] }),
	}
}
