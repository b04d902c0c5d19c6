package proptest

import (
	"math"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
	"github.com/lockstep-ml/lockstep/kernels"
	"pgregory.net/rapid"
)

// check checks a property in every tier.
func check(t *testing.T, property func(t *rapid.T)) {
	for _, x := range tier.Supported() {
		t.Run(x.String(), func(t *testing.T) {
			defer tier.Force(x)()
			rapid.Check(t, property)
		})
	}
}

// anyFloat draws from all bit patterns; finite leaves out NaN and infinities,
// and keeps sums of products from overflowing.
var (
	anyFloat = rapid.Custom(func(t *rapid.T) float32 { return math.Float32frombits(rapid.Uint32().Draw(t, "bits")) })
	finite   = rapid.Float32Range(-1e15, 1e15)
	integer  = rapid.Custom(func(t *rapid.T) float32 { return float32(rapid.IntRange(-8, 8).Draw(t, "integer")) })
	size     = rapid.IntRange(1, 40)
)

func vector(t *rapid.T, name string, n int, element *rapid.Generator[float32]) []float32 {
	return rapid.SliceOfN(element, n, n).Draw(t, name)
}

func matrix(t *rapid.T, name string, rows, cols int, element *rapid.Generator[float32]) kernels.Matrix {
	return kernels.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: vector(t, name, rows*cols, element)}
}

func matMul(a, b kernels.Matrix) kernels.Matrix {
	dst := kernels.NewMatrix(a.Rows, b.Cols)
	kernels.MatMul(dst, a, b)
	return dst
}

// sameBits reports whether x and y are the same, all NaNs being one.
func sameBits(x, y float32) bool {
	return math.Float32bits(x) == math.Float32bits(y) || x != x && y != y
}

func expectSame(t *rapid.T, what string, got, want []float32) {
	for i := range want {
		if !sameBits(got[i], want[i]) {
			t.Fatalf("%s: element %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

// Every tier gives the same bits for the same product.
func TestTiersAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n, k := size.Draw(t, "m"), rapid.IntRange(1, 130).Draw(t, "n"), size.Draw(t, "k")
		alpha, beta := anyFloat.Draw(t, "alpha"), rapid.SampledFrom([]float32{0, 1, -1, 0.5}).Draw(t, "beta")
		a, b, c := matrix(t, "a", m, k, finite), matrix(t, "b", n, k, finite), matrix(t, "c", m, n, anyFloat)
		var first []float32
		for _, x := range tier.Supported() {
			result := slices.Clone(c.Data)
			restore := tier.Force(x)
			kernels.Gemm(false, true, m, n, k, alpha, a.Data, k, b.Data, k, beta, result, n)
			restore()
			if first == nil {
				first = result
			}
			expectSame(t, x.String(), result, first)
		}
	})
}

// A (B + C) = A B + A C, exactly, for small integers.
func TestGemmDistributes(t *testing.T) {
	check(t, func(t *rapid.T) {
		m, n, k := size.Draw(t, "m"), size.Draw(t, "n"), size.Draw(t, "k")
		a, b, c := matrix(t, "a", m, k, integer), matrix(t, "b", k, n, integer), matrix(t, "c", k, n, integer)
		sum := kernels.NewMatrix(k, n)
		for i := range sum.Data {
			sum.Data[i] = b.Data[i] + c.Data[i]
		}
		left, right := matMul(a, sum), matMul(a, b)
		kernels.Gemm(false, false, m, n, k, 1, a.Data, k, c.Data, n, 1, right.Data, n)
		for i := range left.Data {
			if left.Data[i] != right.Data[i] {
				t.Fatalf("element %d: %v on the left, %v on the right", i, left.Data[i], right.Data[i])
			}
		}
	})
}

// (A B)^T = B^T A^T, bit for bit: the chains are the same, with the factors of
// each product exchanged.
func TestGemmTransposes(t *testing.T) {
	check(t, func(t *rapid.T) {
		m, n, k := size.Draw(t, "m"), size.Draw(t, "n"), size.Draw(t, "k")
		a, b := matrix(t, "a", m, k, anyFloat), matrix(t, "b", k, n, anyFloat)
		product := matMul(a, b)
		transposed := kernels.NewMatrix(n, m)
		kernels.Gemm(true, true, n, m, k, 1, b.Data, n, a.Data, k, 0, transposed.Data, m)
		for i := range m {
			for j := range n {
				if x, y := product.Row(i)[j], transposed.Row(j)[i]; !sameBits(x, y) {
					t.Fatalf("element (%d, %d): %v, transposed %v", i, j, x, y)
				}
			}
		}
	})
}

// A product over k is one over its first part, continued over the rest, bit
// for bit: chains can be cut.
func TestGemmContinues(t *testing.T) {
	check(t, func(t *rapid.T) {
		m, n, k := size.Draw(t, "m"), size.Draw(t, "n"), size.Draw(t, "k")
		cut := rapid.IntRange(0, k).Draw(t, "cut")
		a, b := matrix(t, "a", m, k, anyFloat), matrix(t, "b", k, n, anyFloat)
		parts := kernels.NewMatrix(m, n)
		kernels.Gemm(false, false, m, n, cut, 1, a.Data, k, b.Data, n, 0, parts.Data, n)
		kernels.Gemm(false, false, m, n, k-cut, 1, a.Data[cut:], k, b.Data[cut*n:], n, 1, parts.Data, n)
		expectSame(t, "in two parts", parts.Data, matMul(a, b).Data)
	})
}

// Dot is symmetric, and the fold by halves is blind to exchanging lanes l and
// l xor mask: both keep every bit.
func TestDotSymmetries(t *testing.T) {
	check(t, func(t *rapid.T) {
		n := 64 * rapid.IntRange(0, 5).Draw(t, "blocks")
		mask := rapid.IntRange(0, 63).Draw(t, "mask")
		x, y := vector(t, "x", n, anyFloat), vector(t, "y", n, anyFloat)
		permutedX, permutedY := make([]float32, n), make([]float32, n)
		for i := range n {
			permutedX[i], permutedY[i] = x[i^mask], y[i^mask]
		}
		dot := kernels.Dot(x, y)
		expectSame(t, "Dot(y, x)", []float32{kernels.Dot(y, x)}, []float32{dot})
		expectSame(t, "Dot with lanes exchanged", []float32{kernels.Dot(permutedX, permutedY)}, []float32{dot})
	})
}

// Zeros behind a vector and factors of 1 keep every bit of the sum.
func TestSumAndDot(t *testing.T) {
	check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(t, "n")
		padded := append(vector(t, "x", n, finite), make([]float32, rapid.IntRange(0, 200).Draw(t, "zeros"))...)
		ones := make([]float32, len(padded))
		for i := range ones {
			ones[i] = 1
		}
		sum := kernels.Sum(padded[:n])
		expectSame(t, "Sum with zeros behind", []float32{kernels.Sum(padded)}, []float32{sum})
		expectSame(t, "Dot with ones", []float32{kernels.Dot(padded, ones)}, []float32{sum})
	})
}

