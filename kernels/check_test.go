package kernels

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// recovered returns what f panics with, as text, or "".
func recovered(f func()) (message string) {
	defer func() {
		if reason := recover(); reason != nil {
			message = fmt.Sprint(reason)
		}
	}()
	f()
	return ""
}

// TestShapePanics checks that each function refuses operands that do not fit,
// with the operation, the operand and the sizes, before it writes anything.
func TestShapePanics(t *testing.T) {
	const huge = math.MaxInt
	v := make([]float32, 12)
	three, four := v[:3], v[4:8]
	twelve := make([]float32, 12)
	row := func(data []float32) Matrix { return Matrix{1, len(data), len(data), data} }
	gemm := func(transA, transB bool, m, n, k, lda, ldb, ldc int) func() {
		a, b := make([]float32, 12), make([]float32, 12)
		return func() { Gemm(transA, transB, m, n, k, 1, a, lda, b, ldb, 0, v, ldc) }
	}
	for _, c := range []struct {
		f    func()
		want []string
	}{
		{func() { Dot(three, four) }, []string{"Dot", "len(y) = 4", "len(x) = 3"}},
		{func() { Dot(make([]float64, 2), nil) }, []string{"Dot", "len(y) = 0", "len(x) = 2"}},
		{func() { Axpy(2, three, four) }, []string{"Axpy", "len(y) = 4", "len(x) = 3"}},
		{func() { Add(three, four, four) }, []string{"Add", "len(x) = 4", "len(dst) = 3"}},
		{func() { Sub(four, three, four) }, []string{"Sub", "len(x) = 3", "len(dst) = 4"}},
		{func() { Mul(four, four, three) }, []string{"Mul", "len(y) = 3", "len(dst) = 4"}},
		{func() { Div(four, four, three) }, []string{"Div", "len(y) = 3", "len(dst) = 4"}},
		{func() { AddScalar(four, three, 1) }, []string{"AddScalar", "len(dst) = 4", "len(x) = 3"}},
		{func() { Scale(four, three, 1) }, []string{"Scale", "len(dst) = 4", "len(x) = 3"}},
		{func() { DivScalar(four, three, 1) }, []string{"DivScalar", "len(dst) = 4", "len(x) = 3"}},
		{func() { Abs(four, three) }, []string{"Abs", "len(dst) = 4", "len(x) = 3"}},
		{func() { Neg(four, three) }, []string{"Neg", "len(dst) = 4", "len(x) = 3"}},
		{func() { Sqrt(four, three) }, []string{"Sqrt", "len(dst) = 4", "len(x) = 3"}},
		{func() { Clamp(four, three, 0, 1) }, []string{"Clamp", "len(dst) = 4", "len(x) = 3"}},
		{func() { Clamp(four, four, 1, 0) }, []string{"Clamp", "limits are 1 and 0", "lo <= hi"}},
		{func() { Clamp(four, four, float32(math.NaN()), 0) }, []string{"Clamp", "limits are NaN and 0"}},
		{func() { Mean(v[:0]) }, []string{"Mean", "x is empty"}},
		{func() { Variance([]float64{}) }, []string{"Variance", "x is empty"}},
		{func() { Max(v[:0]) }, []string{"Max", "x is empty"}},
		{func() { Min([]float64{}) }, []string{"Min", "x is empty"}},
		{func() { ArgMax([]float32(nil)) }, []string{"ArgMax", "x is empty"}},
		{func() { Expm1(three, four) }, []string{"Expm1", "len(dst) = 3", "len(x) = 4"}},
		{func() { Log(three, four) }, []string{"Log", "len(dst) = 3", "len(x) = 4"}},
		{func() { Log1p(three, four) }, []string{"Log1p", "len(dst) = 3", "len(x) = 4"}},
		{func() { Softplus(three, four) }, []string{"Softplus", "len(dst) = 3", "len(x) = 4"}},
		{func() { SiLU(three, four) }, []string{"SiLU", "len(dst) = 3", "len(x) = 4"}},
		{func() { GELU(three, four) }, []string{"GELU", "len(dst) = 3", "len(x) = 4"}},
		{func() { GELUTanh(three, four) }, []string{"GELUTanh", "len(dst) = 3", "len(x) = 4"}},
		{func() { Mish(three, four) }, []string{"Mish", "len(dst) = 3", "len(x) = 4"}},
		{func() { LeakyReLU(three, four, 1) }, []string{"LeakyReLU", "len(dst) = 3", "len(x) = 4"}},
		{func() { ELU(three, four, 1) }, []string{"ELU", "len(dst) = 3", "len(x) = 4"}},
		{func() { SELU(three, four) }, []string{"SELU", "len(dst) = 3", "len(x) = 4"}},
		{func() { HardSigmoid(three, four) }, []string{"HardSigmoid", "len(dst) = 3", "len(x) = 4"}},
		{func() { SiLUBackward(three, four, three) }, []string{"SiLUBackward", "len(dy) = 4", "len(dx) = 3"}},
		{func() { GELUBackward(three, three, four) }, []string{"GELUBackward", "len(x) = 4", "len(dx) = 3"}},
		{func() { SoftplusBackward(three, three, four) }, []string{"SoftplusBackward", "len(x) = 4", "len(dx) = 3"}},
		{func() { GELUTanhBackward(three, three, four) }, []string{"GELUTanhBackward", "len(x) = 4", "len(dx) = 3"}},
		{func() { MishBackward(three, three, four) }, []string{"MishBackward", "len(x) = 4", "len(dx) = 3"}},
		{func() { LeakyReLUBackward(three, four, three, 1) }, []string{"LeakyReLUBackward", "len(dy) = 4", "len(dx) = 3"}},
		{func() { ELUBackward(three, three, four, 1) }, []string{"ELUBackward", "len(y) = 4", "len(dx) = 3"}},
		{func() { SELUBackward(three, three, four) }, []string{"SELUBackward", "len(y) = 4", "len(dx) = 3"}},
		{func() { HardSigmoidBackward(three, three, four) }, []string{"HardSigmoidBackward", "len(x) = 4", "len(dx) = 3"}},
		{func() { Exp(three, four) }, []string{"Exp", "len(dst) = 3", "len(x) = 4"}},
		{func() { Sigmoid(three, four) }, []string{"Sigmoid", "len(dst) = 3", "len(x) = 4"}},
		{func() { Tanh(four, three) }, []string{"Tanh", "len(dst) = 4", "len(x) = 3"}},
		{func() { ReLU(four, three) }, []string{"ReLU", "len(dst) = 4", "len(x) = 3"}},
		{func() { ReLUBackward(four, four, three) }, []string{"ReLUBackward", "len(y) = 3", "len(dy) = 4"}},
		{func() { ReLUBackward(three, four, four) }, []string{"ReLUBackward", "len(dx) = 3", "len(dy) = 4"}},
		{func() { SigmoidBackward(four, four, three) }, []string{"SigmoidBackward", "len(y) = 3"}},
		{func() { SigmoidBackward(three, four, four) }, []string{"SigmoidBackward", "len(dx) = 3"}},
		{func() { TanhBackward(four, four, three) }, []string{"TanhBackward", "len(y) = 3"}},
		{func() { TanhBackward(three, four, four) }, []string{"TanhBackward", "len(dx) = 3"}},
		{func() { FromUint8(three, make([]uint8, 4), 1) }, []string{"FromUint8", "len(dst) = 3", "len(src) = 4"}},
		{func() { FromFloat64(three, make([]float64, 4)) }, []string{"FromFloat64", "len(dst) = 3", "len(src) = 4"}},
		{func() { ToFloat64(make([]float64, 4), three) }, []string{"ToFloat64", "len(dst) = 4", "len(src) = 3"}},
		{func() { FromFloat16(three, make([]uint16, 4)) }, []string{"FromFloat16", "len(dst) = 3", "len(src) = 4"}},
		{func() { ToFloat16(make([]uint16, 4), three) }, []string{"ToFloat16", "len(dst) = 4", "len(src) = 3"}},
		{func() { FromBFloat16(three, make([]uint16, 4)) }, []string{"FromBFloat16", "len(dst) = 3", "len(src) = 4"}},
		{func() { ToBFloat16(make([]uint16, 4), three) }, []string{"ToBFloat16", "len(dst) = 4", "len(src) = 3"}},
		{func() { LogSoftmax(row(three), row(four)) }, []string{"LogSoftmax", "dst is 1 x 3", "x is 1 x 4"}},
		{func() { RowMax(three, row(four)) }, []string{"RowMax", "len(dst) = 3", "= 1"}},
		{func() { RowMax(three, Matrix{Rows: 3}) }, []string{"RowMax", "x is empty"}},
		{func() { SGD(four, three, 1) }, []string{"SGD", "len(g) = 3", "len(w) = 4"}},
		{func() { Momentum(four, three, four, 1, 1) }, []string{"Momentum", "len(v) = 3", "len(w) = 4"}},
		{func() { Momentum(four, four, three, 1, 1) }, []string{"Momentum", "len(g) = 3", "len(w) = 4"}},
		{func() { Nesterov(four, four, three, 1, 1) }, []string{"Nesterov", "len(g) = 3", "len(w) = 4"}},
		{func() { Adagrad(four, three, four, 1, 1) }, []string{"Adagrad", "len(s) = 3", "len(w) = 4"}},
		{func() { RMSprop(four, three, four, RMSpropStep{}) }, []string{"RMSprop", "len(v) = 3", "len(w) = 4"}},
		{func() { AdamW(four, four, three, four, AdamStep{}, 1) }, []string{"AdamW", "len(v) = 3", "len(w) = 4"}},
		{func() { AdamW(four, four, four, three, AdamStep{}, 1) }, []string{"AdamW", "len(g) = 3", "len(w) = 4"}},
		{func() { Adam(four, three, four, four, AdamStep{}) }, []string{"Adam", "len(m) = 3", "len(w) = 4"}},
		{func() { Adam(four, four, three, four, AdamStep{}) }, []string{"Adam", "len(v) = 3", "len(w) = 4"}},
		{func() { Adam(four, four, four, three, AdamStep{}) }, []string{"Adam", "len(g) = 3", "len(w) = 4"}},
		{func() { AMSGrad(four, four, three, four, four, AdamStep{}) }, []string{"AMSGrad", "len(v) = 3", "len(w) = 4"}},
		{func() { AMSGrad(four, three, four, four, four, AdamStep{}) }, []string{"AMSGrad", "len(m) = 3", "len(w) = 4"}},
		{func() { AMSGrad(four, four, four, three, four, AdamStep{}) }, []string{"AMSGrad", "len(x) = 3", "len(w) = 4"}},
		{func() { AMSGrad(four, four, four, four, three, AdamStep{}) }, []string{"AMSGrad", "len(g) = 3", "len(w) = 4"}},
		{func() { NAdam(four, three, four, four, NAdamStep{}) }, []string{"NAdam", "len(m) = 3", "len(w) = 4"}},
		{func() { NAdam(four, four, three, four, NAdamStep{}) }, []string{"NAdam", "len(v) = 3", "len(w) = 4"}},
		{func() { NAdam(four, four, four, three, NAdamStep{}) }, []string{"NAdam", "len(g) = 3", "len(w) = 4"}},
		{func() { RMSpropDirection(four, three, RMSpropStep{}) }, []string{"RMSpropDirection", "len(v) = 3", "len(g) = 4"}},
		{func() { RMSpropCentered(four, three, four, RMSpropStep{}) }, []string{"RMSpropCentered", "len(v) = 3", "len(g) = 4"}},
		{func() { RMSpropCentered(four, four, three, RMSpropStep{}) }, []string{"RMSpropCentered", "len(m) = 3", "len(g) = 4"}},
		{func() { FillMask(three, RandomKey{}, 0, 1.5, 1) }, []string{"FillMask", "p is 1.5"}},
		{func() { FillMask(three, RandomKey{}, 0, math.NaN(), 1) }, []string{"FillMask", "p is NaN"}},
		{func() { FillMask(three, RandomKey{}, 1<<34-2, 0.5, 1) }, []string{"FillMask", "3 elements from index"}},
		{func() { FillUint32(make([]uint32, 3), RandomKey{}, 1<<34-2) }, []string{"FillUint32", "3 elements from index"}},
		{func() { FillUniform(three, RandomKey{}, math.MaxUint64, 0, 1) }, []string{"FillUniform", "3 elements from index"}},
		{func() { FillNormal(three, RandomKey{}, 1<<34, 0, 1) }, []string{"FillNormal", "3 elements from index"}},
		{func() { DescendSGD(row(four), row(three), row(four), 1) }, []string{"DescendSGD", "w is 1 x 4, x is 1 x 3"}},
		{func() { DescendMomentum(row(four), row(three), row(twelve[11:]), row(twelve[:4]), 1, 1) }, []string{"DescendMomentum", "the first slot is 1 x 3"}},
		{func() {
			DescendAdam(row(four), row(twelve[4:8]), row(three), row(twelve[11:]), row(twelve[:4]), AdamStep{})
		}, []string{"DescendAdam", "the second slot is 1 x 3"}},
		{func() { DescendSGD(row(four), row(twelve[11:]), row(four), 1) }, []string{"DescendSGD", "w overlaps dy"}},

		{func() { AddBias(row(four), three) }, []string{"AddBias", "len(bias) = 3", "= 4"}},
		{func() { AddColumnSums(three, row(four)) }, []string{"AddColumnSums", "len(dst) = 3", "= 4"}},
		{func() { SoftmaxCrossEntropy(make([]float64, 1), row(three), row(four), []int{0}, 1) }, []string{"SoftmaxCrossEntropy", "dz is 1 x 3", "z is 1 x 4"}},
		{func() { SoftmaxCrossEntropy(make([]float64, 1), row(three), row(make([]float32, 3)), nil, 1) }, []string{"SoftmaxCrossEntropy", "len(labels) = 0"}},
		{func() { SoftmaxCrossEntropy(nil, row(three), row(make([]float32, 3)), []int{0}, 1) }, []string{"SoftmaxCrossEntropy", "len(loss) = 0"}},
		{func() { Softmax(row(three), row(four)) }, []string{"Softmax", "dst is 1 x 3", "x is 1 x 4"}},
		{func() { Softmax(Matrix{2, 4, 4, v[:7]}, Matrix{2, 4, 4, twelve}) }, []string{"Softmax", "dst is 2 x 4 with stride 4", "7 elements"}},
		{func() { Softmax(Matrix{2, 4, 4, v}, Matrix{2, 4, 3, twelve}) }, []string{"Softmax", "x is 2 x 4 with stride 3", "12 elements"}},

		{gemm(false, false, -1, 1, 1, 1, 1, 1), []string{"Gemm", "m=-1 n=1 k=1"}},
		{gemm(false, false, 3, 2, 5, 5, 2, 2), []string{"Gemm", "A is 3 x 5 with stride 5", "12 elements"}},
		{gemm(true, false, 3, 2, 5, 3, 2, 2), []string{"Gemm", "A is 5 x 3 with stride 3", "12 elements"}},
		{gemm(false, false, 3, 2, 4, 3, 2, 2), []string{"Gemm", "A is 3 x 4 with stride 3"}},
		{gemm(false, false, 2, 4, 4, 4, 4, 4), []string{"Gemm", "B is 4 x 4 with stride 4", "12 elements"}},
		{gemm(false, true, 2, 4, 4, 4, 4, 4), []string{"Gemm", "B is 4 x 4 with stride 4", "12 elements"}},
		{gemm(false, false, 4, 4, 2, 2, 4, 4), []string{"Gemm", "C is 4 x 4 with stride 4", "12 elements"}},
		{gemm(false, false, 2, 2, 2, 0, 2, 2), []string{"Gemm", "A is 2 x 2 with stride 0"}},
		{gemm(false, false, 2, 2, 2, -2, 2, 2), []string{"Gemm", "A is 2 x 2 with stride -2"}},
		// Sizes whose products or sums wrap around, here to 0, must not fit.
		{gemm(false, false, 5, 2, 2, huge/2+1, 2, 2), []string{"Gemm", "A is 5 x 2 with stride"}},
		{gemm(false, false, 3, 2, 2, huge, 2, 2), []string{"Gemm", "A is 3 x 2 with stride"}},
		{gemm(false, false, 2, 2, 2, 2, huge, 2), []string{"Gemm", "B is 2 x 2 with stride"}},
		{gemm(false, false, 2, 2, 2, 2, 2, huge), []string{"Gemm", "C is 2 x 2 with stride"}},
		{gemm(false, false, huge, huge, huge, huge, huge, huge), []string{"Gemm", "A is"}},
		{gemm(false, false, 1, huge, 1, 1, huge, huge), []string{"Gemm", "B is 1 x"}},

		{func() { GemmParallel(nil, false, false, 3, 2, 5, 1, twelve, 5, twelve, 2, 0, v, 2) }, []string{"A is 3 x 5 with stride 5", "12 elements"}},
		{func() { MatMul(NewMatrix(2, 2), NewMatrix(2, 3), NewMatrix(4, 2)) }, []string{"MatMul", "(2 x 2) = (2 x 3) * (4 x 2)"}},
		{func() { MatMul(NewMatrix(3, 2), NewMatrix(2, 3), NewMatrix(3, 2)) }, []string{"MatMul", "(3 x 2) = (2 x 3) * (3 x 2)"}},
		{func() { MatMulPacked(NewMatrix(2, 2), NewMatrix(2, 3), Pack(NewMatrix(4, 2))) }, []string{"MatMulPacked", "(2 x 2) = (2 x 3) * (4 x 2)"}},
		{func() { Pack(Matrix{3, 3, 3, v[:8]}) }, []string{"Pack", "b is 3 x 3 with stride 3", "8 elements"}},
		{func() { NewMatrix(-1, 2) }, []string{"NewMatrix", "-1 x 2"}},
		{func() { MatrixOf([][]float32{three, four}) }, []string{"MatrixOf", "row 1 has 4", "row 0 has 3"}},
		{func() { NewMatrix(3, 3).RowRange(2, 4) }, []string{"RowRange(2, 4)", "3 rows"}},
	} {
		for i := range v {
			v[i] = canary
		}
		message := recovered(c.f)
		for _, want := range append(c.want, "kernels: ") {
			if !strings.Contains(message, want) {
				t.Errorf("panic message %q, want %q in it", message, want)
			}
		}
		for i := range v {
			if v[i] != canary {
				t.Errorf("element %d written before the panic %q", i, message)
			}
		}
	}
}

