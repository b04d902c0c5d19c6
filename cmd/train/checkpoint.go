package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/lockstep-ml/lockstep/dataset"
	"github.com/lockstep-ml/lockstep/nn"
)

// An interval is the time between two checkpoints, the value of a flag: a number
// of epochs or a duration.
type interval struct {
	epochs int
	period time.Duration
}

func (i *interval) String() string {
	if i.period > 0 {
		return i.period.String()
	}
	return strconv.Itoa(i.epochs)
}

// Set parses the value of the flag.
func (i *interval) Set(text string) error {
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		*i = interval{epochs: n}
		return nil
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		*i = interval{period: d}
		return nil
	}
	return errors.New("want a number of epochs such as 1, or a duration such as 30s")
}

// A course is a training with its checkpoints, if it is to have any.
type course struct {
	settings *settings
	trainer  *nn.Trainer
	data     *trainingData
	folder   nn.CheckpointFolder
	metadata map[string]string
	stderr   io.Writer
	last     string // latest checkpoint that is good
	begun    bool
}

// newCourse returns a training from its start, or from the latest checkpoint if
// the settings say so.
func newCourse(s *settings, trainer *nn.Trainer, data *trainingData, stderr io.Writer) (*course, error) {
	c := &course{settings: s, trainer: trainer, data: data, stderr: stderr}
	if s.checkpoint == "" {
		return c, nil
	}
	c.folder = nn.CheckpointFolder{Dir: s.checkpoint, Keep: s.checkpointKeep}
	c.metadata = metadata(data)
	c.metadata["epochs"] = strconv.Itoa(s.epochs)
	c.metadata["data_sha256"] = fingerprint(data.train)
	if s.resume {
		return c, c.restore()
	}
	if files, err := c.folder.Files(); err != nil {
		return nil, err
	} else if len(files) > 0 {
		return nil, fmt.Errorf("-checkpoint %s: the folder holds a checkpoint of a training before, %s: go on with -resume, or choose another folder", s.checkpoint, files[0])
	}
	if err := os.MkdirAll(s.checkpoint, 0o755); err != nil {
		return nil, fmt.Errorf("-checkpoint: %w", err)
	}
	return c, nil
}

// fingerprint returns the SHA-256 of images with their labels.
func fingerprint(images *dataset.Images) string {
	h := sha256.New()
	h.Write(images.Pixels)
	h.Write(images.Labels)
	return hex.EncodeToString(h.Sum(nil))
}

// restore takes over the training from the latest checkpoint. Without one the
// training begins.
func (c *course) restore() error {
	restored, err := c.folder.Restore(c.trainer)
	for _, damage := range restored.Damaged {
		fmt.Fprintf(c.stderr, "train: %v: it is left out\n", damage)
	}
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(c.stderr, "train: %s holds no checkpoint: the training begins\n", c.settings.checkpoint)
		return nil
	}
	if err != nil {
		return fmt.Errorf("-resume: %w", err)
	}
	for _, key := range []string{"dataset", "data_sha256", "epochs"} {
		if there, here := restored.Metadata[key], c.metadata[key]; there != here {
			return fmt.Errorf("-resume: %s is of another training: %s is %q there, %q here: repeat the flags of the first run", restored.Path, key, there, here)
		}
	}
	c.last, c.begun = restored.Path, true
	return nil
}

// errDue ends a stretch of training after which a checkpoint is due.
var errDue = errors.New("a checkpoint is due")

// run trains to the end, and calls each after each epoch.
func (c *course) run(ctx context.Context, each func(nn.Epoch) error) error {
	for {
		err := c.stretch(ctx, each)
		switch {
		case errors.Is(err, errDue):
			c.save("the training goes on")
		case err != nil && ctx.Err() != nil:
			return c.interrupted(err)
		case err != nil && c.last != "":
			return fmt.Errorf("%w; the last good checkpoint is %s", err, c.last)
		default:
			return err
		}
	}
}

// stretch trains until the end, or until a checkpoint is due that comes after a
// time.
func (c *course) stretch(ctx context.Context, each func(nn.Epoch) error) error {
	every := c.settings.checkpointEvery
	if every.period > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, every.period, errDue)
		defer cancel()
	}
	for epoch, err := range c.epochs(ctx) {
		if err != nil {
			return err
		}
		if err := each(epoch); err != nil {
			return err
		}
		if epoch.Number == c.settings.epochs || every.epochs > 0 && epoch.Number%every.epochs == 0 {
			c.save("the training goes on")
		}
	}
	return nil
}

// epochs returns those that are left.
func (c *course) epochs(ctx context.Context) iter.Seq2[nn.Epoch, error] {
	if c.begun {
		return c.trainer.Resume(ctx, c.data.train)
	}
	c.begun = true
	return c.trainer.Epochs(ctx, c.data.train, c.settings.epochs)
}

// save writes a checkpoint, if there are to be any. If it cannot, it says what
// happens instead.
func (c *course) save(instead string) bool {
	if c.folder.Dir == "" {
		return false
	}
	path, err := c.folder.Save(c.trainer, c.metadata)
	if err == nil {
		c.last = path
		return true
	}
	good := "there is no good checkpoint yet"
	if c.last != "" {
		good = "the last good checkpoint is " + c.last
	}
	fmt.Fprintf(c.stderr, "train: %v; %s; %s\n", err, good, instead)
	return false
}

// interrupted saves what an interrupt left, and tells how to go on.
func (c *course) interrupted(err error) error {
	saved := c.save("the training stops")
	switch command := c.settings.resumeCommand(); {
	case saved:
		return fmt.Errorf("%w; saved in %s, go on with: %s", err, c.last, command)
	case c.last != "":
		return fmt.Errorf("%w; go on from the last good checkpoint with: %s", err, command)
	}
	return fmt.Errorf("%w; nothing was saved", err)
}

// resumeCommand returns the command that goes on with the training.
func (s *settings) resumeCommand() string {
	words := []string{"train"}
	for _, arg := range s.args {
		if arg == "" || strings.ContainsAny(arg, " \t\n\"'`$&|;<>()*?[]#~\\") {
			arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
		words = append(words, arg)
	}
	if !s.resume {
		words = append(words, "-resume")
	}
	return strings.Join(words, " ")
}

// trainTime returns the time that all epochs took, those before the checkpoint
// included.
func (c *course) trainTime() (sum time.Duration) {
	for _, epoch := range c.trainer.History() {
		sum += epoch.Duration
	}
	return sum
}
