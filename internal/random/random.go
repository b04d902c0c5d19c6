// Package random draws every random number of the library: initial weights,
// dropout masks, augmentation, permutations.
//
// A number is a function of a [Key] and of its own index, never of the numbers
// drawn before it or of the worker that draws it. Any range of a tensor may be
// filled by any worker in any order and at any time, again after a restart too,
// with the same bits on every platform.
//
// # Layout
//
// So that it can be implemented elsewhere: element i of a key's sequence is word
// i mod 4 of Philox4x32-10 under the 64-bit key and 128-bit counter
//
//	key      Seed low half, Seed high half
//	counter  i/4, Step low half, Step high half, Stream
//
// in words of 32 bits, first word first. [Key.Uniform] and [Key.Normal] use one
// word w per element: w 2^-32 and (w + 1/2) 2^-32 are their uniform numbers.
// The words, and numbers of them, are those of package kernels: see its RandomKey.
// [Key.Shuffle] takes the elements 0 to 3 as the seed of a PCG-DXSM generator,
// 64 bits from elements 0 (low) and 1, then 64 bits from elements 2 (low) and 3.
package random

import "github.com/lockstep-ml/lockstep/kernels"

// A Key names one sequence of up to 2^34 random numbers. Keys that differ in
// any field give unrelated sequences.
type Key struct {
	Seed   uint64 // of the whole run
	Stream uint32 // what the numbers are for: one per layer and purpose
	Step   uint64 // when: the training step, epoch or sample
}

// Uint32x4 returns elements 4*block to 4*block+3 of the key's sequence.
func (k Key) Uint32x4(block uint32) (words [4]uint32) {
	kernels.FillUint32(words[:], kernels.RandomKey(k), 4*uint64(block))
	return words
}
