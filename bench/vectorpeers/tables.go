package main

import (
	"fmt"
	"slices"

	"github.com/lockstep-ml/lockstep/bench/internal/report"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// functionTable has a row for each function, streamTable one for each operation
// and length. What is faster than we are is marked.
func (s *survey) functionTable(t tier.Tier) report.Table {
	return s.table(t, "function", func(m measurement) (string, bool) {
		return m.op.name, slices.ContainsFunc(functions, func(op operation) bool { return op.name == m.op.name })
	}, func(m measurement, i int) string {
		text := digits(m.results[i].ns / float64(m.n))
		if m.errors != nil {
			text += " (" + ulps(m.errors[i]) + ")"
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
