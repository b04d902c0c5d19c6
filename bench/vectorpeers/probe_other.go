//go:build purego || !amd64

package main

import "github.com/lockstep-ml/lockstep/internal/tier"

// probes are for processors with AVX2.
func probes(t tier.Tier) []*library { return nil }
