//go:build !purego

package main

import "github.com/lockstep-ml/lockstep/internal/tier"

//go:noescape
func loadAVX512(x []float32)

//go:noescape
func loadLoadAVX512(x, z []float32)

//go:noescape
func loadStoreAVX512(y, x []float32)

//go:noescape
func loadLoadStoreAVX512(y, x, z []float32)

//go:noescape
func loadAVX2(x []float32)

//go:noescape
func loadLoadAVX2(x, z []float32)

//go:noescape
func loadStoreAVX2(y, x []float32)

//go:noescape
func loadLoadStoreAVX2(y, x, z []float32)

// probe moves what an operation moves, without computing: nil where there is no
// such loop.
func probe(t tier.Tier) *library {
	calls := map[tier.Tier]map[string]call{
		tier.AVX512: {
			"dot":  func(y, x, z []float32) { loadLoadAVX512(x, z) },
			"sum":  func(y, x, z []float32) { loadAVX512(x) },
			"add":  loadLoadStoreAVX512,
			"axpy": func(y, x, z []float32) { loadLoadStoreAVX512(y, x, y) },
			"relu": func(y, x, z []float32) { loadStoreAVX512(y, x) },
		},
		tier.AVX2: {
			"dot":  func(y, x, z []float32) { loadLoadAVX2(x, z) },
			"sum":  func(y, x, z []float32) { loadAVX2(x) },
			"add":  loadLoadStoreAVX2,
			"axpy": func(y, x, z []float32) { loadLoadStoreAVX2(y, x, y) },
			"relu": func(y, x, z []float32) { loadStoreAVX2(y, x) },
		},
	}
	if calls[t] == nil {
		return nil
	}
	return &library{name: probeName, version: "loads and stores alone, no arithmetic", calls: calls[t], step: 64}
}
