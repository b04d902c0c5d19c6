package jsonfile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	if got, err := Read[[]int](path); got != nil || err != nil {
		t.Errorf("%v, %v without a file", got, err)
	}
	if err := Write(path, []int{1, 2}); err != nil {
		t.Fatal(err)
	}
	if got, err := Read[[]int](path); !slices.Equal(got, []int{1, 2}) || err != nil {
		t.Errorf("%v, %v of what was written", got, err)
	}
	if err := os.WriteFile(path, []byte("[1,"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Read[[]int](path); err == nil || !strings.HasPrefix(err.Error(), path) {
		t.Errorf("error %v for a truncated file", err)
	}
}
