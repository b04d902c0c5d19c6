package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/lockstep-ml/lockstep/internal/processor"
	"github.com/lockstep-ml/lockstep/internal/selftest"
	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// verify compares what this machine computes with the golden values, in a table
// and a line for bug reports, and returns the exit status.
func verify(ctx context.Context, checks []selftest.Check, stdout, stderr io.Writer) int {
	start := time.Now()
	tiers := kernels.Tiers()
	fmt.Fprintf(stdout, "%-10s%-36s%s\n", "", "", columns(tiers))
	var row, failures []string
	err := selftest.Run(ctx, checks, func(o selftest.Outcome) {
		cell := "ok"
		if !o.OK() {
			cell = "FAIL"
			failures = append(failures, fmt.Sprintf("%s (%v)", o.Check.Name, o.Tier))
		}
		if row = append(row, cell); len(row) == len(tiers) {
			fmt.Fprintf(stdout, "%-10s%-36s%s\n", o.Check.Group, o.Check.Name, columns(row))
			row = nil
		}
		if o.Err != nil {
			fmt.Fprintf(stderr, "train: %s in tier %v: %v\n", o.Check.Name, o.Tier, o.Err)
		}
	})
	if err != nil {
		fmt.Fprintf(stderr, "train: -verify: %v\n", err)
		return exitInterrupted
	}
	verdict := fmt.Sprintf("all %d checks passed in %.1f s", len(checks), time.Since(start).Seconds())
	if failures != nil {
		verdict = fmt.Sprintf("%d of %d results FAILED: %s", len(failures), len(checks)*len(tiers), strings.Join(failures, ", "))
	}
	fmt.Fprintf(stdout, "\n%s: %s\n", thisBuild(tiers), verdict)
	if failures != nil {
		fmt.Fprintf(stdout, "That is a bug: please report it with the line above.\n")
		return exitFailure
	}
	return exitOK
}

// columns writes one cell for each tier.
func columns(cells []string) string {
	var b strings.Builder
	for _, cell := range cells {
		fmt.Fprintf(&b, "%-9s", cell)
	}
	return strings.TrimRight(b.String(), " ")
}

// thisBuild describes program and machine in a line.
func thisBuild(tiers []string) string {
	version := "unknown version"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	return fmt.Sprintf("lockstep %s, contract %d, %s, %s/%s, %s, tiers %s",
		version, nn.ContractVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH, processor.Name(), strings.Join(tiers, " "))
}
