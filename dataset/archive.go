package dataset

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// An archive describes a published data set of four IDX files and where it is
// to be had.
type archive struct {
	name    string
	folder  string         // name of its folder in the user's cache
	files   [4]archiveFile // training images, their labels, test images, their labels
	mirrors mirrors
}

// An archiveFile is one file of an archive.
type archiveFile struct {
	name   string // uncompressed; the mirrors hold name.gz
	dims   int
	sha256 string // of the uncompressed bytes
}

// load finds the set in the places that the options name.
func (a *archive) load(ctx context.Context, o MNISTOptions) (*MNIST, error) {
	if o.Dir != "" {
		return a.openFolder(o.Dir)
	}
	return a.openCache(ctx, o)
}

// openFolder loads whatever set a user's folder holds.
func (a *archive) openFolder(dir string) (*MNIST, error) {
	paths, err := a.locate(dir)
	if err != nil {
		return nil, err
	}
	found := &MNIST{Name: a.name, Source: "folder " + dir}
	var contents [4]IDX
	for i, file := range a.files {
		var sum string
		if contents[i], sum, err = file.open(paths[i]); err != nil {
			return nil, err
		}
		if sum != file.sha256 {
			found.Differs = append(found.Differs, file.name)
		}
	}
	if !found.Verified() {
		if absolute, err := filepath.Abs(dir); err == nil {
			dir = absolute // "." names nothing
		}
		found.Name = fmt.Sprintf("%s (not %s)", filepath.Base(dir), a.name)
	}
	return a.assemble(found, contents)
}

// openCache loads the set from the cache and fetches what is missing there.
func (a *archive) openCache(ctx context.Context, o MNISTOptions) (*MNIST, error) {
	cache, cacheErr := a.cacheDir(o)
	found := &MNIST{Name: a.name, Source: "cache " + cache, CacheErr: cacheErr}
	mirrors := a.mirrors
	mirrors.progress = o.Progress
	var contents [4]IDX
	for i, file := range a.files {
		var missing error
		if contents[i], missing = file.openCached(cache); missing == nil {
			continue
		}
		data, mirror, err := mirrors.fetch(ctx, file.name+".gz", func(data []byte) (err error) {
			contents[i], err = file.readPublished(bytes.NewReader(data), file.name+".gz")
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w; download: %w", file.name, missing, err)
		}
		found.Source = "download from " + mirror
		if found.CacheErr == nil {
			found.CacheErr = store(cache, file.name+".gz", data)
		}
	}
	return a.assemble(found, contents)
}

// cacheDir returns the folder in which downloads are kept.
func (a *archive) cacheDir(o MNISTOptions) (string, error) {
	if o.CacheDir != "" {
		return o.CacheDir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("user cache: %w", err)
	}
	return filepath.Join(dir, "lockstep", a.folder), nil
}

// assemble makes the training and the test set of the four files' contents.
func (a *archive) assemble(found *MNIST, contents [4]IDX) (*MNIST, error) {
	var err error
	if found.Train, err = pair(contents[0], contents[1], a.files[0].name, a.files[1].name); err != nil {
		return nil, err
	}
	if found.Test, err = pair(contents[2], contents[3], a.files[2].name, a.files[3].name); err != nil {
		return nil, err
	}
	train, test := found.Train, found.Test
	if train.Rows != test.Rows || train.Cols != test.Cols {
		return nil, fmt.Errorf("%s holds images of %d x %d pixels but %s of %d x %d: they do not belong together",
			a.files[0].name, train.Rows, train.Cols, a.files[2].name, test.Rows, test.Cols)
	}
	// A class may be missing from one of the two.
	classes := numerals(max(len(train.Classes), len(test.Classes)))
	train.Classes, test.Classes = classes, classes
	return found, nil
}

// locate returns the paths of the four files in a folder. If one is missing,
// the error names all that are.
func (a *archive) locate(dir string) (paths [4]string, err error) {
	if info, err := os.Stat(dir); err != nil {
		return paths, fmt.Errorf("data folder: %w", err)
	} else if !info.IsDir() {
		return paths, fmt.Errorf("data folder: %s is a file: name the folder that holds the data files", dir)
	}
	var missing []string
	for i, file := range a.files {
		if paths[i] = file.locate(dir); paths[i] == "" {
			missing = append(missing, file.name)
		}
	}
	if missing != nil {
		return paths, fmt.Errorf("data folder %s lacks %s (each is accepted as, for example, %s)",
			dir, strings.Join(missing, ", "), strings.Join(a.files[0].spellings(), ", "))
	}
	return paths, nil
}

// locate returns the path of the file in a folder, or "" if it is not there.
func (f archiveFile) locate(dir string) string {
	for _, name := range f.spellings() {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// spellings returns the names under which the file is accepted: compressed as
// published, uncompressed, and with the dot that some programs put in it.
func (f archiveFile) spellings() []string {
	dotted := strings.Replace(f.name, "-idx", ".idx", 1)
	return []string{f.name + ".gz", f.name, dotted + ".gz", dotted}
}

// open reads the file at path, and the SHA-256 of its uncompressed bytes.
func (f archiveFile) open(path string) (idx IDX, sum string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return IDX{}, "", err
	}
	defer file.Close()
	return f.read(file, path)
}

// openCached reads the file from the cache, if it is there and intact.
func (f archiveFile) openCached(cache string) (IDX, error) {
	if cache == "" {
		return IDX{}, fmt.Errorf("no cache")
	}
	path := f.locate(cache)
	if path == "" {
		return IDX{}, fmt.Errorf("not in the cache %s", cache)
	}
	file, err := os.Open(path)
	if err != nil {
		return IDX{}, err
	}
	defer file.Close()
	return f.readPublished(file, path)
}

// readPublished reads the file and takes it only if it is the published one.
func (f archiveFile) readPublished(r io.Reader, name string) (IDX, error) {
	idx, sum, err := f.read(r, name)
	if err == nil && sum != f.sha256 {
		err = fmt.Errorf("%s: the SHA-256 of the uncompressed bytes is %s, want %s", name, sum, f.sha256)
	}
	return idx, err
}

// read reads the file, and the SHA-256 of its uncompressed bytes.
func (f archiveFile) read(r io.Reader, name string) (idx IDX, sum string, err error) {
	hash := sha256.New()
	idx, err = readIDX(r, name, f.dims, hash)
	return idx, hex.EncodeToString(hash.Sum(nil)), err
}
