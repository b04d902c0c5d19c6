package kernels

import "math"

// LayerNorm normalises each row of x, with its mean, and its variance as that of a
// population:
//
//	dst[i][j] = float32((x[i][j]-mean)*inverse*weight[j] + bias[j]),  inverse = 1/sqrt(variance + epsilon)
//
// A sequence in float64, rounded once to float32: the sums over ascending columns,
// those of the squares of rounded differences in a second pass. dst may be x. It
// panics if the shapes do not agree or dst overlaps an operand otherwise.
func LayerNorm(dst, x Matrix, weight, bias []float32, epsilon float64) {
	dst.check("LayerNorm", "dst")
	x.check("LayerNorm", "x")
	checkRowsAlias("LayerNorm", dst, x)
	checkLens("LayerNorm", "row of x", x.Cols, "weight", len(weight), "bias", len(bias))
	checkVectorApart("LayerNorm", "weight", weight, "dst", dst)
	checkVectorApart("LayerNorm", "bias", bias, "dst", dst)
	for i := 0; i < x.Rows; i += rowGroup {
		moments := rowMoments(x, i, epsilon)
		for k := range min(rowGroup, x.Rows-i) {
			layerNormRow(dst.Row(i+k), x.Row(i+k), weight, bias, moments[k].mean, moments[k].inverse)
		}
	}
}

func layerNormRowGeneric(y, x, weight, bias []float32, mean, inverse float64) {
	for j, v := range x {
		n := float64((float64(v) - mean) * inverse)
		y[j] = float32(float64(n*float64(weight[j])) + float64(bias[j]))
	}
}

// LayerNormBackward computes the gradient of [LayerNorm] with respect to x, row by
// row, with n[j] = (x[j]-mean)*inverse and g[j] = dy[j]*weight[j]:
//
//	dx[j] = float32((g[j] - mean of g - n[j]*(mean of g*n)) * inverse)
//
// A sequence in float64, rounded once to float32, sums over ascending columns.
// dx may be dy or x. It panics if the shapes do not agree or dx overlaps an
// operand otherwise.
func LayerNormBackward(dx, dy, x Matrix, weight []float32, epsilon float64) {
	dx.check("LayerNormBackward", "dx")
	dy.check("LayerNormBackward", "dy")
	x.check("LayerNormBackward", "x")
	checkRowsAlias("LayerNormBackward", dx, dy)
	checkRowsAlias("LayerNormBackward", dx, x)
	checkLen("LayerNormBackward", "weight", len(weight), "row of x", x.Cols)
	checkVectorApart("LayerNormBackward", "weight", weight, "dx", dx)
	for i := 0; i < x.Rows; i += rowGroup {
		moments := rowMoments(x, i, epsilon)
		slopes := rowSlopes(dy, x, i, weight, &moments)
		for k := range min(rowGroup, x.Rows-i) {
			layerNormRowBackward(dx.Row(i+k), dy.Row(i+k), x.Row(i+k), weight,
				moments[k].mean, moments[k].inverse, slopes[k].sum, slopes[k].product)
		}
	}
}

func layerNormRowBackwardGeneric(dx, dy, x, weight []float32, mean, inverse, sum, product float64) {
	for j, v := range x {
		n := float64((float64(v) - mean) * inverse)
		g := float64(float64(dy[j]) * float64(weight[j]))
		dx[j] = float32((g - sum - float64(n*product)) * inverse)
	}
}

