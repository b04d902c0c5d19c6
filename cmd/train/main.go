// Command train trains a neural network on MNIST, or on built-in synthetic
// digits where MNIST is not to be had, or on a table in a CSV file.
//
//	go run ./cmd/train
//	go run ./cmd/train -hidden 256,128 -activation tanh -epochs 20 -out model.safetensors
//	go run ./cmd/train -hidden none -classes 0,1 -optimizer gd -init zeros
//	go run ./cmd/train -data iris.csv -target species
//
// The third is plain logistic regression by gradient descent, and the last one learns
// to predict a column of a table from the others. MNIST is looked for in -data DIR or
// $LOCKSTEP_DATA, then in the user's cache, then on public mirrors.
//
// With -checkpoint DIR a training can be interrupted or killed at any time: the
// same command with -resume goes on, and ends in the same bits.
//
// The weights are the same bits on every machine for the same settings, which
// the weight hash in the last line shows. With -verify the program tests that
// without data, in every tier of the machine.
//
// The exit status is 0 after a complete run, 1 if something failed, 2 for wrong flags,
// and 130 after an interrupt.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/lockstep-ml/lockstep/internal/selftest"
	"github.com/lockstep-ml/lockstep/kernels"
)

const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func main() {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first interrupt the next one ends the program at once.
	context.AfterFunc(ctx, release)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program without its surroundings.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	settings, err := parseSettings(args, os.Getenv, stderr)
	if errors.Is(err, errHelp) {
		return exitOK
	}
	if err != nil {
		fmt.Fprintf(stderr, "train: %v\n", err)
		return exitUsage
	}
	if settings.tiers {
		fmt.Fprintln(stdout, strings.Join(kernels.Tiers(), " "))
		return exitOK
	}
	if settings.verify {
		checks, err := selftest.Checks()
		if err != nil {
			fmt.Fprintf(stderr, "train: -verify: %v\n", err)
			return exitFailure
		}
		return verify(ctx, checks, stdout, stderr)
	}
	switch err := trainAndReport(ctx, settings, stdout, stderr); {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		fmt.Fprintf(stderr, "train: %v\n", err)
		return exitInterrupted
	default:
		fmt.Fprintf(stderr, "train: %v\n", err)
		return exitFailure
	}
}

// trainAndReport trains on a table or on images.
func trainAndReport(ctx context.Context, s *settings, stdout, stderr io.Writer) error {
	report, err := newReport(s, stdout, stderr)
	if err != nil {
		return err
	}
	if s.table.target != "" {
		err = trainTable(ctx, s, report)
	} else {
		err = train(ctx, s, report, stderr)
	}
	if closeErr := report.close(); err == nil {
		err = closeErr
	}
	return err
}
