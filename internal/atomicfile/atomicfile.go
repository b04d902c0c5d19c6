// Package atomicfile writes files that exist completely or not at all.
package atomicfile

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Write creates or replaces the file at path with what the given function
// writes. Its name stands for the old content or for the complete new one,
// never for a part, even after a crash: the content goes to a temporary file in
// the same folder, which is synced to disk before it takes the name. On any
// error, the one of the function included, the temporary file is removed and an
// existing file is left as it was.
//
// A new file gets mode 0644 less the umask; a file that is replaced keeps its
// permissions. A symbolic link stays, and the file it leads to is replaced. What
// is no regular file, such as a pipe or /dev/null, is written straight to.
//
// The error wraps its cause, names path and says what to do about it.
func Write(path string, write func(io.Writer) error) error {
	if path == "" {
		return errors.New("cannot write a file without a name")
	}
	if err := writePath(path, write); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}

// writePath chooses the way of writing by what exists at path.
func writePath(path string, write func(io.Writer) error) error {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return replace(path, nil, write)
	case err != nil:
		return explain(err)
	case info.IsDir():
		return errors.New("it is a folder, give the name of a file")
	case !info.Mode().IsRegular():
		return writeThrough(path, write)
	case info.Mode().Perm()&0o200 == 0: // a rename would not care
		return errors.New("the existing file is read-only, make it writable or choose another name")
	}
	return replace(path, info, write)
}

// writeThrough writes to what exists at path, which is no regular file.
func writeThrough(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return explain(err)
	}
	if err := fill(file, write); err != nil {
		file.Close()
		return err
	}
	return explain(file.Close())
}

// replace writes a temporary file and gives it the name path. The file that has
// this name so far is old, or nil if there is none.
func replace(path string, old fs.FileInfo, write func(io.Writer) error) error {
	temporary, err := create(path+"."+rand.Text()+".tmp", old)
	if err != nil {
		return explain(err)
	}
	complete := false
	defer func() { // deferred, because write may panic
		if !complete {
			temporary.Close()
			os.Remove(temporary.Name())
		}
	}()
	if err := fill(temporary, write); err != nil {
		return err
	}
	if err := perform("sync", temporary.Sync); err != nil {
		return explain(err)
	}
	if err := perform("close", temporary.Close); err != nil {
		return explain(err)
	}
	if err := perform("rename", func() error { return os.Rename(temporary.Name(), path) }); err != nil {
		return explain(err)
	}
	complete = true
	syncFolder(filepath.Dir(path))
	return nil
}

// create creates a file with the permissions of old, if there is one.
func create(name string, old fs.FileInfo) (file *os.File, err error) {
	mode := fs.FileMode(0o644)
	if old != nil {
		mode = old.Mode().Perm()
	}
	err = perform("create", func() error {
		file, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		return err
	})
	if err != nil || old == nil {
		return file, err
	}
	if err := file.Chmod(mode); err != nil { // the umask may have taken some away
		file.Close()
		os.Remove(name)
		return nil, err
	}
	return file, nil
}

// fill has write write to file.
func fill(file *os.File, write func(io.Writer) error) error {
	buffer := bufio.NewWriterSize(explainer{file}, 64<<10)
	if err := write(buffer); err != nil {
		return err
	}
	return buffer.Flush() // also returns an error that write has overlooked
}

// An explainer is a writer whose errors have gone through explain, before
// somebody who does not know the file wraps them.
type explainer struct{ w io.Writer }

func (e explainer) Write(p []byte) (n int, err error) {
	err = perform("write", func() error {
		n, err = e.w.Write(p)
		return err
	})
	return n, explain(err)
}

// syncFolder makes a rename survive a crash of the machine, where the system
// lets a folder be synced. The file is in its place either way, so that a
// failure is no error.
func syncFolder(path string) {
	if folder, err := os.Open(path); err == nil {
		perform("sync folder", folder.Sync)
		folder.Close()
	}
}

// explain strips err of the operation and of the temporary file's name, which
// mean nothing to the user, and adds advice.
func explain(err error) error {
	var pathErr *fs.PathError
	var linkErr *os.LinkError
	switch {
	case errors.As(err, &pathErr):
		err = pathErr.Err
	case errors.As(err, &linkErr):
		err = linkErr.Err
	}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("%w, free some space or write elsewhere", err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w, create the folder first or choose another", err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w, choose a place where you may write", err)
	}
	return err
}
