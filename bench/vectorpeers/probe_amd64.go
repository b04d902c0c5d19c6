//go:build !purego

package main

import "github.com/lockstep-ml/lockstep/internal/tier"

// probes are loops without checks, tails and calls, each around a part of what an
// operation has to do.
func probes(t tier.Tier) []*library {
	var moves, arithmetic, bare map[string]call
	switch t {
	case tier.AVX512:
		moves = map[string]call{
			"dot":  loadLoadAVX512,
			"sum":  loadAVX512,
			"add":  loadLoadStoreAVX512,
			"axpy": func(y, x, z []float32) { loadLoadStoreAVX512(y, x, y) },
			"relu": loadStoreAVX512,
		}
		arithmetic = map[string]call{
			"dot":          dotOnlyAVX512,
			"sum":          sumOnlyAVX512,
			"add":          addOnlyAVX512,
			"axpy":         axpyOnlyAVX512,
			"relu":         reluOnlyAVX512,
			multiplication: multiplyAVX512,
			division:       divideAVX512,
			division64:     func(y, x, z []float32) { divide64AVX512(y, x, z); divide64AVX512(y, x, z) },
		}
		bare = map[string]call{
			"dot":  bareDotAVX512,
			"sum":  bareSumAVX512,
			"add":  bareAddAVX512,
			"axpy": bareAxpyAVX512,
			"relu": bareReLUAVX512,
		}
	case tier.AVX2:
		moves = map[string]call{
			"dot":  loadLoadAVX2,
			"sum":  loadAVX2,
			"add":  loadLoadStoreAVX2,
			"axpy": func(y, x, z []float32) { loadLoadStoreAVX2(y, x, y) },
			"relu": loadStoreAVX2,
		}
		arithmetic = map[string]call{
			"dot":          dotOnlyAVX2,
			"sum":          sumOnlyAVX2,
			"add":          addOnlyAVX2,
			"axpy":         axpyOnlyAVX2,
			"relu":         reluOnlyAVX2,
			multiplication: multiplyAVX2,
			division:       divideAVX2,
			division64:     func(y, x, z []float32) { divide64AVX2(y, x, z); divide64AVX2(y, x, z) },
		}
		bare = map[string]call{
			"dot":  bareDotAVX2,
			"sum":  bareSumAVX2,
			"add":  bareAddAVX2,
			"axpy": bareAxpyAVX2,
			"relu": bareReLUAVX2,
		}
	default:
		return nil
	}
	return []*library{
		{name: movesName, version: "loads and stores alone", calls: moves, step: 64},
		{name: arithmeticName, version: "operations alone, on registers", calls: arithmetic, step: 64},
		{name: bareName, version: "loads, the operations that the contract demands, and stores", calls: bare, step: 64},
	}
}

//go:noescape
func loadAVX512(y, x, z []float32)

//go:noescape
func loadAVX2(y, x, z []float32)

//go:noescape
func loadLoadAVX512(y, x, z []float32)

//go:noescape
func loadLoadAVX2(y, x, z []float32)

//go:noescape
func loadStoreAVX512(y, x, z []float32)

//go:noescape
func loadStoreAVX2(y, x, z []float32)

//go:noescape
func loadLoadStoreAVX512(y, x, z []float32)

//go:noescape
func loadLoadStoreAVX2(y, x, z []float32)

//go:noescape
func dotOnlyAVX512(y, x, z []float32)

//go:noescape
func dotOnlyAVX2(y, x, z []float32)

//go:noescape
func sumOnlyAVX512(y, x, z []float32)

//go:noescape
func sumOnlyAVX2(y, x, z []float32)

//go:noescape
func addOnlyAVX512(y, x, z []float32)

//go:noescape
func addOnlyAVX2(y, x, z []float32)

//go:noescape
func axpyOnlyAVX512(y, x, z []float32)

//go:noescape
func axpyOnlyAVX2(y, x, z []float32)

//go:noescape
func reluOnlyAVX512(y, x, z []float32)

//go:noescape
func reluOnlyAVX2(y, x, z []float32)

//go:noescape
func bareDotAVX512(y, x, z []float32)

//go:noescape
func bareDotAVX2(y, x, z []float32)

//go:noescape
func bareSumAVX512(y, x, z []float32)

//go:noescape
func bareSumAVX2(y, x, z []float32)

//go:noescape
func bareAddAVX512(y, x, z []float32)

//go:noescape
func bareAddAVX2(y, x, z []float32)

//go:noescape
func bareAxpyAVX512(y, x, z []float32)

//go:noescape
func bareAxpyAVX2(y, x, z []float32)

//go:noescape
func bareReLUAVX512(y, x, z []float32)

//go:noescape
func bareReLUAVX2(y, x, z []float32)

//go:noescape
func multiplyAVX512(y, x, z []float32)

//go:noescape
func multiplyAVX2(y, x, z []float32)

//go:noescape
func divideAVX512(y, x, z []float32)

//go:noescape
func divideAVX2(y, x, z []float32)

//go:noescape
func divide64AVX512(y, x, z []float32)

//go:noescape
func divide64AVX2(y, x, z []float32)
