package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/dataset"
	"github.com/lockstep-ml/lockstep/internal/peak"
)

// The names of who does a work.
const (
	ours   = "lockstep"
	halved = "k in halves"
	inC    = "C"
)

// A survey is what a run has measured.
type survey struct {
	rounds  int
	peers   *peers
	works   []contest
	trained []trained
	peaks   []float64
	times   map[string][]times   // of works, a round each
	epochs  map[string][]float64 // of networks, in seconds
}

// times are in nanoseconds, by name.
type times map[string]float64

// A contest is a work with those who do it.
type contest struct {
	work
	contestants []contestant
}

// A contestant takes so many nanoseconds for a number of calls.
type contestant struct {
	name string
	time func(count int) (ns float64, err error)
	turn int // calls in a turn, once it is known
}

type trained struct {
	network
	epoch func() error
}

// prepare collects what takes part.
func (s *survey) prepare(images *dataset.Images) error {
	for _, n := range networks {
		epoch, err := n.epoch(images)
		if err != nil {
			return err
		}
		s.trained = append(s.trained, trained{n, epoch})
	}
	for _, w := range works() {
		c := contest{work: w, contestants: []contestant{{name: ours, time: repeat(kernel(w))}}}
		switch {
		case w.isProduct():
			c.contestants = append(c.contestants, contestant{name: halved, time: repeat(halves(w))})
			for _, l := range s.peers.blas {
				c.contestants = append(c.contestants, contestant{name: l.Name, time: func(count int) (float64, error) {
					ns, _, err := l.Time(w.product, count)
					return ns, err
				}})
			}
		case w.size > 0:
			c.contestants = append(c.contestants, contestant{name: inC, time: func(count int) (float64, error) {
				ns, _, err := s.peers.free.Time(w.operation, w.size, count, 0, 1)
				return ns * float64(count), err
			}})
		}
		s.works = append(s.works, c)
	}
	return nil
}

// repeat times calls, after as many that bring operands and code into the caches.
func repeat(call func()) func(count int) (float64, error) {
	return func(count int) (float64, error) {
		for range count {
			call()
		}
		start := machine.WallTime()
		for range count {
			call()
		}
		return float64(machine.WallTime() - start), nil
	}
}

// turn is how long each contestant's turn shall take at least.
const turn = float64(time.Millisecond)

// round lets everyone take a turn.
func (s *survey) round(images *dataset.Images) error {
	if s.works == nil {
		if err := s.prepare(images); err != nil {
			return err
		}
	}
	s.peaks = append(s.peaks, peak.Measure())
	for _, n := range s.trained {
		start := machine.WallTime()
		if err := n.epoch(); err != nil {
			return fmt.Errorf("%v: %w", n.network, err)
		}
		s.epochs[n.String()] = append(s.epochs[n.String()], (machine.WallTime() - start).Seconds())
	}
	for i := range s.works {
		c := &s.works[i]
		t := times{}
		for j := range c.contestants {
			ns, err := c.contestants[j].measure()
			if err != nil {
				return fmt.Errorf("%s: %v: %w", c.contestants[j].name, c.work, err)
			}
			t[c.contestants[j].name] = ns
		}
		s.times[c.String()] = append(s.times[c.String()], t)
	}
	return nil
}

// measure returns the time of a call.
func (c *contestant) measure() (ns float64, err error) {
	for c.turn = max(c.turn, 1); ; c.turn *= 2 {
		ns, err = c.time(c.turn)
		if err != nil || ns >= turn {
			return ns / float64(c.turn), err
		}
	}
}

// of returns a contestant's median time of a work, in nanoseconds; 0 if it has none.
func (s *survey) of(w work, name string) float64 {
	var all []float64
	for _, t := range s.times[w.String()] {
		if ns, ok := t[name]; ok {
			all = append(all, ns)
		}
	}
	return median(all)
}

// fastest returns the best time of a work: who need not keep the contract may still
// do what we do.
func (s *survey) fastest(w work) (name string, ns float64) {
	name, ns = ours, s.of(w, ours)
	for _, other := range s.contestants(w) {
		if t := s.of(w, other); t < ns {
			name, ns = other, t
		}
	}
	return name, ns
}

// contestants are those of a work.
func (s *survey) contestants(w work) []string {
	var names []string
	for _, c := range s.works {
		if c.work == w {
			for _, x := range c.contestants {
				names = append(names, x.name)
			}
		}
	}
	return names
}

// median returns 0 for no values.
func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(all))[len(all)/2]
}
