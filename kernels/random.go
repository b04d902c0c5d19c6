package kernels

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/lockstep-ml/lockstep/internal/detmath"
)

// A RandomKey names a sequence of 2^34 random words. Keys that differ in any field
// give unrelated sequences.
//
// A number is a function of the key and of its index, never of the numbers drawn
// before it: any part of a sequence may be filled in any order, by any goroutine,
// with the same bits everywhere.
//
// Word i is number i mod 4 of the four that Philox4x32-10 makes of the counter
// (i/4, Step's low half, Step's high half, Stream) under the key (Seed's low half,
// Seed's high half), in words of 32 bits. Source: J. K. Salmon, M. A. Moraes,
// R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11
// (2011), section 3.3.
type RandomKey struct {
	Seed   uint64 // of the whole run
	Stream uint32 // what the numbers are for
	Step   uint64 // when: the training step, epoch or sample
}

// sequenceWords is the length of a key's sequence.
const sequenceWords = 1 << 34

// FillUint32 sets dst to the words index, index+1, ... of the key's sequence. It
// panics if the sequence ends before dst.
func FillUint32(dst []uint32, key RandomKey, index uint64) {
	s := newRandomWords("FillUint32", key, index, len(dst))
	for len(dst) > 0 {
		words := s.next(len(dst))
		dst = dst[copy(dst, words):]
	}
}

// FillUniform sets dst[i] to a uniform number from lo to hi: lo + (hi-lo)*u with
// u = w*2^-32 in [0, 1), made of word w, number index+i of the key's sequence.
//
// Class sequence: each operation rounded in float64, the last one to float32, so
// that dst[i] may be float32(hi). It panics if the sequence ends before dst.
func FillUniform(dst []float32, key RandomKey, index uint64, lo, hi float64) {
	s := newRandomWords("FillUniform", key, index, len(dst))
	for len(dst) > 0 {
		words := s.next(len(dst))
		uniform(dst[:len(words)], words, lo, hi-lo)
		dst = dst[len(words):]
	}
}

func uniformGeneric(dst []float32, words []uint32, lo, width float64) {
	for i, w := range words {
		u := float64(w) * 0x1p-32
		dst[i] = float32(lo + float64(width*u))
	}
}

// FillMask sets dst[i] to +0 with probability p and to value else: to +0 if word
// number index+i of the key's sequence is below floor(p*2^32). With the value
// 1/(1-p) it is the mask of dropout, by which a layer's outputs are multiplied.
//
// It panics unless 0 <= p <= 1, and if the sequence ends before dst.
func FillMask(dst []float32, key RandomKey, index uint64, p float64, value float32) {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("kernels: FillMask: p is %v, want a probability from 0 to 1", p))
	}
	s := newRandomWords("FillMask", key, index, len(dst))
	below := math.Floor(p * (1 << 32))
	for len(dst) > 0 {
		words := s.next(len(dst))
		mask(dst[:len(words)], words, below, float64(value))
		dst = dst[len(words):]
	}
}

func maskGeneric(dst []float32, words []uint32, below, value float64) {
	for i, w := range words {
		dst[i] = float32(value)
		if float64(w) < below {
			dst[i] = 0
		}
	}
}

// FillNormal sets dst[i] to a normally distributed number: mean + std*z, where z
// is the normal quantile of (w + 1/2)*2^-32 for the word w that has number index+i
// in the key's sequence. |z| is at most 6.34.
//
// Class sequence, in plain Go but for the words: the quantile is that of
// internal/detmath. It panics if the sequence ends before dst.
func FillNormal(dst []float32, key RandomKey, index uint64, mean, std float64) {
	s := newRandomWords("FillNormal", key, index, len(dst))
	for len(dst) > 0 {
		words := s.next(len(dst))
		for i, w := range words {
			u := float64((float64(w) + 0.5) * 0x1p-32)
			dst[i] = float32(mean + float64(std*detmath.NormQuantile(u)))
		}
		dst = dst[len(words):]
	}
}

// randomWords gives the words of a sequence in their order, some at a time.
type randomWords struct {
	key    RandomKey
	index  uint64
	buffer [8 * philoxWords]uint32
}

// philoxWords is the number of words of which philox takes a multiple.
const philoxWords = 128

// newRandomWords returns the words from an index on, of which there must be count.
func newRandomWords(op string, key RandomKey, index uint64, count int) randomWords {
	if index > sequenceWords || uint64(count) > sequenceWords-index {
		panic(fmt.Sprintf("kernels: %s: %d elements from index %d: a key has the words 0 to 2^34-1", op, count, index))
	}
	return randomWords{key: key, index: index}
}

// next returns the next words, as many as are wanted or fewer.
func (s *randomWords) next(wanted int) []uint32 {
	block, skip := uint32(s.index/4), int(s.index%4)
	wanted = min(wanted, len(s.buffer)-skip)
	whole := (skip + wanted + philoxWords - 1) / philoxWords * philoxWords
	philox(s.buffer[:whole], s.key, block)
	s.index += uint64(wanted)
	return s.buffer[skip:][:wanted]
}

// philoxGeneric sets the words to those of block, block+1, ..., four for each
// block; after the last block comes the first one.
func philoxGeneric(words []uint32, key RandomKey, block uint32) {
	for ; len(words) >= 4; words = words[4:] {
		w := philoxBlock(
			[4]uint32{block, uint32(key.Step), uint32(key.Step >> 32), key.Stream},
			[2]uint32{uint32(key.Seed), uint32(key.Seed >> 32)})
		copy(words, w[:])
		block++
	}
}

// philoxBlock is Philox4x32-10, a bijection of the counter that depends on the key.
func philoxBlock(counter [4]uint32, key [2]uint32) [4]uint32 {
	const (
		rounds      = 10
		multiplier0 = 0xD2511F53
		multiplier1 = 0xCD9E8D57
		weyl0       = 0x9E3779B9 // golden ratio
		weyl1       = 0xBB67AE85 // sqrt(3) - 1
	)
	c0, c1, c2, c3 := counter[0], counter[1], counter[2], counter[3]
	k0, k1 := key[0], key[1]
	for range rounds {
		hi0, lo0 := bits.Mul32(multiplier0, c0)
		hi1, lo1 := bits.Mul32(multiplier1, c2)
		c0, c1, c2, c3 = hi1^c1^k0, lo1, hi0^c3^k1, lo0
		k0 += weyl0
		k1 += weyl1
	}
	return [4]uint32{c0, c1, c2, c3}
}
