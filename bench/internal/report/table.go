// Package report writes the tables of the comparisons, as text for the raw
// results and as Markdown for the documents.
package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// A Table has a heading for each column. The first column names the rows.
type Table struct {
	Head []string
	Rows [][]Cell
}

// A Cell is marked where the reader's eye should stop: where Lockstep loses.
type Cell struct {
	Text   string
	Marked bool
}

// Cells are unmarked.
func Cells(texts ...string) []Cell {
	row := make([]Cell, len(texts))
	for i, text := range texts {
		row[i].Text = text
	}
	return row
}

// WriteText writes aligned columns, with an asterisk after marked cells.
func (t Table) WriteText(w io.Writer) error {
	columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(columns, strings.Join(t.Head, "\t"))
	for _, row := range t.Rows {
		for i, c := range row {
			if i > 0 {
				fmt.Fprint(columns, "\t")
			}
			fmt.Fprint(columns, c.Text)
			if c.Marked {
				fmt.Fprint(columns, "*")
			}
		}
		fmt.Fprintln(columns)
	}
	return columns.Flush()
}

// WriteMarkdown writes a table with marked cells in bold. Columns but the first
// are set flush right.
func (t Table) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s |\n|---|%s\n", strings.Join(t.Head, " | "), strings.Repeat("---:|", len(t.Head)-1))
	for _, row := range t.Rows {
		for _, c := range row {
			text := c.Text
			if c.Marked {
				text = "**" + text + "**"
			}
			fmt.Fprintf(&b, "| %s ", text)
		}
		b.WriteString("|\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
