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
		{"Add", func() { var x, y, z [n]float32; Add(z[:], x[:], y[:]) }},
		{"Sub", func() { var x, y, z [n]float64; Sub(z[:], x[:], y[:]) }},
		{"Mul", func() { var x, y, z [n]float32; Mul(z[:], x[:], y[:]) }},
		{"Div", func() { var x, y, z [n]float64; Div(z[:], x[:], y[:]) }},
		{"AddScalar", func() { var x, y [n]float32; AddScalar(y[:], x[:], 1) }},
		{"Scale", func() { var x, y [n]float64; Scale(y[:], x[:], 2) }},
		{"DivScalar", func() { var x, y [n]float32; DivScalar(y[:], x[:], 2) }},
		{"Abs", func() { var x, y [n]float64; Abs(y[:], x[:]) }},
		{"Neg", func() { var x, y [n]float32; Neg(y[:], x[:]) }},
		{"Sqrt", func() { var x, y [n]float64; Sqrt(y[:], x[:]) }},
		{"Clamp", func() { var x, y [n]float32; Clamp(y[:], x[:], -1, 1) }},
		{"SumSquares", func() { var x [n]float32; sink += SumSquares(x[:]) }},
		{"Asum", func() { var x [n]float32; sink += Asum(x[:]) }},
		{"Nrm2", func() { var x [n]float32; sink += Nrm2(x[:]) }},
		{"Mean", func() { var x [n]float32; sink += Mean(x[:]) }},
		{"Variance", func() { var x [n]float32; sink += Variance(x[:]) }},
		{"Variance float64", func() { var x [n]float64; sink += float32(Variance(x[:])) }},
		{"Max", func() { var x [n]float32; sink += Max(x[:]) }},
		{"Min", func() { var x [n]float64; sink += float32(Min(x[:])) }},
		{"ArgMax", func() { var x [n]float32; sink += float32(ArgMax(x[:])) }},
		{"Expm1", func() { var x, y [n]float32; Expm1(y[:], x[:]) }},
		{"Log", func() { var x, y [n]float32; Log(y[:], x[:]) }},
		{"Log1p", func() { var x, y [n]float32; Log1p(y[:], x[:]) }},
		{"Softplus", func() { var x, y [n]float32; Softplus(y[:], x[:]) }},
		{"SiLU", func() { var x, y [n]float32; SiLU(y[:], x[:]) }},
		{"GELU", func() { var x, y [n]float32; GELU(y[:], x[:]) }},
		{"GELUTanh", func() { var x, y [n]float32; GELUTanh(y[:], x[:]) }},
		{"Mish", func() { var x, y [n]float32; Mish(y[:], x[:]) }},
		{"LeakyReLU", func() { var x, y [n]float32; LeakyReLU(y[:], x[:], 1) }},
		{"ELU", func() { var x, y [n]float32; ELU(y[:], x[:], 1) }},
		{"SELU", func() { var x, y [n]float32; SELU(y[:], x[:]) }},
		{"HardSigmoid", func() { var x, y [n]float32; HardSigmoid(y[:], x[:]) }},
		{"SiLUBackward", func() { var x, y, z [n]float32; SiLUBackward(z[:], y[:], x[:]) }},
		{"GELUBackward", func() { var x, y, z [n]float32; GELUBackward(z[:], y[:], x[:]) }},
		{"SoftplusBackward", func() { var x, y, z [n]float32; SoftplusBackward(z[:], y[:], x[:]) }},
		{"GELUTanhBackward", func() { var x, y, z [n]float32; GELUTanhBackward(z[:], y[:], x[:]) }},
		{"MishBackward", func() { var x, y, z [n]float32; MishBackward(z[:], y[:], x[:]) }},
		{"LeakyReLUBackward", func() { var x, y, z [n]float32; LeakyReLUBackward(z[:], y[:], x[:], 1) }},
		{"ELUBackward", func() { var x, y, z [n]float32; ELUBackward(z[:], y[:], x[:], 1) }},
		{"SELUBackward", func() { var x, y, z [n]float32; SELUBackward(z[:], y[:], x[:]) }},
		{"HardSigmoidBackward", func() { var x, y, z [n]float32; HardSigmoidBackward(z[:], y[:], x[:]) }},
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
		{"Prefetch", func() { var x [n]uint8; Prefetch(x[:]) }},
		{"SGD", func() { var w, g [n]float32; SGD(w[:], g[:], 1) }},
		{"Momentum", func() { var w, v, g [n]float32; Momentum(w[:], v[:], g[:], 1, 1) }},
		{"Adam", func() { var w, m, v, g [n]float32; Adam(w[:], m[:], v[:], g[:], AdamStep{}) }},
		{"Nesterov", func() { var w, v, g [n]float32; Nesterov(w[:], v[:], g[:], 1, 1) }},
		{"Adagrad", func() { var w, s, g [n]float32; Adagrad(w[:], s[:], g[:], 1, 1) }},
		{"RMSprop", func() { var w, v, g [n]float32; RMSprop(w[:], v[:], g[:], RMSpropStep{}) }},
		{"AdamW", func() { var w, m, v, g [n]float32; AdamW(w[:], m[:], v[:], g[:], AdamStep{}, 1) }},
		{"AMSGrad", func() { var w, m, v, x, g [n]float32; AMSGrad(w[:], m[:], v[:], x[:], g[:], AdamStep{}) }},
		{"NAdam", func() { var w, m, v, g [n]float32; NAdam(w[:], m[:], v[:], g[:], NAdamStep{}) }},
		{"RMSpropDirection", func() { var g, v [n]float32; RMSpropDirection(g[:], v[:], RMSpropStep{}) }},
		{"RMSpropCentered", func() { var g, v, m [n]float32; RMSpropCentered(g[:], v[:], m[:], RMSpropStep{}) }},
		{"AddSigns", func() { var x, y [n]float32; AddSigns(y[:], x[:], 1) }},
		{"SumSquares64", func() { var x [n]float32; sink += float32(SumSquares64(x[:])) }},
		{"ColumnMoments", func() {
			var x [n]float32
			var mean, variance [n]float64
			ColumnMoments(mean[:], variance[:], Matrix{1, n, n, x[:]})
		}},
		{"AddColumnSquares", func() {
			var x [n]float32
			var squares [n]float64
			AddColumnSquares(squares[:], Matrix{1, n, n, x[:]})
		}},
		{"BatchNorm", func() {
			var x, y, weight, bias [n]float32
			var mean, inverse [n]float64
			BatchNorm(Matrix{1, n, n, y[:]}, Matrix{1, n, n, x[:]}, mean[:], inverse[:], weight[:], bias[:])
		}},
		{"BatchNormSums", func() {
			var x, y [n]float32
			var sum, product, mean, inverse [n]float64
			BatchNormSums(sum[:], product[:], Matrix{1, n, n, y[:]}, Matrix{1, n, n, x[:]}, mean[:], inverse[:])
		}},
		{"BatchNormBackward", func() {
			var x, y, z [n]float32
			var mean, inverse, sum, product, factor [n]float64
			BatchNormBackward(Matrix{1, n, n, z[:]}, Matrix{1, n, n, y[:]}, Matrix{1, n, n, x[:]}, mean[:], inverse[:], sum[:], product[:], factor[:])
		}},
		{"LayerNormGrad", func() {
			var x, y, g [n]float32
			LayerNormGrad(g[:], Matrix{1, n, n, y[:]}, Matrix{1, n, n, x[:]}, 0, 1)
		}},
		{"LayerNorm", func() {
			var x, y, weight, bias [n]float32
			LayerNorm(Matrix{2, n / 2, n / 2, y[:]}, Matrix{2, n / 2, n / 2, x[:]}, weight[:n/2], bias[:n/2], 1)
		}},
		{"LayerNormBackward", func() {
			var x, y, z, weight [n]float32
			LayerNormBackward(Matrix{1, n, n, z[:]}, Matrix{1, n, n, y[:]}, Matrix{1, n, n, x[:]}, weight[:], 1)
		}},
		{"PReLU", func() { var x, y, s [n]float32; PReLU(Matrix{1, n, n, y[:]}, Matrix{1, n, n, x[:]}, s[:]) }},
		{"PReLUBackward", func() {
			var x, y, z, s [n]float32
			PReLUBackward(Matrix{1, n, n, z[:]}, Matrix{1, n, n, y[:]}, Matrix{1, n, n, x[:]}, s[:])
		}},
		{"PReLUGrad", func() { var x, y, s [n]float32; PReLUGrad(s[:], Matrix{1, n, n, y[:]}, Matrix{1, n, n, x[:]}) }},
		{"FillUint32", func() { var x [n]uint32; FillUint32(x[:], RandomKey{}, 0) }},
		{"FillUniform", func() { var x [n]float32; FillUniform(x[:], RandomKey{}, 0, 0, 1) }},
		{"FillMask", func() { var x [n]float32; FillMask(x[:], RandomKey{}, 0, 0.5, 1) }},
		{"FillNormal", func() { var x [n]float32; FillNormal(x[:], RandomKey{}, 0, 0, 1) }},
		{"AddBias", func() { var y, b [n]float32; AddBias(Matrix{1, n, n, y[:]}, b[:]) }},
		{"AddColumnSums", func() { var x, y [n]float32; AddColumnSums(y[:], Matrix{1, n, n, x[:]}) }},
		{"Softmax", func() { var x, y [n]float32; Softmax(Matrix{1, n, n, y[:]}, Matrix{1, n, n, x[:]}) }},
		{"SoftmaxCrossEntropy", func() {
			var x, y [n]float32
			var loss [1]float64
			var label [1]int
			SoftmaxCrossEntropy(loss[:], Matrix{1, n, n, y[:]}, Matrix{1, n, n, x[:]}, label[:], 1)
		}},
		{"LogSoftmax", func() { var x, y [n]float32; LogSoftmax(Matrix{1, n, n, y[:]}, Matrix{1, n, n, x[:]}) }},
		{"RowMax", func() { var x [n]float32; var y [1]float32; RowMax(y[:], Matrix{1, n, n, x[:]}) }},
		{"FromFloat64", func() { var x [n]float64; var y [n]float32; FromFloat64(y[:], x[:]) }},
		{"ToFloat64", func() { var x [n]float32; var y [n]float64; ToFloat64(y[:], x[:]) }},
		{"FromFloat16", func() { var x [n]uint16; var y [n]float32; FromFloat16(y[:], x[:]) }},
		{"ToFloat16", func() { var x [n]float32; var y [n]uint16; ToFloat16(y[:], x[:]) }},
		{"FromBFloat16", func() { var x [n]uint16; var y [n]float32; FromBFloat16(y[:], x[:]) }},
		{"ToBFloat16", func() { var x [n]float32; var y [n]uint16; ToBFloat16(y[:], x[:]) }},
		{"MatMul", func() {
			var a, b, c [n * n]float32
			MatMul(Matrix{n, n, n, c[:]}, Matrix{n, n, n, a[:]}, Matrix{n, n, n, b[:]})
		}},
		{"Gemv", func() { var a [n * n]float32; var x, y [n]float32; Gemv(false, n, n, 1, a[:], n, x[:], 0, y[:]) }},
		{"Ger", func() { var a [n * n]float32; var x, y [n]float32; Ger(2, x[:], y[:], a[:], n) }},
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
	const large = 96 // shared by workers
	a, b, c := NewMatrix(large, large), NewMatrix(large, large), NewMatrix(large, large)
	packed, bias, few := Pack(b), make([]float32, large), NewMatrix(8, large)
	eachTier(func(x tier.Tier) {
		count := testing.AllocsPerRun(50, func() { DescendAdam(a, b, c, few, few, AdamStep{}) })
		if count != 0 {
			t.Errorf("%v: DescendAdam: %v allocations a call, want 0", x, count)
		}
	})
	eachTier(func(x tier.Tier) {
		count := testing.AllocsPerRun(50, func() {
			GemmParallel(pool, false, true, large, large, large, 1, a.Data, large, b.Data, large, 0, c.Data, large)
			MatMulPacked(c, a, packed)
			MatMulBias(c, a, packed, bias, ReLU)
		})
		if count != 0 {
			t.Errorf("%v: GemmParallel, MatMulPacked and MatMulBias: %v allocations a call, want 0", x, count)
		}
	})
}
