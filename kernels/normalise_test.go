package kernels

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/guard"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// The kernels of normalisations take vectors of float32 and of float64.

// A mixedKernel is one of them, with the plain Go that it must equal bit for bit.
type mixedKernel struct {
	name             string
	singles, doubles int // operands
	run, twin        func(s [][]float32, d [][]float64)
}

var mixedKernels = []mixedKernel{
	{"columnSums", 1, 1,
		func(s [][]float32, d [][]float64) { columnSums(d[0], s[0]) },
		func(s [][]float32, d [][]float64) { columnSumsGeneric(d[0], s[0]) }},
	{"columnSquares", 1, 1,
		func(s [][]float32, d [][]float64) { columnSquares(d[0], s[0]) },
		func(s [][]float32, d [][]float64) { columnSquaresGeneric(d[0], s[0]) }},
	{"columnDeviations", 1, 2,
		func(s [][]float32, d [][]float64) { columnDeviations(d[0], s[0], d[1]) },
		func(s [][]float32, d [][]float64) { columnDeviationsGeneric(d[0], s[0], d[1]) }},
	{"columnSlopes", 2, 4,
		func(s [][]float32, d [][]float64) { columnSlopes(d[0], d[1], s[0], s[1], d[2], d[3]) },
		func(s [][]float32, d [][]float64) { columnSlopesGeneric(d[0], d[1], s[0], s[1], d[2], d[3]) }},
	{"batchNormRow", 4, 2,
		func(s [][]float32, d [][]float64) { batchNormRow(s[0], s[1], d[0], d[1], s[2], s[3]) },
		func(s [][]float32, d [][]float64) { batchNormRowGeneric(s[0], s[1], d[0], d[1], s[2], s[3]) }},
	{"batchNormRowBackward", 3, 5,
		func(s [][]float32, d [][]float64) {
			batchNormRowBackward(s[0], s[1], s[2], d[0], d[1], d[2], d[3], d[4])
		},
		func(s [][]float32, d [][]float64) {
			batchNormRowBackwardGeneric(s[0], s[1], s[2], d[0], d[1], d[2], d[3], d[4])
		}},
	{"layerNormRow", 4, 0,
		func(s [][]float32, _ [][]float64) { layerNormRow(s[0], s[1], s[2], s[3], 0.3, 1.7) },
		func(s [][]float32, _ [][]float64) { layerNormRowGeneric(s[0], s[1], s[2], s[3], 0.3, 1.7) }},
	{"layerNormRowBackward", 4, 0,
		func(s [][]float32, _ [][]float64) {
			layerNormRowBackward(s[0], s[1], s[2], s[3], 0.3, 1.7, -0.1, 0.7)
		},
		func(s [][]float32, _ [][]float64) {
			layerNormRowBackwardGeneric(s[0], s[1], s[2], s[3], 0.3, 1.7, -0.1, 0.7)
		}},
	{"layerNormSlopes", 3, 0,
		func(s [][]float32, _ [][]float64) { layerNormSlopes(s[0], s[1], s[2], 0.3, 1.7) },
		func(s [][]float32, _ [][]float64) { layerNormSlopesGeneric(s[0], s[1], s[2], 0.3, 1.7) }},
}