// Softmax of a row depends on the differences to its maximum alone: adding an
// integer to integers keeps every bit.
func TestSoftmaxShifts(t *testing.T) {
	check(t, func(t *rapid.T) {
		x := matrix(t, "x", 1, rapid.IntRange(1, 100).Draw(t, "cols"), integer)
		shift := integer.Draw(t, "shift")
		shifted := kernels.NewMatrix(1, x.Cols)
		for i := range x.Data {
			shifted.Data[i] = x.Data[i] + shift
		}
		kernels.Softmax(x, x)
		kernels.Softmax(shifted, shifted)
		expectSame(t, "shifted", shifted.Data, x.Data)
	})
}

// The logistic functions of x and -x add up to 1, and both functions keep the
// order of their arguments.
func TestActivationShapes(t *testing.T) {
	check(t, func(t *rapid.T) {
		x := rapid.Float32().Draw(t, "x")
		y := rapid.Float32().Draw(t, "y")
		arguments := []float32{min(x, y), max(x, y), -x}
		results := make([]float32, 3)
		for _, f := range []struct {
			name string
			call func(dst, x []float32)
		}{{"Exp", kernels.Exp}, {"Tanh", kernels.Tanh}, {"Sigmoid", kernels.Sigmoid}} {
			f.call(results, arguments)
			if results[0] > results[1] {
				t.Fatalf("%s decreases: %v", f.name, results)
			}
		}
		kernels.Sigmoid(results, []float32{x, -x, 0})
		if results[0]+results[1] != 1 {
			t.Fatalf("Sigmoid(%v) + Sigmoid(%v) = %v + %v", x, -x, results[0], results[1])
		}
	})
}

// Parts of a random sequence are those of the whole.
func TestRandomNumbersHaveTheirPlace(t *testing.T) {
	check(t, func(t *rapid.T) {
		key := kernels.RandomKey{
			Seed:   rapid.Uint64().Draw(t, "seed"),
			Stream: rapid.Uint32().Draw(t, "stream"),
			Step:   rapid.Uint64().Draw(t, "step"),
		}
		n := rapid.IntRange(1, 2500).Draw(t, "n")
		index := rapid.Uint64Range(0, 1<<34-uint64(n)).Draw(t, "index")
		lo := rapid.IntRange(0, n).Draw(t, "lo")
		hi := rapid.IntRange(lo, n).Draw(t, "hi")
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		for name, fill := range map[string]func(dst []float32, index uint64){
			"uniform": func(dst []float32, index uint64) { kernels.FillUniform(dst, key, index, -1, 1) },
			"mask":    func(dst []float32, index uint64) { kernels.FillMask(dst, key, index, p, 3) },
			"normal":  func(dst []float32, index uint64) { kernels.FillNormal(dst, key, index, 0, 1) },
		} {
			whole, part := make([]float32, n), make([]float32, hi-lo)
			fill(whole, index)
			fill(part, index+uint64(lo))
			expectSame(t, name, part, whole[lo:hi])
		}
	})
}

// A row's loss and gradient do not depend on the rows beside it.
func TestCrossEntropyOfRowsIsThatOfEach(t *testing.T) {
	check(t, func(t *rapid.T) {
		rows, cols := size.Draw(t, "rows"), size.Draw(t, "cols")
		z := matrix(t, "z", rows, cols, anyFloat)
		labels := rapid.SliceOfN(rapid.IntRange(0, cols-1), rows, rows).Draw(t, "labels")
		dz, loss := kernels.NewMatrix(rows, cols), make([]float64, rows)
		kernels.SoftmaxCrossEntropy(loss, dz, z, labels, 0.5)
		for i := range rows {
			one, alone := kernels.NewMatrix(1, cols), make([]float64, 1)
			kernels.SoftmaxCrossEntropy(alone, one, z.RowRange(i, i+1), labels[i:i+1], 0.5)
			expectSame(t, "gradient", dz.Row(i), one.Row(0))
			if alone[0] != loss[i] && (alone[0] == alone[0] || loss[i] == loss[i]) {
				t.Fatalf("row %d has the loss %v, alone %v", i, loss[i], alone[0])
			}
		}
	})
}
