package dataset

import (
	"math"
	"reflect"
	"testing"
)

const people = "name,age,height\nAnn,34,1.7\n\nBob,,1.8\nCid,51,\nDee,29,1.6\n"

func TestTableRows(t *testing.T) {
	table := mustReadCSV(t, people, CSVOptions{})
	complete := table.Complete()
	rows, err := complete.Rows("height", "age")
	if want := [][]float64{{1.7, 34}, {1.6, 29}}; err != nil || !reflect.DeepEqual(rows, want) {
		t.Errorf("rows %v, %v; want %v", rows, err, want)
	}
	rows[0] = append(rows[0], 7) // must not reach the next row
	if rows[1][0] != 1.6 {
		t.Error("a row grew into the next one")
	}
	if table.Len() != 4 || table.Columns[1].Missing() != 1 || table.Columns[0].Missing() != 0 {
		t.Errorf("the table has become %v", table)
	}
	numbers, err := complete.Without("name")
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := numbers.Rows(); err != nil || !reflect.DeepEqual(rows, [][]float64{{34, 1.7}, {29, 1.6}}) {
		t.Errorf("all columns: %v, %v", rows, err)
	}
}

func TestTableRejects(t *testing.T) {
	table := mustReadCSV(t, people, CSVOptions{})
	text := mustReadCSV(t, "a,b\n1,1\n2,1.5O\n", CSVOptions{Text: []string{"a"}})
	for _, test := range []struct {
		name string
		call func() error
		want string
	}{
		{"a missing value", func() error { _, err := table.Rows("height", "age"); return err },
			`t.csv:5: column "height": the value is missing: leave the row out, or fill in a value`},
		{"a slip of the pen", func() error { _, err := text.Rows("b"); return err },
			`t.csv:3: column "b": "1.5O" is not a finite number: correct it, or leave the column out`},
		{"numbers read as text", func() error { _, err := text.Rows("a"); return err },
			`t.csv: column "a" was read as text, want numbers`},
		{"no such column", func() error { _, err := table.Rows("Age"); return err },
			`t.csv: there is no column "Age", want one of name, age, height`},
		{"no such column to leave out", func() error { _, err := table.Without("Age"); return err },
			`t.csv: there is no column "Age", want one of name, age, height`},
	} {
		if err := test.call(); err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}

// Rows that are left over keep the lines of the file in errors.
func TestTableSelectKeepsLines(t *testing.T) {
	selected := mustReadCSV(t, people, CSVOptions{}).Select([]int{3, 2})
	_, err := selected.Rows("height")
	if want := `t.csv:5: column "height": the value is missing: leave the row out, or fill in a value`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestTableLabels(t *testing.T) {
	table := mustReadCSV(t, "a,b,c\n1.0,x,\n-2.5,y,1\n20000001,z,1\n", CSVOptions{})
	for name, want := range map[string][]string{"a": {"1", "-2.5", "20000001"}, "b": {"x", "y", "z"}} {
		if got, err := table.Labels(name); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("labels %q, %v; want %q", got, err, want)
		}
	}
	_, err := table.Labels("c")
	if want := `t.csv:2: column "c": the value is missing: leave the row out, or fill in a value`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if _, err := table.Labels("d"); err == nil {
		t.Error("no error for a column that is not there")
	}
}

// TestTableOfOwn makes a table without a file.
func TestTableOfOwn(t *testing.T) {
	table := &Table{Columns: []Column{
		{Name: "age", Numbers: []float64{34, math.NaN(), 29}},
		{Name: "name", Text: []string{"Ann", "Bob", "Dee"}},
	}}
	if _, err := table.Rows("age"); err == nil || err.Error() != `dataset: table: row 1: column "age": the value is missing: leave the row out, or fill in a value` {
		t.Errorf("error %v", err)
	}
	complete := table.Complete()
	rows, err := complete.Rows("age")
	if err != nil || !reflect.DeepEqual(rows, [][]float64{{34}, {29}}) {
		t.Errorf("rows %v, %v", rows, err)
	}
	if labels, err := complete.Labels("name"); err != nil || !reflect.DeepEqual(labels, []string{"Ann", "Dee"}) {
		t.Errorf("labels %v, %v", labels, err)
	}
	table.Columns[1].Text = []string{"Ann"}
	if _, err := table.Labels("name"); err == nil || err.Error() != `dataset: table: column "name" has 1 values, want 3, one for each row` {
		t.Errorf("error %v", err)
	}
}
