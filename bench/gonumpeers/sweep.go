package main

import (
	"fmt"
	"io"
	"regexp"
)

// The bar of the sweep: no call is to be slower than this part of gonum's speed. Calls whose
// first measurement is below doubtful are measured again in a few layouts, and so is one of
// sampled of the others; those that then are below near are in all layouts.
const (
	bar      = 0.95
	doubtful = 0.98
	sampled  = 40
	near     = 0.97
)

// A method is what the sweep has found of one kind of call.
type method struct {
	Name    string
	Machine string
	Shapes  int // timed
	Again   []result
}

// A result is that of a shape which was measured again.
type result struct {
	Shape string
	First timing // in one program
	Last  timing // in several layouts of it, which alone counts
}

// slow reports a speed below the bar.
func (t timing) slow() bool { return t.Ratio < bar }

// sweep times every call whose name matches in both libraries, in turns. Of calls that take some
// nanoseconds the ratio depends, by a tenth or two, on where in memory the linker has put the
// code. So what is near the bar or below it, and a sample of the rest, is measured again in
// several layouts, and what that says is so.
func sweep(w io.Writer, names *regexp.Regexp, caption string, layouts []layout) ([]method, error) {
	var found []method
	var all, again []question
	for _, c := range allCalls() {
		if !names.MatchString(c.name) {
			continue
		}
		found = append(found, method{Name: c.name, Machine: caption, Shapes: len(c.shapes)})
		for _, s := range c.shapes {
			all = append(all, question{c.name, s.String(), brief})
		}
	}
	answers, err := layouts[0].measure(all)
	if err != nil {
		return nil, err
	}
	next := 0
	for i := range found {
		m := &found[i]
		for range m.Shapes {
			q, x := all[next], timingOf(answers[next])
			if next++; x.Ratio < doubtful || next%sampled == 0 {
				m.Again = append(m.Again, result{Shape: q.Shape, First: x})
				again = append(again, question{q.Call, q.Shape, thorough})
			}
		}
	}
	if answers, err = measureIn(layouts[:fewLayouts], again); err != nil {
		return nil, err
	}
	if err := measureClose(layouts[fewLayouts:], again, answers); err != nil {
		return nil, err
	}
	for _, m := range found {
		for i := range m.Again {
			x := &m.Again[i]
			x.Last, answers = timingOf(answers[0]), answers[1:]
			if x.Last.slow() {
				fmt.Fprintf(w, "%-24s %-14s %9.1f ns, gonum %9.1f ns, ratio %.3f, at first %.3f\n", m.Name, x.Shape, x.Last.Ours, x.Last.Theirs, x.Last.Ratio, x.First.Ratio)
			}
		}
	}
	_, err = fmt.Fprintln(w, tallyOf(found))
	return found, err
}

// measureClose adds rounds in more layouts to those of calls that are near the bar.
func measureClose(more []layout, asked []question, rounds [][]round) error {
	var questions []question
	var of []int
	for i, r := range rounds {
		if timingOf(r).Ratio < near {
			questions, of = append(questions, asked[i]), append(of, i)
		}
	}
	answers, err := measureIn(more, questions)
	for i, a := range answers {
		rounds[of[i]] = append(rounds[of[i]], a...)
	}
	return err
}

// A tally counts calls.
type tally struct {
	timed               int
	slowAtFirst         int
	doubtful, slow      int // again because they were doubtful
	sample, slowSampled int // again though they were not
}

func tallyOf(all []method) tally {
	var t tally
	for _, m := range all {
		t.timed += m.Shapes
		for _, x := range m.Again {
			of, slow := &t.doubtful, &t.slow
			if x.First.Ratio >= doubtful {
				of, slow = &t.sample, &t.slowSampled
			}
			*of++
			if x.First.slow() {
				t.slowAtFirst++
			}
			if x.Last.slow() {
				*slow++
			}
		}
	}
	return t
}

func (t tally) String() string {
	return fmt.Sprintf("%d calls, at first %d below %.2f of gonum's speed; again %d below %.2f, of which %d are below %.2f, and %d others, of which %d are",
		t.timed, t.slowAtFirst, bar, t.doubtful, doubtful, t.slow, bar, t.sample, t.slowSampled)
}
