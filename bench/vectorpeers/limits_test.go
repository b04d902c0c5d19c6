package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestLimits(t *testing.T) {
	rows := []measurement{
		{Tier: "avx2", Operation: "sum", N: 1024, Results: []result{{Name: ours, Ns: 25}, {Name: movesName, Ns: 17}, {Name: arithmeticName, Ns: 24}, {Name: bareName, Ns: 24.5}}},
		{Tier: "avx2", Operation: "sum", N: 4096, Results: []result{{Name: ours, Ns: 100}, {Name: movesName, Ns: 68}, {Name: bareName, Ns: 80}}},
		{Tier: "avx2", Operation: "sum", N: 1 << 16, Results: []result{{Name: ours, Ns: 100}, {Name: movesName, Ns: 90}}},
		{Tier: "avx2", Operation: "exp", N: functionSize, Results: []result{{Name: ours, Ns: 8192}, {Name: "libmvec", Ns: 4096}}},
		{Tier: "avx2", Operation: division, N: 100, Results: []result{{Name: arithmeticName, Ns: 20}}},
	}
	var page bytes.Buffer
	if err := (record{{Rows: rows}}).writeLimits(&page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| unit | avx2 |\n|---|---:|\n| float32 division | 0.200 |\n\n",
		"Of 4 targets, which [the raw output](vector.txt) lists, 3 are missed. At 1 of these Lockstep takes at most 1.05 times",
		"| avx2 exp 4096: libmvec, at most 1.6 times its time | 8192 | 6554 |  |  |  |  |\n",
		"| avx2 sum 1024: load/store, 85 % of its rate | 25.0 | 20.0 | 17.0 | 24.0 | 24.5 | 1.02 |\n",
		"| avx2 sum 4096: load/store, 85 % of its rate | 100 | 80.0 | 68.0 |  | 80.0 | **1.25** |\n",
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, &page)
		}
	}
}
