package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// writePage writes the part of docs/performance.md that this command answers for.
func (r record) writePage(w io.Writer) error {
	fmt.Fprint(w, "## Functions and operations on vectors\n\n`go run -C bench ./vectorpeers`")
	if len(r) == 1 {
		fmt.Fprintf(w, " on %s", r[0].caption())
	}
	fmt.Fprint(w, ". One thread, medians of rounds in which all take turns. **Bold** is what is faster than Lockstep.\n")
	for _, s := range r {
		if len(r) > 1 {
			fmt.Fprintf(w, "\n%s: on %s.\n", s.titles(), s.caption())
		}
	}
	for _, t := range r.tiers() {
		fmt.Fprintf(w, "\n### Functions, %s\n\nNanoseconds per element at n = %d, in the first-level cache, and in brackets the largest error in "+
			"ulp over every %dth float32 whose exact result is a normal number (0.5 is correct rounding).\n\n", t, functionSize, stride)
		if err := r.functionTable(t).WriteMarkdown(w); err != nil {
			return err
		}
		fmt.Fprintf(w, "\n![Times of the functions, %s](%s)\n", t, plotName(t))
	}
	for _, t := range r.tiers() {
		fmt.Fprintf(w, "\n### Operations, %s\n\nNanoseconds per call. %s is a loop that moves the same data and computes nothing, %s one that also does what the contract demands, and nothing else; OpenBLAS's sum is that of the magnitudes.\n\n", t, movesName, bareName)
		if err := r.streamTable(t).WriteMarkdown(w); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "\n### Peers\n\n%s\n", peers)
	for _, note := range r.notes() {
		fmt.Fprintf(w, "- %s\n", note)
	}
	return r.writeLimits(w)
}

// writeText writes all tables as aligned columns.
func (r record) writeText(w io.Writer) error {
	for _, s := range r {
		fmt.Fprintf(w, "%s\n%s\n", s.caption(), s.titles())
	}
	fmt.Fprintln(w, strings.Join(r.notes(), "\n"))
	for _, t := range r.tiers() {
		fmt.Fprintf(w, "\n%s: functions at n = %d, ns per element (largest error found, ulp)\n", t, functionSize)
		if err := r.functionTable(t).WriteText(w); err != nil {
			return err
		}
		fmt.Fprintf(w, "\n%s: operations, ns per call\n", t)
		if err := r.streamTable(t).WriteText(w); err != nil {
			return err
		}
	}
	fmt.Fprintln(w, "\nUnits of work, ns per number")
	if err := r.unitTable().WriteText(w); err != nil {
		return err
	}
	verdicts := judge(r.rows())
	lost := missed(verdicts)
	fmt.Fprintf(w, "\nTargets: %d reached, %d missed\n", len(verdicts)-len(lost), len(lost))
	if err := targetTable(verdicts).WriteText(w); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nTargets missed, ns per call")
	if err := missedTable(lost).WriteText(w); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nProcessor time / time, the smallest and the largest of each contestant. (That of the\n"+
		"Go libraries has the monitor thread of Go's runtime in it, which polls.)")
	return r.loadTable().WriteText(w)
}

func (s session) caption() string { return fmt.Sprintf("%s, %d rounds", s.Machine, s.Rounds) }

// titles lists the operations of a session by tier.
func (s session) titles() string {
	var parts []string
	for _, t := range (record{s}).tiers() {
		var names []string
		for _, m := range s.Rows {
			if m.Tier == t && !slices.Contains(names, m.Operation) {
				names = append(names, m.Operation)
			}
		}
		parts = append(parts, t+" "+strings.Join(names, ", "))
	}
	return strings.Join(parts, "; ")
}

// peers tells what the names in the tables do not.
const peers = `libmvec and SLEEF have no sigmoid, SiLU, GELU and ELU: those are the usual formulas over their
exp, erf and expm1, and the errors are the formulas'. Of PyTorch's time that of a call with
one element, which is the interpreter's, is deducted; it chooses its instructions itself, and
in the column "pytorch avx512" a variable chooses. The Go libraries choose theirs in either
table: gonum SSE, vek AVX2, tphakala/simd AVX-512 where the processor has it.
`

func plotName(tier string) string { return fmt.Sprintf("vector-%s.svg", tier) }
