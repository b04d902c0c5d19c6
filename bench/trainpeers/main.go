// Command trainpeers races training and inference on MNIST against PyTorch and
// scikit-learn, side by side in one run:
//
//	apt-get install python3-torch python3-sklearn
//	go run -C bench ./trainpeers -data FOLDER > bench/results/<cpu>/training.md
//
// One worker is compared with a peer of one thread, two workers with the fastest
// of all settings of one and two threads for OpenMP and for OpenBLAS. All take
// turns, epoch by epoch, on the same IDX files; the tables show medians and, in
// parentheses, processor time over time. The peers' images are floats in memory
// before the clock starts; ours are the files' bytes, and gathering and scaling
// them counts.
//
// OpenBLAS does not recognise every processor: the peers get the kernels of our
// tier by OPENBLAS_CORETYPE, which on the machine of the results made them up to twice as fast
// as they were on their own.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"

	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/dataset"
	"github.com/lockstep-ml/lockstep/internal/peak"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

func main() {
	data := flag.String("data", os.Getenv("LOCKSTEP_DATA"), "`folder` with MNIST's four files")
	rounds := flag.Int("rounds", 5, "how often the contestants take turns")
	only := flag.String("tasks", "", "a regular `expression` of the tasks to run, such as ^train.784-128")
	python := flag.String("python", "python3", "the `interpreter` that has the peers; none for no peers")
	flag.Parse()
	if err := run(*data, *rounds, *only, *python); err != nil {
		fmt.Fprintln(os.Stderr, "trainpeers:", err)
		os.Exit(1)
	}
}

func run(folder string, rounds int, only, python string) error {
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
	r := race{rounds: rounds, contestants: all, peak: peak.Measure()}
	fmt.Printf("%s, tier %v, %.1f GFLOP/s of fused multiply-adds a core. Median of %d rounds.\n\n",
		machine.Caption(), tier.Active(), r.peak/1e9, rounds)
	for _, t := range tasks {
		if wanted.MatchString(t.String()) {
			if err := r.run(t); err != nil {
				return err
			}
		}
	}
	return r.report(os.Stdout)
}
