package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/lockstep-ml/lockstep/dataset"
	"github.com/lockstep-ml/lockstep/dataset/digits"
	"github.com/schollz/progressbar/v3"
)

// trainingData is what a run trains and tests on.
type trainingData struct {
	name        string // "MNIST", or what says that it is not
	why         string // where it came from, and why that
	train, test *dataset.Images
	cropTime    time.Duration // of the training images: it counts as training
}

// loadData finds the data that the settings ask for.
func loadData(ctx context.Context, s *settings, stderr io.Writer) (*trainingData, error) {
	d, err := findData(ctx, s, stderr)
	if err != nil {
		return nil, err
	}
	if len(s.classes) > 0 {
		if d.train, err = d.train.Select(s.classes...); err != nil {
			return nil, fmt.Errorf("-classes: %w", err)
		}
		if d.test, err = d.test.Select(s.classes...); err != nil {
			return nil, fmt.Errorf("-classes: test images: %w", err)
		}
	}
	if s.limit > 0 {
		d.train = d.train.Limit(s.limit)
	}
	if s.crop > 0 {
		start := time.Now()
		if d.train, err = d.train.Crop(s.crop, s.crop); err != nil {
			return nil, fmt.Errorf("-crop %d: %w", s.crop, err)
		}
		d.cropTime = time.Since(start)
		if d.test, err = d.test.Crop(s.crop, s.crop); err != nil {
			return nil, fmt.Errorf("-crop %d: test images: %w", s.crop, err)
		}
	}
	return d, nil
}

func findData(ctx context.Context, s *settings, stderr io.Writer) (*trainingData, error) {
	if s.dataset == "digits" {
		return builtin("as -dataset digits asks for"), nil
	}
	progress := newDownloadProgress(stderr, s.quiet)
	mnist, err := dataset.LoadMNIST(ctx, dataset.MNISTOptions{Dir: s.dataDir, Progress: progress.report})
	progress.finish()
	switch {
	case err == nil:
		if mnist.CacheErr != nil {
			fmt.Fprintf(stderr, "train: the download could not be kept for the next run: %v\n", mnist.CacheErr)
		}
		return &trainingData{name: mnist.Name, why: mnist.Source, train: mnist.Train, test: mnist.Test}, nil
	case s.dataDir != "" || s.dataset == "mnist" || ctx.Err() != nil:
		return nil, err
	}
	if !s.quiet {
		fmt.Fprintf(stderr, "train: MNIST is not to be had, see -data: %v\n", err)
	}
	return builtin("since MNIST is neither in the cache nor to be downloaded"), nil
}

// loadDigits draws the digits once in a process, which takes a third of a second.
var loadDigits = sync.OnceValues(digits.Load)

func builtin(why string) *trainingData {
	train, test := loadDigits()
	return &trainingData{name: digits.Name, why: "built in, " + why, train: train, test: test}
}

// downloadProgress shows a bar for each file that is downloaded, on a
// terminal only.
type downloadProgress struct {
	stderr io.Writer
	hidden bool
	file   string
	bar    *progressbar.ProgressBar
}

func newDownloadProgress(stderr io.Writer, quiet bool) *downloadProgress {
	return &downloadProgress{stderr: stderr, hidden: quiet || !isTerminal(stderr)}
}

func (p *downloadProgress) report(file string, done, total int64) {
	if p.hidden {
		return
	}
	if file != p.file {
		p.finish()
		p.file = file
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(p.stderr),
			progressbar.OptionSetDescription(file), progressbar.OptionShowBytes(true),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	p.bar.Set64(done)
}

func (p *downloadProgress) finish() {
	if p.bar != nil {
		p.bar.Finish()
		p.bar = nil
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
