package main

import "github.com/lockstep-ml/lockstep/bench/internal/report"

// drawn are the contestants that the plot shows.
var drawn = []string{ours, "libmvec", "sleef u10", "pytorch", "tphakala"}

// savePlot draws the times of the functions in one tier. A contestant that lacks
// a function has no bar there.
func (r record) savePlot(tier, path string) error {
	bars := report.Bars{Title: "Functions, " + tier, Unit: "ns per element"}
	for _, name := range drawn {
		bars.Series = append(bars.Series, report.Series{Name: name})
	}
	for _, op := range functions {
		for _, m := range r.rows() {
			if m.Tier != tier || m.Operation != op.name {
				continue
			}
			bars.Names = append(bars.Names, op.name)
			for i := range bars.Series {
				s := &bars.Series[i]
				s.Values = append(s.Values, m.time(s.Name)/float64(m.N))
			}
		}
	}
	return bars.Save(path)
}
