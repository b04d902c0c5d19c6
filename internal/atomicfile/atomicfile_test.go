package atomicfile

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// text returns a function that writes the given text.
func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// checkFolder checks that a folder holds exactly the given files.
func checkFolder(t *testing.T, folder string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if _, ok := want[entry.Name()]; !ok {
			t.Errorf("the folder holds %s", entry.Name())
		}
	}
	for name, content := range want {
		got, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || string(got) != content {
			t.Errorf("%s holds %.40q, %v, want %.40q", name, got, err, content)
		}
	}
}

// checkError checks that err names path, says all of want, and does not bother
// the user with the temporary file.
func checkError(t *testing.T, err error, path string, want ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error about %s", path)
		return
	}
	for _, part := range append(want, path) {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
	if strings.Contains(err.Error(), ".tmp") {
		t.Errorf("error %q names the temporary file", err)
	}
}

func TestWrite(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "file")
	for _, content := range []string{"first", "", strings.Repeat("longer than any buffer ", 100_000), "last"} {
		if err := Write(path, text(content)); err != nil {
			t.Fatal(err)
		}
		checkFolder(t, folder, map[string]string{"file": content})
	}
}

func TestWriteRelativePath(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	if err := Write("file", text("content")); err != nil {
		t.Fatal(err)
	}
	checkFolder(t, folder, map[string]string{"file": "content"})
}

// While new content is being written, its name stands for what was there before.
func TestNameAppearsAtLast(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, letter := range []string{"a", "b"} {
		before, errBefore := os.ReadFile(path)
		err := Write(path, func(w io.Writer) error {
			_, err := io.WriteString(w, strings.Repeat(letter, 1<<20))
			during, errDuring := os.ReadFile(path)
			if !bytes.Equal(during, before) || (errDuring == nil) != (errBefore == nil) {
				t.Errorf("while %s is written the file holds %.10q, %v", letter, during, errDuring)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestFailingFunction(t *testing.T) {
	failure := errors.New("no more numbers")
	fail := func(w io.Writer) error {
		w.Write(make([]byte, 1<<20))
		return failure
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "file")

	err := Write(path, fail)
	checkError(t, err, path, "no more numbers")
	if !errors.Is(err, failure) {
		t.Errorf("error %v does not wrap the function's", err)
	}
	checkFolder(t, folder, nil)

	if err := Write(path, text("old")); err != nil {
		t.Fatal(err)
	}
	checkError(t, Write(path, fail), path)
	checkFolder(t, folder, map[string]string{"file": "old"})
}

func TestPanickingFunction(t *testing.T) {
	folder := t.TempDir()
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		Write(filepath.Join(folder, "file"), func(io.Writer) error { panic("bug") })
	}()
	checkFolder(t, folder, nil)
}

// An error that the function found by itself, about some other file, is not
// ours to explain.
func TestForeignErrorStays(t *testing.T) {
	foreign := &fs.PathError{Op: "open", Path: "labels.csv", Err: fs.ErrNotExist}
	path := filepath.Join(t.TempDir(), "file")
	err := Write(path, func(io.Writer) error { return foreign })
	checkError(t, err, path, foreign.Error())
	if strings.Contains(err.Error(), "folder") {
		t.Errorf("error %q gives advice about the wrong file", err)
	}
}

func TestRefusals(t *testing.T) {
	folder := t.TempDir()
	existing := filepath.Join(folder, "existing")
	if err := Write(existing, text("old")); err != nil {
		t.Fatal(err)
	}
	called := func(io.Writer) error {
		t.Error("the function was called")
		return nil
	}
	for _, test := range []struct{ name, path, want string }{
		{"folder", folder, "it is a folder"},
		{"folder with slash", folder + string(filepath.Separator), "it is a folder"},
		{"missing folder", filepath.Join(folder, "missing", "file"), "create the folder"},
		{"file as a folder", filepath.Join(existing, "file"), "cannot write"},
		{"no name", "", "without a name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkError(t, Write(test.path, called), test.path, test.want)
			checkFolder(t, folder, map[string]string{"existing": "old"})
		})
	}
}

func TestReadOnlyFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "file")
	if err := os.WriteFile(path, []byte("old"), 0o444); err != nil {
		t.Fatal(err)
	}
	checkError(t, Write(path, text("new")), path, "the existing file is read-only")
	checkFolder(t, folder, map[string]string{"file": "old"})
	if err := os.Chmod(path, 0o644); err != nil { // or Windows could not remove it
		t.Fatal(err)
	}
}

// Of writers at the same time one wins, and readers see no mixture.
func TestConcurrentWriters(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "file")
	const size = 200_000
	whole := func(content []byte) bool {
		return len(content) == size && bytes.Count(content, content[:1]) == size
	}
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			content := strings.Repeat(string(rune('a'+i)), size)
			for range 5 {
				err := Write(path, text(content))
				if err != nil && runtime.GOOS != "windows" { // where a name in use may be refused
					t.Error(err)
				}
				if got, err := os.ReadFile(path); err == nil && !whole(got) {
					t.Errorf("read a file of %d bytes that is no writer's", len(got))
				}
			}
		})
	}
	writers.Wait()
	content, err := os.ReadFile(path)
	if err != nil || !whole(content) {
		t.Fatalf("the last file has %d bytes, %v", len(content), err)
	}
	checkFolder(t, folder, map[string]string{"file": string(content)})
}
