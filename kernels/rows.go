package kernels

// AddBias adds a bias to every row: y[i][j] = y[i][j] + bias[j].
//
// Class element. It panics if len(bias) differs from y.Cols or if the two
// overlap.
func AddBias(y Matrix, bias []float32) {
	y.check("AddBias", "y")
	checkLen("AddBias", "bias", len(bias), "row of y", y.Cols)
	checkVectorApart("AddBias", "bias", bias, "y", y)
	eachPart(y, bias, true)
}

func addToRowsGeneric(x Matrix, v []float32) {
	for i := range x.Rows {
		axpy(1, v, x.Row(i))
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
	checkVectorApart("AddColumnSums", "dst", dst, "x", x)
	eachPart(x, dst, false)
}

func addRowsGeneric(x Matrix, v []float32) {
	for i := range x.Rows {
		axpy(1, x.Row(i), v)
	}
}

// eachPart adds v to the rows of x, or the rows to v, part by part: parts that are
// not empty, and as large as one call of assembly may take. A short row costs as much
// as a cache line of 16 elements.
func eachPart(x Matrix, v []float32, toRows bool) {
	for j := 0; j < x.Cols; j += maxCall {
		cols := min(maxCall, x.Cols-j)
		rows := maxCall / max(cols, 16)
		for i := 0; i < x.Rows; i += rows {
			part := x.RowRange(i, min(i+rows, x.Rows))
			part.Cols, part.Data = cols, part.Data[j:]
			if toRows {
				addToRows(part, v[j:][:cols])
			} else {
				addRows(part, v[j:][:cols])
			}
		}
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
	if isNarrow(x) {
		narrowSoftmax(dst, x)
		return
	}
	rows := max(elementsAtOnce/x.Cols, 1)
	for i := 0; i < x.Rows; i += rows {
		end := min(i+rows, x.Rows)
		softmaxRows(dst.RowRange(i, end), x.RowRange(i, end))
	}
}

// elementsAtOnce stay in the nearest cache, with their sources.
const elementsAtOnce = 1024

// softmaxRows takes the exponentials of adjacent rows at once, for short rows fill
// vectors badly.
func softmaxRows(dst, x Matrix) {
	for i := range x.Rows {
		row := x.Row(i)
		AddScalar(dst.Row(i), row, -Max(row))
	}
	eachRow(dst, func(e []float32) { Exp(e, e) })
	for i := range dst.Rows {
		e := dst.Row(i)
		DivScalar(e, e, Sum(e))
	}
}

// eachRow calls f for all rows, or for all of the data at once where the rows are
// adjacent.
func eachRow(m Matrix, f func(x []float32)) {
	if m.Stride == m.Cols {
		f(m.Data)
		return
	}
	for i := range m.Rows {
		f(m.Row(i))
	}
}

// LogSoftmax sets each row of dst to x - max - log(sum(exp(x - max))), the
// logarithm of what [Softmax] gives, without its underflow.
//
// Per row: m = max (exact), d = fl(x - m) (element), e = Exp(d) (rounded),
// s = Sum(e) (lanes), l = Log(s) (rounded), dst = fl(d - l) (element). A row with
// a NaN or with +Inf becomes all NaN, as does one of -Inf alone. dst may be x.
// It panics if the shapes differ or the two overlap otherwise.
func LogSoftmax(dst, x Matrix) {
	dst.check("LogSoftmax", "dst")
	x.check("LogSoftmax", "x")
	checkRowsAlias("LogSoftmax", dst, x)
	if x.Cols == 0 {
		return
	}
	for i := range x.Rows {
		logSoftmaxRow(dst.Row(i), x.Row(i))
	}
}

// RowMax sets dst[i] to the largest element of row i of x, NaN if any is NaN. A
// zero is +0.
//
// Class element: exact. It panics if len(dst) differs from x.Rows, or if x has
// rows but no columns.
func RowMax(dst []float32, x Matrix) {
	x.check("RowMax", "x")
	checkLen("RowMax", "dst", len(dst), "column of x", x.Rows)
	for i := range dst {
		checkNotEmpty("RowMax", x.Cols)
		dst[i] = Max(x.Row(i))
	}
}

func logSoftmaxRow(dst, x []float32) {
	m := Max(x)
	sum := [1]float32{sumExp(x, m)}
	Log(sum[:], sum[:])
	AddScalar(dst, x, -m)
	AddScalar(dst, dst, -sum[0])
}

// sumExp returns the sum of Exp(fl(x-m)), as Sum would from all of them.
func sumExp(x []float32, m float32) float32 {
	if len(x) <= reductionSegment {
		return sumExpSegment(x, m)
	}
	var total float32
	for len(x) > reductionSegment {
		total += sumExpSegment(x[:reductionSegment], m)
		x = x[reductionSegment:]
	}
	return total + sumExpSegment(x, m)
}

// sumExpSegment keeps few of the exponentials at a time, and adds them to the
// lanes a row of reductionLanes after the other.
func sumExpSegment(x []float32, m float32) float32 {
	var lanes [reductionLanes]float32
	var buffer [8 * reductionLanes]float32
	for len(x) > 0 {
		e := buffer[:min(len(x), len(buffer))]
		AddScalar(e, x[:len(e)], -m)
		Exp(e, e)
		x = x[len(e):]
		for len(e) > 0 {
			n := min(len(e), reductionLanes)
			Add(lanes[:n], lanes[:n], e[:n])
			e = e[n:]
		}
	}
	return foldLanes(&lanes)
}
