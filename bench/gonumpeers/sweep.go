package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"time"

	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lockstep-ml/lockstep/gonumblas"
)

// The bar of the sweep: no call is to be slower than this part of gonum's speed.
const bar = 0.95

// A method is what the sweep has found of one kind of call.
type method struct {
	Name    string
	Machine string
	Shapes  int // timed
	Slow    []slow
}

// A slow shape is one whose calls are below the bar.
type slow struct {
	Shape        string
	Ours, Theirs float64 // nanoseconds
	Ratio        float64 // our speed by gonum's
}

// sweep times every call whose name matches in both libraries, in turns. What seems slow is
// timed again, longer and with arguments elsewhere in memory, since of thousands of calls
// some are disturbed, and some places suit one library more than the other.
func sweep(w io.Writer, names *regexp.Regexp, caption string) []method {
	var found []method
	timed, below := 0, 0
	for _, c := range allCalls() {
		if !names.MatchString(c.name) {
			continue
		}
		m := method{Name: c.name, Machine: caption, Shapes: len(c.shapes)}
		for _, s := range c.shapes {
			x := compare(c.prepare(s), 20*time.Microsecond, 9)
			for again := 0; again < 5 && x.Ratio < bar; again++ {
				x = compare(c.prepare(s), 50*time.Microsecond, 41)
			}
			if x.Ratio < bar {
				x.Shape = s.String()
				m.Slow = append(m.Slow, x)
				fmt.Fprintf(w, "%-24s %-14s %9.1f ns, gonum %9.1f ns, ratio %.2f\n", c.name, s, x.Ours, x.Theirs, x.Ratio)
			}
		}
		timed, below = timed+m.Shapes, below+len(m.Slow)
		found = append(found, m)
	}
	fmt.Fprintf(w, "%d of %d calls are below %.2f of gonum's speed\n", below, timed, bar)
	return found
}

// compare lets both libraries take turns of at least the given time, and takes medians.
func compare(calls func(library, int), turn time.Duration, rounds int) slow {
	ours, theirs := library(gonumblas.Implementation{}), library(gonum.Implementation{})
	count := 1
	for took(calls, theirs, count) < turn {
		count *= 2
	}
	took(calls, ours, count) // warm
	var ns, nsOfGonum, ratios []float64
	for round := range rounds {
		var x, y time.Duration
		if round%2 == 0 {
			x = took(calls, ours, count)
			y = took(calls, theirs, count)
		} else {
			y = took(calls, theirs, count)
			x = took(calls, ours, count)
		}
		ns = append(ns, float64(x)/float64(count))
		nsOfGonum = append(nsOfGonum, float64(y)/float64(count))
		ratios = append(ratios, float64(y)/float64(x))
	}
	return slow{Ours: median(ns), Theirs: median(nsOfGonum), Ratio: median(ratios)}
}

func took(calls func(library, int), l library, count int) time.Duration {
	start := time.Now()
	calls(l, count)
	return time.Since(start)
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
