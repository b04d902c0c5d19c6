package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestFresh fails if the page or a plot is not what the command writes.
func TestFresh(t *testing.T) {
	files, err := render()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("docs/%s is out of date: run go run -C bench ./activations", name)
		}
	}
}
