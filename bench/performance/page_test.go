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
