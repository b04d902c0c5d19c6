//go:build purego || !amd64

package peak

import "github.com/lockstep-ml/lockstep/internal/tier"

func flopsPerTurn(tier.Tier) float64 { return 0 }

func multiplyAdd(tier.Tier, int) {}
