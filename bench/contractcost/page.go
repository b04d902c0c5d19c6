package main

import (
	"fmt"
	"io"

	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/bench/internal/report"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// writePage writes the part of docs/performance.md that this command answers for.
func (s *survey) writePage(w io.Writer) error {
	fmt.Fprintf(w, "## What the bit contract costs\n\n"+
		"`go run -C bench ./contractcost` on %s, tier %v, one thread, medians of %d rounds in which all take turns.\n\n%s\n",
		machine.Caption(), tier.Active(), s.rounds, method)
	if err := s.epochTable().WriteMarkdown(w); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n![What the contract costs of an epoch](%s)\n", plotName)
	fmt.Fprintf(w, "\n### Products of a step\n\nMicroseconds. The last ones are those of a prediction of one row. At the FMA peak, %.0f GFLOP/s here, no order of additions is faster. **Bold** is what is faster than Lockstep.\n\n", median(s.peaks)/1e9)
	if err := s.productTable().WriteMarkdown(w); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n### Other parts of a step\n\nMicroseconds of a call on so many elements. cross-entropy is that of rows of %d logits with its gradient; "+
		"-back is the derivative's part in backpropagation; sgd and adam are steps with a gradient in memory. "+
		"The last rows, of %d elements, are no part of these epochs.\n\n", classes, operationsSize)
	if err := s.vectorTable().WriteMarkdown(w); err != nil {
		return err
	}
	fmt.Fprintln(w, "\n### Who takes part")
	fmt.Fprintln(w)
	for _, note := range s.peers.notes {
		fmt.Fprintf(w, "- %s\n", note)
	}
	return nil
}

// method tells how the shares come about.
const method = `An epoch of MNIST is measured as it is. What its steps consist of is measured beside it,
call by call, on operands of the same shapes in cache: a part's share is its time times its
number in an epoch. In brackets are the percentage points that the contract costs at most:
the same share times what the fastest other way saves of the part. Other ways, which need
not keep the contract, are: for the products OpenBLAS and BLIS with the kernels of our tier,
and our own product with k split in two halves; for all else loops in C, to which gcc's
-ffast-math gives any order of additions, fused products and sums, estimated quotients and
roots, flushed denormals and the functions of libmvec, with up to 4 ulp. The optimizer's
share is what a product that updates the weights takes more than the product alone; what
it could save is the ratio of the loops that only update. Where nothing is faster, nothing is
in brackets. The whole in brackets is calculated, not run. What is missing to 100 % is
gathering and scaling the images, the biases and the trainer's own work. The last
column is what the epoch would lose if all products ran at the FMA peak: no order of
their additions can gain more.
`

func (s *survey) epochTable() report.Table {
	t := report.Table{Head: []string{"net, batch, optimizer", "epoch"}}
	t.Head = append(append(t.Head, kinds...), "contract, at most", "products below peak")
	for _, n := range networks {
		if s.epochs[n.String()] == nil {
			continue
		}
		row := report.Cells(n.String(), fmt.Sprintf("%.3f s", median(s.epochs[n.String()])))
		costs, all := s.costs(n), s.total(n)
		for _, kind := range kinds {
			c := costs[kind]
			text := percent(c.share)
			if c.contract >= 0.0005 {
				text += fmt.Sprintf(" (%.1f)", 100*c.contract)
			}
			row = append(row, report.Cell{Text: text})
		}
		t.Rows = append(t.Rows, append(row, report.Cells(percent(all.contract), percent(all.belowPeak))...))
	}
	return t
}

const plotName = "contract.svg"

// plot has the last two columns of the epochs' table.
func (s *survey) plot() report.Bars {
	contract, peak := report.Series{Name: "the contract, at most"}, report.Series{Name: "products below the FMA peak"}
	bars := report.Bars{Title: "What an epoch would take less without", Unit: "percent of the epoch"}
	for _, n := range networks {
		all := s.total(n)
		bars.Names = append(bars.Names, n.String())
		contract.Values = append(contract.Values, 100*all.contract)
		peak.Values = append(peak.Values, 100*all.belowPeak)
	}
	bars.Series = []report.Series{contract, peak}
	return bars
}

func percent(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }

func (s *survey) productTable() report.Table {
	t := report.Table{Head: []string{"m x n x k", ours, "at the FMA peak", halved}}
	for _, l := range s.peers.blas {
		t.Head = append(t.Head, l.Name)
	}
	for _, c := range s.works {
		if !c.isProduct() {
			continue
		}
		own := s.of(c.work, ours)
		row := report.Cells(c.String(), digits(own/1000), digits(s.atPeak(c.work)/1000))
		for _, name := range t.Head[3:] {
			ns := s.of(c.work, name)
			row = append(row, report.Cell{Text: digits(ns / 1000), Marked: ns < own})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (s *survey) vectorTable() report.Table {
	t := report.Table{Head: []string{"operation", ours, "C, free", "C / lockstep"}}
	for _, c := range s.works {
		if c.size == 0 {
			continue
		}
		own, other := s.of(c.work, ours), s.of(c.work, inC)
		cell := report.Cell{Text: digits(other / 1000), Marked: other < own}
		t.Rows = append(t.Rows, append(report.Cells(c.String(), digits(own/1000)), cell, report.Cell{Text: fmt.Sprintf("%.2f", other/own), Marked: other < own}))
	}
	return t
}

func digits(x float64) string { return fmt.Sprintf("%.3g", x) }
