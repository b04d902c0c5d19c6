// Command gemmpeers compares matrix products with OpenBLAS and BLIS, side by
// side in one run:
//
//	apt-get install gcc libopenblas-dev libblis-dev
//	go run -C bench ./gemmpeers -out results/<cpu>
//
// It builds a small C program around each library that is installed, and says
// what it leaves out. The peers get our tier's instruction sets (OpenBLAS's
// SkylakeX or Haswell kernels, BLIS's skx or haswell), as neither recognises every
// processor, and as many threads as we have workers. For each product all take turns
// for a number of rounds, in each of which the rate of the processor's fma units is
// measured, too; a figure is the median.
//
// With -out the figures are kept in the folder, in gemm.json, from which gemm.md and
// the heat map gemm.svg are made for docs/performance.md. A run that measures only some
// tiers, types, workers or shapes replaces their figures and leaves the others.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/blas"
	"github.com/lockstep-ml/lockstep/bench/internal/count"
	"github.com/lockstep-ml/lockstep/bench/internal/figures"
	"github.com/lockstep-ml/lockstep/bench/internal/jsonfile"
	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

const recordName = "gemm.json"

// settings are those of the command line.
type settings struct {
	rounds  int
	tiers   []string
	types   []string
	workers []string
	shapes  *regexp.Regexp
	out     string
	peers   bool
	figures *figures.Recorder
}

func main() {
	rounds := count.Flag("rounds", 15, "how often the contestants take turns, at most")
	tiers := flag.String("tiers", "avx512,avx2", "tiers to measure")
	types := flag.String("types", "float32,float64", "element types to measure")
	workers := flag.String("workers", "1,2", "numbers of workers to measure")
	only := flag.String("shapes", "", "a regular `expression` of the shapes to measure, such as ^64x")
	out := flag.String("out", "", "a folder for the figures, such as results/<cpu>")
	peers := flag.Bool("peers", true, "whether OpenBLAS and BLIS take part")
	flag.Parse()
	wanted, err := regexp.Compile(*only)
	if err == nil {
		list := func(s string) []string { return strings.Split(s, ",") }
		err = run(settings{*rounds, list(*tiers), list(*types), list(*workers), wanted, *out, *peers, &figures.Recorder{}})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gemmpeers:", err)
		os.Exit(1)
	}
}

func run(s settings) error {
	debug.SetGCPercent(-1) // no collection during a turn
	program, folder, err := blas.Build()
	defer os.RemoveAll(folder)
	if err != nil {
		fmt.Printf("no peers: %v\n", err)
		program = ""
	}
	for _, name := range s.tiers {
		t, err := tier.Parse(name)
		if err != nil {
			return err
		}
		if !slices.Contains(tier.Supported(), t) {
			fmt.Printf("%s: left out, this processor lacks it\n", t)
			continue
		}
		restore := tier.Force(t)
		for _, count := range s.workers {
			workers, err := strconv.Atoi(count)
			if err != nil || workers < 1 {
				return fmt.Errorf("-workers: %q is no number of workers", count)
			}
			if err := s.compare(program, t, workers); err != nil {
				return err
			}
		}
		restore()
	}
	return nil
}

// compare measures all types in one tier with one number of workers.
func (s settings) compare(program string, t tier.Tier, workers int) error {
	all := []contestant{newLockstep(workers)}
	defer all[0].close()
	var notes []string
	for _, l := range blas.Libraries {
		if program == "" || !s.peers {
			break
		}
		p, err := l.Start(program, t, workers)
		if err != nil {
			notes = append(notes, fmt.Sprintf("%s: left out: %v", l.Name, err))
			continue
		}
		defer p.Close()
		all = append(all, library{p})
	}
	var names []string
	for _, c := range all {
		names = append(names, c.String())
		notes = append(notes, fmt.Sprintf("%s: %s", c, c.description()))
	}
	for _, kind := range s.types {
		if kind != float32s && kind != float64s {
			return fmt.Errorf("-types: %q is neither %s nor %s", kind, float32s, float64s)
		}
		x := section{Tier: t.String(), Type: kind, Workers: workers, Machine: machine.Caption(), Rounds: s.rounds, Contestants: names, Notes: notes}
		for _, shape := range shapes {
			if !s.shapes.MatchString(shape.String()) {
				continue
			}
			r, err := race(all, kind, shape, workers, s.rounds)
			if err != nil {
				return err
			}
			x.Rows = append(x.Rows, r)
			s.figures.Add(shape.flops()/(1e9*r.GFLOPS[0]), "gemm %s %s %d %s", t, kind, workers, shape)
		}
		if err := x.writeText(os.Stdout); err != nil {
			return err
		}
		if err := s.keep(x); err != nil {
			return err
		}
	}
	return nil
}

// keep adds a section to the record in the folder, and writes what is made of
// that.
func (s settings) keep(x section) error {
	if s.out == "" {
		return nil
	}
	if err := os.MkdirAll(s.out, 0o777); err != nil {
		return err
	}
	path := filepath.Join(s.out, recordName)
	r, err := jsonfile.Read[record](path)
	if err != nil {
		return err
	}
	if len(x.Rows) > 0 {
		r = r.with(x)
	}
	if err := jsonfile.Write(path, r); err != nil {
		return err
	}
	if err := create(filepath.Join(s.out, "gemm.md"), r.writePage); err != nil {
		return err
	}
	if err := create(filepath.Join(s.out, heatMapName), r.writeHeatMap); err != nil {
		return err
	}
	return s.figures.Save(s.out)
}

func create(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
