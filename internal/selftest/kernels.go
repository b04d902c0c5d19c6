package selftest

import (
	"github.com/lockstep-ml/lockstep/internal/random"
	"github.com/lockstep-ml/lockstep/kernels"
)

// A kernelCheck runs kernels of one family on sizes that leave remainders.
type kernelCheck struct {
	name string
	run  func(*digest) error
}

var kernelChecks = []kernelCheck{
	{"dot products and sums", always(reductions)},
	{"matrix products, float32", always(products[float32])},
	{"matrix products, float64", always(products[float64])},
	{"products with bias and activation", always(packedProducts)},
	{"products with vectors, float32", always(vectorProducts[float32])},
	{"products with vectors, float64", always(vectorProducts[float64])},
	{"arithmetic", always(arithmetic)},
	{"softmax", always(softmax)},
	{"cross-entropy", always(crossEntropy)},
	{"normalisations", always(normalisations)},
	{"optimizers", always(optimizers)},
	{"products that descend", always(descents)},
	{"random fills", always(fills)},
	{"conversions", always(conversions)},
}

// always makes a check of a function that cannot fail.
func always(run func(*digest)) func(*digest) error {
	return func(d *digest) error {
		run(d)
		return nil
	}
}

// numbers returns numbers in [-2, 2) that belong to a stream.
func numbers[T float32 | float64](n int, stream uint32) []T {
	x := make([]float32, n)
	random.Key{Seed: 1, Stream: stream}.Uniform(x, 0, -2, 2)
	y := make([]T, n)
	for i, v := range x {
		y[i] = T(v)
	}
	return y
}

func matrix(rows, cols int, stream uint32) kernels.Matrix {
	return kernels.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: numbers[float32](rows*cols, stream)}
}

// lengths of vectors: all remainders of the lanes, and more than a segment.
var lengths = []int{0, 1, 7, 15, 16, 31, 63, 64, 65, 127, 200, 1000, 16384, 40000}

func reductions(d *digest) {
	x, y := numbers[float32](40000, 1), numbers[float32](40000, 2)
	x64, y64 := numbers[float64](40000, 1), numbers[float64](40000, 2)
	for _, n := range lengths {
		x, y, x64, y64 := x[:n], y[:n], x64[:n], y64[:n]
		d.float32s(kernels.Dot(x, y), kernels.Sum(x), kernels.Asum(x), kernels.SumSquares(x), kernels.Nrm2(x))
		d.float64s(kernels.Dot(x64, y64), kernels.Sum(x64), kernels.Asum(x64), kernels.SumSquares(x64), kernels.Nrm2(x64))
		if n > 0 {
			d.float32s(kernels.Mean(x), kernels.Variance(x), kernels.Max(x), kernels.Min(x))
		}
	}
}

// shapes of matrix products: small, with remainders, and of several blocks in each
// direction.
var shapes = []struct{ m, n, k int }{
	{1, 1, 1}, {1, 70, 33}, {3, 5, 7}, {8, 32, 16}, {13, 41, 300}, {64, 10, 65}, {40, 130, 29},
	{150, 40, 300}, {33, 1030, 20}, {70, 300, 440},
}

func products[T float32 | float64](d *digest) {
	pool := kernels.NewPool(2)
	defer pool.Close()
	for i, s := range shapes {
		a, b := numbers[T](s.m*s.k, uint32(3*i)), numbers[T](s.k*s.n, uint32(3*i+1))
		for _, trans := range []struct{ a, b bool }{{}, {a: true}, {b: true}, {true, true}} {
			c := numbers[T](s.m*s.n, uint32(3*i+2))
			lda, ldb, alpha, beta := s.k, s.n, T(1), T(0)
			if trans.a {
				lda, beta = s.m, 0.5
			}
			if trans.b {
				ldb, alpha = s.k, 0.75
			}
			kernels.GemmParallel(pool, trans.a, trans.b, s.m, s.n, s.k, alpha, a, lda, b, ldb, beta, c, s.n)
			for _, v := range c {
				d.float64s(float64(v))
			}
		}
	}
}

