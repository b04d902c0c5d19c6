package nn

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// expectFiles compares the names in a folder.
func expectFiles(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if !slices.Equal(names, want) {
		t.Errorf("the folder holds %q, want %q", names, want)
	}
}

// numbered returns the name of the checkpoint of a step.
func numbered(step int) string { return fmt.Sprintf("checkpoint-%012d.safetensors", step) }

// filled returns a folder with the checkpoints of the steps 15, 20 and 25.
func filled(t *testing.T) CheckpointFolder {
	t.Helper()
	folder := CheckpointFolder{Dir: filepath.Join(t.TempDir(), "new", "folder")}
	trainer := mustTrainer(t, classifier(t, 1), inOrder(1))
	for epoch, err := range trainer.Epochs(context.Background(), classes(50), 5) {
		if err != nil {
			t.Fatal(err)
		}
		path, err := folder.Save(trainer, map[string]string{"epoch": fmt.Sprint(epoch.Number)})
		if want := filepath.Join(folder.Dir, numbered(epoch.Steps*epoch.Number)); err != nil || path != want {
			t.Errorf("Save = %s, %v; want %s", path, err, want)
		}
	}
	expectFiles(t, folder.Dir, numbered(15), numbered(20), numbered(25))
	return folder
}

func TestCheckpointFolder(t *testing.T) {
	folder := filled(t)
	// What a process that was killed leaves behind goes; what is not ours stays.
	for _, name := range []string{numbered(25) + ".XYZ.tmp", "notes.txt", numbered(7) + damagedExtension} {
		if err := os.WriteFile(filepath.Join(folder.Dir, name), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	trainer := mustTrainer(t, classifier(t, 1), inOrder(1))
	r, err := folder.Restore(trainer)
	if err != nil || r.Path != filepath.Join(folder.Dir, numbered(25)) || r.Metadata["epoch"] != "5" || r.Damaged != nil {
		t.Errorf("Restore = %+v, %v", r, err)
	}
	folder.Keep = 2
	if _, err := folder.Save(trainer, nil); err != nil {
		t.Error(err)
	}
	expectFiles(t, folder.Dir, numbered(7)+damagedExtension, numbered(20), numbered(25), "notes.txt")
}

// TestDamagedCheckpoints falls back to the checkpoint before, and goes on from
// there although there was a later one.
func TestDamagedCheckpoints(t *testing.T) {
	folder := filled(t)
	cut := func(step int) {
		if err := os.Truncate(filepath.Join(folder.Dir, numbered(step)), 1000); err != nil {
			t.Fatal(err)
		}
	}
	cut(25)
	cut(20)
	trainer := mustTrainer(t, classifier(t, 1), inOrder(1))
	r, err := folder.Restore(trainer)
	if err != nil || r.Path != filepath.Join(folder.Dir, numbered(15)) || len(r.Damaged) != 2 {
		t.Fatalf("Restore = %+v, %v", r, err)
	}
	expectError(t, r.Damaged[0], numbered(25), "truncated")
	expectError(t, r.Damaged[1], numbered(20), "truncated")
	expectFiles(t, folder.Dir, numbered(15), numbered(20)+damagedExtension, numbered(25)+damagedExtension)
	for range trainer.Resume(context.Background(), classes(50)) {
		break
	}
	if path, err := folder.Save(trainer, nil); err != nil || path != filepath.Join(folder.Dir, numbered(20)) {
		t.Errorf("Save = %s, %v", path, err)
	}

	cut(15)
	cut(20)
	_, err = folder.Restore(trainer)
	expectError(t, err, "none of those in "+folder.Dir+" can be read", numbered(15), numbered(20))
}

func TestCheckpointFolderErrors(t *testing.T) {
	folder := filled(t)
	begun := mustTrainer(t, classifier(t, 1), inOrder(1))
	_, err := folder.Save(begun, nil)
	expectError(t, err, numbered(25)+" is of a later step: restore it, or choose an empty folder")

	options := inOrder(1)
	options.BatchSize = 7
	_, err = folder.Restore(mustTrainer(t, classifier(t, 1), options))
	var mismatch *MismatchError
	if !errors.As(err, &mismatch) {
		t.Errorf("Restore of another training: %v", err)
	}
	expectFiles(t, folder.Dir, numbered(15), numbered(20), numbered(25))

	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "missing")} {
		_, err := CheckpointFolder{Dir: dir}.Restore(begun)
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Restore from an empty folder: %v", err)
		}
		expectError(t, err, dir)
	}
	file := filepath.Join(folder.Dir, numbered(25))
	_, err = CheckpointFolder{Dir: file}.Save(begun, nil)
	expectError(t, err, "nn: checkpoint: ", file)
	_, err = CheckpointFolder{Dir: file}.Restore(begun)
	expectError(t, err, "nn: checkpoints: ", file)
}
