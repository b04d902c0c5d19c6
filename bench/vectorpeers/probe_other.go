//go:build purego || !amd64

package main

import "github.com/lockstep-ml/lockstep/internal/tier"

// probe is for processors with AVX2.
func probe(t tier.Tier) *library { return nil }
