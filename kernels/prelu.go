package kernels

// PReLU sets each element of dst to that of x if it is above 0, and to the slope of
// its column times it else.
//
// Class element. dst may be x. It panics if the shapes do not agree or dst overlaps
// an operand otherwise.
func PReLU(dst, x Matrix, slope []float32) {
	dst.check("PReLU", "dst")
	x.check("PReLU", "x")
	checkRowsAlias("PReLU", dst, x)
	checkLen("PReLU", "slope", len(slope), "row of x", x.Cols)
	checkVectorApart("PReLU", "slope", slope, "dst", dst)
	for i := range x.Rows {
		preluRow(dst.Row(i), x.Row(i), slope)
	}
}

func preluRowGeneric(y, x, slope []float32) {
	for j, v := range x {
		if !(v > 0) {
			v *= slope[j]
		}
		y[j] = v
	}
}

// PReLUBackward sets each element of dx to that of dy where that of x is above 0,
// and to the slope of its column times it else.
//
// Class element. dx may be dy or x. It panics if the shapes do not agree or dx
// overlaps an operand otherwise.
func PReLUBackward(dx, dy, x Matrix, slope []float32) {
	dx.check("PReLUBackward", "dx")
	dy.check("PReLUBackward", "dy")
	x.check("PReLUBackward", "x")
	checkRowsAlias("PReLUBackward", dx, dy)
	checkRowsAlias("PReLUBackward", dx, x)
	checkLen("PReLUBackward", "slope", len(slope), "row of x", x.Cols)
	checkVectorApart("PReLUBackward", "slope", slope, "dx", dx)
	for i := range x.Rows {
		preluRowBackward(dx.Row(i), dy.Row(i), x.Row(i), slope)
	}
}

func preluRowBackwardGeneric(dx, dy, x, slope []float32) {
	for j, v := range x {
		d := dy[j]
		if !(v > 0) {
			d *= slope[j]
		}
		dx[j] = d
	}
}

// PReLUGrad adds the gradient of [PReLU] with respect to the slopes to dst:
// dst[j] = fl(dst[j] + fl(dy[i][j]*x[i][j])) for ascending rows i, with +0 for the
// product where x[i][j] is above 0.
//
// Class columns: the work may be split over columns. It panics if the shapes do not
// agree or dst overlaps dy or x.
func PReLUGrad(dst []float32, dy, x Matrix) {
	dy.check("PReLUGrad", "dy")
	x.check("PReLUGrad", "x")
	checkLen("PReLUGrad", "column of dy", dy.Rows, "column of x", x.Rows)
	checkLens("PReLUGrad", "row of x", x.Cols, "row of dy", dy.Cols, "dst", len(dst))
	checkVectorApart("PReLUGrad", "dst", dst, "dy", dy)
	checkVectorApart("PReLUGrad", "dst", dst, "x", x)
	for i := range x.Rows {
		preluSlopes(dst, dy.Row(i), x.Row(i))
	}
}

func preluSlopesGeneric(grad, dy, x []float32) {
	for j, v := range x {
		if v > 0 {
			grad[j] += 0
		} else {
			grad[j] += float32(dy[j] * v)
		}
	}
}
