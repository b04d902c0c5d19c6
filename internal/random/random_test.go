package random

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestPhiloxKnownAnswers holds the vectors published with Random123
// (tests/kat_vectors, philox4x32 with 10 rounds).
func TestPhiloxKnownAnswers(t *testing.T) {
	const ones = 0xffffffff
	for _, c := range []struct {
		counter [4]uint32
		key     [2]uint32
		want    [4]uint32
	}{
		{want: [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{
			[4]uint32{ones, ones, ones, ones}, [2]uint32{ones, ones},
			[4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
		},
		{
			[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
		},
	} {
		key := Key{
			Seed:   uint64(c.key[1])<<32 | uint64(c.key[0]),
			Step:   uint64(c.counter[2])<<32 | uint64(c.counter[1]),
			Stream: c.counter[3],
		}
		if got := key.Uint32x4(c.counter[0]); got != c.want {
			t.Errorf("philox(%08x, %08x) = %08x, want %08x", c.counter, c.key, got, c.want)
		}
	}
}

// TestLayout repeats the third vector through the documented key layout.
func TestLayout(t *testing.T) {
	key := Key{Seed: 0x299f31d0_a4093822, Step: 0x13198a2e_85a308d3, Stream: 0x03707344}
	want := [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}
	if got := key.Uint32x4(0x243f6a88); got != want {
		t.Errorf("got %08x, want %08x", got, want)
	}
}

var fills = map[string]func(k Key, dst []float32, offset int){
	"Uniform": func(k Key, dst []float32, offset int) { k.Uniform(dst, offset, -1, 3) },
	"Normal":  func(k Key, dst []float32, offset int) { k.Normal(dst, offset, 1, 2) },
	"Mask":    func(k Key, dst []float32, offset int) { k.Mask(dst, offset, 0.3, 2) },
}

// TestRangesAreIndependent fills a slice piece by piece, backwards and
// misaligned, and expects what one call gives.
func TestRangesAreIndependent(t *testing.T) {
	key := Key{Seed: 1, Stream: 2, Step: 3}
	for name, fill := range fills {
		want := make([]float32, 103)
		fill(key, want, 1000)
		for piece := 1; piece <= 9; piece++ {
			got := make([]float32, len(want))
			for hi := len(got); hi > 0; hi -= piece {
				lo := max(0, hi-piece)
				fill(key, got[lo:hi], 1000+lo)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: pieces of %d differ from the whole", name, piece)
			}
		}
	}
}

func TestKeysDiffer(t *testing.T) {
	seen := map[[4]uint32]Key{}
	for _, k := range []Key{
		{}, {Seed: 1}, {Seed: 1 << 32}, {Stream: 1}, {Step: 1}, {Step: 1 << 32},
	} {
		w := k.Uint32x4(0)
		if other, ok := seen[w]; ok {
			t.Errorf("keys %+v and %+v give the same numbers", k, other)
		}
		seen[w] = k
	}
}

func TestMoments(t *testing.T) {
	const n = 1 << 18
	dst := make([]float32, n)
	for _, c := range []struct {
		name                                string
		mean, variance, kurtosis, tolerance float64
		lowest, highest                     float64
	}{
		{"Uniform", 1, 16. / 12, 1.8, 0.03, -1, 3},
		{"Normal", 1, 4, 3, 0.06, -12, 14},
	} {
		fills[c.name](Key{Seed: 42}, dst, 0)
		var m [5]float64 // central moments
		for _, v := range dst {
			d := float64(v) - c.mean
			for p, power := 0, 1.0; p < len(m); p, power = p+1, power*d {
				m[p] += power / n
			}
		}
		sigma := math.Sqrt(c.variance)
		near := func(what string, got, want, tolerance float64) {
			if math.Abs(got-want) > tolerance {
				t.Errorf("%s: %s %v, want %v within %v", c.name, what, got, want, tolerance)
			}
		}
		near("mean", m[1]+c.mean, c.mean, 4*sigma/math.Sqrt(n))
		near("variance", m[2]/c.variance, 1, 0.012)
		near("skewness", m[3]/(sigma*c.variance), 0, c.tolerance)
		near("kurtosis", m[4]/(c.variance*c.variance), c.kurtosis, c.tolerance)
		if lo, hi := float64(slices.Min(dst)), float64(slices.Max(dst)); lo < c.lowest || hi > c.highest {
			t.Errorf("%s: values from %v to %v, want %v to %v", c.name, lo, hi, c.lowest, c.highest)
		}
	}
}

// chiSquare returns the statistic of counts that should be equal.
func chiSquare(counts []int) float64 {
	total := 0
	for _, c := range counts {
		total += c
	}
	expected := float64(total) / float64(len(counts))
	sum := 0.0
	for _, c := range counts {
		d := float64(c) - expected
		sum += d * d / expected
	}
	return sum
}

// checkChiSquare fails beyond five standard deviations of the chi-square
// distribution, on either side.
func checkChiSquare(t *testing.T, what string, counts []int) {
	t.Helper()
	freedom := float64(len(counts) - 1)
	if x := chiSquare(counts); math.Abs(x-freedom) > 5*math.Sqrt(2*freedom) {
		t.Errorf("%s: chi-square %.1f for %v degrees of freedom", what, x, freedom)
	}
}

// TestUniformity looks at the top byte of words, of words along Step and
// Stream, and at quantiles of normal numbers.
func TestUniformity(t *testing.T) {
	var blocks, steps, streams, seeds [256]int
	for i := range uint32(1 << 16) {
		blocks[Key{}.Uint32x4(i)[i%4]>>24]++
		steps[Key{Step: uint64(i)}.Uint32x4(0)[i%4]>>24]++
		streams[Key{Stream: i}.Uint32x4(0)[i%4]>>24]++
		seeds[Key{Seed: uint64(i)}.Uint32x4(0)[i%4]>>24]++
	}
	checkChiSquare(t, "blocks", blocks[:])
	checkChiSquare(t, "steps", steps[:])
	checkChiSquare(t, "streams", streams[:])
	checkChiSquare(t, "seeds", seeds[:])

	var quantiles [64]int
	dst := make([]float32, 1<<16)
	Key{Seed: 7}.Normal(dst, 0, 0, 1)
	for _, z := range dst {
		quantiles[int(math.Erfc(-float64(z)/math.Sqrt2)/2*64)]++
	}
	checkChiSquare(t, "normal quantiles", quantiles[:])
}

// TestUniformStaysInRange uses bounds that float32 cannot hold.
func TestUniformStaysInRange(t *testing.T) {
	dst := make([]float32, 1<<12)
	lo, hi := 1.0, 1+0x1p-22+0x1p-40
	Key{}.Uniform(dst, 0, lo, hi)
	for _, v := range dst {
		if v < float32(lo) || v > float32(hi) {
			t.Fatalf("%v is outside [%v, %v]", v, float32(lo), float32(hi))
		}
	}
}

func TestOutOfSequence(t *testing.T) {
	key := Key{}
	for _, offset := range []int{-1, math.MinInt, math.MaxInt} {
		if int64(offset) == math.MaxInt32 {
			continue // within the sequence, on 32-bit platforms
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("offset %d did not panic", offset)
				}
			}()
			key.Uniform(make([]float32, 1), offset, 0, 1)
		}()
	}
}

func TestPermutation(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 10, 1000} {
		idx := make([]int, n)
		Key{Seed: 5, Step: uint64(n)}.Permutation(idx)
		slices.Sort(idx)
		for i, v := range idx {
			if i != v {
				t.Fatalf("n = %d: not a permutation", n)
			}
		}
	}
	counts := map[[4]int]int{}
	for epoch := range uint64(24_000) {
		var idx [4]int
		Key{Seed: 5, Step: epoch}.Permutation(idx[:])
		counts[idx]++
	}
	var orders []int
	for _, c := range counts {
		orders = append(orders, c)
	}
	if len(orders) != 24 {
		t.Fatalf("%d orders of 4 elements, want 24", len(orders))
	}
	checkChiSquare(t, "orders", orders)
}

// TestShuffleKeepsElements also shows that only positions matter.
func TestShuffleKeepsElements(t *testing.T) {
	key := Key{Seed: 9}
	order, values := make([]int, 50), make([]int, 50)
	key.Permutation(order)
	for i := range values {
		values[i] = 100 + i
	}
	key.Shuffle(values)
	for i := range order {
		if values[i] != 100+order[i] {
			t.Fatalf("position %d holds %d, want %d", i, values[i], 100+order[i])
		}
	}
}

// TestBelow covers the rejection, which bounds near 2^63 make likely.
func TestBelow(t *testing.T) {
	var src rand.PCG
	for _, n := range []uint64{1, 2, 3, 1<<63 + 1, math.MaxUint64} {
		var halves [2]int
		for range 4096 {
			v := below(&src, n)
			if v >= n {
				t.Fatalf("below(%d) = %d", n, v)
			}
			if v >= n/2 {
				halves[1]++
			} else {
				halves[0]++
			}
		}
		if n > 3 {
			checkChiSquare(t, "halves", halves[:])
		}
	}
}

// TestGolden holds every platform to the same bits. A new hash is a change of
// the bit contract.
func TestGolden(t *testing.T) {
	key := Key{Seed: 0x0123456789abcdef, Stream: 17, Step: 1 << 40}
	for name, want := range map[string]string{
		"Uniform":     "117fe6a77e5f23daaa44efed56a104620d65b54bc3facb50d2ae4044e5eac2c6",
		"Normal":      "1e71ef72dd5cc18318b6d52d7d496767e0dc35748ce71e0fc8db9791a7561026",
		"Permutation": "09766a46893f8f6351773ddbc518efffbe375f30cdc65616ad745ce3b5163c75",
	} {
		var data any
		if fill, ok := fills[name]; ok {
			dst := make([]float32, 1<<14)
			fill(key, dst, 3)
			data = dst
		} else {
			idx := make([]int, 1<<14)
			key.Permutation(idx)
			wide := make([]int64, len(idx))
			for i, v := range idx {
				wide[i] = int64(v)
			}
			data = wide
		}
		hash := sha256.New()
		if err := binary.Write(hash, binary.LittleEndian, data); err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(hash.Sum(nil)); got != want {
			t.Errorf("%s: SHA-256 of the results is %s, want %s", name, got, want)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	dst, idx := make([]float32, 64), make([]int, 64)
	if n := testing.AllocsPerRun(10, func() {
		key := Key{Seed: 1}
		key.Uniform(dst, 0, 0, 1)
		key.Normal(dst, 0, 0, 1)
		key.Permutation(idx)
	}); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func BenchmarkFill(b *testing.B) {
	dst := make([]float32, 4096)
	for _, name := range []string{"Uniform", "Normal"} {
		b.Run("f="+name, func(b *testing.B) {
			b.SetBytes(int64(4 * len(dst)))
			for range b.N {
				fills[name](Key{}, dst, 0)
			}
		})
	}
}

func BenchmarkPermutation(b *testing.B) {
	idx := make([]int, 60_000)
	for i := range b.N {
		Key{Step: uint64(i)}.Permutation(idx)
	}
}
