package kernels

// The functions here are the parts of batch normalisation. Their statistics are
// numbers for each column, in float64, added over ascending rows (class columns):
// the work may be split over columns, and what is left over rows.

// ColumnMoments sets mean and variance to those of the columns of x: the sum of the
// elements divided by their number n, and the sum of (x - mean)^2, divided by n:
// NaN if x has no rows.
//
// Class columns, in float64: the sums over ascending rows, in two passes, each
// difference, square and quotient rounded. It panics if the lengths differ from
// x.Cols.
func ColumnMoments(mean, variance []float64, x Matrix) {
	x.check("ColumnMoments", "x")
	checkLens("ColumnMoments", "row of x", x.Cols, "mean", len(mean), "variance", len(variance))
	n := float64(x.Rows)
	clear(mean)
	for i := range x.Rows {
		columnSums(mean, x.Row(i))
	}
	DivScalar(mean, mean, n)
	clear(variance)
	for i := range x.Rows {
		columnDeviations(variance, x.Row(i), mean)
	}
	DivScalar(variance, variance, n)
}

func columnSumsGeneric(sums []float64, x []float32) {
	for j, v := range x {
		sums[j] += float64(v)
	}
}

func columnDeviationsGeneric(sums []float64, x []float32, mean []float64) {
	for j, v := range x {
		d := float64(v) - mean[j]
		sums[j] += float64(d * d)
	}
}

// AddColumnSquares adds the squares of each column of x to dst.
//
// Class columns, in float64, where the squares are exact. It panics if len(dst)
// differs from x.Cols.
func AddColumnSquares(dst []float64, x Matrix) {
	x.check("AddColumnSquares", "x")
	checkLen("AddColumnSquares", "dst", len(dst), "row of x", x.Cols)
	for i := range x.Rows {
		columnSquares(dst, x.Row(i))
	}
}

func columnSquaresGeneric(sums []float64, x []float32) {
	for j, v := range x {
		sums[j] += float64(float64(v) * float64(v))
	}
}

// BatchNorm normalises each column of x, with n = (x[i][j]-mean[j])*inverse[j]:
//
//	dst[i][j] = float32(n*weight[j] + bias[j])
//
// Class element, in float64, rounded once to float32. inverse is 1/sqrt(variance +
// epsilon). dst may be x. It panics if the shapes do not agree or dst overlaps an
// operand otherwise.
func BatchNorm(dst, x Matrix, mean, inverse []float64, weight, bias []float32) {
	dst.check("BatchNorm", "dst")
	x.check("BatchNorm", "x")
	checkRowsAlias("BatchNorm", dst, x)
	checkLens("BatchNorm", "row of x", x.Cols, "mean", len(mean), "inverse", len(inverse))
	checkLens("BatchNorm", "row of x", x.Cols, "weight", len(weight), "bias", len(bias))
	checkVectorApart("BatchNorm", "weight", weight, "dst", dst)
	checkVectorApart("BatchNorm", "bias", bias, "dst", dst)
	for i := range x.Rows {
		batchNormRow(dst.Row(i), x.Row(i), mean, inverse, weight, bias)
	}
}

func batchNormRowGeneric(y, x []float32, mean, inverse []float64, weight, bias []float32) {
	for j, v := range x {
		n := float64((float64(v) - mean[j]) * inverse[j])
		y[j] = float32(float64(n*float64(weight[j])) + float64(bias[j]))
	}
}

// BatchNormSums sets sum[j] to the sum of column j of dy, and product[j] to that of
// dy[i][j]*n, with n = (x[i][j]-mean[j])*inverse[j]: the gradients of bias and
// weight.
//
// Class columns, in float64. It panics if the shapes do not agree.
func BatchNormSums(sum, product []float64, dy, x Matrix, mean, inverse []float64) {
	dy.check("BatchNormSums", "dy")
	x.check("BatchNormSums", "x")
	checkLen("BatchNormSums", "column of dy", dy.Rows, "column of x", x.Rows)
	checkLen("BatchNormSums", "row of dy", dy.Cols, "row of x", x.Cols)
	checkLens("BatchNormSums", "row of x", x.Cols, "sum", len(sum), "product", len(product))
	checkLens("BatchNormSums", "row of x", x.Cols, "mean", len(mean), "inverse", len(inverse))
	clear(sum)
	clear(product)
	for i := range x.Rows {
		columnSlopes(sum, product, dy.Row(i), x.Row(i), mean, inverse)
	}
}

func columnSlopesGeneric(sums, products []float64, dy, x []float32, mean, inverse []float64) {
	for j, v := range x {
		d := float64(dy[j])
		sums[j] += d
		products[j] += float64(d * float64((float64(v)-mean[j])*inverse[j]))
	}
}

// BatchNormBackward computes the gradient with respect to the input, with
// n = (x[i][j]-mean[j])*inverse[j]:
//
//	dx[i][j] = float32((dy[i][j] - sum[j] - n*product[j]) * factor[j])
//
// where sum and product are those of [BatchNormSums] divided by the number of rows,
// and factor is inverse times weight.
//
// Class element, in float64, rounded once to float32. dx may be dy or x. It panics if
// the shapes do not agree or dx overlaps them otherwise.
func BatchNormBackward(dx, dy, x Matrix, mean, inverse, sum, product, factor []float64) {
	dx.check("BatchNormBackward", "dx")
	dy.check("BatchNormBackward", "dy")
	x.check("BatchNormBackward", "x")
	checkRowsAlias("BatchNormBackward", dx, dy)
	checkRowsAlias("BatchNormBackward", dx, x)
	checkLens("BatchNormBackward", "row of x", x.Cols, "mean", len(mean), "inverse", len(inverse))
	checkLens("BatchNormBackward", "row of x", x.Cols, "sum", len(sum), "product", len(product))
	checkLen("BatchNormBackward", "factor", len(factor), "row of x", x.Cols)
	for i := range x.Rows {
		batchNormRowBackward(dx.Row(i), dy.Row(i), x.Row(i), mean, inverse, sum, product, factor)
	}
}

func batchNormRowBackwardGeneric(dx, dy, x []float32, mean, inverse, sum, product, factor []float64) {
	for j, v := range x {
		n := float64((float64(v) - mean[j]) * inverse[j])
		dx[j] = float32((float64(dy[j]) - sum[j] - float64(n*product[j])) * factor[j])
	}
}