// TestOverlapPanics checks that results which share elements with an operand
// are refused, and that parts of one array which share none are accepted.
func TestOverlapPanics(t *testing.T) {
	v := make([]float32, 64)
	left := Matrix{4, 4, 8, v[:28]}  // the left and
	right := Matrix{4, 4, 8, v[4:]}  // the right half of an 8-column matrix
	middle := Matrix{4, 4, 8, v[2:]} // columns 2 to 5
	outside := NewMatrix(4, 4)
	for _, c := range []struct {
		name  string
		f     func()
		wants string
	}{
		{"Gemm, C and A interleaved", func() { MatMul(left, right, outside) }, ""},
		{"Gemm, C and B interleaved", func() { MatMul(right, outside, left) }, ""},
		{"Gemm, A and B the same", func() { MatMul(outside, left, left) }, ""},
		{"Gemm, C is A", func() { MatMul(left, left, outside) }, "C overlaps A"},
		{"Gemm, C is B", func() { MatMul(left, outside, left) }, "C overlaps B"},
		{"Gemm, C and A share columns", func() { MatMul(middle, left, outside) }, "C overlaps A"},
		{"Gemm, C and B share columns", func() { MatMul(right, outside, middle) }, "C overlaps B"},
		{"GemmParallel", func() { GemmParallel(nil, false, false, 2, 2, 2, 1, v, 2, v[8:], 2, 0, v[3:], 2) }, "C overlaps A"},
		{"MatMulPacked", func() { MatMulPacked(left, middle, Pack(outside)) }, "dst overlaps a"},
		{"Softmax, interleaved", func() { Softmax(left, right) }, ""},
		{"Softmax in place", func() { Softmax(left, left) }, ""},
		{"Softmax, shared columns", func() { Softmax(left, middle) }, "dst overlaps x"},
		{"SoftmaxCrossEntropy in place", func() { SoftmaxCrossEntropy(make([]float64, left.Rows), left, left, make([]int, left.Rows), 1) }, "dz overlaps z"},
		{"LogSoftmax, shared columns", func() { LogSoftmax(left, middle) }, "dst overlaps x"},
		{"Softmax, one row later", func() { Softmax(Matrix{2, 4, 8, v}, Matrix{2, 4, 8, v[8:]}) }, "dst overlaps x"},
		{"AddBias", func() { AddBias(left, v[8:12]) }, "bias overlaps y"},
		{"AddBias, beside", func() { AddBias(left, v[4:8]) }, ""},
		{"AddColumnSums", func() { AddColumnSums(v[9:13], left) }, "dst overlaps x"},
		{"AddColumnSums, beside", func() { AddColumnSums(v[12:16], left) }, ""},
	} {
		message := recovered(c.f)
		if c.wants == "" && message != "" || !strings.Contains(message, c.wants) {
			t.Errorf("%s: panic %q, want %q", c.name, message, c.wants)
		}
	}
}

