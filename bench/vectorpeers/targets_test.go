package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

func TestJudge(t *testing.T) {
	const dot, exp = "dot", "exp"
	times := func(all ...any) []result { // names and times in turn
		var results []result
		for i := 0; i < len(all); i += 2 {
			results = append(results, result{Name: all[i].(string), Ns: all[i+1].(float64)})
		}
		return results
	}
	for _, c := range []struct {
		name    string
		m       measurement
		answers []string
	}{
		{"1.6 times libmvec", measurement{Tier: "avx2", Operation: exp, N: 4096, Results: times(ours, 16.0, "libmvec", 10.0)}, []string{"yes"}},
		{"more than that", measurement{Tier: "avx2", Operation: exp, N: 4096, Results: times(ours, 16.1, "libmvec", 10.0)}, []string{"no"}},
		{"no peer", measurement{Tier: "avx2", Operation: exp, N: 4096, Results: times(ours, 16.0)}, nil},
		{"another tier", measurement{Tier: "generic", Operation: exp, N: 4096, Results: times(ours, 99.0, "libmvec", 10.0)}, nil},
		{"85 % of the loop, behind vek", measurement{Tier: "avx2", Operation: dot, N: 1024, Results: times(ours, 20.0, movesName, 17.1, "vek", 19.0)}, []string{"no", "yes"}},
		{"a twentieth behind the bare loop", measurement{Tier: "avx2", Operation: dot, N: 1024, Results: times(ours, 21.0, movesName, 17.1, bareName, 20.0)}, []string{"no, at its limit"}},
		{"more than a twentieth", measurement{Tier: "avx2", Operation: dot, N: 1024, Results: times(ours, 21.1, movesName, 17.1, bareName, 20.0)}, []string{"no"}},
		{"within 2 ns", measurement{Tier: "avx512", Operation: dot, N: 16, Results: times(ours, 8.0, "gonum", 6.0, "vek", 9.0)}, []string{"yes"}},
		{"more than 2 ns", measurement{Tier: "avx512", Operation: dot, N: 16, Results: times(ours, 8.1, "gonum", 6.0, "vek", 9.0)}, []string{"no"}},
	} {
		verdicts := judge([]measurement{c.m})
		var answers []string
		for _, v := range verdicts {
			answers = append(answers, v.answer())
		}
		if !slices.Equal(answers, c.answers) {
			t.Errorf("%s: %q, want %q", c.name, answers, c.answers)
		}
		if got, want := len(missed(verdicts)), len(c.answers)-strings.Count(strings.Join(c.answers, " "), "yes"); got != want {
			t.Errorf("%s: %d missed, want %d", c.name, got, want)
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
	if sigmoid.name != "sigmoid" || largest["right"] > 0.5+0x1p-15 || largest["wrong"] < 1 || largest["wrong"] > 2.6 || largest["absent"] != 0 {
		t.Errorf("%s: errors %v, want 0.5, between 1 and 2.6, and none", sigmoid.name, largest)
	}
}
