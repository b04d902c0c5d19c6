package random

import (
	"math/bits"
	"math/rand/v2"
)

// Permutation sets idx to a random order of 0, 1, ..., len(idx)-1. It depends on
// the key and len(idx) only, so the order of an epoch can be had without those
// before it.
func (k Key) Permutation(idx []int) {
	for i := range idx {
		idx[i] = i
	}
	k.Shuffle(idx)
}

// Shuffle permutes s at random, every order being equally likely.
//
// It is the shuffle of Fisher and Yates from the end (Knuth, The Art of Computer
// Programming, volume 2, algorithm 3.4.2P), written out because the standard
// library may change its own between releases.
func (k Key) Shuffle(s []int) {
	w := k.Uint32x4(0)
	var src rand.PCG
	src.Seed(uint64(w[1])<<32|uint64(w[0]), uint64(w[3])<<32|uint64(w[2]))
	for i := len(s) - 1; i > 0; i-- {
		j := below(&src, uint64(i)+1)
		s[i], s[j] = s[j], s[i]
	}
}

// below returns a uniform number in [0, n).
//
// Source: D. Lemire, "Fast random integer generation in an interval", ACM
// Transactions on Modeling and Computer Simulation 29 (2019), algorithm 5.
func below(src *rand.PCG, n uint64) uint64 {
	hi, lo := bits.Mul64(src.Uint64(), n)
	if lo < n {
		for reject := -n % n; lo < reject; {
			hi, lo = bits.Mul64(src.Uint64(), n)
		}
	}
	return hi
}
