package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/report"
)

// A page is a part of docs/performance.md.
type page struct {
	file, title, what string
	peers             []string // that take part where they are installed
	has               func(task) bool
}

// tasks are those of the page.
func (p page) tasks() []task {
	return slices.DeleteFunc(slices.Clone(tasks), func(t task) bool { return !p.has(t) })
}

// plotName is that of the page's plot.
func (p page) plotName() string { return strings.TrimSuffix(p.file, ".md") + ".svg" }

var pages = []page{
	{"training.md", "Training", "An epoch of MNIST, 60 000 images. Our two workers are compared with the fastest setting of a peer's threads.",
		[]string{"PyTorch", "scikit-learn"},
		func(t task) bool { return t.optimizer != "" }},
	{"inference.md", "Inference latency", "A prediction from floats in memory to logits. Where two threads are allowed, both take the fastest of their settings: " +
		"a row, or 64, are not worth a second worker to us.",
		[]string{"PyTorch", "ONNX Runtime"},
		func(t task) bool { return t.optimizer == "" }},
}

// write writes the page's tables of some results.
func (p page) write(w io.Writer, results []result) error {
	results = slices.DeleteFunc(slices.Clone(results), func(r result) bool { return !p.has(r.task) })
	fmt.Fprintf(w, "## %s\n\n`go run -C bench ./trainpeers`", p.title)
	all := runs(results)
	if len(all) == 1 {
		fmt.Fprintf(w, " on %s", all[0].caption)
	}
	fmt.Fprintf(w, ". %s Medians in alternation, in parentheses processor time over time; [all times](%s). **Bold** is where Lockstep loses.\n\n", p.what, recordName)
	table := report.Table{Head: []string{"task", "threads", "lockstep", "of FMA peak", "peer", "", "lockstep / peer"}}
	for threads := 1; threads <= 2; threads++ {
		for _, t := range p.tasks() {
			table.Rows = append(table.Rows, tableRows(t, results, threads)...)
		}
	}
	if err := table.WriteMarkdown(w); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n![Peers' times by ours](%s)\n\n", p.plotName())
	for _, of := range all {
		if len(all) > 1 {
			fmt.Fprintf(w, "%s: on %s.\n\n", strings.Join(titles(results, of), "; "), of.caption)
		}
	}
	var builds []string
	for _, of := range all {
		for _, b := range of.peers {
			if tookPart(b, results, of) && !slices.Contains(builds, b) {
				builds = append(builds, b)
				fmt.Fprintf(w, "- %s\n", b)
			}
		}
	}
	for _, name := range p.peers {
		if !slices.ContainsFunc(results, func(r result) bool { return strings.HasPrefix(r.contestant, name) }) {
			fmt.Fprintf(w, "- %s: left out\n", name)
		}
	}
	return nil
}

// titles are those of a run's tasks.
func titles(results []result, of *run) []string {
	var all []string
	for _, r := range results {
		if r.run == of && !slices.Contains(all, r.task.title()) {
			all = append(all, r.task.title())
		}
	}
	return all
}

// tookPart reports whether a run has results of who was built like this.
func tookPart(build string, results []result, of *run) bool {
	return slices.ContainsFunc(results, func(r result) bool { return r.run == of && strings.HasPrefix(build, libraryOf(r.contestant)+": ") })
}

// outcome returns our result in a task with at most so many threads, and that of each
// peer in its fastest setting. We train with that very number of workers, and predict
// with the number that is fastest.
func outcome(t task, results []result, threads int) (ours result, peers []result, ok bool) {
	for _, r := range results {
		if r.task.String() != t.String() || r.threads > threads || r.ours && t.optimizer != "" && r.threads != threads {
			continue
		}
		faster := func(o result) bool { return o.timings == nil || r.median().wall < o.median().wall }
		if r.ours {
			if faster(ours) {
				ours, ok = r, true
			}
			continue
		}
		i := slices.IndexFunc(peers, func(o result) bool { return libraryOf(o.contestant) == libraryOf(r.contestant) })
		if i < 0 {
			peers = append(peers, r)
		} else if faster(peers[i]) {
			peers[i] = r
		}
	}
	return ours, peers, ok
}

// tableRows returns a table's rows on a task with at most so many threads: one for
// each peer.
func tableRows(t task, results []result, threads int) [][]report.Cell {
	ours, peers, ok := outcome(t, results, threads)
	if !ok {
		return nil
	}
	factor, unit := t.scale()
	text := func(x timing) string {
		return fmt.Sprintf("%.3g %s (%.2f)", factor*x.wall, unit, x.processor/x.wall)
	}
	m := ours.median()
	share := fmt.Sprintf("%.0f %%", 100*t.flops()/m.wall/(ours.peak*float64(ours.threads)))
	first := report.Cells(t.title(), fmt.Sprint(threads), text(m), share)
	var rows [][]report.Cell
	for _, peer := range peers {
		ratio := m.wall / peer.median().wall
		rows = append(rows, append(slices.Clone(first), report.Cell{Text: text(peer.median())}, report.Cell{Text: peer.contestant},
			report.Cell{Text: fmt.Sprintf("%.2f", ratio), Marked: ratio > 1}))
	}
	if rows == nil {
		rows = append(rows, append(first, report.Cells("", "", "")...))
	}
	return rows
}
