// Command accuracy compares the unary functions of package kernels with their
// correctly rounded values at all 2^32 inputs, in every tier of this machine,
// and writes docs/accuracy.md. Run it from the root of the module:
//
//	go run ./internal/accuracy
//
// A function takes some five minutes on one core. Ctrl-C ends the command; the
// document then has the functions that were finished, and -function gives those
// that remain. A strided run, or one of some tiers only, prints what it found
// and leaves the document alone. The exit status is 1 if a result of class
// rounded is not correctly rounded or tiers differ.
//
// After a change that may not change a bit, -hashes compares the results at all
// inputs with the recorded hashes, without the reference: in some 15 seconds a
// function and tier of assembly.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

func main() {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt)
	defer release()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

// settings are the flags.
type settings struct {
	functions []function
	tiers     []tier.Tier
	workers   int
	stride    uint64
	document  string
	render    bool
	hashes    bool
}

func parse(args []string, stderr io.Writer) (s settings, err error) {
	flags := flag.NewFlagSet("accuracy", flag.ContinueOnError)
	flags.SetOutput(stderr)
	names := flags.String("function", "", "functions to sweep, separated by commas; all if empty")
	tiers := flags.String("tier", "", "tiers to sweep, separated by commas; all of this machine if empty")
	flags.IntVar(&s.workers, "workers", runtime.GOMAXPROCS(0), "goroutines")
	flags.Uint64Var(&s.stride, "stride", 1, "take every stride-th input only")
	flags.StringVar(&s.document, "o", "docs/accuracy.md", "document to bring up to date")
	flags.BoolVar(&s.render, "render", false, "only write the document anew from the records beside it")
	flags.BoolVar(&s.hashes, "hashes", false, "only compare the results with the recorded hashes")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("unexpected argument %q; give functions as -function %[1]s", flags.Arg(0))
	}
	if s.workers < 1 || s.stride < 1 || s.stride > 1<<32 {
		return s, errors.New("-workers and -stride must be at least 1, -stride at most 2^32")
	}
	if s.functions, err = choose(*names); err != nil {
		return s, err
	}
	s.tiers, err = chooseTiers(*tiers)
	return s, err
}

// chooseTiers returns the named tiers of this machine, all if there are no names.
func chooseTiers(names string) ([]tier.Tier, error) {
	supported := tier.Supported()
	if names == "" {
		return supported, nil
	}
	var chosen []tier.Tier
	for name := range strings.SplitSeq(names, ",") {
		t, err := tier.Parse(name)
		if err != nil {
			return nil, fmt.Errorf("-tier: %w", err)
		}
		if !slices.Contains(supported, t) {
			return nil, fmt.Errorf("-tier: this machine has %v, not %v", supported, t)
		}
		chosen = append(chosen, t)
	}
	return chosen, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	s, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if s.render {
		return render(s.document)
	}
	if s.hashes {
		return s.compareHashes(ctx, stdout, stderr)
	}
	complete := s.stride == 1 && len(s.tiers) == len(tier.Supported())
	var faults []error
	for _, f := range s.functions {
		r, err := s.record(ctx, f, stderr)
		if err != nil {
			return fmt.Errorf("%s: stopped before the end (%w); sweep it again with -function %[1]s", f.name, err)
		}
		for _, o := range r.Outcomes {
			fmt.Fprintf(stdout, "%-10s %-9s %s  misrounded %d  largest error %s ulp  %.1f s  %s\n",
				r.Function, r.Class, o.SHA256, o.Misrounded, largestError(o), r.Seconds, strings.Join(o.Tiers, ","))
		}
		faults = append(faults, r.fault())
		if complete {
			if err := save(s.document, r); err != nil {
				return err
			}
		}
	}
	return errors.Join(faults...)
}

// record sweeps one function, and lists the first misrounded results of class
// rounded.
func (s *settings) record(ctx context.Context, f function, stderr io.Writer) (record, error) {
	start := time.Now()
	all := sweep{function: f, tiers: s.tiers, stride: s.stride, workers: s.workers}
	bar := newBar(f.name, all.inputs(), stderr)
	all.progress = func(inputs int) { bar.Add(inputs) }
	tallies, err := all.run(ctx)
	bar.Exit()
	if err != nil {
		return record{}, err
	}
	golden := sweep{f, s.tiers[:1], goldenStride, s.workers, func(int) {}}
	strided, err := golden.run(ctx)
	if err != nil {
		return record{}, err
	}
	if f.class == rounded {
		for _, t := range tallies {
			for _, m := range t.examples {
				fmt.Fprintf(stderr, "%v: %s(%s) = %s, want %s\n", t.tier, f.name, hexFloat(m.x), hexFloat(m.got), hexFloat(m.want))
			}
		}
	}
	return record{
		Function: f.name, Class: f.class, Inputs: all.inputs(),
		Outcomes: outcomes(tallies), Strided: outcomes(strided)[0].SHA256,
		Seconds: time.Since(start).Seconds(), Workers: s.workers, Machine: thisMachine(),
	}, nil
}

// newBar shows the progress on a terminal; elsewhere, such as in a log, a new
// state now and then.
func newBar(name string, inputs uint64, stderr io.Writer) *progressbar.ProgressBar {
	interval := time.Minute
	if file, ok := stderr.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			interval = 200 * time.Millisecond
		}
	}
	return progressbar.NewOptions64(int64(inputs), progressbar.OptionSetWriter(stderr),
		progressbar.OptionSetDescription(name), progressbar.OptionThrottle(interval),
		progressbar.OptionShowIts(), progressbar.OptionSetItsString("inputs"), progressbar.OptionClearOnFinish())
}
