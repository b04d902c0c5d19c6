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
		fmt.Fprintf(w, "\n### Operations, %s\n\nNanoseconds per call. %s is a loop that moves the same data and computes nothing; OpenBLAS's sum is that of the magnitudes.\n\n", t, probeName)
		if err := r.streamTable(t).WriteMarkdown(w); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "\n### Peers\n\n%s\n", peers)
	for _, note := range r.notes() {
		fmt.Fprintf(w, "- %s\n", note)
	}
	fmt.Fprint(w, limits)
	_, reached, missed := judge(r.rows())
	_, err := fmt.Fprintf(w, "\n[The raw output](vector.txt) also has the %d targets and which %d of them are missed.\n", reached+missed, missed)
	return err
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
	table, reached, missed := judge(r.rows())
	fmt.Fprintf(w, "\nTargets: %d reached, %d missed\n", reached, missed)
	if err := table.WriteText(w); err != nil {
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

// limits tells why some rows lose.
const limits = `
### What limits

- The functions are correctly rounded at all 2^32 inputs. The peers work in float32;
  most functions need float64 for that: half the lanes, and a conversion each way.
- Exp, its relatives, Sigmoid and SiLU compute in float32, too, but as the sum of two
  numbers, and in float64 only where that leaves a result in doubt. For sixteen elements
  a Sigmoid is some 40 operations on AVX-512's two ports.
- Tanh divides in float64, once an element, and the divider takes two cycles for that.
  Newton's steps in its place take the ports for as long, and the sum of two float32 is
  not exact enough near 0.
- Each of the 64 lanes of a sum or a dot product is one chain of additions, by the
  contract. In the first-level cache AVX-512 waits for their latency, and AVX2 for the two
  adders, where the loop loads three vectors a cycle.
- Axpy rounds the product before it adds; OpenBLAS fuses the two. ReLU keeps NaN and gives
  +0 for -0, which takes two operations. On AVX2 two operations a vector do not fit
  beside the loads and stores; on AVX-512 those of Axpy, by their count, keep arithmetic, loads and stores
  all busy in each cycle, which leaves nothing for what goes wrong.
- Three vectors of 4096 elements fill a first-level cache of 48 KiB to the last line.
- Of 16 or 64 elements most of the time goes into calls, not into arithmetic.
- From 65536 elements on all wait for memory. Peers in processes of their own have other
  pages of it: differences of a few percent there change from run to run.
`

func plotName(tier string) string { return fmt.Sprintf("vector-%s.svg", tier) }
