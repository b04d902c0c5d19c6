package dataset

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Header says whether the first record of a CSV file holds the columns' names.
type Header int

const (
	DetectHeader Header = iota // it does unless one of its fields is a number
	HasHeader                  // it does
	NoHeader                   // it does not: the columns are named "1", "2", ...
)

// CSVOptions say how to read a CSV file. Their zero value suits most.
type CSVOptions struct {
	Header  Header
	Comma   rune     // between fields; 0 means a comma
	Missing []string // what stands for a missing value beside an empty field; nil means [DefaultMissing]
	Text    []string // names of columns of text, whatever they look like
}

// DefaultMissing returns what stands for a missing value by default.
func DefaultMissing() []string { return []string{"NA", "N/A", "NaN", "nan", "null", "NULL", "?"} }

// OpenCSV reads a CSV file as [ReadCSV] does.
func OpenCSV(path string, options CSVOptions) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadCSV(f, path, options)
}

// ReadCSV reads a table in CSV format (RFC 4180): a record a line, with fields that
// may be quoted. White space around fields is dropped. The file may be compressed by
// gzip, which shows in its first bytes, and begin with a byte-order mark; name is used in
// errors only.
//
// A column all of whose values are finite numbers as Go writes them is one of numbers,
// and any other one of text. Errors name file, line and column: records of different
// lengths, two columns of one name, quotes that do not match, text that is not UTF-8.
func ReadCSV(r io.Reader, name string, options CSVOptions) (*Table, error) {
	uncompressed, err := decompress(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c := csvReader{name: name, options: options}
	if options.Missing == nil {
		c.options.Missing = DefaultMissing()
	}
	if err := c.read(uncompressed); err != nil {
		return nil, err
	}
	return c.table()
}

// csvReader holds the records of a file.
type csvReader struct {
	name    string
	options CSVOptions
	first   []string   // names of the columns
	cells   [][]string // by column
	lines   []int      // of the rows
}

// read reads all records.
func (c *csvReader) read(r io.Reader) error {
	parser := csv.NewReader(withoutMark(r))
	parser.FieldsPerRecord = -1 // compared below, with a message of our own
	parser.ReuseRecord = true
	if c.options.Comma != 0 {
		parser.Comma = c.options.Comma
	}
	for {
		record, err := parser.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return c.parseError(err)
		}
		line, _ := parser.FieldPos(0)
		if err := c.add(record, line); err != nil {
			return err
		}
	}
}

// withoutMark skips a byte-order mark.
func withoutMark(r io.Reader) io.Reader {
	mark := []byte("\ufeff")
	buffered := bufio.NewReader(r)
	if start, _ := buffered.Peek(len(mark)); bytes.Equal(start, mark) {
		buffered.Discard(len(mark))
	}
	return buffered
}

// parseError puts an error of package csv into the form of the others.
func (c *csvReader) parseError(err error) error {
	var syntax *csv.ParseError
	switch {
	case !errors.As(err, &syntax):
		return fmt.Errorf("%s: %w", c.name, truncated(err))
	case errors.Is(err, csv.ErrQuote) && syntax.Line != syntax.StartLine:
		return fmt.Errorf("%s:%d: byte %d: %w (the record begins in line %d)", c.name, syntax.Line, syntax.Column, syntax.Err, syntax.StartLine)
	}
	return fmt.Errorf("%s:%d: byte %d: %w", c.name, syntax.Line, syntax.Column, syntax.Err)
}

// add adds a record.
func (c *csvReader) add(record []string, line int) error {
	for i, field := range record {
		if !utf8.ValidString(field) {
			return fmt.Errorf("%s:%d: column %d: the text is not UTF-8: convert the file", c.name, line, i+1)
		}
		record[i] = strings.TrimSpace(field)
	}
	if c.first == nil {
		c.cells = make([][]string, len(record))
		if c.isHeader(record) {
			c.first = slices.Clone(record)
			return c.checkNames(line)
		}
		c.first = numerals(len(record) + 1)[1:]
	}
	if len(record) != len(c.first) {
		return fmt.Errorf("%s:%d: %s, want %d as in the first record", c.name, line, count(len(record), "column"), len(c.first))
	}
	for i, field := range record {
		if slices.Contains(c.options.Missing, field) {
			field = ""
		}
		c.cells[i] = append(c.cells[i], field)
	}
	c.lines = append(c.lines, line)
	return nil
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

func (c *csvReader) isHeader(record []string) bool {
	if c.options.Header == DetectHeader {
		return !slices.ContainsFunc(record, isNumber)
	}
	return c.options.Header == HasHeader
}

// checkNames reports columns of the same name.
func (c *csvReader) checkNames(line int) error {
	seen := map[string]int{}
	for i, name := range c.first {
		if before, ok := seen[name]; ok {
			return fmt.Errorf("%s:%d: columns %d and %d are both named %q: rename one", c.name, line, before+1, i+1, shorten(name))
		}
		seen[name] = i
	}
	return nil
}

// table converts the columns.
func (c *csvReader) table() (*Table, error) {
	if len(c.lines) == 0 {
		return nil, fmt.Errorf("%s: the file has no rows of data", c.name)
	}
	t := &Table{Columns: make([]Column, len(c.first)), name: c.name, lines: c.lines}
	for i, name := range c.first {
		t.Columns[i] = Column{Name: name, Text: c.cells[i]}
		if slices.Contains(c.options.Text, name) {
			continue
		}
		if numbers, ok := parseColumn(c.cells[i]); ok {
			t.Columns[i].Text, t.Columns[i].Numbers = nil, numbers
		}
	}
	for _, name := range c.options.Text {
		if _, err := t.Column(name); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// parseColumn returns the numbers of a column, and whether it holds nothing else.
func parseColumn(cells []string) (numbers []float64, ok bool) {
	for _, cell := range cells {
		if cell != "" && !isNumber(cell) {
			return nil, false
		}
	}
	numbers = make([]float64, len(cells))
	for i, cell := range cells {
		numbers[i] = math.NaN()
		if cell != "" {
			numbers[i], _ = strconv.ParseFloat(cell, 64)
		}
	}
	return numbers, true
}

// isNumber reports whether text is a finite number.
func isNumber(text string) bool {
	v, err := strconv.ParseFloat(text, 64)
	return err == nil && v-v == 0
}

// shorten keeps a message readable whatever stands in the file.
func shorten(text string) string {
	const limit = 60
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "..."
}
