package main

import (
	"fmt"
	"slices"

	"github.com/lockstep-ml/lockstep/bench/internal/report"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// The names by which targets speak of contestants.
const (
	ours      = "lockstep"
	probeName = "load/store"
)

// A target is what we want to reach in comparison with the best of some peers.
type target struct {
	tiers []tier.Tier
	ops   []string
	sizes func(n int) bool
	peers []string
	// reached judges our time and the peers' best one. The text says how.
	text    string
	reached func(ours, best float64) bool
}

var (
	anyTier = []tier.Tier{tier.AVX512, tier.AVX2}
	wide    = []tier.Tier{tier.AVX512}
	narrow  = []tier.Tier{tier.AVX2}
)

// noise is what two measurements of the same thing may differ by.
const noise = 1.02

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
		func(ours, best float64) bool { return ours <= noise*best }},
	{anyTier, streamNames(), func(n int) bool { return n <= 16 }, []string{"gonum", "vek", "tphakala"}, "within 2 ns",
		func(ours, best float64) bool { return ours <= best+2 }},
	{anyTier, streamNames(), from(1024), []string{probeName}, "85 % of its rate",
		func(ours, best float64) bool { return best >= 0.85*ours }},
}

func atMost(times float64, tiers []tier.Tier, peer string, ops ...string) target {
	text := fmt.Sprintf("at most %g times its time", times)
	if times == 1 {
		text = "faster"
	}
	return target{tiers, ops, func(int) bool { return true }, []string{peer}, text,
		func(ours, best float64) bool { return ours <= times*best }}
}

func from(least int) func(int) bool { return func(n int) bool { return n >= least } }

func streamNames() []string {
	var names []string
	for _, op := range streams {
		names = append(names, op.name)
	}
	return names
}

// judge lists the targets and whether they are reached.
func judge(all []measurement) (table report.Table, reached, missed int) {
	table.Head = []string{"tier", "operation", "n", "peer", "target", "ours / peer", "reached"}
	for _, want := range wanted {
		for _, m := range all {
			t, _ := tier.Parse(m.Tier)
			if !slices.Contains(want.tiers, t) || !slices.Contains(want.ops, m.Operation) || !want.sizes(m.N) {
				continue
			}
			ns := m.time(ours)
			name, best := m.best(want.peers)
			if name == "" {
				continue
			}
			answer := "yes"
			if want.reached(ns, best) {
				reached++
			} else {
				answer = "no"
				missed++
			}
			row := report.Cells(m.Tier, m.Operation, fmt.Sprint(m.N), name, want.text, fmt.Sprintf("%.2f", ns/best), answer)
			row[6].Marked = answer == "no"
			table.Rows = append(table.Rows, row)
		}
	}
	return table, reached, missed
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
