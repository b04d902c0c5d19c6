package main

import (
	"fmt"
	"slices"

	"github.com/lockstep-ml/lockstep/bench/internal/report"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// The names by which targets speak of contestants.
const (
	ours           = "lockstep"
	movesName      = "load/store"
	arithmeticName = "arithmetic"
	bareName       = "bare loop"
)

// A target is what we want to reach in comparison with the best of some peers.
type target struct {
	tiers []tier.Tier
	ops   []string
	sizes func(n int) bool
	peers []string
	// bar is what we may take if the best peer takes so long. The text says how.
	text string
	bar  func(best float64) float64
}

var (
	anyTier = []tier.Tier{tier.AVX512, tier.AVX2}
	wide    = []tier.Tier{tier.AVX512}
	narrow  = []tier.Tier{tier.AVX2}
)

const (
	// noise is what two measurements of the same thing may differ by.
	noise = 1.02
	// atLimit is by how much a call may exceed a loop without anything around it.
	atLimit = 1.05
)

var wanted = []target{
	atMost(1.6, wide, "libmvec", "exp"),
	atMost(1.8, wide, "libmvec", "sigmoid", "tanh"),
	atMost(1.6, narrow, "libmvec", "exp"),
	atMost(2.0, narrow, "libmvec", "sigmoid"),
	atMost(1.4, narrow, "libmvec", "tanh"),
	atMost(1, anyTier, "pytorch", "exp", "log", "sigmoid", "tanh", "gelu", "silu", "elu", "softmax"),
	atMost(1, wide, "pytorch avx512", "exp", "log", "sigmoid", "tanh", "gelu", "silu", "elu", "softmax"),
	atMost(1, anyTier, "sleef u10", "tanh"),
	atMost(1.1, anyTier, "tphakala", "sigmoid", "tanh"),
	{anyTier, streamNames(), from(64), []string{"gonum", "vek", "openblas"}, "as fast, give or take 2 %",
		func(best float64) float64 { return noise * best }},
	{anyTier, streamNames(), func(n int) bool { return n <= 16 }, []string{"gonum", "vek", "tphakala"}, "within 2 ns",
		func(best float64) float64 { return best + 2 }},
	{anyTier, streamNames(), from(1024), []string{movesName}, "85 % of its rate",
		func(best float64) float64 { return best / 0.85 }},
}

func atMost(times float64, tiers []tier.Tier, peer string, ops ...string) target {
	text := fmt.Sprintf("at most %g times its time", times)
	if times == 1 {
		text = "faster"
	}
	return target{tiers, ops, func(int) bool { return true }, []string{peer}, text,
		func(best float64) float64 { return times * best }}
}

func from(least int) func(int) bool { return func(n int) bool { return n >= least } }

func streamNames() []string {
	var names []string
	for _, op := range streams {
		names = append(names, op.name)
	}
	return names
}

// A verdict is about one target and one row.
type verdict struct {
	measurement
	peer, text     string
	ns, best, most float64 // our time, the peer's and the bar
}

// judge compares all rows with the targets.
func judge(all []measurement) []verdict {
	var verdicts []verdict
	for _, want := range wanted {
		for _, m := range all {
			t, _ := tier.Parse(m.Tier)
			if !slices.Contains(want.tiers, t) || !slices.Contains(want.ops, m.Operation) || !want.sizes(m.N) {
				continue
			}
			if name, best := m.best(want.peers); name != "" {
				verdicts = append(verdicts, verdict{m, name, want.text, m.time(ours), best, want.bar(best)})
			}
		}
	}
	return verdicts
}

func (v verdict) reached() bool { return v.ns <= v.most }

// atLimit reports whether we take no longer than a loop that does only what the
// contract demands.
func (v verdict) atLimit() bool { return v.ns <= atLimit*v.time(bareName) }

func (v verdict) answer() string {
	switch {
	case v.reached():
		return "yes"
	case v.atLimit():
		return "no, at its limit"
	}
	return "no"
}

// targetTable lists the targets and whether they are reached.
func targetTable(verdicts []verdict) report.Table {
	table := report.Table{Head: []string{"tier", "operation", "n", "peer", "target", "ours / peer", "reached"}}
	for _, v := range verdicts {
		row := report.Cells(v.Tier, v.Operation, size(v.N), v.peer, v.text, fmt.Sprintf("%.2f", v.ns/v.best), v.answer())
		row[6].Marked = !v.reached()
		table.Rows = append(table.Rows, row)
	}
	return table
}

// missed are the targets that are not reached.
func missed(verdicts []verdict) []verdict {
	return slices.DeleteFunc(slices.Clone(verdicts), verdict.reached)
}

// best returns the fastest of some peers, "" if none of them takes part.
func (m measurement) best(peers []string) (name string, ns float64) {
	for _, p := range peers {
		if r, ok := m.of(p); ok && (name == "" || r.Ns < ns) {
			name, ns = p, r.Ns
		}
	}
	return name, ns
}

func size(n int) string {
	if n == 1<<20 {
		return "1 Mi"
	}
	return fmt.Sprint(n)
}
