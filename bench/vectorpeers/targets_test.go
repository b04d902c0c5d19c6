package main

import (
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// named are contestants that only have names.
func named(names ...string) []contestant {
	var all []contestant
	for _, n := range names {
		all = append(all, &library{name: n})
	}
	return all
}

func TestJudge(t *testing.T) {
	times := func(all ...float64) []result {
		var results []result
		for _, ns := range all {
			results = append(results, result{sample{ns: ns}, ns > 0})
		}
		return results
	}
	dot, exp := operation{name: "dot"}, operation{name: "exp"}
	for _, c := range []struct {
		name            string
		m               measurement
		reached, missed int
	}{
		{"1.6 times libmvec", measurement{tier: tier.AVX2, op: exp, n: 4096, all: named(ours, "libmvec"), results: times(16, 10)}, 1, 0},
		{"more than that", measurement{tier: tier.AVX2, op: exp, n: 4096, all: named(ours, "libmvec"), results: times(16.1, 10)}, 0, 1},
		{"no peer", measurement{tier: tier.AVX2, op: exp, n: 4096, all: named(ours), results: times(16)}, 0, 0},
		{"another tier", measurement{tier: tier.Generic, op: exp, n: 4096, all: named(ours, "libmvec"), results: times(99, 10)}, 0, 0},
		{"85 % of the loop, behind vek", measurement{tier: tier.AVX2, op: dot, n: 1024, all: named(ours, probeName, "gonum", "vek"), results: times(20, 17, 0, 19)}, 1, 1},
		{"within 2 ns", measurement{tier: tier.AVX512, op: dot, n: 16, all: named(ours, "gonum", "vek"), results: times(8, 6, 9)}, 1, 0},
		{"more than 2 ns", measurement{tier: tier.AVX512, op: dot, n: 16, all: named(ours, "gonum", "vek"), results: times(8.1, 6, 9)}, 0, 1},
	} {
		table, reached, missed := judge([]measurement{c.m})
		if reached != c.reached || missed != c.missed || len(table.Rows) != reached+missed {
			t.Errorf("%s: %d reached, %d missed in %d rows, want %d and %d", c.name, reached, missed, len(table.Rows), c.reached, c.missed)
		}
	}
}

// TestLargestErrors takes the correctly rounded function and one that is wrong by
// a unit for one sign.
func TestLargestErrors(t *testing.T) {
	if testing.Short() {
		t.Skip("half a million results of the reference")
	}
	right := lockstep(tier.Generic).calls["sigmoid"]
	all := []contestant{
		&library{name: "right", calls: map[string]call{"sigmoid": right}},
		&library{name: "wrong", calls: map[string]call{"sigmoid": func(y, x, z []float32) {
			right(y, x, z)
			for i := range y {
				if x[i] < 0 {
					y[i] += y[i] * 0x1p-23
				}
			}
		}}},
		&library{name: "absent"},
	}
	sigmoid := functions[2]
	largest, err := largestErrors(all, sigmoid)
	if err != nil {
		t.Fatal(err)
	}
	if sigmoid.name != "sigmoid" || largest[0] > 0.5+0x1p-15 || largest[1] < 1 || largest[1] > 2.6 || largest[2] != 0 {
		t.Errorf("%s: errors %v, want 0.5, between 1 and 2.6, and none", sigmoid.name, largest)
	}
}