// TestMixedTwins compares in every tier: at all short lengths, with all operands
// between page guards, before and behind, and canaries on the other side.
func TestMixedTwins(t *testing.T) {
	lengths := []int{1000, maxCall + 5}
	for n := range 67 {
		lengths = append(lengths, n)
	}
	if testing.Short() {
		lengths = []int{0, 1, 3, 7, 8, 15, 33}
	}
	most := slices.Max(lengths)
	singles, doubles := newArenas[float32](t, 4, most), newArenas[float64](t, 5, most)
	for _, k := range mixedKernels {
		for _, n := range lengths {
			for kind := range 4 {
				if n > 66 && kind > 0 {
					continue
				}
				s, d := drawAll[float32](k.singles, n, kind), drawAll[float64](k.doubles, n, kind)
				wantSingles, wantDoubles := clones(s), clones(d)
				k.twin(wantSingles, wantDoubles)
				eachTier(func(x tier.Tier) {
					for _, at := range []placement{atBack, atFront, atOffset(3)} {
						gotSingles, startSingles := placeAll(singles, s, at)
						gotDoubles, startDoubles := placeAll(doubles, d, at)
						context := fmt.Sprintf("%v: %s of %d elements %s", x, k.name, n, at.name)
						if reason := guard.Fault(func() { k.run(gotSingles, gotDoubles) }); reason != nil {
							t.Fatalf("%s: %v", context, reason)
						}
						compareAll(t, context, singles, startSingles, gotSingles, wantSingles)
						compareAll(t, context, doubles, startDoubles, gotDoubles, wantDoubles)
					}
				})
			}
		}
	}
}

func drawAll[T float](operands, n, kind int) (x [][]T) {
	s := []source[T]{ordinary[T](), wide[T](), special[T](), anyBits[T]()}[kind]
	for j := range operands {
		x = append(x, s.slice(n, newRand(uint64(100*kind+j))))
	}
	return x
}

func placeAll[T float](arenas []arena[T], x [][]T, at placement) (placed [][]T, starts []int) {
	for j, v := range x {
		starts = append(starts, at.start(j, len(v), len(arenas[j])))
		placed = append(placed, arenas[j].place(starts[j], v))
	}
	return placed, starts
}

func compareAll[T float](t *testing.T, context string, arenas []arena[T], starts []int, got, want [][]T) {
	t.Helper()
	for j := range want {
		expectSame(t, got[j], want[j], "%s: operand %d", context, j)
		if !arenas[j].intact(starts[j], len(want[j])) {
			t.Fatalf("%s: it writes outside operand %d", context, j)
		}
	}
}

// A normalisation is what the tests below know of a batch.
type normalisation struct {
	x, dy                        Matrix
	weight, bias                 []float32
	mean, variance, inverse      []float64 // of columns
	sum, product, share, portion []float64 // of columns; divided by the rows
	factor                       []float64
}

const testEpsilon = 1e-3

// newNormalisation computes the statistics as their definitions have them.
func newNormalisation(rows, cols int) normalisation {
	r := newRand(uint64(rows*1000 + cols))
	matrix := func() Matrix {
		return Matrix{rows, cols, cols + 3, operand(r, ordinary[float32](), rows, cols, cols+3, canary)}
	}
	b := normalisation{x: matrix(), dy: matrix(), weight: ordinary[float32]().slice(cols, r), bias: ordinary[float32]().slice(cols, r)}
	for _, v := range []*[]float64{&b.mean, &b.variance, &b.inverse, &b.sum, &b.product, &b.share, &b.portion, &b.factor} {
		*v = make([]float64, cols)
	}
	n := float64(rows)
	for j := range cols {
		for i := range rows {
			b.mean[j] += float64(b.x.Row(i)[j])
		}
		b.mean[j] /= n
		for i := range rows {
			d := float64(b.x.Row(i)[j]) - b.mean[j]
			b.variance[j] += float64(d * d)
		}
		b.variance[j] /= n
		b.inverse[j] = 1 / math.Sqrt(b.variance[j]+testEpsilon)
		for i := range rows {
			d := float64(b.dy.Row(i)[j])
			b.sum[j] += d
			b.product[j] += float64(d * float64((float64(b.x.Row(i)[j])-b.mean[j])*b.inverse[j]))
		}
		b.share[j], b.portion[j], b.factor[j] = b.sum[j]/n, b.product[j]/n, b.inverse[j]*float64(b.weight[j])
	}
	return b
}

