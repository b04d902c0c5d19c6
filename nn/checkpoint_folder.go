package nn

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A CheckpointFolder keeps the latest checkpoints of one training in a folder of
// their own.
type CheckpointFolder struct {
	Dir  string // made by the first Save
	Keep int    // how many checkpoints stay; 0 means 3
}

// defaultKeep is the number of checkpoints that stay unless told otherwise.
const defaultKeep = 3

// Checkpoints are named after the step, with as many digits as sort them.
const (
	checkpointName   = "checkpoint-%012d.safetensors"
	checkpointFiles  = "checkpoint-*.safetensors"
	unfinishedFiles  = checkpointFiles + ".*.tmp" // of internal/atomicfile
	damagedExtension = ".damaged"
)

// Save writes a checkpoint, see [Trainer.CheckpointFile], and then removes those
// that are older than the last Keep. It fails if the folder holds one of a later
// step: that is another training's, which would get lost. If it fails, the
// checkpoints before stay.
func (c CheckpointFolder) Save(t *Trainer, metadata map[string]string) (path string, err error) {
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return "", fmt.Errorf("nn: checkpoint: %w", err)
	}
	path = filepath.Join(c.Dir, fmt.Sprintf(checkpointName, t.updater.t))
	files, err := c.Files()
	if err != nil {
		return "", err
	}
	if len(files) > 0 && files[0] > path {
		return "", fmt.Errorf("nn: checkpoint: %s is of a later step: restore it, or choose an empty folder", files[0])
	}
	if err := t.CheckpointFile(path, metadata); err != nil {
		return "", err
	}
	c.tidy()
	return path, nil
}

// tidy removes what Save leaves behind. What cannot be removed does no harm.
func (c CheckpointFolder) tidy() {
	files, _ := c.Files()
	unfinished, _ := c.glob(unfinishedFiles) // whose writer was killed
	keep := c.Keep
	if keep <= 0 {
		keep = defaultKeep
	}
	for _, path := range append(files[min(keep, len(files)):], unfinished...) {
		os.Remove(path)
	}
}

// Files returns the paths of the checkpoints, the latest first. It fails if the
// folder cannot be read, not if there is none.
func (c CheckpointFolder) Files() ([]string, error) { return c.glob(checkpointFiles) }

// glob returns the files of the folder whose names match, the last first.
func (c CheckpointFolder) glob(pattern string) (paths []string, err error) {
	entries, err := os.ReadDir(c.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("nn: checkpoints: %w", err)
	}
	for i := range entries { // which are sorted
		name := entries[len(entries)-1-i].Name()
		if match, _ := filepath.Match(pattern, name); match {
			paths = append(paths, filepath.Join(c.Dir, name))
		}
	}
	return paths, nil
}

// A Restored tells about what [CheckpointFolder.Restore] found.
type Restored struct {
	Path     string            // of the checkpoint
	Metadata map[string]string // in it
	Damaged  []error           // why later ones could not be read
}

// Restore restores the latest checkpoint, see [Trainer.RestoreFile]. One that is
// damaged gets another name, and the one before it is taken; Damaged tells. It fails
// with an error that wraps [fs.ErrNotExist] if the folder holds no checkpoint, and with a
// [*MismatchError] if the training is another one.
func (c CheckpointFolder) Restore(t *Trainer) (r Restored, err error) {
	files, err := c.Files()
	if err != nil {
		return r, err
	}
	var mismatch *MismatchError
	for _, r.Path = range files {
		if r.Metadata, err = t.RestoreFile(r.Path); err == nil || errors.As(err, &mismatch) {
			return r, err
		}
		r.Damaged = append(r.Damaged, err)
		if unreadable := new(fs.PathError); !errors.As(err, &unreadable) {
			os.Rename(r.Path, r.Path+damagedExtension)
		}
	}
	if len(files) == 0 {
		return r, fmt.Errorf("nn: restore a checkpoint: the folder %s holds none: %w", c.Dir, fs.ErrNotExist)
	}
	return r, fmt.Errorf("nn: restore a checkpoint: none of those in %s can be read: %w", c.Dir, errors.Join(r.Damaged...))
}
