//go:build !race

// The race detector makes sync.Pool drop buffers at random.

package kernels

import (
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// TestNoAllocation calls every function with arrays of the caller's frame: it
// fails if a function lets its operands escape, as a call through a function
// variable would, or if it allocates itself.
func TestNoAllocation(t *testing.T) {
	pool := NewPool(2)
	defer pool.Close()
	const n = 20
	for _, c := range []struct {
		name string
		f    func()
	}{
		{"Dot", func() { var x, y [n]float32; sink += Dot(x[:], y[:]) }},
		{"Dot float64", func() { var x, y [n]float64; sink += float32(Dot(x[:], y[:])) }},
		{"Sum", func() { var x [n]float32; sink += Sum(x[:]) }},
		{"Axpy", func() { var x, y [n]float32; Axpy(2, x[:], y[:]) }},
		{"Axpy float64", func() { var x, y [n]float64; Axpy(2, x[:], y[:]) }},
		{"Exp", func() { var x, y [n]float32; Exp(y[:], x[:]) }},
		{"Sigmoid", func() { var x, y [n]float32; Sigmoid(y[:], x[:]) }},
		{"Tanh", func() { var x, y [n]float32; Tanh(y[:], x[:]) }},
		{"ReLU", func() { var x, y [n]float32; ReLU(y[:], x[:]) }},
		{"ReLUBackward", func() { var x, y, z [n]float32; ReLUBackward(z[:], y[:], x[:]) }},
		{"SigmoidBackward", func() { var x, y, z [n]float32; SigmoidBackward(z[:], y[:], x[:]) }},
		{"TanhBackward", func() { var x, y, z [n]float32; TanhBackward(z[:], y[:], x[:]) }},
		{"FromUint8", func() {
			var x [n]uint8
			var y [n]float32
			FromUint8(y[:], x[:], 1)
		}},
		{"SGD", func() { var w, g [n]float32; SGD(w[:], g[:], 1) }},
		{"Momentum", func() { var w, v, g [n]float32; Momentum(w[:], v[:], g[:], 1, 1) }},
		{"Adam", func() { var w, m, v, g [n]float32; Adam(w[:], m[:], v[:], g[:], AdamStep{}) }},
		{"AddBias", func() { var y, b [n]float32; AddBias(Matrix{1, n, n, y[:]}, b[:]) }},
		{"AddColumnSums", func() { var x, y [n]float32; AddColumnSums(y[:], Matrix{1, n, n, x[:]}) }},
		{"Softmax", func() { var x, y [n]float32; Softmax(Matrix{1, n, n, y[:]}, Matrix{1, n, n, x[:]}) }},
		{"MatMul", func() {
			var a, b, c [n * n]float32
			MatMul(Matrix{n, n, n, c[:]}, Matrix{n, n, n, a[:]}, Matrix{n, n, n, b[:]})
		}},
		{"Gemm TN", func() { var a, b, c [n * n]float32; Gemm(true, false, n, n, n, 1, a[:], n, b[:], n, 1, c[:], n) }},
		{"Gemm NT", func() { var a, b, c [n * n]float32; Gemm(false, true, n, n, n, 1, a[:], n, b[:], n, 0, c[:], n) }},
		{"Gemm alpha", func() { var a, b, c [n * n]float32; Gemm(false, false, n, n, n, 2, a[:], n, b[:], n, 0, c[:], n) }},
		{"Gemm float64", func() { var a, b, c [n * n]float64; Gemm(false, true, n, n, n, 1, a[:], n, b[:], n, 0, c[:], n) }},
	} {
		eachTier(func(x tier.Tier) {
			if count := testing.AllocsPerRun(5, c.f); count != 0 {
				t.Errorf("%v: %s: %v allocations a call, want 0", x, c.name, count)
			}
		})
	}

	// The workers of a pool keep the operands, so those live on the heap. Now
	// and then a product needs a new buffer: the average is below one.
	const large = 64 // large^3 is parallelThreshold
	a, b, c := NewMatrix(large, large), NewMatrix(large, large), NewMatrix(large, large)
	packed := Pack(b)
	eachTier(func(x tier.Tier) {
		count := testing.AllocsPerRun(50, func() {
			GemmParallel(pool, false, true, large, large, large, 1, a.Data, large, b.Data, large, 0, c.Data, large)
			MatMulPacked(c, a, packed)
		})
		if count != 0 {
			t.Errorf("%v: GemmParallel and MatMulPacked: %v allocations a call, want 0", x, count)
		}
	})
}
