package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/lockstep-ml/lockstep/bench/internal/report"
)

// writeLimits tells why some rows lose.
func (r record) writeLimits(w io.Writer) error {
	verdicts := judge(r.rows())
	lost := missed(verdicts)
	atLimits := 0
	for _, v := range lost {
		if v.atLimit() {
			atLimits++
		}
	}
	fmt.Fprint(w, limits)
	if table := r.unitTable(); len(table.Rows) > 0 {
		fmt.Fprint(w, "\nNanoseconds for a number in vectors that do not depend on each other, from registers to registers:\n\n")
		if err := table.WriteMarkdown(w); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "\n### Targets missed\n\nOf %d targets, which [the raw output](vector.txt) lists, %d are missed. ", len(verdicts), len(lost))
	fmt.Fprintf(w, "At %d of these Lockstep takes at most %g times as long as the bare loop, which is the limit under the contract.", atLimits, atLimit)
	if len(lost) == 0 {
		_, err := fmt.Fprintln(w)
		return err
	}
	fmt.Fprint(w, " Nanoseconds per call; the bar is what the target allows.\n\n")
	return missedTable(lost).WriteMarkdown(w)
}

// missedTable sets our time against the bar and the loops of the same row.
func missedTable(lost []verdict) report.Table {
	table := report.Table{Head: []string{"target", ours, "bar", movesName, arithmeticName, bareName, "ours / bare loop"}}
	for _, v := range lost {
		row := report.Cells(fmt.Sprintf("%s %s %s: %s, %s", v.Tier, v.Operation, size(v.N), v.peer, v.text), digits(v.ns), digits(v.most))
		for _, name := range []string{movesName, arithmeticName, bareName} {
			text := ""
			if x, ok := v.of(name); ok {
				text = digits(x.Ns)
			}
			row = append(row, report.Cell{Text: text})
		}
		ratio := report.Cell{}
		if bare := v.time(bareName); bare > 0 {
			ratio = report.Cell{Text: fmt.Sprintf("%.2f", v.ns/bare), Marked: !v.atLimit()}
		}
		table.Rows = append(table.Rows, append(row, ratio))
	}
	return table
}

// unitTable has a row for each unit of work and a column for each tier.
func (r record) unitTable() report.Table {
	table := report.Table{Head: append([]string{"unit"}, r.tiers()...)}
	for _, unit := range units {
		row := report.Cells(append([]string{unit.name}, make([]string, len(r.tiers()))...)...)
		any := false
		for _, m := range r.rows() {
			if m.Operation == unit.name {
				row[1+slices.Index(r.tiers(), m.Tier)].Text = digits(m.time(arithmeticName) / float64(m.N))
				any = true
			}
		}
		if any {
			table.Rows = append(table.Rows, row)
		}
	}
	return table
}

const limits = `
### What limits

- The functions are correctly rounded at all 2^32 inputs. The peers work in float32;
  most functions need float64 for that: half the lanes, and a conversion each way.
- Exp, its relatives, Sigmoid and SiLU, and Tanh on AVX-512, compute in float32, too, but as
  the sum of two numbers, and in float64 only where that leaves a result in doubt. For
  sixteen elements a Sigmoid is some 36 operations on AVX-512's two ports, at the time of
  a multiplication in the table below, and a division.
- Tanh has a table of polynomials on AVX-512, which AVX2 has no permutation for. There it
  divides in float64, once an element; the table below has the time of that division alone.
- Three loops took turns with the operations, at the lengths that are multiples of 64:
  load/store moves the data, arithmetic does on registers what the contract demands, and the bare
  loop does both, without checks, tails and further calls. Some fifty other orders of
  its instructions changed its time by a few percent.
- Each of the 64 lanes of a sum or a dot product is one chain of additions, by the
  contract. In the first-level cache AVX-512 waits for their latency, and AVX2 for the two
  adders: the bare loop of Sum takes as long as its arithmetic alone.
- Axpy rounds the product before it adds; OpenBLAS fuses the two. ReLU keeps NaN and gives
  +0 for -0, which takes two operations. On AVX2 two operations a vector do not fit beside the loads
  and stores.
- Three vectors of 4096 elements fill a first-level cache of 48 KiB to the last line. What
  else a call touches, the stack and a variable or two, drives some of them out: the ratio of
  two loops there changes with the addresses.
- Of 16 or 64 elements most of the time goes into calls, not into arithmetic. The checks and
  the choice of the tier take 1 or 2 ns, which a call with 1024 elements shows.
- From 65536 elements on all wait for the second-level cache and for memory. Every 16384 elements
  the lanes of a sum are added, by the contract, which interrupts its loads for some 12 ns. Peers in
  processes of their own have other pages of memory: differences of a few percent there
  change from run to run.
`
