package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"math"
	"sync"
	"sync/atomic"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// A sweep compares a function in several tiers with its reference, at every
// stride-th of the 2^32 float32 in the order of their bit patterns. Without a
// reference it only hashes the results.
type sweep struct {
	function
	tiers    []tier.Tier
	stride   uint64
	workers  int
	progress func(inputs int) // called now and then with the number of inputs done since
}

// A tally is what a sweep found in one tier.
type tally struct {
	tier       tier.Tier
	misrounded uint64        // results other than the correctly rounded one
	worst      misrounding   // the one with the largest error
	examples   []misrounding // the first few
	outputs    hash.Hash     // SHA-256 of all results
	leader     int           // the tier that has the same results so far and does the hashing
}

// A misrounding is a result that is not the correctly rounded one.
type misrounding struct {
	x, got, want float32
	ulps         float64 // distance of got from the exact value
}

const (
	chunkSize   = 1 << 17 // inputs between two changes of the tier: some 5 ms
	partSize    = 1 << 13 // inputs that a worker takes at a time: its operands stay in cache
	maxExamples = 20
)

// inputs returns how many inputs the sweep has.
func (s *sweep) inputs() uint64 { return (1<<32 + s.stride - 1) / s.stride }

// A chunk holds consecutive inputs, the correctly rounded results, and room for
// the results of a tier; data holds those as bytes, for each tier.
type chunk struct {
	x, y []float32
	want []uint32
	data [][]byte
}

// run sweeps chunk by chunk: first the reference, once for all tiers, then one
// tier after the other, for the tier is a property of the process; workers share
// each of these steps.
func (s *sweep) run(ctx context.Context) ([]tally, error) {
	tallies := make([]tally, len(s.tiers))
	c := chunk{make([]float32, chunkSize), make([]float32, chunkSize), make([]uint32, chunkSize), make([][]byte, len(s.tiers))}
	for i, t := range s.tiers {
		tallies[i] = tally{tier: t}
		c.data[i] = make([]byte, 4*chunkSize)
	}
	tallies[0].outputs = sha256.New()
	for first := uint64(0); first < s.inputs(); first += chunkSize {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n := int(min(chunkSize, s.inputs()-first))
		s.inParts(n, func(lo, hi int) { s.refer(&c, first, lo, hi) })
		for i := range tallies {
			s.evaluate(&tallies[i], &c, c.data[i], n)
		}
		hashOutputs(tallies, c.data, 4*n)
		s.progress(n)
	}
	return tallies, nil
}

// refer fills in the inputs and the correct results from lo to hi of the chunk
// that begins at the given input.
func (s *sweep) refer(c *chunk, first uint64, lo, hi int) {
	for i := lo; i < hi; i++ {
		c.x[i] = math.Float32frombits(uint32((first + uint64(i)) * s.stride))
		if s.reference != nil {
			c.want[i] = bits(s.reference.Round(c.x[i]))
		}
	}
}

// evaluate runs the kernel on the n inputs of a chunk in the tally's tier.
func (s *sweep) evaluate(t *tally, c *chunk, data []byte, n int) {
	defer tier.Force(t.tier)()
	var merging sync.Mutex
	s.inParts(n, func(lo, hi int) {
		s.kernel(c.y[lo:hi], c.x[lo:hi])
		for i := lo; i < hi; i++ {
			got := bits(c.y[i])
			binary.LittleEndian.PutUint32(data[4*i:], got)
			if s.reference != nil && got != c.want[i] {
				m := misrounding{c.x[i], c.y[i], math.Float32frombits(c.want[i]), s.reference.Ulps(c.y[i], c.x[i])}
				merging.Lock()
				t.add(m)
				merging.Unlock()
			}
		}
	})
}

func (t *tally) add(m misrounding) {
	t.misrounded++
	if m.ulps > t.worst.ulps {
		t.worst = m
	}
	if len(t.examples) < maxExamples {
		t.examples = append(t.examples, m)
	}
}

// hashOutputs adds the first n bytes of each tier's results to its hash. Hashing
// takes as long as an assembly kernel, so tiers share a hash as long as their
// results are the same.
func hashOutputs(tallies []tally, data [][]byte, n int) {
	for i := range tallies {
		t := &tallies[i]
		if !bytes.Equal(data[i][:n], data[t.leader][:n]) {
			before, err := tallies[t.leader].outputs.(hash.Cloner).Clone()
			if err != nil {
				panic(err) // SHA-256 can be cloned
			}
			t.outputs, t.leader = before, i
		}
	}
	for i, t := range tallies {
		if t.leader == i {
			t.outputs.Write(data[i][:n])
		}
	}
}

// bits returns the bit pattern, the same one for every NaN.
func bits(x float32) uint32 {
	if x != x {
		return 0x7fc00000
	}
	return math.Float32bits(x)
}

// inParts calls f for parts of the n inputs of a chunk.
func (s *sweep) inParts(n int, f func(lo, hi int)) {
	inParallel(s.workers, (n+partSize-1)/partSize, func(part int) {
		f(part*partSize, min(n, (part+1)*partSize))
	})
}

// inParallel calls f(0) to f(n-1) on so many goroutines.
func inParallel(workers, n int, f func(i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(workers, n) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	all.Wait()
}
