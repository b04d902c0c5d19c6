package main

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

// TestWorks runs each of our kernels once, and looks for the operations in the C
// program.
func TestWorks(t *testing.T) {
	source, err := sources.ReadFile("peer/free.c")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range works() {
		kernel(w)()
		if w.isProduct() {
			halves(w)()
		}
		if w.size > 0 && !bytes.Contains(source, []byte(`{"`+w.operation+`",`)) {
			t.Errorf("%v: the C program lacks it", w)
		}
	}
}

// invented has a network of 784-128-10 whose epoch takes a second. In each of its
// 937.5 steps every part takes 10 us, and everything else a tenth less, but the
// optimizer's loop, which is slower in C.
func invented() *survey {
	n := networks[0]
	s := &survey{rounds: 1, peers: &peers{}, times: map[string][]times{}, epochs: map[string][]float64{n.String(): {1}}}
	for _, p := range n.step() {
		other := 9000.0
		if p.kind == updates {
			other = 11000
			s.times[p.together.String()] = []times{{ours: 12000}}
		}
		s.works = append(s.works, contest{work: p.work, contestants: []contestant{{name: ours}, {name: inC}}})
		s.times[p.work.String()] = []times{{ours: 10000, inC: other}}
	}
	return s
}

func TestCosts(t *testing.T) {
	costs := invented().costs(networks[0])
	const steps = 937.5
	for _, c := range []struct {
		kind            string
		share, contract float64 // seconds
	}{
		{products, steps * 50e-6, steps * 5e-6},
		{activations, steps * 20e-6, steps * 2e-6},
		{loss, steps * 10e-6, steps * 1e-6},
		{updates, steps * 2 * 2e-6, 0}, // what the descents take more than the products
	} {
		got := costs[c.kind]
		if math.Abs(got.share-c.share) > 1e-12 || math.Abs(got.contract-c.contract) > 1e-12 {
			t.Errorf("%s: %v, want %v and %v", c.kind, got, c.share, c.contract)
		}
	}
}

func TestPage(t *testing.T) {
	var page strings.Builder
	if err := invented().writePage(&page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| 784-128-10 relu, batch 64, sgd | 1.000 s | 4.7 % (0.5) | 1.9 % (0.2) | 0.9 % (0.1) | 0.4 % |",
		"| relu 8192 | 10 | **9** | **0.90** |\n",
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, page.String())
		}
	}
}
