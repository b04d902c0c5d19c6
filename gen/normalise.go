package main

// The kernels here are what normalisations make of one row of a matrix, in
// float64 between loads and stores. The loops over the rows are in Go.

func normaliseFamily(f *file) {
	for _, t := range f.tiers() {
		m := f.machine(t, float64s)
		columnSums(m)
		columnSquares(m)
		columnDeviations(m)
		columnSlopes(m)
		batchNormRow(m)
		batchNormRowBackward(m)
		layerNormRow(m)
		layerNormRowBackward(m)
		layerNormSlopes(m)
	}
}

// Of batch normalisation: statistics for each column.

func columnSums(m mathMachine) {
	m.Function("columnSums", "(sums []float64, x []float32)", "adds x[j] to sums[j]: columnSumsGeneric.")
	stream{
		outputs: []string{"sums"},
		inputs:  []string{"sums", "x"},
		unroll:  4,
		body: func(in []row) []row {
			m.Add(in[0], in[0], in[1])
			return in[:1]
		},
	}.emit(m)
}

func columnSquares(m mathMachine) {
	m.Function("columnSquares", "(sums []float64, x []float32)", "adds x[j]^2 to sums[j]: columnSquaresGeneric.")
	stream{
		outputs: []string{"sums"},
		inputs:  []string{"sums", "x"},
		unroll:  4,
		body: func(in []row) []row {
			sums, x := in[0], in[1]
			m.Mul(x, x, x)
			m.Add(sums, sums, x)
			return in[:1]
		},
	}.emit(m)
}

func columnDeviations(m mathMachine) {
	m.Function("columnDeviations", "(sums []float64, x []float32, mean []float64)",
		"adds (x[j]-mean[j])^2 to sums[j]: columnDeviationsGeneric.")
	stream{
		outputs: []string{"sums"},
		inputs:  []string{"sums", "x", "mean"},
		once:    []string{"mean"},
		unroll:  4,
		body: func(in []row) []row {
			sums, x, mean := in[0], in[1], in[2]
			m.Sub(x, x, mean)
			m.Mul(x, x, x)
			m.Add(sums, sums, x)
			return in[:1]
		},
	}.emit(m)
}

func columnSlopes(m mathMachine) {
	m.Function("columnSlopes", "(sums, products []float64, dy, x []float32, mean, inverse []float64)",
		"adds dy[j] to sums[j], dy[j]*((x[j]-mean[j])*inverse[j]) to products[j]: columnSlopesGeneric.")
	stream{
		outputs: []string{"sums", "products"},
		inputs:  []string{"sums", "products", "dy", "x", "mean", "inverse"},
		once:    []string{"mean", "inverse"},
		unroll:  2,
		body: func(in []row) []row {
			sums, products, dy, x, mean, inverse := in[0], in[1], in[2], in[3], in[4], in[5]
			m.Add(sums, sums, dy)
			m.Sub(x, x, mean)
			m.Mul(x, x, inverse)
			m.Mul(x, dy, x)
			m.Add(products, products, x)
			return in[:2]
		},
	}.emit(m)
}

func batchNormRow(m mathMachine) {
	m.Function("batchNormRow", "(y, x []float32, mean, inverse []float64, weight, bias []float32)",
		"sets y[j] = ((x[j]-mean[j])*inverse[j])*weight[j] + bias[j]: batchNormRowGeneric.")
	stream{
		outputs: []string{"y"},
		inputs:  []string{"x", "mean", "inverse", "weight", "bias"},
		once:    []string{"mean", "inverse"},
		unroll:  2,
		body: func(in []row) []row {
			x, mean, inverse, weight, bias := in[0], in[1], in[2], in[3], in[4]
			m.Sub(x, x, mean)
			m.Mul(x, x, inverse)
			m.Mul(x, x, weight)
			m.Add(x, x, bias)
			return in[:1]
		},
	}.emit(m)
}