// each returns a matrix of elements.
func (b normalisation) each(f func(i, j int) float64) Matrix {
	m := NewMatrix(b.x.Rows, b.x.Cols)
	for i := range m.Rows {
		for j := range m.Cols {
			m.Row(i)[j] = float32(f(i, j))
		}
	}
	return m
}

// TestNormalisations compares the functions on matrices with elements between
// their rows with loops over columns or single rows.
func TestNormalisations(t *testing.T) {
	for rows := 1; rows <= 9; rows++ {
		for _, cols := range []int{1, 5, 16, 37} {
			b := newNormalisation(rows, cols)
			eachTier(func(x tier.Tier) {
				context := fmt.Sprintf("%v: %d x %d", x, rows, cols)
				b.checkBatchNorm(t, context)
				b.checkLayerNorm(t, context)
			})
		}
	}
}

func (b normalisation) checkBatchNorm(t *testing.T, context string) {
	t.Helper()
	cols := b.x.Cols
	one, two := make([]float64, cols), make([]float64, cols)
	one[0] = math.NaN() // what was there does not matter
	ColumnMoments(one, two, b.x)
	expectSame(t, one, b.mean, "%s: mean", context)
	expectSame(t, two, b.variance, "%s: variance", context)
	BatchNormSums(one, two, b.dy, b.x, b.mean, b.inverse)
	expectSame(t, one, b.sum, "%s: sums", context)
	expectSame(t, two, b.product, "%s: products", context)
	squares, want := make([]float64, cols), make([]float64, cols)
	AddColumnSquares(squares, b.x)
	for i := range b.x.Rows {
		for j, v := range b.x.Row(i) {
			want[j] += float64(v) * float64(v)
		}
	}
	expectSame(t, squares, want, "%s: squares", context)

	n := func(i, j int) float64 { return float64((float64(b.x.Row(i)[j]) - b.mean[j]) * b.inverse[j]) }
	y := NewMatrix(b.x.Rows, cols)
	BatchNorm(y, b.x, b.mean, b.inverse, b.weight, b.bias)
	expectSame(t, y.Data, b.each(func(i, j int) float64 {
		return float64(n(i, j)*float64(b.weight[j])) + float64(b.bias[j])
	}).Data, "%s: BatchNorm", context)
	BatchNormBackward(y, b.dy, b.x, b.mean, b.inverse, b.share, b.portion, b.factor)
	expectSame(t, y.Data, b.each(func(i, j int) float64 {
		return (float64(b.dy.Row(i)[j]) - b.share[j] - float64(n(i, j)*b.portion[j])) * b.factor[j]
	}).Data, "%s: BatchNormBackward", context)
}

func (b normalisation) checkLayerNorm(t *testing.T, context string) {
	t.Helper()
	rows, cols := b.x.Rows, b.x.Cols
	n, g := make([][]float64, rows), make([][]float64, rows)
	inverse, share, portion := make([]float64, rows), make([]float64, rows), make([]float64, rows)
	for i := range rows {
		mean, variance := 0.0, 0.0
		for _, v := range b.x.Row(i) {
			mean += float64(v)
		}
		mean /= float64(cols)
		for _, v := range b.x.Row(i) {
			d := float64(v) - mean
			variance += float64(d * d)
		}
		inverse[i] = 1 / math.Sqrt(variance/float64(cols)+testEpsilon)
		for j, v := range b.x.Row(i) {
			n[i] = append(n[i], float64((float64(v)-mean)*inverse[i]))
			g[i] = append(g[i], float64(b.dy.Row(i)[j])*float64(b.weight[j]))
			share[i] += g[i][j]
			portion[i] += float64(g[i][j] * n[i][j])
		}
		share[i] /= float64(cols)
		portion[i] /= float64(cols)
	}
	y := NewMatrix(rows, cols)
	LayerNorm(y, b.x, b.weight, b.bias, testEpsilon)
	expectSame(t, y.Data, b.each(func(i, j int) float64 {
		return float64(n[i][j]*float64(b.weight[j])) + float64(b.bias[j])
	}).Data, "%s: LayerNorm", context)
	LayerNormBackward(y, b.dy, b.x, b.weight, testEpsilon)
	expectSame(t, y.Data, b.each(func(i, j int) float64 {
		return (g[i][j] - share[i] - float64(n[i][j]*portion[i])) * inverse[i]
	}).Data, "%s: LayerNormBackward", context)

	first := cols / 3
	grad, want := slices.Clone(b.bias[first:]), slices.Clone(b.bias[first:])
	LayerNormGrad(grad, b.dy, b.x, first, testEpsilon)
	for i := range rows {
		for j := range want {
			want[j] += float32(float64(b.dy.Row(i)[first+j]) * n[i][first+j])
		}
	}
	expectSame(t, grad, want, "%s: LayerNormGrad", context)
}