func packedProducts(d *digest) {
	for i, s := range shapes {
		a, b := matrix(s.m, s.k, uint32(3*i)), matrix(s.k, s.n, uint32(3*i+1))
		c := kernels.NewMatrix(s.m, s.n)
		kernels.MatMulBias(c, a, kernels.Pack(b), numbers[float32](s.n, 99), kernels.Tanh)
		d.float32s(c.Data...)
	}
}

func arithmetic(d *digest) {
	for _, n := range lengths {
		x, y := numbers[float32](n, 1), numbers[float32](n, 2)
		dst := make([]float32, n)
		for _, operate := range []func(){
			func() { kernels.Add(dst, x, y) },
			func() { kernels.Sub(dst, x, y) },
			func() { kernels.Mul(dst, x, y) },
			func() { kernels.Div(dst, x, y) },
			func() { kernels.Scale(dst, x, 0.3) },
			func() { kernels.Axpy(0.3, x, dst) },
			func() { kernels.Sqrt(dst, x) },
			func() { kernels.Clamp(dst, x, -1, 1) },
			func() { kernels.ReLU(dst, x) },
			func() { kernels.SigmoidBackward(dst, x, y) },
			func() { kernels.GELUBackward(dst, x, y) },
		} {
			operate()
			d.float32s(dst...)
		}
	}
}

func softmax(d *digest) {
	for _, cols := range []int{1, 2, 10, 65, 1000} {
		x := matrix(9, cols, 1)
		y := kernels.NewMatrix(9, cols)
		kernels.Softmax(y, x)
		d.float32s(y.Data...)
		kernels.LogSoftmax(y, x)
		d.float32s(y.Data...)
	}
}

// optimizers runs a few steps of each, the state of which begins as 0.
func optimizers(d *digest) {
	const n, steps = 1003, 3
	adam := kernels.AdamStep{Beta1: 0.9, OneMinus1: 0.1, Beta2: 0.999, OneMinus2: 0.001, Lr: 0.01, Epsilon: 1e-8}
	rms := kernels.RMSpropStep{Lr: 0.01, Alpha: 0.99, OneMinus: 0.01, Epsilon: 1e-8}
	for _, step := range []func(w, s, v, g []float32){
		func(w, _, _, g []float32) { kernels.SGD(w, g, 0.1) },
		func(w, s, _, g []float32) { kernels.Momentum(w, s, g, 0.1, 0.9) },
		func(w, s, _, g []float32) { kernels.Nesterov(w, s, g, 0.1, 0.9) },
		func(w, s, v, g []float32) { kernels.Adam(w, s, v, g, adam) },
		func(w, s, v, g []float32) { kernels.AdamW(w, s, v, g, adam, 0.99) },
		func(w, s, _, g []float32) { kernels.Adagrad(w, s, g, 0.1, 1e-10) },
		func(w, s, _, g []float32) { kernels.RMSprop(w, s, g, rms) },
	} {
		w, s, v := numbers[float32](n, 1), make([]float32, n), make([]float32, n)
		for t := range uint32(steps) {
			step(w, s, v, numbers[float32](n, 2+t))
		}
		d.float32s(w...)
		d.float32s(s...)
		d.float32s(v...)
	}
}

// conversions covers all half-precision numbers.
func conversions(d *digest) {
	halves, bytes := make([]uint16, 1<<16), make([]uint8, 1<<8)
	for i := range halves {
		halves[i] = uint16(i)
	}
	for i := range bytes {
		bytes[i] = uint8(i)
	}
	x, back := make([]float32, 1<<16), make([]uint16, 1<<16)
	kernels.FromBFloat16(x, halves)
	d.float32s(x...)
	kernels.FromFloat16(x, halves)
	d.float32s(x...)
	kernels.FromUint8(x[:1<<8], bytes, 1.0/255)
	d.float32s(x[:1<<8]...)
	x = numbers[float32](1<<16, 1)
	kernels.ToFloat16(back, x)
	d.uint16s(back...)
	kernels.ToBFloat16(back, x)
	d.uint16s(back...)
}
