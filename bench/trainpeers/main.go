// Command trainpeers races training and inference on MNIST against PyTorch,
// scikit-learn and ONNX Runtime, side by side in one run:
//
//	apt-get install gcc python3-torch python3-sklearn
//	npm install --ignore-scripts onnxruntime-node
//	go run -C bench ./trainpeers -data FOLDER -out results/<cpu> \
//		-onnxruntime FOLDER/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1
//
// One worker is compared with a peer of one thread, two workers with the fastest
// of all settings of one and two threads (of PyTorch those of OpenMP and of OpenBLAS).
// All take turns, epoch by epoch, on the same IDX files; the tables show medians and,
// in parentheses, processor time over time. The peers' images are floats in memory
// before the clock starts; ours are the files' bytes, and gathering and scaling
// them counts. Predictions start from floats for all. The share of the peak is that
// of the matrix products' operations in what FMA instructions could do meanwhile,
// measured in each round.
//
// ONNX Runtime is called from C, and what it makes of our weights is compared with
// our own predictions first. A peer that is missing is left out, which the standard
// error says.
//
// With -out the tables are written to a folder, as training.md and inference.md for
// docs/performance.md, with all times in training.txt. A run of some tasks (-tasks)
// replaces those, and the tables show all that are in it.
//
// OpenBLAS does not recognise every processor: the peers get the kernels of our
// tier by OPENBLAS_CORETYPE, which on the machine of the results makes them up to
// twice as fast as they are without.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"

	"github.com/lockstep-ml/lockstep/bench/internal/count"
	"github.com/lockstep-ml/lockstep/bench/internal/figures"
	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/dataset"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

const recordName = "training.txt"

// settings are those of the command line.
type settings struct {
	data, only, out, python, onnx string
	peers                         bool
	rounds                        int
}

func main() {
	var s settings
	flag.StringVar(&s.data, "data", os.Getenv("LOCKSTEP_DATA"), "`folder` with MNIST's four files")
	rounds := count.Flag("rounds", 5, "how often the contestants take turns")
	flag.StringVar(&s.only, "tasks", "", "a regular `expression` of the tasks to run, such as ^train.784-128")
	flag.StringVar(&s.out, "out", "", "a `folder` for the tables, such as results/<cpu>")
	flag.StringVar(&s.python, "python", "python3", "the `interpreter` that has PyTorch and scikit-learn")
	flag.StringVar(&s.onnx, "onnxruntime", "libonnxruntime.so.1", "the shared `library` ONNX Runtime")
	flag.BoolVar(&s.peers, "peers", true, "whether others than Lockstep take part")
	flag.Parse()
	s.rounds = *rounds
	if err := s.run(); err != nil {
		fmt.Fprintln(os.Stderr, "trainpeers:", err)
		os.Exit(1)
	}
}

func (s settings) run() error {
	wanted, err := regexp.Compile(s.only)
	if err != nil {
		return fmt.Errorf("-tasks: %w", err)
	}
	mnist, err := dataset.LoadMNIST(context.Background(), dataset.MNISTOptions{Dir: s.data})
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(2)
	all := []contestant{newLockstep(mnist.Train, 1), newLockstep(mnist.Train, 2)}
	of := &run{caption: fmt.Sprintf("%s, tier %v", machine.Caption(), tier.Active())}
	if s.peers {
		peers, folder, err := startPeers(s.python, s.onnx, s.data)
		defer os.RemoveAll(folder)
		if err != nil {
			return err
		}
		for _, p := range peers {
			defer p.Close()
			all = append(all, p)
			if text := libraryOf(p.String()) + ": " + p.build(); !slices.Contains(of.peers, text) {
				of.peers = append(of.peers, text)
			}
		}
	}
	var recorder figures.Recorder
	var results []result
	if s.out != "" {
		if results, err = readRecord(filepath.Join(s.out, recordName)); err != nil {
			return err
		}
	}
	for _, t := range tasks {
		if wanted.MatchString(t.String()) {
			measured, err := race(t, all, s.rounds, of)
			if err != nil {
				return err
			}
			results = merge(results, measured)
			addFigures(&recorder, measured)
		}
	}
	if err := s.write(results); err != nil || s.out == "" {
		return err
	}
	return recorder.Save(s.out)
}

// addFigures takes in our own times.
func addFigures(recorder *figures.Recorder, measured []result) {
	for _, r := range measured {
		if r.ours {
			recorder.Add(r.median().wall/float64(max(r.task.times, 1)), "training %v, %d worker(s)", r.task, r.threads)
		}
	}
}

// write prints the tables, and writes them to the folder if there is one.
func (s settings) write(results []result) error {
	if s.out != "" {
		if err := os.MkdirAll(s.out, 0o777); err != nil {
			return err
		}
		if err := writeRecord(filepath.Join(s.out, recordName), results); err != nil {
			return err
		}
	}
	for _, p := range pages {
		var text bytes.Buffer
		if err := p.write(&text, results); err != nil {
			return err
		}
		if _, err := os.Stdout.Write(text.Bytes()); err != nil {
			return err
		}
		if s.out != "" {
			if err := os.WriteFile(filepath.Join(s.out, p.file), text.Bytes(), 0o666); err != nil {
				return err
			}
			if err := p.plot(results).Save(filepath.Join(s.out, p.plotName())); err != nil {
				return err
			}
		}
	}
	return nil
}
