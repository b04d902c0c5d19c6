package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tinyFiles are the uncompressed files of a set in MNIST's form: four training
// and two test images of 2 x 2 pixels.
var tinyFiles = [4][]byte{
	encodeIDX([]uint32{4, 2, 2}, ramp(16)),
	encodeIDX([]uint32{4}, []byte{0, 1, 2, 1}),
	encodeIDX([]uint32{2, 2, 2}, ramp(8)),
	encodeIDX([]uint32{2}, []byte{3, 0}),
}

// tinyArchive returns an archive with MNIST's file names and the tiny files'
// checksums, without mirrors.
func tinyArchive() *archive {
	a := mnist
	for i, file := range tinyFiles {
		sum := sha256.Sum256(file)
		a.files[i].sha256 = hex.EncodeToString(sum[:])
	}
	a.mirrors.urls = nil
	return &a
}

// writeFiles puts files into a new folder: name, content, name, content ...
func writeFiles(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// tinyFolder returns a folder with the tiny files, each named as told.
func tinyFolder(t *testing.T, names [4]string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string][]byte{}
	for i, name := range names {
		files[name] = tinyFiles[i]
		if strings.HasSuffix(name, ".gz") {
			files[name] = compress(tinyFiles[i])
		}
	}
	writeFiles(t, dir, files)
	return dir
}

var plainNames = [4]string{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}

// checkTiny fails unless the set is the tiny one.
func checkTiny(t *testing.T, found *MNIST) {
	t.Helper()
	if found.Train.Len() != 4 || found.Test.Len() != 2 || found.Train.Image(3)[0] != 12 || found.Test.Labels[0] != 3 {
		t.Errorf("wrong content: %d and %d images", found.Train.Len(), found.Test.Len())
	}
	// Class 3 occurs in the test set alone.
	want := []string{"0", "1", "2", "3"}
	if !slices.Equal(found.Train.Classes, want) || !slices.Equal(found.Test.Classes, want) {
		t.Errorf("classes %q and %q, want %q", found.Train.Classes, found.Test.Classes, want)
	}
}

func TestOpenFolder(t *testing.T) {
	for _, names := range [][4]string{
		plainNames,
		{"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"},
		{"train-images.idx3-ubyte", "train-labels-idx1-ubyte.gz", "t10k-images.idx3-ubyte.gz", "t10k-labels-idx1-ubyte"},
	} {
		dir := tinyFolder(t, names)
		found, err := tinyArchive().load(context.Background(), MNISTOptions{Dir: dir})
		if err != nil {
			t.Errorf("%v: %v", names, err)
			continue
		}
		checkTiny(t, found)
		if found.Name != "MNIST" || !found.Verified() || found.Source != "folder "+dir {
			t.Errorf("%v: name %q, source %q, differs %q", names, found.Name, found.Source, found.Differs)
		}
	}
}

// A user's own set in the same files is loaded, but not under a wrong name.
func TestOpenFolderWithAnotherSet(t *testing.T) {
	parent := tinyFolder(t, plainNames)
	dir := filepath.Join(parent, "fashion")
	writeFiles(t, dir, map[string][]byte{
		plainNames[0]: tinyFiles[0], plainNames[1]: encodeIDX([]uint32{4}, []byte{3, 3, 3, 2}),
		plainNames[2]: encodeIDX([]uint32{2, 2, 2}, make([]byte, 8)), plainNames[3]: tinyFiles[3],
	})
	found, err := tinyArchive().load(context.Background(), MNISTOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{plainNames[1], plainNames[2]}; !slices.Equal(found.Differs, want) || found.Verified() {
		t.Errorf("Differs = %q, want %q", found.Differs, want)
	}
	if found.Name != "fashion (not MNIST)" {
		t.Errorf("Name = %q", found.Name)
	}

	t.Chdir(dir)
	if found, err := tinyArchive().load(context.Background(), MNISTOptions{Dir: "."}); err != nil || found.Name != "fashion (not MNIST)" {
		t.Errorf("in the folder itself: %+v, %v", found, err)
	}
}

func TestOpenFolderErrors(t *testing.T) {
	damage := func(name string, data []byte) string {
		dir := tinyFolder(t, plainNames)
		writeFiles(t, dir, map[string][]byte{name: data})
		return dir
	}
	lacking := tinyFolder(t, plainNames)
	os.Remove(filepath.Join(lacking, plainNames[1]))
	os.Remove(filepath.Join(lacking, plainNames[2]))
	os.Mkdir(filepath.Join(lacking, plainNames[2]), 0o777) // as some unpackers do

	for _, test := range []struct {
		name, dir string
		want      []string
	}{
		{"no such folder", filepath.Join(lacking, "none"), []string{"none"}},
		{"file", filepath.Join(lacking, plainNames[0]), []string{"is a file"}},
		{"lacking", lacking, []string{lacking, "lacks train-labels-idx1-ubyte, t10k-images-idx3-ubyte (", "train-images-idx3-ubyte.gz"}},
		{"truncated", damage(plainNames[2], tinyFiles[2][:20]), []string{plainNames[2], "data: 4 of 8 bytes"}},
		{"swapped", damage(plainNames[0], tinyFiles[1]), []string{plainNames[0], "number of dimensions: 1, want 3"}},
		{"counts", damage(plainNames[3], tinyFiles[1]), []string{"t10k-images-idx3-ubyte holds 2 images but t10k-labels-idx1-ubyte holds 4 labels"}},
		{"sizes", damage(plainNames[2], encodeIDX([]uint32{2, 2, 3}, ramp(12))), []string{"2 x 2", "2 x 3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := tinyArchive().load(context.Background(), MNISTOptions{Dir: test.dir})
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q", err, want)
				}
			}
		})
	}
}

// The real files, where there are some.
func TestRealMNIST(t *testing.T) {
	dir := os.Getenv("LOCKSTEP_DATA")
	if dir == "" {
		t.Skip("LOCKSTEP_DATA names no folder with MNIST")
	}
	if testing.Short() {
		t.Skip("reads 55 MB")
	}
	found, err := LoadMNIST(context.Background(), MNISTOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if !found.Verified() {
		t.Skipf("%s is another set: %s differ", dir, strings.Join(found.Differs, ", "))
	}
	if found.Train.Len() != 60000 || found.Test.Len() != 10000 || found.Train.Rows != 28 || found.Train.Cols != 28 || len(found.Test.Classes) != 10 {
		t.Errorf("%d and %d images of %d x %d pixels", found.Train.Len(), found.Test.Len(), found.Train.Rows, found.Train.Cols)
	}
	if got, want := found.Train.Labels[:5], []uint8{5, 0, 4, 1, 9}; !slices.Equal(got, want) {
		t.Errorf("the first labels are %v, want %v", got, want)
	}
	zerosAndOnes, err := found.Test.Select(0, 1)
	if err != nil || zerosAndOnes.Len() != 2115 {
		t.Errorf("%d test images show 0 or 1, want 2115 (%v)", zerosAndOnes.Len(), err)
	}
}
