package kernels_test

import (
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

func ExampleDot() {
	x := []float32{1, 2, 3}
	y := []float32{4, 5, 6}
	fmt.Println(kernels.Dot(x, y))
	// Output: 32
}

func ExampleSum() {
	fmt.Println(kernels.Sum([]float64{0.5, 1.5, 2}))
	// Output: 4
}

func ExampleAxpy() {
	y := []float32{10, 20, 30}
	kernels.Axpy(0.5, []float32{2, 4, 6}, y)
	fmt.Println(y)
	// Output: [11 22 33]
}

func ExampleExp() {
	x := []float32{0, 1, -1}
	kernels.Exp(x, x) // in place
	fmt.Println(x)
	// Output: [1 2.7182817 0.36787945]
}

// Near 0 Expm1 keeps the digits that Exp(x) - 1 would lose.
func ExampleExpm1() {
	x := []float32{1e-10, 1}
	kernels.Expm1(x, x)
	fmt.Println(x)
	// Output: [1e-10 1.7182819]
}

func ExampleLog() {
	y := make([]float32, 4)
	kernels.Log(y, []float32{1, 10, 0, -1})
	fmt.Println(y)
	// Output: [0 2.3025851 -Inf NaN]
}

// Near 0 Log1p keeps the digits that Log(1+x) would lose.
func ExampleLog1p() {
	x := []float32{1e-10, 1}
	kernels.Log1p(x, x)
	fmt.Println(x)
	// Output: [1e-10 0.6931472]
}

func ExampleSoftplus() {
	y := make([]float32, 3)
	kernels.Softplus(y, []float32{-10, 0, 10})
	fmt.Println(y)
	// Output: [4.5398898e-05 0.6931472 10.000046]
}

func ExampleSiLU() {
	y := make([]float32, 3)
	kernels.SiLU(y, []float32{-1, 0, 1})
	fmt.Println(y)
	// Output: [-0.26894143 0 0.7310586]
}

func ExampleGELU() {
	y := make([]float32, 3)
	kernels.GELU(y, []float32{-1, 0, 1})
	fmt.Println(y)
	// Output: [-0.15865526 0 0.8413448]
}

func ExampleGELUTanh() {
	y := make([]float32, 3)
	kernels.GELUTanh(y, []float32{-1, 0, 1})
	fmt.Println(y)
	// Output: [-0.15880801 0 0.841192]
}

// The slope of GELU at the arguments in x.
func ExampleGELUBackward() {
	x := []float32{-3, 0, 3}
	dx := make([]float32, 3)
	kernels.GELUBackward(dx, []float32{1, 1, 1}, x)
	fmt.Println(dx)
	// Output: [-0.011945647 0.5 1.0119456]
}

func ExampleMish() {
	y := make([]float32, 3)
	kernels.Mish(y, []float32{-1, 0, 1})
	fmt.Println(y)
	// Output: [-0.30340147 0 0.8650984]
}

func ExampleLeakyReLU() {
	y := make([]float32, 3)
	kernels.LeakyReLU(y, []float32{-2, 0, 2}, 0.25)
	fmt.Println(y)
	// Output: [-0.5 0 2]
}

func ExampleELU() {
	y := make([]float32, 3)
	kernels.ELU(y, []float32{-2, 0, 2}, 1)
	fmt.Println(y)
	// Output: [-0.86466473 0 2]
}

func ExampleSELU() {
	y := make([]float32, 3)
	kernels.SELU(y, []float32{-2, 0, 2})
	fmt.Println(y)
	// Output: [-1.5201665 0 2.101402]
}

func ExampleHardSigmoid() {
	y := make([]float32, 4)
	kernels.HardSigmoid(y, []float32{-4, 0, 1.5, 4})
	fmt.Println(y)
	// Output: [0 0.5 0.75 1]
}

func ExampleAdd() {
	x := []float64{1, 2, 3}
	kernels.Add(x, x, []float64{10, 20, 30}) // in place
	fmt.Println(x)
	// Output: [11 22 33]
}

// Standard scores of a few numbers.
func ExampleDivScalar() {
	x := []float32{2, 4, 6, 8}
	kernels.AddScalar(x, x, -5)
	kernels.DivScalar(x, x, 2)
	fmt.Println(x)
	// Output: [-1.5 -0.5 0.5 1.5]
}

func ExampleScale() {
	x := []float32{1, 2, 3}
	kernels.Scale(x, x, 0.5)
	fmt.Println(x)
	// Output: [0.5 1 1.5]
}

func ExampleSqrt() {
	x := []float64{4, 2}
	kernels.Sqrt(x, x)
	fmt.Println(x)
	// Output: [2 1.4142135623730951]
}

func ExampleClamp() {
	gradient := []float32{-7, 0.5, 12}
	kernels.Clamp(gradient, gradient, -1, 1)
	fmt.Println(gradient)
	// Output: [-1 0.5 1]
}

// Squares of these numbers would overflow float32.
func ExampleNrm2() {
	fmt.Println(kernels.Nrm2([]float32{3e30, 4e30}))
	// Output: 5e+30
}

func ExampleAsum() {
	fmt.Println(kernels.Asum([]float64{1, -2, 3}))
	// Output: 6
}

func ExampleVariance() {
	x := []float32{2, 4, 4, 4, 5, 5, 7, 9}
	fmt.Println(kernels.Mean(x), kernels.Variance(x))
	// Output: 5 4
}

func ExampleMax() {
	x := []float32{3, -7, 5}
	fmt.Println(kernels.Max(x), kernels.Min(x))
	// Output: 5 -7
}

// The class that a network's outputs name.
func ExampleArgMax() {
	fmt.Println(kernels.ArgMax([]float32{0.1, 2.5, -1}))
	// Output: 1
}

func ExampleSigmoid() {
	y := make([]float32, 4)
	kernels.Sigmoid(y, []float32{-10, 0, 1, 100})
	fmt.Println(y)
	// Output: [4.539787e-05 0.5 0.7310586 1]
}

func ExampleTanh() {
	y := make([]float32, 3)
	kernels.Tanh(y, []float32{-1, 0, 0.5})
	fmt.Println(y)
	// Output: [-0.7615942 0 0.46211717]
}

// The gradient passes where the unit was active.
func ExampleReLUBackward() {
	y := make([]float32, 4)
	kernels.ReLU(y, []float32{-2, 3, 0, 5})
	dx := make([]float32, 4)
	kernels.ReLUBackward(dx, []float32{0.1, 0.2, 0.3, 0.4}, y)
	fmt.Println(y, dx)
	// Output: [0 3 0 5] [0 0.2 0 0.4]
}

// The middle two columns of a row-major 2 x 4 matrix times a 2 x 2 matrix,
// added to what C holds.
func ExampleGemm() {
	a := []float32{
		0, 1, 2, 0,
		0, 3, 4, 0,
	}
	b := []float32{
		5, 6,
		7, 8,
	}
	c := []float32{
		100, 100,
		100, 100,
	}
	kernels.Gemm(false, false, 2, 2, 2, 1, a[1:], 4, b, 2, 1, c, 2)
	fmt.Println(c)
	// Output: [119 122 143 150]
}

// A pool computes the same bits as one goroutine.
func ExampleGemmParallel() {
	const n = 100
	a, b := make([]float64, n*n), make([]float64, n*n)
	for i := range a {
		a[i], b[i] = 1/float64(i+1), 1/float64(i+2)
	}
	sequential, parallel := make([]float64, n*n), make([]float64, n*n)
	kernels.Gemm(false, true, n, n, n, 1, a, n, b, n, 0, sequential, n)

	pool := kernels.NewPool(3)
	defer pool.Close()
	kernels.GemmParallel(pool, false, true, n, n, n, 1, a, n, b, n, 0, parallel, n)

	equal := true
	for i := range sequential {
		equal = equal && sequential[i] == parallel[i]
	}
	fmt.Println(equal)
	// Output: true
}

func ExampleMatMul() {
	a := kernels.MatrixOf([][]float32{{1, 2}, {3, 4}})
	b := kernels.MatrixOf([][]float32{{0, 1}, {1, 0}})
	dst := kernels.NewMatrix(2, 2)
	kernels.MatMul(dst, a, b)
	fmt.Println(dst.Row(0), dst.Row(1))
	// Output: [2 1] [4 3]
}

// Weights that many products use are packed once.
func ExampleMatMulPacked() {
	weights := kernels.Pack(kernels.MatrixOf([][]float32{{1, 2}, {3, 4}}))
	y := kernels.NewMatrix(1, 2)
	for _, x := range [][]float32{{1, 0}, {0, 1}, {1, 1}} {
		kernels.MatMulPacked(y, kernels.MatrixOf([][]float32{x}), weights)
		fmt.Println(y.Data)
	}
	// Output:
	// [1 2]
	// [3 4]
	// [4 6]
}

// A layer of two units: product, bias and activation.
func ExampleMatMulBias() {
	weights := kernels.Pack(kernels.MatrixOf([][]float32{{1, -2}, {3, 4}}))
	x := kernels.MatrixOf([][]float32{{1, 0}, {0, 1}})
	y := kernels.NewMatrix(2, 2)
	kernels.MatMulBias(y, x, weights, []float32{10, 1}, kernels.ReLU)
	fmt.Println(y.Row(0), y.Row(1))
	// Output: [11 0] [13 5]
}

func ExampleSoftmax() {
	x := kernels.MatrixOf([][]float32{{1, 1, 1, 1}, {1, 2, 3, 4}})
	kernels.Softmax(x, x)
	fmt.Println(x.Row(0))
	fmt.Printf("%.4f\n", x.Row(1))
	// Output:
	// [0.25 0.25 0.25 0.25]
	// [0.0321 0.0871 0.2369 0.6439]
}

// The loss of two samples of three classes, and the gradient of their mean loss.
func ExampleSoftmaxCrossEntropy() {
	z := kernels.MatrixOf([][]float32{{2, 1, 0}, {0, 0, 0}})
	dz, loss := kernels.NewMatrix(2, 3), make([]float64, 2)
	kernels.SoftmaxCrossEntropy(loss, dz, z, []int{0, 2}, 1.0/2)
	fmt.Printf("%.4f\n%.4f\n%.4f\n", loss, dz.Row(0), dz.Row(1))
	// Output:
	// [0.4076 1.0986]
	// [-0.1674 0.1224 0.0450]
	// [0.1667 0.1667 -0.3333]
}

func ExampleLogSoftmax() {
	x := kernels.MatrixOf([][]float32{{1000, 0}, {1, 1}})
	kernels.LogSoftmax(x, x)
	fmt.Println(x.Row(0), x.Row(1))
	// Output: [0 -1000] [-0.6931472 -0.6931472]
}

// Two goroutines fill two parts of a vector and need not know of each other.
func ExampleFillUniform() {
	key := kernels.RandomKey{Seed: 1, Stream: 2}
	whole, parts := make([]float32, 6), make([]float32, 6)
	kernels.FillUniform(whole, key, 0, -1, 1)
	kernels.FillUniform(parts[3:], key, 3, -1, 1)
	kernels.FillUniform(parts[:3], key, 0, -1, 1)
	fmt.Println(whole)
	fmt.Println(parts)
	// Output:
	// [-0.6258501 -0.16124234 -0.452087 -0.023004767 -0.6512154 -0.42212394]
	// [-0.6258501 -0.16124234 -0.452087 -0.023004767 -0.6512154 -0.42212394]
}

// Dropout multiplies by 0 or, so that the mean stays, by 1/(1-p).
func ExampleFillMask() {
	const p = 0.5
	x := []float32{1, 2, 3, 4, 5, 6}
	mask := make([]float32, len(x))
	kernels.FillMask(mask, kernels.RandomKey{Seed: 3}, 0, p, 1/(1-p))
	kernels.Mul(x, x, mask)
	fmt.Println(x)
	// Output: [2 0 6 8 0 12]
}

func ExampleToBFloat16() {
	b := make([]uint16, 3)
	kernels.ToBFloat16(b, []float32{1, 0.1, 70000})
	x := make([]float32, 3)
	kernels.FromBFloat16(x, b)
	fmt.Println(x)
	// Output: [1 0.100097656 70144]
}

func ExampleToFloat16() {
	h := make([]uint16, 3)
	kernels.ToFloat16(h, []float32{1, 0.1, 70000})
	x := make([]float32, 3)
	kernels.FromFloat16(x, h)
	fmt.Printf("%#x %v\n", h, x)
	// Output: [0x3c00 0x2e66 0x7c00] [1 0.099975586 +Inf]
}

func ExampleFromUint8() {
	pixels := []uint8{0, 64, 255}
	x := make([]float32, len(pixels))
	kernels.FromUint8(x, pixels, 1.0/255)
	fmt.Printf("%.3f\n", x)
	// Output: [0.000 0.251 1.000]
}

// Gradients of very different size move the weights alike.
func ExampleAdagrad() {
	w, s := []float32{1, 1}, make([]float32, 2)
	kernels.Adagrad(w, s, []float32{100, -0.001}, 0.1, 1e-10)
	fmt.Println(w, s)
	// Output: [0.9 1.1] [10000 1.0000001e-06]
}

func ExampleNesterov() {
	w, v := []float32{1}, []float32{0}
	for range 2 {
		kernels.Nesterov(w, v, []float32{1}, 0.25, 0.5)
		fmt.Println(w, v)
	}
	// Output:
	// [0.625] [1]
	// [0.1875] [1.5]
}

// Decoupled decay takes a hundredth of each weight, whatever its gradient.
func ExampleAdamW() {
	w, m, v := []float32{1, 2}, make([]float32, 2), make([]float32, 2)
	kernels.AdamW(w, m, v, []float32{0, 0}, kernels.AdamStep{
		Beta1: 0.9, OneMinus1: 0.1, Beta2: 0.999, OneMinus2: 0.001, Lr: 0.1, Epsilon: 1e-8,
	}, 0.99)
	fmt.Println(w)
	// Output: [0.99 1.98]
}

// One step of Adam, with the bias corrections of step 1 in its scalars.
func ExampleAdam() {
	w := []float32{1, 1}
	m, v := make([]float32, 2), make([]float32, 2)
	gradient := []float32{0.5, -0.001}
	kernels.Adam(w, m, v, gradient, kernels.AdamStep{
		Beta1: 0.9, OneMinus1: 0.1,
		Beta2: 0.999, OneMinus2: 0.001,
		Lr: 0.1 * 0.0316227766 / 0.1, Epsilon: 1e-8 * 0.0316227766,
	})
	fmt.Printf("%.4f\n", w)
	// Output: [0.9000 1.1000]
}
