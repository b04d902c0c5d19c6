// Command trainpeers races training and inference on MNIST against PyTorch and
// scikit-learn, side by side in one run:
//
//	apt-get install python3-torch python3-sklearn
//	go run -C bench ./trainpeers -data FOLDER -record results/<cpu>/training.txt > bench/results/<cpu>/training.md
//
// One worker is compared with a peer of one thread, two workers with the fastest
// of all settings of one and two threads for OpenMP and for OpenBLAS. All take
// turns, epoch by epoch, on the same IDX files; the tables show medians and, in
// parentheses, processor time over time. The peers' images are floats in memory
// before the clock starts; ours are the files' bytes, and gathering and scaling
// them counts. The share of the peak is that of the matrix products' operations in
// what FMA instructions could do meanwhile, measured in each round.
//
// The record keeps all times. A run of some tasks (-tasks) replaces those, and
// the tables show all that are in it.
//
// OpenBLAS does not recognise every processor: the peers get the kernels of our
// tier by OPENBLAS_CORETYPE, which on the machine of the results makes them up to
// twice as fast as they are without.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"

	"github.com/lockstep-ml/lockstep/bench/internal/count"
	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/dataset"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

func main() {
	data := flag.String("data", os.Getenv("LOCKSTEP_DATA"), "`folder` with MNIST's four files")
	rounds := count.Flag("rounds", 5, "how often the contestants take turns")
	only := flag.String("tasks", "", "a regular `expression` of the tasks to run, such as ^train.784-128")
	record := flag.String("record", "", "`file` to keep the times in")
	python := flag.String("python", "python3", "the `interpreter` that has the peers; none for no peers")
	flag.Parse()
	if err := race(*data, *rounds, *only, *record, *python); err != nil {
		fmt.Fprintln(os.Stderr, "trainpeers:", err)
		os.Exit(1)
	}
}

func race(folder string, rounds int, only, record, python string) error {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return fmt.Errorf("-tasks: %w", err)
	}
	mnist, err := dataset.LoadMNIST(context.Background(), dataset.MNISTOptions{Dir: folder})
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(2)
	one, two := newLockstep(mnist.Train, 1), newLockstep(mnist.Train, 2)
	all := []contestant{one, two}
	if python != "none" {
		peers, err := startPeers(python, folder)
		if err != nil {
			return err
		}
		for _, p := range peers {
			defer p.Close()
			all = append(all, p)
		}
	}
	var results []result
	if record != "" {
		if results, err = readRecord(record); err != nil {
			return err
		}
	}
	for _, t := range tasks {
		if wanted.MatchString(t.String()) {
			measured, err := run(t, all, rounds)
			if err != nil {
				return err
			}
			results = merge(results, measured)
		}
	}
	caption := fmt.Sprintf("%s, tier %v", machine.Caption(), tier.Active())
	if record != "" {
		if err := writeRecord(record, caption, results); err != nil {
			return err
		}
	}
	fmt.Printf("## Training and inference\n\n`go run -C bench ./trainpeers` on %s: an epoch of MNIST, 60 000 images, and predictions. Medians in alternation, in parentheses processor time over time", caption)
	if record != "" {
		fmt.Printf("; [all times](%s)", filepath.Base(record))
	}
	fmt.Printf(". **Bold** is where Lockstep loses.\n\n")
	return writeTables(os.Stdout, results)
}