// LayerNormGrad adds the gradient of [LayerNorm] with respect to the weights of
// len(dst) columns, from column first on, to dst: row after row
// dst[j] = fl(dst[j] + float32(dy[j]*n[j])), with the product in float64. That of
// the bias is [AddColumnSums]. It panics if the shapes do not agree or dst overlaps
// dy or x.
func LayerNormGrad(dst []float32, dy, x Matrix, first int, epsilon float64) {
	dy.check("LayerNormGrad", "dy")
	x.check("LayerNormGrad", "x")
	checkLen("LayerNormGrad", "column of dy", dy.Rows, "column of x", x.Rows)
	checkLen("LayerNormGrad", "row of dy", dy.Cols, "row of x", x.Cols)
	if first < 0 || first > x.Cols-len(dst) {
		panicColumns("LayerNormGrad", first, len(dst), x.Cols)
	}
	checkVectorApart("LayerNormGrad", "dst", dst, "dy", dy)
	checkVectorApart("LayerNormGrad", "dst", dst, "x", x)
	for i := 0; i < x.Rows; i += rowGroup {
		moments := rowMoments(x, i, epsilon)
		for k := range min(rowGroup, x.Rows-i) {
			layerNormSlopes(dst, dy.Row(i + k)[first:][:len(dst)], x.Row(i + k)[first:][:len(dst)], moments[k].mean, moments[k].inverse)
		}
	}
}

func layerNormSlopesGeneric(grad, dy, x []float32, mean, inverse float64) {
	for j, v := range x {
		grad[j] += float32(float64(dy[j]) * float64((float64(v)-mean)*inverse))
	}
}

// The sums over a row are chains of additions, each of which waits for the one
// before. Those of several rows go side by side.
const rowGroup = 4

type moments struct{ mean, inverse float64 }

// rowsFrom returns a group of rows of x, the last one again where there are none.
func rowsFrom(x Matrix, first int) (a, b, c, d []float32) {
	row := func(k int) []float32 { return x.Row(min(first+k, x.Rows-1))[:x.Cols] }
	return row(0), row(1), row(2), row(3)
}

// rowMoments returns those of a group of rows. (Elements of arrays would not stay
// in registers.)
func rowMoments(x Matrix, first int, epsilon float64) [rowGroup]moments {
	a, b, c, d := rowsFrom(x, first)
	n := float64(x.Cols)
	var ma, mb, mc, md float64
	for j, v := range a {
		ma += float64(v)
		mb += float64(b[j])
		mc += float64(c[j])
		md += float64(d[j])
	}
	ma, mb, mc, md = ma/n, mb/n, mc/n, md/n
	var va, vb, vc, vd float64
	for j, v := range a {
		da, db, dc, dd := float64(v)-ma, float64(b[j])-mb, float64(c[j])-mc, float64(d[j])-md
		va += float64(da * da)
		vb += float64(db * db)
		vc += float64(dc * dc)
		vd += float64(dd * dd)
	}
	inverse := func(squares float64) float64 { return 1 / math.Sqrt(squares/n+epsilon) }
	return [rowGroup]moments{{ma, inverse(va)}, {mb, inverse(vb)}, {mc, inverse(vc)}, {md, inverse(vd)}}
}

type slopes struct{ sum, product float64 }

// rowSlopes returns the means of g and g*n over each of a group of rows.
func rowSlopes(dy, x Matrix, first int, weight []float32, m *[rowGroup]moments) [rowGroup]slopes {
	xa, xb, xc, xd := rowsFrom(x, first)
	ga, gb, gc, gd := rowsFrom(dy, first)
	ma, mb, mc, md := m[0], m[1], m[2], m[3]
	var sa, sb, sc, sd, pa, pb, pc, pd float64
	for j, v := range xa {
		w := float64(weight[j])
		a, b := float64(float64(ga[j])*w), float64(float64(gb[j])*w)
		c, d := float64(float64(gc[j])*w), float64(float64(gd[j])*w)
		sa += a
		sb += b
		sc += c
		sd += d
		pa += float64(a * float64((float64(v)-ma.mean)*ma.inverse))
		pb += float64(b * float64((float64(xb[j])-mb.mean)*mb.inverse))
		pc += float64(c * float64((float64(xc[j])-mc.mean)*mc.inverse))
		pd += float64(d * float64((float64(xd[j])-md.mean)*md.inverse))
	}
	n := float64(x.Cols)
	return [rowGroup]slopes{{sa / n, pa / n}, {sb / n, pb / n}, {sc / n, pc / n}, {sd / n, pd / n}}
}
