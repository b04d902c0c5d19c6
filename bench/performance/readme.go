package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// What the README shows stands between two comments.
const (
	begin = "<!-- written by go run -C bench ./performance -->\n"
	end   = "<!-- as far as here -->\n"
)

// An extract is a table of the page under a title, or several with the same head in
// one.
type extract struct {
	title string
	parts []part
}

// A part is the first table behind a line that begins with the given words, or those
// of its rows whose first cell is asked for.
type part struct {
	file, behind string
	rows         []string // nil means all
}

// extracts of the results of one processor.
var extracts = []extract{
	{
		"Matrix products: our rate by that of the better of OpenBLAS and BLIS, in single (s) and double (d) precision, on one core and two.",
		[]part{{"gemm.md", "The same in figures",
			[]string{"8x8x8", "64x64x64", "256x256x256", "1024x1024x1024", "64x128x784", "64x784x128NT", "1x128x784", "64x1024x1024"}}},
	},
	{
		"Nanoseconds per element of the functions, in brackets the largest error in ulp.",
		[]part{{"vector.md", "### Functions, avx512", nil}},
	},
	{
		"Training, an epoch of MNIST, and predictions, on one core and two; in parentheses processor time by time.",
		[]part{{"training.md", "## Training", nil}, {"inference.md", "## Inference", nil}},
	},
}

// inReadme returns the README with the extracts between its comments.
func inReadme(readme []byte, results fs.FS, folder string) ([]byte, error) {
	before, rest, ok := bytes.Cut(readme, []byte(begin))
	_, after, ended := bytes.Cut(rest, []byte(end))
	if !ok || !ended {
		return nil, fmt.Errorf("the README has no place for figures: %q and %q are wanted", begin, end)
	}
	text := slices.Concat(before, []byte(begin))
	for _, e := range extracts {
		table, err := e.table(results, folder)
		if err != nil {
			return nil, err
		}
		text = fmt.Appendf(text, "\n%s\n\n%s", e.title, table)
	}
	return slices.Concat(text, []byte("\n"+end), after), nil
}

func (e extract) table(results fs.FS, folder string) (string, error) {
	var table string
	for _, p := range e.parts {
		text, err := p.table(results, folder)
		if err != nil {
			return "", err
		}
		if table != "" {
			head := strings.Join(strings.SplitAfterN(table, "\n", 3)[:2], "")
			var same bool
			if text, same = strings.CutPrefix(text, head); !same {
				return "", fmt.Errorf("the table in %s has not the head of the one before", p.file)
			}
		}
		table += text
	}
	return table, nil
}

func (p part) table(results fs.FS, folder string) (string, error) {
	file := path.Join(folder, p.file)
	text, err := fs.ReadFile(results, file)
	if err != nil {
		return "", err
	}
	var table strings.Builder
	reached, rows := false, 0
	for line := range strings.Lines(string(text)) {
		isRow := strings.HasPrefix(line, "|")
		switch {
		case !reached:
			reached = strings.HasPrefix(line, p.behind)
		case isRow && (rows < 2 || p.wants(line)):
			table.WriteString(line)
			rows++
		case !isRow && rows > 0:
			return table.String(), nil
		}
	}
	if rows == 0 {
		return "", fmt.Errorf("%s has no table behind %q", file, p.behind)
	}
	return table.String(), nil
}

func (p part) wants(row string) bool {
	return p.rows == nil || slices.Contains(p.rows, strings.TrimSpace(strings.Split(row, "|")[1]))
}
