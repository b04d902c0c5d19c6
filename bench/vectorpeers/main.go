// Command vectorpeers compares functions and operations on vectors with other
// libraries, side by side in one run on one thread:
//
//	apt-get install gcc libsleef-dev libopenblas0 python3-torch python3-numpy
//	go run -C bench ./vectorpeers -out results/<cpu>
//
// The functions (exp, log, sigmoid and so on) run on 4096 elements in the
// first-level cache, beside libmvec (the vector functions of glibc), SLEEF,
// PyTorch and Go libraries; their accuracy stands beside the time. The operations whose cost
// is memory (dot, sum, add, axpy, relu) run on 16 elements to a million, beside
// OpenBLAS, PyTorch, Go libraries and three loops that are their limits: one only
// loads and stores, one only computes, and one does both, as the contract demands.
//
// The command builds a small C program around each library that is installed, at
// the vector width of our tier, and says what it leaves out. All take turns for
// several rounds; a cell is the median. With -out the figures are kept in a folder, in
// vector.json, from which vector.txt, vector.md and a plot for each tier are made for
// docs/performance.md. A run that measures only some tiers or operations replaces
// their figures and leaves the others.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/count"
	"github.com/lockstep-ml/lockstep/bench/internal/jsonfile"
	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/bench/internal/peer"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

func main() {
	rounds := count.Flag("rounds", 21, "how often the contestants take turns")
	tiers := flag.String("tiers", "avx512,avx2", "tiers to measure")
	python := flag.String("python", "python3", "the `interpreter` that has PyTorch")
	only := flag.String("only", "", "a regular `expression` of the operations to measure, such as ^log")
	out := flag.String("out", "", "a folder for the tables, such as results/<cpu>")
	peers := flag.Bool("peers", true, "whether others than Lockstep take part")
	flag.Parse()
	if err := run(*rounds, *tiers, *only, *python, *out, *peers); err != nil {
		fmt.Fprintln(os.Stderr, "vectorpeers:", err)
		os.Exit(1)
	}
}

func run(rounds int, tiers, only, python, out string, peers bool) error {
	selected, err := regexp.Compile(only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(-1) // no collection during a turn
	folder, err := peer.Unpack(embedded)
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	s := &survey{session: session{Machine: machine.Caption(), Rounds: rounds}, only: selected, alone: !peers}
	for name := range strings.SplitSeq(tiers, ",") {
		t, err := tier.Parse(name)
		if err != nil {
			return err
		}
		if !slices.Contains(tier.Supported(), t) {
			s.note(t.String() + ": left out, this processor lacks it")
			continue
		}
		if err := s.measure(t, folder, python); err != nil {
			return err
		}
	}
	if err := (record{s.session}).writeText(os.Stdout); err != nil || out == "" {
		return err
	}
	return s.keep(out)
}

// keep adds what was measured to the record in a folder, and writes what is made of
// that.
func (s *survey) keep(folder string) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	path := filepath.Join(folder, "vector.json")
	r, err := jsonfile.Read[record](path)
	if err != nil {
		return err
	}
	if len(s.Rows) > 0 {
		r = r.with(s.session)
	}
	var text, page bytes.Buffer
	if err := errors.Join(jsonfile.Write(path, r), r.writeText(&text), r.writePage(&page)); err != nil {
		return err
	}
	for _, t := range r.tiers() {
		if err := r.savePlot(t, filepath.Join(folder, plotName(t))); err != nil {
			return err
		}
	}
	return errors.Join(
		os.WriteFile(filepath.Join(folder, "vector.txt"), text.Bytes(), 0o666),
		os.WriteFile(filepath.Join(folder, "vector.md"), page.Bytes(), 0o666),
		s.figures.Save(folder))
}
