package kernels

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/guard"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// TestPhiloxKnownAnswers holds the vectors published with Random123
// (tests/kat_vectors, philox4x32 with 10 rounds): the words are those of one block
// of a key.
func TestPhiloxKnownAnswers(t *testing.T) {
	const ones = 0xffffffff
	for _, c := range []struct {
		block uint64
		key   RandomKey
		want  [4]uint32
	}{
		{0, RandomKey{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{ones, RandomKey{Seed: math.MaxUint64, Stream: ones, Step: math.MaxUint64}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{0x243f6a88, RandomKey{Seed: 0x299f31d0_a4093822, Stream: 0x03707344, Step: 0x13198a2e_85a308d3},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		eachTier(func(x tier.Tier) {
			var got [4]uint32
			if FillUint32(got[:], c.key, 4*c.block); got != c.want {
				t.Errorf("%v: block %#x of %+v is %08x, want %08x", x, c.block, c.key, got, c.want)
			}
		})
	}
}

// words returns what FillUint32 must give, block by block.
func (k RandomKey) words(index uint64, n int) []uint32 {
	var all []uint32
	for i := range uint64(n) {
		w := philoxBlock(
			[4]uint32{uint32((index + i) / 4), uint32(k.Step), uint32(k.Step >> 32), k.Stream},
			[2]uint32{uint32(k.Seed), uint32(k.Seed >> 32)})
		all = append(all, w[(index+i)%4])
	}
	return all
}

// randomFills are the fills of float32, each with the number that a word becomes.
var randomFills = []struct {
	name string
	fill func(dst []float32, key RandomKey, index uint64)
	twin func(w uint32) float32
}{
	{"FillUniform",
		func(dst []float32, key RandomKey, index uint64) { FillUniform(dst, key, index, -0.3, 1.7) },
		func(w uint32) float32 {
			lo, hi := -0.3, 1.7
			u := float64(w) / (1 << 32)
			return float32(lo + float64((hi-lo)*u))
		}},
	{"FillMask",
		func(dst []float32, key RandomKey, index uint64) { FillMask(dst, key, index, 0.3, 1.5) },
		func(w uint32) float32 {
			if w < 1288490188 { // 0.3 * 2^32 = 1288490188.8
				return 0
			}
			return 1.5
		}},
	{"FillMask of all",
		func(dst []float32, key RandomKey, index uint64) { FillMask(dst, key, index, 1, float32(math.NaN())) },
		func(uint32) float32 { return 0 }},
	{"FillMask of none",
		func(dst []float32, key RandomKey, index uint64) { FillMask(dst, key, index, 0, -7) },
		func(uint32) float32 { return -7 }},
}

// TestFills compares every tier with one word at a time, on guarded memory.
func TestFills(t *testing.T) {
	lengths := []int{0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 100, 127, 128, 129, 255, 1023, 1024, 1025, 3000}
	indices := []uint64{0, 1, 2, 3, 4, 126, 1021, 1 << 32}
	if testing.Short() {
		lengths, indices = []int{0, 1, 5, 17, 64, 129, 1025}, []uint64{0, 3, 1 << 32}
	}
	key := RandomKey{Seed: 0x0123456789abcdef, Stream: 0xfedcba98, Step: 0x7766554433221100}
	memory := newArenas[float32](t, 1, slices.Max(lengths))[0]
	for _, n := range lengths {
		for _, index := range append(indices, sequenceWords-uint64(n)) {
			words := key.words(index, n)
			eachTier(func(x tier.Tier) {
				what := fmt.Sprintf("%v: %d elements from index %d", x, n, index)
				got := make([]uint32, n)
				if FillUint32(got, key, index); !slices.Equal(got, words) {
					t.Fatalf("FillUint32, %s: the words differ", what)
				}
				for _, c := range randomFills {
					want := make([]float32, n)
					for i, w := range words {
						want[i] = c.twin(w)
					}
					for _, p := range []placement{atBack, atFront, atOffset(n % 16)} {
						start := p.start(0, n, len(memory))
						dst := memory.place(start, make([]float32, n))
						if reason := guard.Fault(func() { c.fill(dst, key, index) }); reason != nil {
							t.Fatalf("%s, %s, %s: %v", c.name, what, p.name, reason)
						}
						expectSame(t, dst, want, "%s, %s, %s", c.name, what, p.name)
						if !memory.intact(start, n) {
							t.Fatalf("%s, %s, %s: it writes outside dst", c.name, what, p.name)
						}
					}
				}
			})
		}
	}
}

// TestUniformWords converts words at the edges of what the conversions do.
func TestUniformWords(t *testing.T) {
	words := []uint32{0, 1, 2, 1<<24 + 1, 1<<31 - 1, 1 << 31, 1<<31 + 1, 1<<32 - 2, 1<<32 - 1}
	words = append(words, RandomKey{}.words(0, 500)...)
	for _, bounds := range [][2]float64{{0, 1}, {-1e-300, 1e-300}, {5, 5}, {1, -1}, {1, 1 + 0x1p-22 + 0x1p-40}, {-math.MaxFloat32, math.MaxFloat32}} {
		lo, hi := bounds[0], bounds[1]
		want := make([]float32, len(words))
		for i, w := range words {
			want[i] = float32(lo + float64((hi-lo)*(float64(w)/(1<<32))))
		}
		eachTier(func(x tier.Tier) {
			got := make([]float32, len(words))
			uniform(got, words, lo, hi-lo)
			expectSame(t, got, want, "%v: uniform numbers from %v to %v", x, lo, hi)
		})
	}
}

// TestFillNormal compares pieces with the whole, in all tiers; internal/random
// checks the distribution, and internal/detmath the quantile.
func TestFillNormal(t *testing.T) {
	key := RandomKey{Seed: 1, Stream: 2, Step: 3}
	want := make([]float32, 1500)
	inTier(tier.Generic, func() { FillNormal(want, key, 7, 1, 2) })
	eachTier(func(x tier.Tier) {
		got := make([]float32, len(want))
		for hi := len(got); hi > 0; hi -= 333 {
			lo := max(0, hi-333)
			FillNormal(got[lo:hi], key, 7+uint64(lo), 1, 2)
		}
		expectSame(t, got, want, "%v: pieces of normal numbers", x)
	})
}
