package kernels

import (
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
)

// SoftmaxCrossEntropy computes, for each row of logits z and the class that is its
// label, the cross-entropy of the softmax and its gradient times scale:
//
//	loss[i]  = log(sum_j exp(z[i][j])) - z[i][label]
//	dz[i][j] = (softmax(z[i])[j] - [j = label]) * scale
//
// The loss is finite for finite logits. A label that is not one of 0 to z.Cols-1
// makes loss and gradient NaN, as does a NaN in z.
//
// Class sequence: p = [Softmax] of the row, then in float64, each operation rounded:
// the largest logit has index t (the first one, if there are several), rest is the
// sum of p[j] over j != t in ascending order, loss = (z[t] - z[label]) +
// log1p(rest/p[t]) with log1p of internal/detmath, dz = float32((p - [j = label])*scale).
//
// It panics if the shapes differ, or if dz and z overlap.
func SoftmaxCrossEntropy(loss []float64, dz, z Matrix, labels []int, scale float64) {
	const op = "SoftmaxCrossEntropy"
	dz.check(op, "dz")
	z.check(op, "z")
	if dz.Rows != z.Rows || dz.Cols != z.Cols {
		panic(fmt.Sprintf("kernels: %s: dz is %d x %d, z is %d x %d: shapes must be equal", op, dz.Rows, dz.Cols, z.Rows, z.Cols))
	}
	checkLen(op, "loss", len(loss), "column of z", z.Rows)
	checkLen(op, "labels", len(labels), "column of z", z.Rows)
	checkMatricesApart(op, "dz", dz.Data, dz.Rows, dz.Cols, dz.Stride, "z", z.Data, z.Rows, z.Cols, z.Stride)
	if z.Cols == 0 {
		for i := range loss {
			loss[i] = math.NaN()
		}
		return
	}
	if isNarrow(z) {
		narrowCrossEntropy(loss, dz, z, labels, scale)
		return
	}
	rows := max(elementsAtOnce/z.Cols/crossEntropyRows, 1) * crossEntropyRows
	for i := 0; i < z.Rows; i += rows {
		end := min(i+rows, z.Rows)
		p := dz.RowRange(i, end)
		softmaxRows(p, z.RowRange(i, end))
		for i := i; i < end; i += crossEntropyRows {
			end := min(i+crossEntropyRows, end)
			crossEntropyGroup(loss[i:end], dz.RowRange(i, end), z.RowRange(i, end), labels[i:end], scale)
		}
	}
}

// crossEntropyRows is the number of rows of which the sums in float64, each a chain
// of additions, are formed side by side.
const crossEntropyRows = 4

// crossEntropyGroup computes the losses of some rows and turns their softmax p into
// the gradient.
func crossEntropyGroup(loss []float64, p, z Matrix, labels []int, scale float64) {
	var top [crossEntropyRows]int
	var largest [crossEntropyRows]float32
	for i := range loss {
		row := p.Row(i)
		top[i] = ArgMax(z.Row(i))
		largest[i] = row[top[i]]
		row[top[i]] = 0 // leaves the sum as it is
	}
	rest := sumRows(p)
	var atLabel [crossEntropyRows]float32
	for i, label := range labels {
		logits, row := z.Row(i), p.Row(i)
		row[top[i]] = largest[i]
		if uint(label) >= uint(len(row)) {
			loss[i] = math.NaN()
			continue
		}
		loss[i] = float64(logits[top[i]]) - float64(logits[label]) + detmath.Log1p(rest[i]/float64(largest[i]))
		atLabel[i] = row[label]
	}
	eachRow(p, func(x []float32) { scaleWide(x, x, scale) })
	for i, label := range labels {
		row := p.Row(i)
		if uint(label) >= uint(len(row)) {
			AddScalar(row, row, float32(math.NaN()))
			continue
		}
		row[label] = float32((float64(atLabel[i]) - 1) * scale)
	}
}

// sumRows returns the sum of each row in float64, in ascending order.
func sumRows(p Matrix) [crossEntropyRows]float64 {
	if p.Rows == crossEntropyRows {
		return sumFour(p.Row(0), p.Row(1), p.Row(2), p.Row(3))
	}
	var sums [crossEntropyRows]float64
	for i := range p.Rows {
		for _, v := range p.Row(i) {
			sums[i] += float64(v)
		}
	}
	return sums
}

func sumFour(a, b, c, d []float32) [crossEntropyRows]float64 {
	var sumA, sumB, sumC, sumD float64 // an array would be kept in memory
	b, c, d = b[:len(a)], c[:len(a)], d[:len(a)]
	for j, v := range a {
		sumA += float64(v)
		sumB += float64(b[j])
		sumC += float64(c[j])
		sumD += float64(d[j])
	}
	return [crossEntropyRows]float64{sumA, sumB, sumC, sumD}
}

func scaleWideGeneric(dst, x []float32, c float64) {
	for i, v := range x {
		dst[i] = float32(float64(v) * c)
	}
}
