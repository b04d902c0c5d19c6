package dataset

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Table is what a file of rows and columns holds, such as a CSV file. Its methods
// do not change it. One can be made of columns of equal length, too.
type Table struct {
	Columns []Column // in the order of the file

	name  string // of the file, for errors
	lines []int  // the line of each row, for errors; nil without a file
}

// A Column is a column of a [Table]. Either Numbers or Text holds its values.
type Column struct {
	Name    string
	Numbers []float64 // of a column of numbers; NaN where the value is missing
	Text    []string  // of any other column; empty where the value is missing
}

// IsText reports whether c holds text.
func (c *Column) IsText() bool { return c.Numbers == nil }

func (c *Column) len() int { return max(len(c.Text), len(c.Numbers)) }

// Missing returns the number of missing values.
func (c *Column) Missing() int {
	missing := 0
	for row := range c.len() {
		if c.isMissing(row) {
			missing++
		}
	}
	return missing
}

func (c *Column) isMissing(row int) bool {
	if c.IsText() {
		return c.Text[row] == ""
	}
	return math.IsNaN(c.Numbers[row])
}

// Len returns the number of rows.
func (t *Table) Len() int {
	if t.lines == nil && len(t.Columns) > 0 {
		return t.Columns[0].len()
	}
	return len(t.lines)
}

// Names returns the names of the columns.
func (t *Table) Names() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// Column returns the column of the given name. It shares the table's memory.
func (t *Table) Column(name string) (*Column, error) {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i], nil
		}
	}
	return nil, fmt.Errorf("%s: there is no column %q, want one of %s", t.subject(), name, list(t.Names()))
}

// subject returns what errors begin with.
func (t *Table) subject() string { return cmp.Or(t.name, "dataset: table") }

// checkLength reports a column that has another number of values than the first.
func (t *Table) checkLength(c *Column) error {
	if c.len() != t.Len() {
		return fmt.Errorf("%s: column %q has %d values, want %d, one for each row", t.subject(), c.Name, c.len(), t.Len())
	}
	return nil
}

// list writes names as a message can hold them.
func list(names []string) string {
	const most = 12
	if len(names) > most {
		names = append(slices.Clone(names[:most]), "...")
	}
	return strings.Join(names, ", ")
}

// Rows returns the given columns, in their order, as rows of numbers; mlp.Rows takes
// them. With no names it returns all columns.
//
// Text and missing values are errors that name file, line and column: leave such
// columns or rows out by [Table.Without] and [Table.Complete], or fill in values.
func (t *Table) Rows(names ...string) ([][]float64, error) {
	if len(names) == 0 {
		names = t.Names()
	}
	values := make([]float64, t.Len()*len(names))
	for j, name := range names {
		c, err := t.Column(name)
		if err != nil {
			return nil, err
		}
		if err := t.checkNumbers(c); err != nil {
			return nil, err
		}
		for i, v := range c.Numbers {
			values[i*len(names)+j] = v
		}
	}
	rows := make([][]float64, t.Len())
	for i := range rows {
		rows[i] = values[i*len(names):][:len(names):len(names)]
	}
	return rows, nil
}

// Labels returns a column as class labels: text as it is, and numbers in the shortest form,
// such as 3 for 3.0, whole ones without an exponent. A missing value is an error that names file, line and column.
func (t *Table) Labels(name string) ([]string, error) {
	c, err := t.Column(name)
	if err != nil {
		return nil, err
	}
	if err := t.checkLength(c); err != nil {
		return nil, err
	}
	labels := slices.Clone(c.Text)
	for row := range t.Len() {
		if c.isMissing(row) {
			return nil, t.errorf(row, c, "the value is missing: leave the row out, or fill in a value")
		}
		if !c.IsText() {
			labels = append(labels, numberLabel(c.Numbers[row]))
		}
	}
	return labels, nil
}

// numberLabel returns the shortest form of a number, which for a million, say, would
// have an exponent, unlike the label of a whole number as package mlp writes it.
func numberLabel(v float64) string {
	const exact = 1 << 53
	if v == math.Trunc(v) && math.Abs(v) <= exact {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// checkNumbers reports the first value of a column that is not a number.
func (t *Table) checkNumbers(c *Column) error {
	if err := t.checkLength(c); err != nil {
		return err
	}
	for row := range t.Len() {
		if c.isMissing(row) {
			return t.errorf(row, c, "the value is missing: leave the row out, or fill in a value")
		}
		if c.IsText() && !isNumber(c.Text[row]) {
			return t.errorf(row, c, "%q is not a finite number: correct it, or leave the column out", shorten(c.Text[row]))
		}
	}
	if c.IsText() {
		return fmt.Errorf("%s: column %q was read as text, want numbers", t.subject(), c.Name)
	}
	return nil
}

// errorf returns an error about a value, which names its place.
func (t *Table) errorf(row int, c *Column, format string, args ...any) error {
	place := fmt.Sprintf("%s: row %d", t.subject(), row)
	if t.lines != nil {
		place = fmt.Sprintf("%s:%d", t.name, t.lines[row])
	}
	return fmt.Errorf("%s: column %q: %s", place, c.Name, fmt.Sprintf(format, args...))
}

// Without returns the table without the given columns. It shares the memory of t.
func (t *Table) Without(names ...string) (*Table, error) {
	for _, name := range names {
		if _, err := t.Column(name); err != nil {
			return nil, err
		}
	}
	without := *t
	without.Columns = slices.DeleteFunc(slices.Clone(t.Columns), func(c Column) bool { return slices.Contains(names, c.Name) })
	return &without, nil
}

// Complete returns a copy of the rows in which no value is missing.
func (t *Table) Complete() *Table {
	var rows []int
	for row := range t.Len() {
		if !slices.ContainsFunc(t.Columns, func(c Column) bool { return c.isMissing(row) }) {
			rows = append(rows, row)
		}
	}
	return t.Select(rows)
}

// Select returns a copy of the given rows, in their order. It panics if there is no
// such row.
func (t *Table) Select(rows []int) *Table {
	selected := &Table{Columns: slices.Clone(t.Columns), name: t.name, lines: pick(t.lines, rows)}
	for i, c := range t.Columns {
		selected.Columns[i].Text, selected.Columns[i].Numbers = pick(c.Text, rows), pick(c.Numbers, rows)
	}
	return selected
}

// pick returns the elements of the given indices, nil of nil.
func pick[T any](s []T, indices []int) []T {
	if s == nil {
		return nil
	}
	picked := make([]T, len(indices))
	for i, index := range indices {
		picked[i] = s[index]
	}
	return picked
}
