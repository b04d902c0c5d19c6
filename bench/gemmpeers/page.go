package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/report"
)

// writePage writes the part of docs/performance.md that this command answers for.
func (r record) writePage(w io.Writer) error {
	won, lost := r.count()
	fmt.Fprintf(w, "## Matrix products\n\n"+
		"`go run -C bench ./gemmpeers` beside OpenBLAS and BLIS, which get the kernels of our tier and as many threads as we have workers. "+
		"All take turns. With one worker a ratio is the median over rounds, in each of which all run at nearly the same clock frequency; "+
		"with two the shortest times count, as the system does not give both cores in each turn. "+
		"At %d of %d products Lockstep has a ratio of 1.00 or more to the better peer.\n\n"+
		"![Our rate by that of the better peer](%s)\n\n"+
		"The same in figures; **bold** is what loses. s is float32, d is float64, and the number that of workers.\n\n", won, won+lost, heatMapName)
	if err := r.ratios().WriteMarkdown(w); err != nil {
		return err
	}
	for _, s := range r {
		fmt.Fprintf(w, "\n### Products: %s\n\nGFLOP/s (processor time / time; Go's monitor thread counts), %s, on %s.\n\n", s.title(), s.statistic(), s.Machine)
		if err := s.table().WriteMarkdown(w); err != nil {
			return err
		}
		captions, shapes := s.others()
		for _, caption := range captions {
			fmt.Fprintf(w, "\nFrom an earlier run, on %s: %s.\n", caption, strings.Join(shapes[caption], ", "))
		}
		for _, note := range s.Notes {
			fmt.Fprintf(w, "\n- %s", note)
		}
		fmt.Fprintln(w)
	}
	_, err := fmt.Fprintf(w, "\n[The raw output](%s) has the same figures in full.\n", recordName)
	return err
}

// count returns how many products are won and lost.
func (r record) count() (won, lost int) {
	for _, s := range r {
		for _, x := range s.Rows {
			switch {
			case loses(x):
				lost++
			case x.Ratio > 0:
				won++
			}
		}
	}
	return won, lost
}

// ratios is the table with a column for each section.
func (r record) ratios() report.Table {
	t := report.Table{Head: []string{"m x n x k"}}
	for _, s := range r {
		t.Head = append(t.Head, s.column())
	}
	for _, shape := range r.shapes() {
		cells := report.Cells(shape)
		for _, s := range r {
			x, _ := s.row(shape)
			cells = append(cells, ratioCell(x))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func (s section) column() string {
	return fmt.Sprintf("%s %s %d", s.Tier, map[string]string{float32s: "s", float64s: "d"}[s.Type], s.Workers)
}

// shapes are those that some section has.
func (r record) shapes() []string {
	var all []string
	for _, shape := range shapes {
		if slices.ContainsFunc(r, func(s section) bool { _, ok := s.row(shape.String()); return ok }) {
			all = append(all, shape.String())
		}
	}
	return all
}
