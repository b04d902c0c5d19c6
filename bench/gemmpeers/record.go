package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/report"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// A section is what was measured in one tier, for one element type and number of
// workers.
type section struct {
	Tier, Type  string
	Workers     int
	Machine     string
	Rounds      int
	Contestants []string // names
	Notes       []string // their versions and environments, and what was left out
	Rows        []row
}

func (s section) title() string {
	return fmt.Sprintf("%s, %s, %s", s.Tier, s.Type, plural(s.Workers, "worker"))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// statistic says what the rows have.
func (s section) statistic() string {
	if s.Workers > 1 {
		return fmt.Sprintf("shortest times of at most %d rounds", s.Rounds)
	}
	return fmt.Sprintf("medians of at most %d rounds", s.Rounds)
}

// row returns the outcome of a shape, if it was measured.
func (s section) row(shape string) (row, bool) {
	i := slices.IndexFunc(s.Rows, func(r row) bool { return r.Shape == shape })
	if i < 0 {
		return row{}, false
	}
	return s.Rows[i], true
}

// table has rates of all contestants.
func (s section) table() report.Table {
	t := report.Table{Head: append([]string{"m x n x k"}, s.Contestants...)}
	t.Head = append(t.Head, "of peak", "of the better")
	for _, r := range s.Rows {
		cells := report.Cells(r.Shape)
		for i, rate := range r.GFLOPS {
			cells = append(cells, report.Cell{Text: fmt.Sprintf("%.1f (%.2f)", rate, r.Load[i]), Marked: i > 0 && rate > r.GFLOPS[0]})
		}
		cells = append(cells, report.Cell{Text: fmt.Sprintf("%.0f %%", 100*r.OfPeak)}, ratioCell(r))
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// ratioCell marks a loss.
func ratioCell(r row) report.Cell {
	if r.Ratio == 0 {
		return report.Cell{}
	}
	return report.Cell{Text: fmt.Sprintf("%.2f", r.Ratio), Marked: loses(r)}
}

// others lists the shapes that earlier runs measured, by their captions.
func (s section) others() (captions []string, shapes map[string][]string) {
	shapes = map[string][]string{}
	for _, r := range s.Rows {
		if r.Machine == "" {
			continue
		}
		if !slices.Contains(captions, r.Machine) {
			captions = append(captions, r.Machine)
		}
		shapes[r.Machine] = append(shapes[r.Machine], r.Shape)
	}
	return captions, shapes
}

// loses reports a ratio that is printed as less than 1.
func loses(r row) bool { return r.Ratio != 0 && r.Ratio < 0.995 }

// A record has the sections of a processor. Runs add to it.
type record []section

// with returns the record with a section in the place of an older one of its kind.
// Rows of the older one that were not measured again stay, with a caption of their
// own, if they have the rates of the same contestants.
func (r record) with(s section) record {
	i := slices.IndexFunc(r, func(x section) bool {
		return x.Tier == s.Tier && x.Type == s.Type && x.Workers == s.Workers
	})
	if i < 0 {
		r = append(r, s)
		slices.SortStableFunc(r, func(a, b section) int { return strings.Compare(a.order(), b.order()) })
		return r
	}
	var rows []row
	for _, shape := range shapes {
		if x, ok := s.row(shape.String()); ok {
			rows = append(rows, x)
		} else if x, ok := r[i].row(shape.String()); ok && slices.Equal(r[i].Contestants, s.Contestants) {
			x.Machine = cmp.Or(x.Machine, r[i].Machine)
			if x.Machine == s.Machine {
				x.Machine = ""
			}
			rows = append(rows, x)
		}
	}
	s.Rows = rows
	r[i] = s
	return r
}

// order sorts the best tier first.
func (s section) order() string {
	t, _ := tier.Parse(s.Tier)
	return fmt.Sprintf("%d %s %d", 9-int(t), s.Type, s.Workers)
}

// writeText writes a section as aligned columns.
func (s section) writeText(w io.Writer) error {
	fmt.Fprintf(w, "\n%s\n%s, %s, GFLOP/s (processor time / time)\n", s.title(), s.Machine, s.statistic())
	for _, note := range s.Notes {
		fmt.Fprintln(w, note)
	}
	return s.table().WriteText(w)
}