// TestNormalisationsInPlace: results may take the place of one of their sources.
func TestNormalisationsInPlace(t *testing.T) {
	b := newNormalisation(6, 21)
	batchNorm := func(y, _, x Matrix) { BatchNorm(y, x, b.mean, b.inverse, b.weight, b.bias) }
	layerNorm := func(y, _, x Matrix) { LayerNorm(y, x, b.weight, b.bias, testEpsilon) }
	prelu := func(y, _, x Matrix) { PReLU(y, x, b.weight) }
	for name, f := range map[string]func(dst, dy, x Matrix){
		"BatchNorm": batchNorm, "LayerNorm": layerNorm, "PReLU": prelu,
		"BatchNormBackward": func(dx, dy, x Matrix) {
			BatchNormBackward(dx, dy, x, b.mean, b.inverse, b.share, b.portion, b.factor)
		},
		"LayerNormBackward": func(dx, dy, x Matrix) { LayerNormBackward(dx, dy, x, b.weight, testEpsilon) },
		"PReLUBackward":     func(dx, dy, x Matrix) { PReLUBackward(dx, dy, x, b.weight) },
	} {
		clone := func(m Matrix) Matrix {
			m.Data = slices.Clone(m.Data)
			return m
		}
		want, inX, inDy := clone(b.x), clone(b.x), clone(b.dy)
		f(want, b.dy, b.x)
		f(inX, b.dy, inX)
		expectSame(t, inX.Data, want.Data, "%s in place of x", name)
		if name == "BatchNormBackward" || name == "LayerNormBackward" || name == "PReLUBackward" {
			want = clone(b.dy)
			f(want, b.dy, b.x)
			f(inDy, inDy, b.x)
			expectSame(t, inDy.Data, want.Data, "%s in place of dy", name)
		}
	}
}

