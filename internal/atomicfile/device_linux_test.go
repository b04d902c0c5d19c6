package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// device returns the path of a memory device such as /dev/null. It is a node of
// the test's own: a bug that replaces devices by files would, run by root, take
// /dev/null from the whole machine. Who may not make nodes cannot do that harm.
func device(t *testing.T, name string, minor int) string {
	t.Helper()
	const memory = 1 // the major number
	node := filepath.Join(t.TempDir(), name)
	if err := syscall.Mknod(node, syscall.S_IFCHR|0o600, memory<<8|minor); err == nil {
		file, err := os.OpenFile(node, os.O_WRONLY, 0)
		if err == nil {
			file.Close()
			return node
		}
	}
	if os.Geteuid() == 0 {
		t.Skip("cannot make a device to write to")
	}
	return filepath.Join("/dev", name)
}

func TestFullDisk(t *testing.T) {
	full := device(t, "full", 7)
	for name, write := range map[string]func(io.Writer) error{
		"short":      text("x"),
		"long":       text(strings.Repeat("x", 1<<20)),
		"overlooked": func(w io.Writer) error { w.Write(make([]byte, 1<<20)); return nil },
	} {
		err := Write(full, write)
		checkError(t, err, full, "no space left", "free some space")
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: error %v does not wrap ENOSPC", name, err)
		}
	}
	if mode(t, full)&fs.ModeDevice == 0 {
		t.Error("the device was replaced")
	}
}

func TestDevice(t *testing.T) {
	null := device(t, "null", 3)
	if err := Write(null, text("content")); err != nil {
		t.Error(err)
	}
	if mode(t, null)&fs.ModeDevice == 0 {
		t.Error("the device was replaced")
	}
}
