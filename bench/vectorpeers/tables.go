package main

import (
	"fmt"
	"slices"

	"github.com/lockstep-ml/lockstep/bench/internal/report"
)

// functionTable has a row for each function, streamTable one for each operation
// and length. What is faster than we are is marked.
func (r record) functionTable(tier string) report.Table {
	return r.table(tier, "function", functions, func(m measurement) string { return m.Operation }, func(m measurement, x result) string {
		text := digits(x.Ns / float64(m.N))
		if x.Error != "" {
			text += " (" + x.Error + ")"
		}
		return text
	})
}

func (r record) streamTable(tier string) report.Table {
	return r.table(tier, "operation", streams, func(m measurement) string { return m.Operation + " " + size(m.N) },
		func(m measurement, x result) string { return digits(x.Ns) })
}

// table has a column for each contestant that has any of the operations.
func (r record) table(tier, head string, operations []operation, title func(measurement) string, cell func(measurement, result) string) report.Table {
	rows := slices.DeleteFunc(r.rows(), func(m measurement) bool {
		return m.Tier != tier || !slices.ContainsFunc(operations, func(op operation) bool { return op.name == m.Operation })
	})
	names := contestantNames(rows)
	table := report.Table{Head: append([]string{head}, names...)}
	for _, m := range rows {
		row := report.Cells(title(m))
		for _, name := range names {
			c := report.Cell{}
			if x, ok := m.of(name); ok {
				c.Text = cell(m, x)
				c.Marked = x.Ns < m.time(ours) && !slices.Contains(loops, name)
			}
			row = append(row, c)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// loops are the probes that the tables show.
var loops = []string{movesName, bareName}

// contestantNames are those with results: we first, then the loops, programs and Go
// libraries in the order in which they are listed.
func contestantNames(rows []measurement) []string {
	order := append([]string{ours}, loops...)
	for _, p := range recipes {
		order = append(order, p.name)
	}
	for _, l := range others() {
		order = append(order, l.name)
	}
	return slices.DeleteFunc(order, func(name string) bool {
		return !slices.ContainsFunc(rows, func(m measurement) bool { _, ok := m.of(name); return ok })
	})
}

// loadTable tells whether anyone had more or less than one processor.
func (r record) loadTable() report.Table {
	table := report.Table{Head: []string{"contestant", "smallest", "largest"}}
	rows := r.rows()
	for _, tier := range r.tiers() {
		for _, name := range contestantNames(rows) {
			var loads []float64
			for _, m := range rows {
				if x, ok := m.of(name); ok && m.Tier == tier {
					loads = append(loads, x.Load)
				}
			}
			if len(loads) > 0 {
				table.Rows = append(table.Rows, report.Cells(name+" "+tier,
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