// TestOverlapCheck compares checkMatricesApart with marking the elements one
// by one, for matrices of all kinds in one array.
func TestOverlapCheck(t *testing.T) {
	memory := make([]float64, 60)
	r := newRand(12)
	type place struct{ start, rows, cols, stride int }
	draw := func() place {
		p := place{rows: r.IntN(5), cols: r.IntN(6)}
		p.stride = p.cols + r.IntN(6)
		p.start = r.IntN(len(memory) - 5*11)
		return p
	}
	elements := func(p place) map[int]bool {
		set := map[int]bool{}
		for i := range p.rows {
			for j := range p.cols {
				set[p.start+i*p.stride+j] = true
			}
		}
		return set
	}
	for range 5_000 {
		x, y := draw(), draw()
		y.start += r.IntN(5)
		shared := false
		inY := elements(y)
		for e := range elements(x) {
			shared = shared || inY[e]
		}
		message := recovered(func() {
			checkMatricesApart("op", "x", memory[x.start:], x.rows, x.cols, x.stride, "y", memory[y.start:], y.rows, y.cols, y.stride)
		})
		if (message != "") != shared {
			t.Fatalf("x %+v and y %+v share elements: %v, but the panic is %q", x, y, shared, message)
		}
	}
}

// TestEmpty checks that every function accepts empty operands, with and
// without memory.
func TestEmpty(t *testing.T) {
	none := []float32{}
	for _, v := range [][]float32{nil, none} {
		for _, f := range []func(dst, x []float32){Exp, Expm1, Log, Log1p, Softplus, SiLU, GELU, GELUTanh, Mish, SELU, HardSigmoid, Abs[float32], Neg[float32], Sqrt[float32]} {
			f(v, nil)
		}
		for _, f := range []func(dst, x, y []float32){Add[float32], Sub[float32], Mul[float32], Div[float32],
			SiLUBackward, GELUBackward, SoftplusBackward, GELUTanhBackward, MishBackward, SELUBackward, HardSigmoidBackward} {
			f(v, nil, none)
		}
		AddScalar(v, nil, 1)
		Scale(v, nil, 1)
		DivScalar(v, nil, 1)
		Clamp(v, nil, 0, 1)
		LeakyReLU(v, nil, 1)
		LeakyReLUBackward(v, nil, none, 1)
		ELU(v, nil, 1)
		ELUBackward(v, nil, none, 1)
		Sigmoid(v, nil)
		Tanh(v, nil)
		ReLU(nil, v)
		ReLUBackward(v, nil, none)
		SigmoidBackward(v, nil, none)
		TanhBackward(v, nil, none)
		Axpy(2, v, nil)
		FromUint8(v, nil, 1)
		FromFloat64(v, nil)
		ToFloat64(nil, v)
		FromFloat16(v, nil)
		ToFloat16(nil, v)
		FromBFloat16(v, nil)
		ToBFloat16(nil, v)
		SGD(v, nil, 1)
		Momentum(v, nil, none, 1, 1)
		Nesterov(v, nil, none, 1, 1)
		Adagrad(v, nil, none, 1, 1)
		RMSprop(v, nil, none, RMSpropStep{})
		Adam(v, nil, none, v, AdamStep{})
		AdamW(v, nil, none, v, AdamStep{}, 1)
		Gemm(false, true, 0, 0, 0, 1, v, 0, v, 0, 0, v, 0)
		Gemm(true, false, 0, 3, 2, 1, v, 0, make([]float32, 6), 3, 0, v, 3)
	}
	for _, m := range []Matrix{{}, {Cols: 3}, {Rows: 3}, {Rows: 3, Stride: 4}, NewMatrix(0, 3), NewMatrix(3, 0)} {
		Softmax(m, m)
		LogSoftmax(m, m)
		AddBias(m, make([]float32, m.Cols))
		AddColumnSums(make([]float32, m.Cols), m)
		MatMul(NewMatrix(m.Rows, 2), m, NewMatrix(m.Cols, 2))
		MatMul(NewMatrix(2, m.Cols), NewMatrix(2, m.Rows), m)
		MatMulPacked(NewMatrix(2, m.Cols), NewMatrix(2, m.Rows), Pack(m))
	}

	// A product over nothing is zero, or leaves beta*C.
	c := []float32{1, 2, 3, 4}
	Gemm(false, false, 2, 2, 0, 1, nil, 0, nil, 2, 1, c, 2)
	expectSame(t, c, []float32{1, 2, 3, 4}, "k = 0, beta = 1")
	Gemm(false, false, 2, 2, 0, 1, nil, 0, nil, 2, 0.5, c, 2)
	expectSame(t, c, []float32{0.5, 1, 1.5, 2}, "k = 0, beta = 0.5")
	Gemm(false, false, 2, 2, 0, 1, nil, 0, nil, 2, 0, c, 2)
	expectSame(t, c, []float32{0, 0, 0, 0}, "k = 0, beta = 0")
}
