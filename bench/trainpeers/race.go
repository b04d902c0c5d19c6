package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/report"
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

// A race holds what was measured.
type race struct {
	rounds      int
	contestants []contestant
	peak        float64 // FMA operations a second and core
	tasks       []task
	results     []map[contestant][]timing // of the tasks
}

// run lets the contestants take turns on a task. A first turn, which is not
// counted, prepares them; who then takes more than twice as long as the fastest
// with as many threads sits out: two teams of threads on two processors, most
// often.
func (r *race) run(t task) error {
	results := map[contestant][]timing{}
	fastest := map[int]float64{}
	warm := map[contestant]float64{}
	for _, c := range r.contestants {
		if !c.has(t) {
			continue
		}
		x, err := c.time(t)
		if err != nil {
			return fmt.Errorf("%v: %v: %w", c, t, err)
		}
		warm[c] = x.wall
		if _, ours := c.(*lockstep); !ours && (fastest[c.threads()] == 0 || x.wall < fastest[c.threads()]) {
			fastest[c.threads()] = x.wall
		}
	}
	for range r.rounds {
		for _, c := range r.contestants {
			if _, ours := c.(*lockstep); warm[c] == 0 || !ours && warm[c] > 2*fastest[c.threads()] {
				continue
			}
			x, err := c.time(t)
			if err != nil {
				return fmt.Errorf("%v: %v: %w", c, t, err)
			}
			results[c] = append(results[c], x)
		}
	}
	r.tasks, r.results = append(r.tasks, t), append(r.results, results)
	return nil
}

// median returns the timing with the median wall time.
func median(all []timing) timing {
	sorted := slices.SortedFunc(slices.Values(all), func(x, y timing) int { return cmp.Compare(x.wall, y.wall) })
	return sorted[len(sorted)/2]
}

// report writes a table for one thread and one for two, then everything that
// was measured.
func (r *race) report(w io.Writer) error {
	for threads := 1; threads <= 2; threads++ {
		table := report.Table{Head: []string{"task", "lockstep", "of FMA peak", "peer", "", "lockstep / peer"}}
		for i, t := range r.tasks {
			table.Rows = append(table.Rows, r.rows(t, r.results[i], threads)...)
		}
		fmt.Fprintf(w, "%d worker(s); the peer is the fastest of those with up to %d thread(s) of each kind:\n\n", threads, threads)
		if err := table.WriteMarkdown(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "All times in seconds:\n\n```\n")
	for i, t := range r.tasks {
		for _, c := range r.contestants {
			if all := r.results[i][c]; all != nil {
				fmt.Fprintf(w, "%-28v %-38v", t, c)
				for _, x := range all {
					fmt.Fprintf(w, " %.4f (%.2f)", x.wall, x.processor/x.wall)
				}
				fmt.Fprintln(w)
			}
		}
	}
	_, err := fmt.Fprintln(w, "```")
	return err
}

// rows returns a table's rows on a task: one for each peer.
func (r *race) rows(t task, results map[contestant][]timing, threads int) [][]report.Cell {
	factor, unit := t.scale()
	cell := func(x timing) report.Cell {
		return report.Cell{Text: fmt.Sprintf("%.3g %s (%.2f)", factor*x.wall, unit, x.processor/x.wall)}
	}
	var ours *timing
	best := map[string]contestant{} // of each peer
	for c, all := range results {
		m := median(all)
		if _, isOurs := c.(*lockstep); isOurs {
			if c.threads() == threads {
				ours = &m
			}
			continue
		}
		name, _, _ := strings.Cut(c.String(), ",")
		if c.threads() <= threads && (best[name] == nil || m.wall < median(results[best[name]]).wall) {
			best[name] = c
		}
	}
	if ours == nil {
		return nil
	}
	share := fmt.Sprintf("%.0f %%", 100*t.flops()/ours.wall/(r.peak*float64(threads)))
	first := append([]report.Cell{{Text: t.title()}, cell(*ours)}, report.Cells(share)...)
	var rows [][]report.Cell
	for _, name := range slices.Sorted(maps.Keys(best)) {
		m := median(results[best[name]])
		ratio := ours.wall / m.wall
		rows = append(rows, append(slices.Clone(first), cell(m), report.Cell{Text: best[name].String()},
			report.Cell{Text: fmt.Sprintf("%.2f", ratio), Marked: ratio > 1}))
	}
	if rows == nil {
		rows = append(rows, append(first, report.Cells("", "", "")...))
	}
	return rows
}
