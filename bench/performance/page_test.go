package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// TestFresh fails if the page is not what the command writes.
func TestFresh(t *testing.T) {
	want, err := compose(os.DirFS("../results"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../docs/performance.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/performance.md is out of date: run go run -C bench ./performance")
	}
}

func TestReadmeFresh(t *testing.T) {
	got, err := os.ReadFile("../" + readme)
	if err != nil {
		t.Fatal(err)
	}
	want, err := inReadme(got, os.DirFS("../results"), chosen)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("README.md is out of date: run go run -C bench ./performance")
	}
}

func TestExtract(t *testing.T) {
	results := fstest.MapFS{"cpu/gemm.md": &fstest.MapFile{Data: []byte("| not this |\n\nHere:\n\n| n | a |\n|---|---|\n| 1 | x |\n| 2 | y |\n\n| nor this |\n")}}
	for _, c := range []struct {
		rows []string
		want string
	}{
		{nil, "| n | a |\n|---|---|\n| 1 | x |\n| 2 | y |\n"},
		{[]string{"2"}, "| n | a |\n|---|---|\n| 2 | y |\n"},
	} {
		got, err := part{"gemm.md", "Here", c.rows}.table(results, "cpu")
		if err != nil || got != c.want {
			t.Errorf("rows %q: %v, %q, want %q", c.rows, err, got, c.want)
		}
	}
	if _, err := (part{"gemm.md", "There", nil}).table(results, "cpu"); err == nil {
		t.Error("no error where there is no table")
	}
	here, first := part{"gemm.md", "Here", []string{"2"}}, part{"gemm.md", "|", nil}
	if got, err := (extract{"", []part{here, here}}).table(results, "cpu"); err != nil || got != "| n | a |\n|---|---|\n| 2 | y |\n| 2 | y |\n" {
		t.Errorf("two parts: %v, %q", err, got)
	}
	results["cpu/gemm.md"].Data = append([]byte("| not\n| m | a |\n|---|---|\n\n"), results["cpu/gemm.md"].Data...)
	if _, err := (extract{"", []part{here, first}}).table(results, "cpu"); err == nil {
		t.Error("no error for tables with different heads")
	}
}

func TestCompose(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	text, err := compose(fstest.MapFS{
		"cpu/vector.md":  file("## Vectors (two)\n\n![bars](vector.svg) [page](https://go.dev) [part](#here)\n"),
		"cpu/gemm.md":    file("## Products\n\nA table.\n\n"),
		"cpu/another.md": file("\n## Another\n"),
		"cpu/vector.txt": file("raw"),
		"raw.txt":        file("raw"),
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = `- [Products](#products)
- [Vectors (two)](#vectors-two)
- [Another](#another)

## Products

A table.

## Vectors (two)

![bars](../bench/results/cpu/vector.svg) [page](https://go.dev) [part](#here)

## Another
`
	if got, ok := strings.CutPrefix(string(text), introduction); !ok || got != want {
		t.Errorf("the page is\n%s\nwant the introduction and\n%s", text, want)
	}
}

func TestComposeFails(t *testing.T) {
	for name, results := range map[string]fstest.MapFS{
		"nothing":    {"raw.txt": &fstest.MapFile{}},
		"no heading": {"cpu/gemm.md": &fstest.MapFile{Data: []byte("# Products\n")}},
	} {
		if _, err := compose(results); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
