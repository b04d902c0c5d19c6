package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/report"
)

// plot returns the peers' times by ours, a group of bars for each task and number of
// threads.
func (p page) plot(results []result) report.Bars {
	bars := report.Bars{Title: p.title + ": the peer's time by Lockstep's (: threads)", Unit: "times as long", Line: 1}
	for threads := 1; threads <= 2; threads++ {
		for _, t := range p.tasks() {
			ours, peers, ok := outcome(t, results, threads)
			if !ok {
				continue
			}
			bars.Names = append(bars.Names, fmt.Sprintf("%s: %d", strings.ReplaceAll(t.title(), ", batch", ""), threads))
			for _, r := range peers {
				s := series(&bars, libraryOf(r.contestant))
				s.Values[len(bars.Names)-1] = r.median().wall / ours.median().wall
			}
		}
	}
	for i := range bars.Series {
		bars.Series[i].Values = bars.Series[i].Values[:len(bars.Names)]
	}
	return bars
}

// series finds or makes the one with a name.
func series(bars *report.Bars, name string) *report.Series {
	i := slices.IndexFunc(bars.Series, func(s report.Series) bool { return s.Name == name })
	if i < 0 {
		i = len(bars.Series)
		bars.Series = append(bars.Series, report.Series{Name: name, Values: make([]float64, 2*len(tasks))})
	}
	return &bars.Series[i]
}
