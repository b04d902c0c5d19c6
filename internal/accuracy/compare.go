package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// compareHashes computes the functions at all inputs, and compares the hashes of the
// results with the recorded ones.
func (s *settings) compareHashes(ctx context.Context, stdout, stderr io.Writer) error {
	if s.stride != 1 && s.stride != goldenStride {
		return fmt.Errorf("-hashes: the records are of -stride 1 and %d", goldenStride)
	}
	records, err := readRecords(s.document)
	if err != nil {
		return err
	}
	var faults []error
	for _, f := range s.functions {
		i := slices.IndexFunc(records, func(r record) bool { return r.Function == f.name })
		if i < 0 || len(records[i].Outcomes) != 1 {
			faults = append(faults, fmt.Errorf("%s: %s has not one hash of it; sweep it with -function %[1]s", f.name, recordsPath(s.document)))
			continue
		}
		start := time.Now()
		found, err := s.hashesOf(ctx, f, stderr)
		if err != nil {
			return fmt.Errorf("%s: stopped before the end: %w", f.name, err)
		}
		for _, o := range found {
			tiers := strings.Join(o.Tiers, ",")
			fmt.Fprintf(stdout, "%-16s %s  %.1f s  %s\n", f.name, o.SHA256, time.Since(start).Seconds(), tiers)
			if want := records[i].hash(s.stride); o.SHA256 != want {
				faults = append(faults, fmt.Errorf("%s: the results of %s have another hash than the recorded %s", f.name, tiers, want))
			}
		}
	}
	return errors.Join(faults...)
}

// hash returns the recorded hash of a sweep with stride 1 or goldenStride.
func (r record) hash(stride uint64) string {
	if stride == 1 {
		return r.Outcomes[0].SHA256
	}
	return r.Strided
}

// hashesOf returns the hash of a function's results in each tier.
func (s *settings) hashesOf(ctx context.Context, f function, stderr io.Writer) ([]outcome, error) {
	f.reference = nil
	all := sweep{function: f, tiers: s.tiers, stride: s.stride, workers: s.workers}
	bar := newBar(f.name, all.inputs(), stderr)
	defer bar.Exit()
	all.progress = func(inputs int) { bar.Add(inputs) }
	tallies, err := all.run(ctx)
	return outcomes(tallies), err
}
