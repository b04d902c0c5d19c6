package main

import (
	"os"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/bench/internal/figures"
)

// TestSlowerClock: what takes longer because the processor does less in the same
// time is no change.
func TestSlowerClock(t *testing.T) {
	before := []figures.Figure{{Name: "gemm a", Seconds: 1, FMA: 100, Bandwidth: 10}}
	for _, c := range []struct {
		name   string
		now    figures.Figure
		slower bool
	}{
		{"a slower clock", figures.Figure{Name: "gemm a", Seconds: 2, FMA: 50, Bandwidth: 10}, false},
		{"less bandwidth", figures.Figure{Name: "gemm a", Seconds: 2, FMA: 100, Bandwidth: 5}, false},
		{"slower code", figures.Figure{Name: "gemm a", Seconds: 2, FMA: 100, Bandwidth: 10}, true},
		{"slower code, hidden by a faster clock", figures.Figure{Name: "gemm a", Seconds: 1, FMA: 200, Bandwidth: 20}, true},
		{"slower code without probes", figures.Figure{Name: "gemm a", Seconds: 2}, true},
		{"noise", figures.Figure{Name: "gemm a", Seconds: 1.04, FMA: 100, Bandwidth: 10}, false},
	} {
		all := changes(before, []figures.Figure{c.now, {Name: "gemm new"}})
		if len(all) != 1 || all[0].slower() != c.slower {
			t.Errorf("%s: %+v, want one change, slower %v", c.name, all, c.slower)
		}
	}
}

func TestWriteChanges(t *testing.T) {
	before := []figures.Figure{
		{Name: "gemm a", Seconds: 1, FMA: 100, Bandwidth: 10},
		{Name: "gemm b", Seconds: 1e-3, FMA: 100, Bandwidth: 10},
		{Name: "timeto98", Seconds: 1, FMA: 100, Bandwidth: 10},
		{Name: "vector a", Seconds: 1e-9, FMA: 100, Bandwidth: 10},
	}
	now := []figures.Figure{
		{Name: "gemm a", Seconds: 4, FMA: 100, Bandwidth: 10},
		{Name: "gemm b", Seconds: 1e-3, FMA: 100, Bandwidth: 5},
		{Name: "timeto98", Seconds: 2, FMA: 50, Bandwidth: 10},
		{Name: "vector a", Seconds: 1e-9, FMA: 100, Bandwidth: 10},
		{Name: "vector new", Seconds: 1e-9, FMA: 100, Bandwidth: 10},
	}
	var b strings.Builder
	if err := writeChanges(&b, before, now); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"gemm a 1 s 4 s 4.00* 4.00* 4.00*", "gemm b 1 ms 1 ms 1.00 1.00 0.50", "vector a 1 ns 1 ns 1.00 1.00 1.00",
		"4 of 5 figures", "gemm 2 2.00 2.00 1.41 1", "timeto98 1 2.00 1.00 2.00 0", "vector 1 1.00 1.00 1.00 0",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, &b)
		}
	}
}

func TestCommitted(t *testing.T) {
	if _, _, err := committed(t.TempDir(), "a processor"); err == nil || !strings.Contains(err.Error(), "nothing to compare with") {
		t.Errorf("without any results: %v", err)
	}
}

// TestArguments looks for the flags in the commands that get them.
func TestArguments(t *testing.T) {
	for _, c := range (settings{}).comparisons() {
		source, err := os.ReadFile("../" + c.name + "/main.go")
		if err != nil {
			t.Errorf("%s is no command: %v", c.name, err)
			continue
		}
		for _, a := range append(c.arguments, c.alone...) {
			name, isFlag := strings.CutPrefix(a, "-")
			name, _, _ = strings.Cut(name, "=")
			if isFlag && !strings.Contains(string(source), `"`+name+`"`) {
				t.Errorf("%s has no flag -%s", c.name, name)
			}
		}
	}
}
