package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/bench/internal/report"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// A survey is what one run has measured.
type survey struct {
	rounds   int
	only     *regexp.Regexp // operations
	notes    []string
	rows     []measurement
	accuracy map[string]map[string]float64 // in ulp, by operation and "contestant tier"
}

func (s *survey) note(format string, arguments ...any) {
	text := fmt.Sprintf(format, arguments...)
	if !slices.Contains(s.notes, text) {
		s.notes = append(s.notes, text)
	}
}

// measure runs all operations in one tier.
func (s *survey) measure(t tier.Tier, folder, python string) error {
	all := []contestant{lockstep(t)}
	if p := probe(t); p != nil {
		all = append(all, p)
	}
	foreign, leftOut := programs(folder, python, t)
	for _, p := range foreign {
		defer p.close()
		all = append(all, p)
	}
	for _, l := range others() {
		all = append(all, l)
	}
	for _, text := range leftOut {
		s.note("%s", text)
	}
	for _, c := range all {
		s.note("%s: %s", c, c.description())
	}
	for _, op := range functions {
		if !s.only.MatchString(op.name) {
			continue
		}
		if err := s.race(t, all, op, functionSize); err != nil {
			return err
		}
		if op.exact != nil {
			if err := s.check(t, all, op); err != nil {
				return err
			}
		}
	}
	for _, op := range streams {
		if !s.only.MatchString(op.name) {
			continue
		}
		for _, n := range streamSizes {
			if err := s.race(t, all, op, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *survey) race(t tier.Tier, all []contestant, op operation, n int) error {
	results, err := race(all, op, n, s.rounds)
	s.rows = append(s.rows, measurement{t, op, n, all, results})
	return err
}

func (s *survey) check(t tier.Tier, all []contestant, op operation) error {
	errors, err := largestErrors(all, op)
	if err != nil {
		return err
	}
	if s.accuracy == nil {
		s.accuracy = map[string]map[string]float64{}
	}
	if s.accuracy[op.name] == nil {
		s.accuracy[op.name] = map[string]float64{}
	}
	for i, c := range all {
		s.accuracy[op.name][c.String()+" "+t.String()] = errors[i]
	}
	return nil
}

// write prints the tables, and writes them to a folder if there is one.
func (s *survey) write(folder string) error {
	text := io.Writer(os.Stdout)
	if folder != "" {
		if err := os.MkdirAll(folder, 0o777); err != nil {
			return err
		}
		for _, t := range s.tiers() {
			if err := s.savePlot(t, filepath.Join(folder, plotName(t))); err != nil {
				return err
			}
		}
		page, err := os.Create(filepath.Join(folder, "vector.md"))
		if err != nil {
			return err
		}
		defer page.Close()
		if err := s.writePage(page); err != nil {
			return err
		}
		raw, err := os.Create(filepath.Join(folder, "vector.txt"))
		if err != nil {
			return err
		}
		defer raw.Close()
		text = io.MultiWriter(os.Stdout, raw)
	}
	return s.writeText(text)
}

// tiers are those measured, in order.
func (s *survey) tiers() []tier.Tier {
	var all []tier.Tier
	for _, m := range s.rows {
		if !slices.Contains(all, m.tier) {
			all = append(all, m.tier)
		}
	}
	return all
}

func (s *survey) writeText(w io.Writer) error {
	fmt.Fprintf(w, "vectorpeers %s\n%s\n%s\n", strings.Join(os.Args[1:], " "), machine.Caption(), strings.Join(s.notes, "\n"))
	for _, t := range s.tiers() {
		fmt.Fprintf(w, "\n%s: functions at n = %d, ns per element (largest error found, ulp)\n", t, functionSize)
		if err := s.functionTable(t).WriteText(w); err != nil {
			return err
		}
		fmt.Fprintf(w, "\n%s: operations, ns per call\n", t)
		if err := s.streamTable(t).WriteText(w); err != nil {
			return err
		}
	}
	table, reached, missed := judge(s.rows)
	fmt.Fprintf(w, "\nTargets: %d reached, %d missed\n", reached, missed)
	if err := table.WriteText(w); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nProcessor time / time, the smallest and the largest of each contestant. (That of the\n"+
		"Go libraries has the monitor thread of Go's runtime in it, which polls.)")
	return s.loadTable().WriteText(w)
}

// functionTable has a row for each function, streamTable one for each operation
// and length. What is faster than we are is marked.
func (s *survey) functionTable(t tier.Tier) report.Table {
	return s.table(t, "function", func(m measurement) (string, bool) {
		return m.op.name, slices.ContainsFunc(functions, func(op operation) bool { return op.name == m.op.name })
	}, func(m measurement, i int) string {
		text := digits(m.results[i].ns / float64(m.n))
		if ulp, ok := s.accuracy[m.op.name][m.all[i].String()+" "+t.String()]; ok {
			text += " (" + ulps(ulp) + ")"
		}
		return text
	})
}

func (s *survey) streamTable(t tier.Tier) report.Table {
	return s.table(t, "operation", func(m measurement) (string, bool) {
		return m.op.name + " " + size(m.n), slices.Contains(streamNames(), m.op.name)
	}, func(m measurement, i int) string { return digits(m.results[i].ns) })
}

// table leaves out the contestants without any result.
func (s *survey) table(t tier.Tier, head string, title func(measurement) (string, bool), cell func(m measurement, i int) string) report.Table {
	var rows []measurement
	var taking []int
	for _, m := range s.rows {
		if _, ok := title(m); !ok || m.tier != t {
			continue
		}
		rows = append(rows, m)
		for i, r := range m.results {
			if r.runs && !slices.Contains(taking, i) {
				taking = append(taking, i)
			}
		}
	}
	slices.Sort(taking)
	table := report.Table{Head: []string{head}}
	for _, i := range taking {
		table.Head = append(table.Head, rows[0].all[i].String())
	}
	for _, m := range rows {
		name, _ := title(m)
		row := report.Cells(name)
		own, _ := m.of(ours)
		for _, i := range taking {
			c := report.Cell{}
			if m.results[i].runs {
				c.Text = cell(m, i)
				c.Marked = m.results[i].ns < own && m.all[i].String() != probeName
			}
			row = append(row, c)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// loadTable tells whether anyone had more or less than one processor.
func (s *survey) loadTable() report.Table {
	table := report.Table{Head: []string{"contestant", "smallest", "largest"}}
	for _, t := range s.tiers() {
		for i := 0; ; i++ {
			var name string
			var loads []float64
			for _, m := range s.rows {
				if m.tier == t && i < len(m.all) {
					name = m.all[i].String() + " " + t.String()
					if m.results[i].runs {
						loads = append(loads, m.results[i].load)
					}
				}
			}
			if name == "" {
				break
			}
			if len(loads) > 0 {
				table.Rows = append(table.Rows, report.Cells(name,
					fmt.Sprintf("%.2f", slices.Min(loads)), fmt.Sprintf("%.2f", slices.Max(loads))))
			}
		}
	}
	return table
}

// digits writes three significant digits.
func digits(x float64) string {
	switch {
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	case x >= 1:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.3f", x)
}

// ulps writes an error with as many digits as it deserves.
func ulps(x float64) string {
	switch {
	case x <= 0.5+0x1p-15:
		return "0.5"
	case x < 10:
		return fmt.Sprintf("%.2f", x)
	case x < 1e5:
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.0e", x)
}
