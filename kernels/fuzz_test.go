package kernels

import (
	"encoding/binary"
	"math"
	"testing"
)

// The fuzz targets compare the tiers with the plain Go twins on operands that
// lie right before a guard page.

// floatsOf reads float32 bit patterns, at most limit of them.
func floatsOf(data []byte, limit int) []float32 {
	x := make([]float32, min(len(data)/4, limit))
	for i := range x {
		x[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return x
}

const fuzzElements = 4096

// seedLengths adds operands whose lengths are at the edges of vectors.
func seedLengths(f *testing.F) {
	r := newRand(20)
	for _, n := range []int{0, 1, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 130, 259} {
		var data []byte
		for range n {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(drawSpecial(r)))
		}
		f.Add(data)
	}
}

func FuzzDot(f *testing.F) {
	seedLengths(f)
	arenas := newArenas[float32](f, 2, fuzzElements)
	dot := kernelsOf[float32]()[0]
	f.Fuzz(func(t *testing.T, data []byte) {
		x := floatsOf(data, 2*fuzzElements)
		half := len(x) / 2
		dot.checkInputs(t, arenas, [][]float32{x[:half], x[half : 2*half]}, "fuzzed", []placement{atBack})
	})
}

// FuzzUnary covers every function of the form dst = f(x).
func FuzzUnary(f *testing.F) {
	seedLengths(f)
	arenas := newArenas[float32](f, 2, fuzzElements)
	table := kernels32()
	f.Fuzz(func(t *testing.T, data []byte) {
		x := floatsOf(data, fuzzElements)
		for _, k := range table {
			if k.operands == 2 && k.results == 1 {
				k.checkInputs(t, arenas, [][]float32{x, x}, "fuzzed", []placement{atBack})
				k.checkAliased(t, [][]float32{x, x}, 1, "fuzzed")
			}
		}
	})
}

func FuzzGemm(f *testing.F) {
	f.Add(uint8(1), uint8(1), uint8(1), uint8(0), float32(1), float32(0), uint64(1))
	f.Add(uint8(9), uint8(33), uint8(17), uint8(1), float32(1), float32(1), uint64(2))
	f.Add(uint8(8), uint8(65), uint8(3), uint8(6), float32(0.5), float32(0), uint64(3))
	f.Add(uint8(130), uint8(31), uint8(5), uint8(11), float32(-1), float32(0.5), uint64(4))
	memory := newArenas[float32](f, 3, 260*260)
	f.Fuzz(func(t *testing.T, m, n, k, options uint8, alpha, beta float32, seed uint64) {
		p := product[float32]{
			transA: options&1 != 0, transB: options&2 != 0, padding: int(options >> 2 & 3),
			m: int(m), n: int(n), k: int(k), alpha: alpha, beta: beta,
		}
		s := []source[float32]{ordinary[float32](), wide[float32](), special[float32](), anyBits[float32]()}[options>>4&3]
		p.check(t, memory, newRand(seed), s)
	})
}
