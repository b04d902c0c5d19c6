package dataset

import (
	"bytes"
	"compress/gzip"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func readCSV(text string, options CSVOptions) (*Table, error) {
	return ReadCSV(strings.NewReader(text), "t.csv", options)
}

func mustReadCSV(t *testing.T, text string, options CSVOptions) *Table {
	t.Helper()
	table, err := readCSV(text, options)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// sameColumns compares columns, in which NaN equals NaN.
func sameColumns(a, b []Column) bool {
	return slices.EqualFunc(a, b, func(a, b Column) bool {
		return a.Name == b.Name && reflect.DeepEqual(a.Text, b.Text) && a.IsText() == b.IsText() &&
			slices.EqualFunc(a.Numbers, b.Numbers, func(x, y float64) bool { return x == y || x != x && y != y })
	})
}

func TestReadCSV(t *testing.T) {
	nan := math.NaN()
	for _, test := range []struct {
		name, text string
		options    CSVOptions
		want       []Column
	}{
		{"header, numbers and text", "a,b\n1,x\n-2.5e3,y\n", CSVOptions{},
			[]Column{{Name: "a", Numbers: []float64{1, -2500}}, {Name: "b", Text: []string{"x", "y"}}}},
		{"a number in the first record", "1,x\n2,y", CSVOptions{},
			[]Column{{Name: "1", Numbers: []float64{1, 2}}, {Name: "2", Text: []string{"x", "y"}}}},
		{"a header of numbers", "2020,2021\n1,2\n", CSVOptions{Header: HasHeader},
			[]Column{{Name: "2020", Numbers: []float64{1}}, {Name: "2021", Numbers: []float64{2}}}},
		{"text without a header", "x,y\nz,w\n", CSVOptions{Header: NoHeader},
			[]Column{{Name: "1", Text: []string{"x", "z"}}, {Name: "2", Text: []string{"y", "w"}}}},
		{"quoted fields", "\"a, \"\"b\"\"\",\"c\nd\"\r\n\"1\",\"x\ny\"\r\n", CSVOptions{},
			[]Column{{Name: `a, "b"`, Numbers: []float64{1}}, {Name: "c\nd", Text: []string{"x\ny"}}}},
		{"missing values", "a,b,c\n,x,?\n1,NA,\n nan ,,null\n", CSVOptions{},
			[]Column{{Name: "a", Numbers: []float64{nan, 1, nan}}, {Name: "b", Text: []string{"x", "", ""}}, {Name: "c", Numbers: []float64{nan, nan, nan}}}},
		{"what is missing is given", "a\n-\n?\n1\n", CSVOptions{Missing: []string{"-"}},
			[]Column{{Name: "a", Text: []string{"", "?", "1"}}}},
		{"text that looks like numbers", "zip,n\n007,1\n", CSVOptions{Text: []string{"zip"}},
			[]Column{{Name: "zip", Text: []string{"007"}}, {Name: "n", Numbers: []float64{1}}}},
		{"infinities are no numbers", "a,b\ninf,1e999\n", CSVOptions{},
			[]Column{{Name: "a", Text: []string{"inf"}}, {Name: "b", Text: []string{"1e999"}}}},
		{"semicolons, spaces, a byte-order mark and empty lines", "\ufeffa; b\n\n1 ;x\n\n", CSVOptions{Comma: ';'},
			[]Column{{Name: "a", Numbers: []float64{1}}, {Name: "b", Text: []string{"x"}}}},
	} {
		table, err := readCSV(test.text, test.options)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		} else if !sameColumns(table.Columns, test.want) {
			t.Errorf("%s: columns %v, want %v", test.name, table.Columns, test.want)
		}
	}
}

func TestReadCSVRejects(t *testing.T) {
	for _, test := range []struct {
		name, text string
		options    CSVOptions
		want       string
	}{
		{"an empty file", "", CSVOptions{}, "t.csv: the file has no rows of data"},
		{"a header alone", "a,b\n", CSVOptions{}, "t.csv: the file has no rows of data"},
		{"a short record", "a,b\n1,2\n3\n", CSVOptions{}, "t.csv:3: 1 column, want 2 as in the first record"},
		{"a long record", "a,b\n\n\"1\n\",2,3\n", CSVOptions{}, "t.csv:3: 3 columns, want 2 as in the first record"},
		{"names twice", "a,b,a\n1,2,3\n", CSVOptions{}, `t.csv:1: columns 1 and 3 are both named "a": rename one`},
		{"a quote that does not end", "a\n\"1\n2\n", CSVOptions{}, "(the record begins in line 2)"},
		{"a quote within a field", "a,b\n1,x\"y\n", CSVOptions{}, `t.csv:2: byte 4: bare " in non-quoted-field`},
		{"bytes that are not UTF-8", "a,b\n1,\xe4\n", CSVOptions{}, "t.csv:2: column 2: the text is not UTF-8: convert the file"},
		{"an unknown column of text", "a\n1\n", CSVOptions{Text: []string{"b"}}, `t.csv: there is no column "b", want one of a`},
		{"a comma that cannot be", "a\n1\n", CSVOptions{Comma: '"'}, "invalid"},
	} {
		table, err := readCSV(test.text, test.options)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, %v; want the error %q", test.name, table, err, test.want)
		}
	}
}

func TestReadCSVReaderFails(t *testing.T) {
	failure := errors.New("cable unplugged")
	if _, err := ReadCSV(iotest.ErrReader(failure), "t.csv", CSVOptions{}); !errors.Is(err, failure) {
		t.Errorf("error %v, want it to wrap the reader's", err)
	}
}

func TestOpenCSV(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv.gz")
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	w.Write([]byte("a\n1\n"))
	w.Close()
	if err := os.WriteFile(path, zipped.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if table, err := OpenCSV(path, CSVOptions{}); err != nil || table.Len() != 1 {
		t.Errorf("read %v, %v", table, err)
	}
	if err := os.WriteFile(path, zipped.Bytes()[:zipped.Len()-9], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCSV(path, CSVOptions{}); err == nil || !strings.Contains(err.Error(), "truncated") {
		t.Errorf("a truncated file: %v", err)
	}
	if _, err := OpenCSV(path+"?", CSVOptions{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// FuzzReadCSV checks what must hold for any bytes: no panic, and of what is accepted
// each column has a value for each row, numbers that are finite or missing, and a name of
// its own.
func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{"", "a,b\n1,x\n", "1,2\n3,\n", "\"a\",\"b\nc\"\n?,NA\n", "\ufeffa;b\n1e999;0x1p-2\n", "a\n\"", "\x1f\x8b"} {
		f.Add([]byte(seed), byte(0))
	}
	f.Fuzz(func(t *testing.T, data []byte, header byte) {
		table, err := ReadCSV(bytes.NewReader(data), "t.csv", CSVOptions{Header: Header(header % 3)})
		if err != nil {
			return
		}
		names := map[string]bool{}
		for _, c := range table.Columns {
			if names[c.Name] || len(c.Text)+len(c.Numbers) != table.Len() {
				t.Fatalf("columns %v of %d rows", table.Columns, table.Len())
			}
			names[c.Name] = true
			for _, v := range c.Numbers {
				if math.IsInf(v, 0) {
					t.Fatalf("column %q holds %v", c.Name, v)
				}
			}
		}
		if rows, err := table.Complete().Rows(); err == nil && len(rows) > table.Len() {
			t.Fatalf("%d rows of %d", len(rows), table.Len())
		}
	})
}