func TestNormalisationPanics(t *testing.T) {
	m, n := NewMatrix(2, 3), NewMatrix(2, 4)
	v, w, d, e := make([]float32, 3), make([]float32, 4), make([]float64, 3), make([]float64, 4)
	shifted := Matrix{2, 3, 3, make([]float32, 9)}
	behind := Matrix{2, 3, 3, shifted.Data[1:]}
	for want, f := range map[string]func(){
		"ColumnMoments: len(mean) = 4":                func() { ColumnMoments(e, d, m) },
		"ColumnMoments: len(variance) = 4":            func() { ColumnMoments(d, e, m) },
		"AddColumnSquares: len(dst) = 4":              func() { AddColumnSquares(e, m) },
		"BatchNorm: dst is 2 x 4, x is 2 x 3":         func() { BatchNorm(n, m, d, d, v, v) },
		"BatchNorm: len(inverse) = 4":                 func() { BatchNorm(m, m, d, e, v, v) },
		"BatchNorm: len(weight) = 4":                  func() { BatchNorm(m, m, d, d, w, v) },
		"BatchNorm: len(bias) = 4":                    func() { BatchNorm(m, m, d, d, v, w) },
		"BatchNorm: dst overlaps x":                   func() { BatchNorm(shifted, behind, d, d, v, v) },
		"BatchNorm: weight overlaps dst":              func() { BatchNorm(shifted, m, d, d, shifted.Data[1:4], v) },
		"BatchNorm: bias overlaps dst":                func() { BatchNorm(shifted, m, d, d, v, shifted.Data[5:8]) },
		"LayerNorm: weight overlaps dst":              func() { LayerNorm(shifted, m, shifted.Data[:3], v, 1) },
		"LayerNorm: bias overlaps dst":                func() { LayerNorm(shifted, m, v, shifted.Data[4:7], 1) },
		"LayerNormBackward: weight overlaps dx":       func() { LayerNormBackward(shifted, m, m, shifted.Data[2:5], 1) },
		"LayerNormGrad: dst overlaps dy":              func() { LayerNormGrad(shifted.Data[1:4], shifted, m, 0, 1) },
		"LayerNormGrad: dst overlaps x":               func() { LayerNormGrad(shifted.Data[1:4], m, shifted, 0, 1) },
		"PReLU: slope overlaps dst":                   func() { PReLU(shifted, m, shifted.Data[1:4]) },
		"PReLUBackward: slope overlaps dx":            func() { PReLUBackward(shifted, m, m, shifted.Data[1:4]) },
		"PReLUGrad: dst overlaps dy":                  func() { PReLUGrad(shifted.Data[1:4], shifted, m) },
		"PReLUGrad: dst overlaps x":                   func() { PReLUGrad(shifted.Data[1:4], m, shifted) },
		"BatchNormSums: len(row of dy) = 4":           func() { BatchNormSums(d, d, n, m, d, d) },
		"BatchNormSums: len(column of dy) = 1":        func() { BatchNormSums(d, d, NewMatrix(1, 3), m, d, d) },
		"BatchNormSums: len(product) = 4":             func() { BatchNormSums(d, e, m, m, d, d) },
		"BatchNormBackward: dst is 2 x 3, x is 2 x 4": func() { BatchNormBackward(m, n, m, d, d, d, d, d) },
		"BatchNormBackward: len(sum) = 4":             func() { BatchNormBackward(m, m, m, d, d, e, d, d) },
		"BatchNormBackward: len(factor) = 4":          func() { BatchNormBackward(m, m, m, d, d, d, d, e) },
		"LayerNorm: len(weight) = 4":                  func() { LayerNorm(m, m, w, v, 1) },
		"LayerNormBackward: len(weight) = 4":          func() { LayerNormBackward(m, m, m, w, 1) },
		"LayerNormGrad: 3 columns from column 2 on":   func() { LayerNormGrad(v, m, m, 2, 1) },
		"LayerNormGrad: 3 columns from column -1 on":  func() { LayerNormGrad(v, m, m, -1, 1) },
		"LayerNormGrad: 3 columns from column 9":      func() { LayerNormGrad(v, m, m, math.MaxInt, 1) }, // the end wraps around
		"LayerNormGrad: 4 columns from column 0 on":   func() { LayerNormGrad(w, m, m, 0, 1) },
		"PReLU: len(slope) = 4":                       func() { PReLU(m, m, w) },
		"PReLUBackward: len(slope) = 4":               func() { PReLUBackward(m, m, m, w) },
		"PReLUGrad: len(dst) = 4":                     func() { PReLUGrad(w, m, m) },
		"AddSigns: len(g) = 4":                        func() { AddSigns(w, v, 1) },
	} {
		expectMessage(t, recovered(f), want)
	}
}

func expectMessage(t *testing.T, got, want string) {
	t.Helper()
	if len(got) < len("kernels: ")+len(want) || got[:len("kernels: ")+len(want)] != "kernels: "+want {
		t.Errorf("panics with %q, want one that begins with %q", got, "kernels: "+want)
	}
}