func batchNormRowBackward(m mathMachine) {
	m.Function("batchNormRowBackward", "(dx, dy, x []float32, mean, inverse, sum, product, factor []float64)",
		`sets dx[j] = (dy[j] - sum[j] - n*product[j])*factor[j] with
		n = (x[j]-mean[j])*inverse[j]: batchNormRowBackwardGeneric.`)
	stream{
		outputs: []string{"dx"},
		inputs:  []string{"dy", "x", "mean", "inverse", "sum", "product", "factor"},
		once:    []string{"mean", "inverse", "sum", "product", "factor"},
		unroll:  2,
		body: func(in []row) []row {
			dy, x, mean, inverse, sum, product, factor := in[0], in[1], in[2], in[3], in[4], in[5], in[6]
			m.Sub(x, x, mean)
			m.Mul(x, x, inverse)
			m.Mul(x, x, product)
			m.Sub(dy, dy, sum)
			m.Sub(dy, dy, x)
			m.Mul(dy, dy, factor)
			return in[:1]
		},
	}.emit(m)
}

// Of layer normalisation: the statistics of the row.

func layerNormRow(m mathMachine) {
	m.Function("layerNormRow", "(y, x, weight, bias []float32, mean, inverse float64)",
		"sets y[j] = ((x[j]-mean)*inverse)*weight[j] + bias[j]: layerNormRowGeneric.")
	mean, inverse := m.Parameter("mean"), m.Parameter("inverse")
	stream{
		outputs: []string{"y"},
		inputs:  []string{"x", "weight", "bias"},
		unroll:  2,
		body: func(in []row) []row {
			x, weight, bias := in[0], in[1], in[2]
			m.Sub(x, x, mean)
			m.Mul(x, x, inverse)
			m.Mul(x, x, weight)
			m.Add(x, x, bias)
			return in[:1]
		},
	}.emit(m)
}

func layerNormRowBackward(m mathMachine) {
	m.Function("layerNormRowBackward", "(dx, dy, x, weight []float32, mean, inverse, sum, product float64)",
		`sets dx[j] = (dy[j]*weight[j] - sum - n*product)*inverse with
		n = (x[j]-mean)*inverse: layerNormRowBackwardGeneric.`)
	mean, inverse := m.Parameter("mean"), m.Parameter("inverse")
	sum, product := m.Parameter("sum"), m.Parameter("product")
	stream{
		outputs: []string{"dx"},
		inputs:  []string{"dy", "x", "weight"},
		unroll:  2,
		body: func(in []row) []row {
			dy, x, weight := in[0], in[1], in[2]
			m.Sub(x, x, mean)
			m.Mul(x, x, inverse)
			m.Mul(x, x, product)
			m.Mul(dy, dy, weight)
			m.Sub(dy, dy, sum)
			m.Sub(dy, dy, x)
			m.Mul(dy, dy, inverse)
			return in[:1]
		},
	}.emit(m)
}

// layerNormSlopes adds in float32. The sum of two float32 is rounded to that by way
// of float64 as it is directly, since float64 has more than twice the digits.
func layerNormSlopes(m mathMachine) {
	m.Function("layerNormSlopes", "(grad, dy, x []float32, mean, inverse float64)",
		`adds float32(dy[j]*((x[j]-mean)*inverse)) to grad[j], in float32:
		layerNormSlopesGeneric.`)
	mean, inverse := m.Parameter("mean"), m.Parameter("inverse")
	stream{
		outputs: []string{"grad"},
		inputs:  []string{"grad", "dy", "x"},
		unroll:  2,
		body: func(in []row) []row {
			grad, dy, x := in[0], in[1], in[2]
			m.Sub(x, x, mean)
			m.Mul(x, x, inverse)
			m.Mul(x, dy, x)
			m.RoundToFloat32(x)
			m.Add(grad, grad, x)
			return in[:1]
		},
	}.emit(m)
}
