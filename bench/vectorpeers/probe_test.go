package main

import (
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
	"github.com/lockstep-ml/lockstep/kernels"
)

// TestBareLoops: a loop that is a limit under the contract gives the bits of the
// contract. Its alpha is 1.
func TestBareLoops(t *testing.T) {
	want := map[string]call{
		"dot":  func(y, x, z []float32) { y[0] = kernels.Dot(x, z) },
		"sum":  func(y, x, z []float32) { y[0] = kernels.Sum(x) },
		"add":  func(y, x, z []float32) { kernels.Add(y, x, z) },
		"axpy": func(y, x, z []float32) { kernels.Axpy(1, x, y) },
		"relu": func(y, x, z []float32) { kernels.ReLU(y, x) },
	}
	for _, at := range tier.Supported() {
		for _, p := range probes(at) {
			if p.name != bareName {
				continue
			}
			for _, op := range streams {
				for _, n := range []int{64, 640} {
					x, z, got := op.numbers(n), op.numbers(n), op.numbers(n)
					slices.Reverse(z)
					slices.Reverse(got[:n/2])
					expected := slices.Clone(got)
					p.calls[op.name](got, x, z)
					want[op.name](expected, x, z)
					if !slices.Equal(got, expected) {
						t.Errorf("%s: %s of %d elements differs", at, op.name, n)
					}
				}
			}
		}
	}
}
