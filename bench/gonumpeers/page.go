package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/lockstep-ml/lockstep/bench/internal/report"
)

// writePage writes the part of docs/performance.md that this command answers for.
func (r record) writePage(w io.Writer) error {
	fmt.Fprintf(w, "## gonum with and without Lockstep\n\n"+
		"`go run -C bench ./gonumpeers`: gonum by itself, with `gonumblas` in use, and with OpenBLAS by `gonum.org/v1/netlib`, which needs cgo. "+
		"Shortest times of alternating turns, %d threads each, in parentheses processor time over time; then our speed by that of the others. "+
		"**Bold** is where Lockstep loses.\n", threads)
	for _, group := range groups(r.Tasks) {
		fmt.Fprintln(w)
		if err := tasksTable(group).WriteMarkdown(w); err != nil {
			return err
		}
		for i, name := range group[0].Contestants {
			fmt.Fprintf(w, "\n- %s: %s", name, group[0].Descriptions[i])
		}
		fmt.Fprintln(w)
		writeMachines(w, group, func(r row) string { return r.Machine })
	}
	if len(r.Calls) > 0 {
		if err := r.writeCalls(w); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\n[The raw output](%s) has the same figures in full.\n", recordName)
	return err
}

// groups are the rows with the same contestants.
func groups(rows []row) [][]row {
	var all [][]row
	for _, r := range rows {
		i := slices.IndexFunc(all, func(g []row) bool { return slices.Equal(g[0].Descriptions, r.Descriptions) })
		if i < 0 {
			all = append(all, nil)
			i = len(all) - 1
		}
		all[i] = append(all[i], r)
	}
	return all
}

// writeMachines writes on what some items were measured: a line for each machine and commit.
func writeMachines[T any](w io.Writer, items []T, machine func(T) string) {
	var written []string
	for _, x := range items {
		if m := machine(x); !slices.Contains(written, m) {
			fmt.Fprintf(w, "\nOn %s.\n", m)
			written = append(written, m)
		}
	}
}

func tasksTable(rows []row) report.Table {
	names := rows[0].Contestants
	t := report.Table{Head: append([]string{"task"}, names...)}
	for _, name := range names[1:] {
		t.Head = append(t.Head, "of "+name)
	}
	for _, r := range rows {
		cells := report.Cells(r.Task)
		for i, ns := range r.Nanoseconds {
			cells = append(cells, report.Cell{Text: fmt.Sprintf("%s (%.2f)", duration(ns), r.Load[i]), Marked: loses(r.ratio(i))})
		}
		for i := range names[1:] {
			cells = append(cells, report.Cell{Text: fmt.Sprintf("%.2f", r.ratio(i+1)), Marked: loses(r.ratio(i + 1))})
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// loses reports a ratio that is printed as less than 1.
func loses(ratio float64) bool { return ratio < 0.995 }

// writeCalls writes what the sweep has found.
func (r record) writeCalls(w io.Writer) error {
	n := tallyOf(r.Calls)
	fmt.Fprintf(w, "\n### gonum: every call\n\n`go run -C bench ./gonumpeers -calls .` times each method of the BLAS in both types, "+
		"with several increments, transpositions, sides and factors, at many sizes from 1 up: %d calls, of which **%d run at less than %.2f of gonum's speed**.\n\n"+
		"Both take turns, and the median of the ratios counts. A first measurement has %d of %d calls below %.2f. Most of those take some nanoseconds, "+
		"of which the places of code, stack and data in memory can cost one or two, in either library. So the %d calls that were below %.2f at first are measured again, "+
		"in %d programs with their functions in different orders and in %d places of stack and data each, what then is below %.2f in %d more programs, "+
		"and the median over all of them counts, whatever the first one was: %d are below %.2f. "+
		"For comparison the same was done with a sample of %d of the other calls: %d are below. A shape is m x n x k.\n",
		n.timed, n.slow+n.slowSampled, bar, n.slowAtFirst, n.timed, bar, n.doubtful, doubtful, fewLayouts, thorough.Places, near, allLayouts-fewLayouts, n.slow, bar, n.sample, n.slowSampled)
	writeMachines(w, r.Calls, func(m method) string { return m.Machine })
	t := report.Table{Head: []string{"call", "shape", "lockstep", "gonum", "of gonum, at first", "of gonum"}}
	for _, m := range r.Calls {
		for _, x := range m.Again {
			if x.Last.slow() {
				t.Rows = append(t.Rows, append(report.Cells(m.Name, x.Shape, duration(x.Last.Ours), duration(x.Last.Theirs), fmt.Sprintf("%.2f", x.First.Ratio)),
					report.Cell{Text: fmt.Sprintf("%.2f", x.Last.Ratio), Marked: true}))
			}
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	return t.WriteMarkdown(w)
}
