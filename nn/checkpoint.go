package nn

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/lockstep-ml/lockstep/internal/atomicfile"
	"github.com/lockstep-ml/lockstep/safetensors"
)

// CheckpointFile writes the whole state of the training to a safetensors file:
// parameters, running statistics, what optimizers, rules and schedules remember,
// the position in the epoch, the history. A trainer that restores it goes on to
// the same bits, in any tier and with any number of workers.
//
// The file appears under its name only when it is complete and on the disk.
// metadata is stored with it, as by [Network.SaveFile]; [LoadFile] reads the
// network of a checkpoint. It is for the body of a loop over [Trainer.Epochs], or
// after it: no epoch may be under way. It fails with a [*DivergenceError] if a
// parameter is not finite.
func (t *Trainer) CheckpointFile(path string, metadata map[string]string) error {
	f, err := t.file(metadata)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(path, func(w io.Writer) error { return safetensors.Write(w, f) }); err != nil {
		return fmt.Errorf("nn: checkpoint: %w", err)
	}
	return nil
}

// Checkpoint writes the state of the training to w, as CheckpointFile does.
func (t *Trainer) Checkpoint(w io.Writer, metadata map[string]string) error {
	f, err := t.file(metadata)
	if err != nil {
		return err
	}
	return safetensors.Write(w, f)
}

// RestoreFile takes over the training from a file that [Trainer.CheckpointFile]
// wrote, and returns the metadata in it. [Trainer.Resume] goes on with it.
//
// The trainer must have been made as the one that wrote it was: it fails with a
// [*MismatchError] if network, loss, optimizer, rules, schedule, seed, batch size or
// the version of the bit contract differ. Workers and tier may. It also fails if
// the file is damaged. The training is as it was then.
func (t *Trainer) RestoreFile(path string) (metadata map[string]string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("nn: restore a checkpoint: %w", err)
	}
	defer f.Close()
	if metadata, err = t.Restore(f); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return metadata, nil
}

// Restore takes over the training from what Checkpoint wrote, as RestoreFile does.
func (t *Trainer) Restore(r io.Reader) (metadata map[string]string, err error) {
	f, err := safetensors.Read(bufio.NewReader(r), safetensors.Limits{})
	if err != nil {
		return nil, fmt.Errorf("nn: restore a checkpoint: %w", err)
	}
	if err := t.restore(f); err != nil {
		return nil, fmt.Errorf("nn: restore a checkpoint: %w", err)
	}
	return ownMetadata(f), nil
}

// file returns the training as the content of a file: that of the network, the
// record, and tensors whose names begin with trainerPrefix.
func (t *Trainer) file(metadata map[string]string) (*safetensors.File, error) {
	if diverged := t.spoiltParameter(t.updater.t); diverged != nil {
		return nil, diverged // and the checkpoints before it are better
	}
	f, err := t.net.unsealed(metadata)
	if err != nil {
		return nil, err
	}
	record, err := json.Marshal(t.record())
	if err != nil {
		return nil, err
	}
	f.Metadata[metadataTraining] = string(record)
	for _, v := range t.updater.vectors() {
		f.Tensors = append(f.Tensors, safetensors.New(v.name, v.shape, v.values))
	}
	f.Tensors = append(t.stateTensors(), f.Tensors...) // the wider elements first
	return f, f.Seal()
}

// restore takes over the training from the content of a file. It changes
// nothing before all of it is known to fit.
func (t *Trainer) restore(f *safetensors.File) error {
	if err := checkFile(f); err != nil {
		return err
	}
	if _, ok := f.Metadata[metadataTraining]; !ok {
		return errors.New("the file holds a network, but no training: it can be read with LoadFile")
	}
	if err := t.checkNetwork(f.Metadata); err != nil {
		return err
	}
	parameters, err := t.net.tensors(f)
	if err != nil {
		return err
	}
	record, err := t.readRecord(f.Metadata[metadataTraining])
	if err != nil {
		return err
	}
	state, err := t.readState(f)
	if err != nil {
		return err
	}
	state.record = record
	if err := t.setState(state); err != nil {
		return err
	}
	return t.net.setTensors(parameters)
}
