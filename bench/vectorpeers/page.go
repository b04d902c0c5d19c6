package main

import (
	"fmt"
	"io"

	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// writePage writes the part of docs/performance.md that this command answers for.
func (s *survey) writePage(w io.Writer) error {
	fmt.Fprintf(w, "## Functions and operations on vectors\n\n"+
		"`go run -C bench ./vectorpeers` on %s, one thread, medians of %d rounds in which all take turns. "+
		"**Bold** is what is faster than Lockstep.\n", machine.Caption(), s.rounds)
	for _, t := range s.tiers() {
		fmt.Fprintf(w, "\n### Functions, %s\n\nNanoseconds per element at n = %d, in the first-level cache, and in brackets the largest error in "+
			"ulp over every %dth float32 whose exact result is a normal number.\n\n", t, functionSize, stride)
		if err := s.functionTable(t).WriteMarkdown(w); err != nil {
			return err
		}
		fmt.Fprintf(w, "\n![Times of the functions, %s](%s)\n", t, plotName(t))
	}
	for _, t := range s.tiers() {
		fmt.Fprintf(w, "\n### Operations, %s\n\nNanoseconds per call. %s is a loop that moves the same data and computes nothing; OpenBLAS's sum is that of the magnitudes.\n\n", t, probeName)
		if err := s.streamTable(t).WriteMarkdown(w); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "\n### Peers\n\n")
	for _, note := range s.notes {
		fmt.Fprintf(w, "- %s\n", note)
	}
	_, reached, missed := judge(s.rows)
	_, err := fmt.Fprintf(w, "\nOf PyTorch's time that of a call with one element, which is the interpreter's, is deducted.\n"+
		"[The raw output](vector.txt) also has the %d targets and which %d of them are missed.\n", reached+missed, missed)
	return err
}

func plotName(t tier.Tier) string { return fmt.Sprintf("vector-%s.svg", t) }
