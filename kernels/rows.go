package kernels

// AddBias adds a bias to every row: y[i][j] = y[i][j] + bias[j].
//
// Class element. It panics if len(bias) differs from y.Cols or if the two
// overlap.
func AddBias(y Matrix, bias []float32) {
	y.check("AddBias", "y")
	checkLen("AddBias", "bias", len(bias), "row of y", y.Cols)
	checkMatricesApart("AddBias", "y", y.Data, y.Rows, y.Cols, y.Stride, "bias", bias, 1, len(bias), len(bias))
	for i := range y.Rows {
		Axpy(1, bias, y.Row(i))
	}
}

// AddColumnSums adds the sum of each column of x to dst:
// dst[j] = (...((dst[j] + x[0][j]) + x[1][j]) + ...).
//
// Class columns: the rows are added in ascending order, so the work may be
// split over columns but never over rows. It panics if len(dst) differs from
// x.Cols or if the two overlap.
func AddColumnSums(dst []float32, x Matrix) {
	x.check("AddColumnSums", "x")
	checkLen("AddColumnSums", "dst", len(dst), "row of x", x.Cols)
	checkMatricesApart("AddColumnSums", "dst", dst, 1, len(dst), len(dst), "x", x.Data, x.Rows, x.Cols, x.Stride)
	for i := range x.Rows {
		Axpy(1, x.Row(i), dst)
	}
}

// Softmax sets each row of dst to exp(x - max) / sum(exp(x - max)), with the
// maximum and the sum of that row of x: positive numbers that add up to about 1.
//
// Per row: m = max (exact), d = fl(x - m) (element), e = Exp(d) (rounded),
// s = Sum(e) (lanes), dst = fl(e / s) (element). A row with a NaN or with +Inf
// becomes all NaN, as does one of -Inf alone; -Inf beside finite numbers gives
// 0. dst may be x. It panics if the shapes differ or
// the two overlap otherwise.
func Softmax(dst, x Matrix) {
	dst.check("Softmax", "dst")
	x.check("Softmax", "x")
	checkRowsAlias("Softmax", dst, x)
	if x.Cols == 0 {
		return
	}
	for i := range x.Rows {
		softmaxRow(dst.Row(i), x.Row(i))
	}
}

func softmaxRow(dst, x []float32) {
	AddScalar(dst, x, -Max(x))
	Exp(dst, dst)
	DivScalar(dst, dst, Sum(dst))
}
