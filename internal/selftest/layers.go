package selftest

import "github.com/lockstep-ml/lockstep/kernels"

// The kernels of layers and their training.

func vectorProducts[T float32 | float64](d *digest) {
	for i, s := range shapes {
		a := numbers[T](s.m*s.k, uint32(3*i))
		row, column := numbers[T](s.k, uint32(3*i+1)), numbers[T](s.m, uint32(3*i+2))
		y, x := append([]T(nil), column...), append([]T(nil), row...)
		kernels.Gemv(false, s.m, s.k, 0.75, a, s.k, row, 0.5, y)
		kernels.Gemv(true, s.m, s.k, 0.75, a, s.k, column, 0.5, x)
		kernels.Ger(0.3, column, row, a, s.k)
		for _, result := range [][]T{y, x, a} {
			for _, v := range result {
				d.float64s(float64(v))
			}
		}
	}
}

func crossEntropy(d *digest) {
	const rows = 9
	for _, cols := range []int{1, 2, 10, 16, 17, 65, 1000} {
		z, dz := matrix(rows, cols, 1), kernels.NewMatrix(rows, cols)
		loss, labels := make([]float64, rows), make([]int, rows)
		for i := range labels {
			labels[i] = i * 7 % cols
		}
		kernels.SoftmaxCrossEntropy(loss, dz, z, labels, 1.0/rows)
		d.float64s(loss...)
		d.float32s(dz.Data...)
	}
}

// fills begin within a block of four words.
func fills(d *digest) {
	key := kernels.RandomKey{Seed: 3, Stream: 5, Step: 1 << 40}
	for _, n := range lengths {
		x := make([]float32, n)
		kernels.FillUniform(x, key, 3, -2, 2)
		d.float32s(x...)
		kernels.FillMask(x, key, 2, 0.3, 1.5)
		d.float32s(x...)
		kernels.FillNormal(x, key, 1, 0.5, 2)
		d.float32s(x...)
	}
}

// descents are the steps of optimizers that are part of the product.
func descents(d *digest) {
	adam := kernels.AdamStep{Beta1: 0.9, OneMinus1: 0.1, Beta2: 0.999, OneMinus2: 0.001, Lr: 0.01, Epsilon: 1e-8}
	for _, s := range shapes {
		x, dy := matrix(s.k, s.m, 1), matrix(s.k, s.n, 2)
		for _, descend := range []func(w, m, v kernels.Matrix){
			func(w, _, _ kernels.Matrix) { kernels.DescendSGD(w, x, dy, 0.1) },
			func(w, m, _ kernels.Matrix) { kernels.DescendMomentum(w, m, x, dy, 0.1, 0.9) },
			func(w, m, v kernels.Matrix) { kernels.DescendAdam(w, m, v, x, dy, adam) },
		} {
			w, m, v := matrix(s.m, s.n, 3), kernels.NewMatrix(s.m, s.n), kernels.NewMatrix(s.m, s.n)
			descend(w, m, v)
			descend(w, m, v)
			d.float32s(w.Data...)
			d.float32s(m.Data...)
			d.float32s(v.Data...)
		}
	}
}

func normalisations(d *digest) {
	const rows = 33
	for _, cols := range []int{1, 7, 16, 65, 200} {
		x, dy, y := matrix(rows, cols, 1), matrix(rows, cols, 2), kernels.NewMatrix(rows, cols)
		weight, bias := numbers[float32](cols, 3), numbers[float32](cols, 4)
		mean, variance := make([]float64, cols), make([]float64, cols)
		sum, product := make([]float64, cols), make([]float64, cols)
		kernels.ColumnMoments(mean, variance, x)
		kernels.BatchNorm(y, x, mean, variance, weight, bias)
		d.float32s(y.Data...)
		kernels.BatchNormSums(sum, product, dy, x, mean, variance)
		kernels.BatchNormBackward(y, dy, x, mean, variance, sum, product, variance)
		d.float64s(sum...)
		d.float64s(product...)
		d.float32s(y.Data...)
		kernels.LayerNorm(y, x, weight, bias, 1e-5)
		d.float32s(y.Data...)
		kernels.LayerNormBackward(y, dy, x, weight, 1e-5)
		kernels.LayerNormGrad(bias, dy, x, 0, 1e-5)
		d.float32s(y.Data...)
		d.float32s(bias...)
	}
}
