package digits

import (
	"math/bits"
	"math/rand/v2"
)

// A random draws the integers that shape one image. It uses nothing of
// math/rand/v2 but PCG's Uint64, whose sequence is fixed.
type random struct{ pcg *rand.PCG }

// newRandom starts the sequence of one image. Every image has its own, so that
// it does not depend on which others are drawn.
func newRandom(seed, index uint64) random { return random{rand.NewPCG(seed, index)} }

// below returns a uniform integer in [0, n).
func (r random) below(n int) int {
	hi, _ := bits.Mul64(r.pcg.Uint64(), uint64(n))
	return int(hi)
}

// between returns a uniform integer in [lo, hi].
func (r random) between(lo, hi int) int { return lo + r.below(hi-lo+1) }

// around returns a uniform integer in [-n, n].
func (r random) around(n int) int { return r.between(-n, n) }
