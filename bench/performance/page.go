package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

const introduction = `# Performance

This page is written by ` + "`go run -C bench ./performance`" + `. It puts together what the
comparisons in [bench](../bench) wrote into [bench/results](../bench/results), where the raw
output is, too. Each part says how to repeat it, on which machine it ran, and with
which versions of the peers. All take turns in one run. Rows in which Lockstep loses
stay in the tables.

` + "`go run -C bench ./run`" + ` repeats all of it. With ` + "`-compare`" + ` it sets our own times on the
same processor against the committed ones instead, as ratios to what fused
multiply-adds and copies reach in that run, so that a slower clock does not look like
slower code.

`

// parts are the comparisons in the order of the page; others follow by name.
var parts = []string{"gemm.md", "vector.md", "training.md", "timeto98.md", "inference.md", "contract.md", "gonum.md"}

// compose returns the page. Each folder of the results is a processor.
func compose(results fs.FS) ([]byte, error) {
	files, err := fs.Glob(results, "*/*.md")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New("no comparison has written anything: bench/results/*/*.md is wanted")
	}
	slices.SortStableFunc(files, func(a, b string) int {
		if order := strings.Compare(path.Dir(a), path.Dir(b)); order != 0 {
			return order
		}
		return position(a) - position(b)
	})
	var contents, body bytes.Buffer
	for _, file := range files {
		text, err := fs.ReadFile(results, file)
		if err != nil {
			return nil, err
		}
		title, ok := heading(text)
		if !ok {
			return nil, fmt.Errorf("%s does not begin with a heading of level 2", file)
		}
		fmt.Fprintf(&contents, "- [%s](#%s)\n", title, anchor(title))
		body.WriteString("\n")
		body.Write(relink(bytes.TrimSpace(text), path.Dir(file)))
		body.WriteString("\n")
	}
	return slices.Concat([]byte(introduction), contents.Bytes(), body.Bytes()), nil
}

// position orders the files of one folder.
func position(file string) int {
	if i := slices.Index(parts, path.Base(file)); i >= 0 {
		return i
	}
	return len(parts)
}

// heading returns the title with which a part begins.
func heading(text []byte) (title string, ok bool) {
	line, _, _ := strings.Cut(string(bytes.TrimSpace(text)), "\n")
	return strings.CutPrefix(line, "## ")
}

// anchor is what GitHub makes of a title.
func anchor(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			return r
		}
		return -1
	}, strings.ToLower(title))
}

// neighbour is a link to a file of the same folder.
var neighbour = regexp.MustCompile(`\]\(([\w.-]+)\)`)

// relink makes links to files of a results folder links from the folder docs.
func relink(text []byte, folder string) []byte {
	return neighbour.ReplaceAll(text, []byte("](../bench/results/"+folder+"/$1)"))
}
