package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestEachOperationFails lets each operation in turn find the disk full: the old
// content stays until the new one has its name, and nothing else is left behind.
func TestEachOperationFails(t *testing.T) {
	operations := record(t)
	for n, operation := range operations {
		folder := t.TempDir()
		path := filepath.Join(folder, "file")
		if err := Write(path, text("old")); err != nil {
			t.Fatal(err)
		}
		count := 0
		restore := Intercept(func(_ string, do func() error) error {
			count++
			if count == n+1 {
				return &os.PathError{Op: "test", Path: path + ".x.tmp", Err: syscall.ENOSPC}
			}
			return do()
		})
		err := Write(path, text(long))
		restore()
		want := map[string]string{"file": "old"}
		if operation == "sync folder" { // the file is in its place
			want["file"] = long
			if err != nil {
				t.Errorf("%s: %v", operation, err)
			}
		} else {
			checkError(t, err, path, "free some space")
			if !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("%s: error %v does not wrap ENOSPC", operation, err)
			}
		}
		checkFolder(t, folder, want)
	}
}

// long takes several operations to write.
var long = strings.Repeat("x", 200_000)

// record returns the operations that writing a long file takes.
func record(t *testing.T) (operations []string) {
	t.Helper()
	defer Intercept(func(operation string, do func() error) error {
		operations = append(operations, operation)
		return do()
	})()
	if err := Write(filepath.Join(t.TempDir(), "file"), text(long)); err != nil {
		t.Fatal(err)
	}
	if distinct := slices.Compact(slices.Clone(operations)); !slices.Equal(distinct, []string{"create", "write", "sync", "close", "rename", "sync folder"}) {
		t.Fatalf("operations %q", operations)
	}
	return operations
}
