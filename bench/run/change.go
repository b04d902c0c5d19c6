package main

import (
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/figures"
	"github.com/lockstep-ml/lockstep/bench/internal/report"
)

// A change is that of one figure: ratios of times, above 1 if it is slower now. The
// second and third are those of the times multiplied by a probe's rates, in other
// words of what the processor could have done meanwhile; 0 if the probe is missing.
type change struct {
	name                     string
	before, now              float64 // seconds
	time, byFMA, byBandwidth float64
}

// tolerance is by how much a figure may be slower in both ratios to the probes
// before it is marked.
const tolerance = 1.05

// slower reports a change that neither probe explains.
func (c change) slower() bool {
	if c.byFMA == 0 || c.byBandwidth == 0 {
		return max(c.time, c.byFMA, c.byBandwidth) > tolerance
	}
	return c.byFMA > tolerance && c.byBandwidth > tolerance
}

// changes returns those of the figures that both runs have.
func changes(before, now []figures.Figure) []change {
	var all []change
	for _, n := range now {
		i := slices.IndexFunc(before, func(b figures.Figure) bool { return b.Name == n.Name })
		if i < 0 {
			continue
		}
		b := before[i]
		c := change{name: n.Name, before: b.Seconds, now: n.Seconds, time: n.Seconds / b.Seconds}
		if b.FMA > 0 && n.FMA > 0 {
			c.byFMA = c.time * n.FMA / b.FMA
		}
		if b.Bandwidth > 0 && n.Bandwidth > 0 {
			c.byBandwidth = c.time * n.Bandwidth / b.Bandwidth
		}
		all = append(all, c)
	}
	return all
}

// writeChanges writes a table of all changes, and the means of each comparison.
func writeChanges(w io.Writer, before, now []figures.Figure) error {
	all := changes(before, now)
	table := report.Table{Head: []string{"figure", "before", "now", "now / before", "by FMA", "by bandwidth"}}
	means := report.Table{Head: []string{"comparison", "figures", "now / before", "by FMA", "by bandwidth", "slower"}}
	for group, members := range groups(all) {
		slower := 0
		for _, c := range members {
			table.Rows = append(table.Rows, []report.Cell{{Text: c.name}, {Text: duration(c.before)}, {Text: duration(c.now)},
				{Text: ratio(c.time), Marked: c.slower()}, {Text: ratio(c.byFMA), Marked: c.slower()}, {Text: ratio(c.byBandwidth), Marked: c.slower()}})
			if c.slower() {
				slower++
			}
		}
		means.Rows = append(means.Rows, report.Cells(group, fmt.Sprint(len(members)),
			ratio(mean(members, func(c change) float64 { return c.time })),
			ratio(mean(members, func(c change) float64 { return c.byFMA })),
			ratio(mean(members, func(c change) float64 { return c.byBandwidth })), fmt.Sprint(slower)))
	}
	if err := table.WriteText(w); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%d of %d figures have committed ones. Means are geometric; an asterisk marks what is slower by more than %.0f %%, by both probes where there are two.\n\n",
		len(all), len(now), 100*(tolerance-1))
	return means.WriteText(w)
}

// groups yields the changes of each comparison, which is the first word of a name.
func groups(all []change) iter.Seq2[string, []change] {
	return func(yield func(string, []change) bool) {
		for len(all) > 0 {
			group := firstWord(all[0])
			n := slices.IndexFunc(all, func(c change) bool { return firstWord(c) != group })
			if n < 0 {
				n = len(all)
			}
			if !yield(group, all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

func firstWord(c change) string {
	word, _, _ := strings.Cut(c.name, " ")
	return word
}

// mean is the geometric one of what is known.
func mean(all []change, of func(change) float64) float64 {
	sum, n := 0.0, 0
	for _, c := range all {
		if v := of(c); v > 0 {
			sum += math.Log(v)
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return math.Exp(sum / float64(n))
}

func ratio(x float64) string {
	if x == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", x)
}

// duration writes seconds with three digits and a unit.
func duration(seconds float64) string {
	for _, u := range []struct {
		name string
		size float64
	}{{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}} {
		if seconds >= u.size {
			return fmt.Sprintf("%.3g %s", seconds/u.size, u.name)
		}
	}
	return fmt.Sprintf("%.3g ns", seconds*1e9)
}
