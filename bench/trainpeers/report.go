package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/report"
)

// writeTables writes a table for one thread and one for two.
func writeTables(w io.Writer, results []result) error {
	for threads := 1; threads <= 2; threads++ {
		table := report.Table{Head: []string{"net, batch, optimizer", "lockstep", "of FMA peak", "peer", "", "lockstep / peer"}}
		for _, t := range tasks {
			table.Rows = append(table.Rows, tableRows(t, results, threads)...)
		}
		peers := "Two workers, and the fastest setting of a peer's threads:"
		if threads == 1 {
			peers = "One worker, and one thread of a peer:"
		}
		fmt.Fprintf(w, "%s\n\n", peers)
		if err := table.WriteMarkdown(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	return nil
}

// tableRows returns a table's rows on a task: one for each peer.
func tableRows(t task, results []result, threads int) [][]report.Cell {
	factor, unit := t.scale()
	text := func(x timing) string {
		return fmt.Sprintf("%.3g %s (%.2f)", factor*x.wall, unit, x.processor/x.wall)
	}
	var ours *result
	best := map[string]result{} // of each peer
	var names []string
	for _, r := range results {
		if r.task.String() != t.String() || r.ours && r.threads != threads || r.threads > threads {
			continue
		}
		if r.ours {
			ours = &r
			continue
		}
		name, _, _ := strings.Cut(r.contestant, ",")
		if other, ok := best[name]; !ok || r.median().wall < other.median().wall {
			best[name] = r
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if ours == nil {
		return nil
	}
	m := ours.median()
	share := fmt.Sprintf("%.0f %%", 100*t.flops()/m.wall/(ours.peak*float64(threads)))
	first := report.Cells(t.title(), text(m), share)
	var rows [][]report.Cell
	for _, name := range names {
		peer := best[name]
		ratio := m.wall / peer.median().wall
		rows = append(rows, append(slices.Clone(first), report.Cell{Text: text(peer.median())}, report.Cell{Text: peer.contestant},
			report.Cell{Text: fmt.Sprintf("%.2f", ratio), Marked: ratio > 1}))
	}
	if rows == nil {
		rows = append(rows, append(first, report.Cells("", "", "")...))
	}
	return rows
}
