//go:build !purego

package peak

import "github.com/lockstep-ml/lockstep/internal/tier"

//go:noescape
func multiplyAddAVX512(turns int)

//go:noescape
func multiplyAddAVX2(turns int)

// flopsPerTurn counts chains, lanes, and two operations each.
func flopsPerTurn(t tier.Tier) float64 {
	switch t {
	case tier.AVX512:
		return 12 * 16 * 2
	case tier.AVX2:
		return 12 * 8 * 2
	}
	return 0
}

func multiplyAdd(t tier.Tier, turns int) {
	if t == tier.AVX512 {
		multiplyAddAVX512(turns)
	} else {
		multiplyAddAVX2(turns)
	}
}
