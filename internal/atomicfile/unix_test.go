//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

func TestModeOfNewFile(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o027))
	path := filepath.Join(t.TempDir(), "file")
	if err := Write(path, text("content")); err != nil {
		t.Fatal(err)
	}
	if got := mode(t, path); got != 0o640 {
		t.Errorf("mode %o under umask 027, want 640", got)
	}
}

func TestModeStays(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	path := filepath.Join(t.TempDir(), "file")
	for _, want := range []fs.FileMode{0o600, 0o664, 0o755} {
		if err := os.WriteFile(path, nil, want); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, want); err != nil {
			t.Fatal(err)
		}
		if err := Write(path, text("content")); err != nil {
			t.Fatal(err)
		}
		if got := mode(t, path); got != want {
			t.Errorf("mode %o after replacing a file of mode %o", got, want)
		}
	}
}

func TestSymbolicLinkStays(t *testing.T) {
	folder, elsewhere := t.TempDir(), t.TempDir()
	link, target := filepath.Join(folder, "link"), filepath.Join(elsewhere, "target")
	if err := Write(target, text("old")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := Write(link, text("new")); err != nil {
		t.Fatal(err)
	}
	if mode(t, link).Type() != fs.ModeSymlink {
		t.Error("the link was replaced")
	}
	checkFolder(t, folder, map[string]string{"link": "new"})
	checkFolder(t, elsewhere, map[string]string{"target": "new"})
}

func TestPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("this system makes no pipes: ", err)
	}
	received := make(chan string)
	go func() {
		content, err := os.ReadFile(pipe)
		if err != nil {
			t.Error(err)
		}
		received <- string(content)
	}()
	if err := Write(pipe, text("content")); err != nil {
		t.Fatal(err)
	}
	if got := <-received; got != "content" {
		t.Errorf("received %q", got)
	}
	if mode(t, pipe).Type() != fs.ModeNamedPipe {
		t.Error("the pipe was replaced")
	}
}

func TestFolderWithoutPermission(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere")
	}
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "file")
	err := Write(path, text("content"))
	checkError(t, err, path, "choose a place where you may write")
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("error %v does not wrap fs.ErrPermission", err)
	}
}
