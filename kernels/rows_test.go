package kernels

import (
	"math"
	"slices"
	"testing"

	rounded "github.com/lockstep-ml/lockstep/internal/reference"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// softmaxOracle is a row of Softmax as its contract has it: m = max (exact),
// d = fl(x - m), e = Exp(d) (rounded), s = Sum(e) (lanes), fl(e / s).
func softmaxOracle(x []float32) []float32 {
	m := slices.Max(x) // NaN if any element is
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = rounded.Exp.Round(v - m)
	}
	sum := sumOracle(y)
	for i := range y {
		y[i] /= sum
	}
	return y
}

// logSoftmaxOracle: l = Log(s) (rounded), fl(d - l).
func logSoftmaxOracle(x []float32) []float32 {
	m := slices.Max(x)
	e, y := make([]float32, len(x)), make([]float32, len(x))
	for i, v := range x {
		y[i] = v - m
		e[i] = rounded.Exp.Round(y[i])
	}
	l := rounded.Log.Round(sumOracle(e))
	for i := range y {
		y[i] -= l
	}
	return y
}

func TestSoftmax(t *testing.T)    { testRows(t, "Softmax", Softmax, softmaxOracle) }
func TestLogSoftmax(t *testing.T) { testRows(t, "LogSoftmax", LogSoftmax, logSoftmaxOracle) }

// testRows compares a function of rows with its oracle, in place and not.
func testRows(t *testing.T, name string, f func(dst, x Matrix), oracle func(x []float32) []float32) {
	sizes := []int{1, 2, 3, 10, narrowCols, narrowCols + 1, 31, 63, 64, 65, 100, 129, 1000, reductionSegment + 3}
	if testing.Short() {
		sizes = []int{1, 10, 65}
	}
	r := newRand(13)
	for _, s := range []source[float32]{ordinary[float32](), wide[float32](), special[float32]()} {
		for _, cols := range sizes {
			rows := 3
			if cols <= 2*narrowCols {
				rows = narrowRows + 3
			}
			stride := cols + r.IntN(4)
			x := Matrix{rows, cols, stride, operand(r, s, rows, cols, stride, canary)}
			want := slices.Clone(x.Data)
			for i := range rows {
				copy(want[i*stride:], oracle(x.Row(i)))
			}
			eachTier(func(tier tier.Tier) {
				dst := Matrix{rows, cols, stride, make([]float32, len(x.Data))}
				for i := range dst.Data {
					dst.Data[i] = canary
				}
				before := slices.Clone(x.Data)
				f(dst, x)
				expectSame(t, dst.Data, want, "%v: %s of %d x %d %s elements", tier, name, rows, cols, s.name)
				expectSame(t, x.Data, before, "%v: x after %s", tier, name)

				inPlace := Matrix{rows, cols, stride, before}
				f(inPlace, inPlace)
				expectSame(t, inPlace.Data, want, "%v: %s of %d x %d %s elements in place", tier, name, rows, cols, s.name)
			})
		}
	}
}

// TestSoftmaxValues checks what is known without an oracle.
func TestSoftmaxValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	eachTier(func(x tier.Tier) {
		for _, c := range []struct{ x, want []float32 }{
			{[]float32{7}, []float32{1}},
			{[]float32{5, 5, 5, 5}, []float32{0.25, 0.25, 0.25, 0.25}},
			{[]float32{1e30, 1e30}, []float32{0.5, 0.5}},
			{[]float32{math.MaxFloat32, -math.MaxFloat32}, []float32{1, 0}},
			{[]float32{-inf, 3, -inf, 3}, []float32{0, 0.5, 0, 0.5}},
			{[]float32{1, nan, 2}, []float32{nan, nan, nan}},
			{[]float32{1, inf, 2}, []float32{nan, nan, nan}},
			{[]float32{-inf, -inf}, []float32{nan, nan}},
		} {
			y := NewMatrix(1, len(c.x))
			Softmax(y, MatrixOf([][]float32{c.x}))
			expectSame(t, y.Data, c.want, "%v: Softmax(%v)", x, c.x)
		}

		// Against float64: e^d and the sum are rounded, and so is d itself.
		row := ordinary[float32]().slice(100, newRand(14))
		y := NewMatrix(1, len(row))
		Softmax(y, MatrixOf([][]float32{row}))
		var sum, exactSum float64
		for i := range row {
			sum += float64(y.Data[i])
			exactSum += math.Exp(float64(row[i]))
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("%v: a row of Softmax sums to %v", x, sum)
		}
		for i := range row {
			if want := math.Exp(float64(row[i])) / exactSum; math.Abs(float64(y.Data[i])/want-1) > 1e-6 {
				t.Errorf("%v: Softmax gives %v, want %v", x, y.Data[i], want)
			}
		}
	})
}

// TestRowSums compares AddBias and AddColumnSums with loops over elements. The
// operands end where their memory does.
func TestRowSums(t *testing.T) {
	r := newRand(15)
	memory := newArenas[float32](t, 2, 5*(maxCall+5))
	atEnd := func(i int, x []float32) []float32 { return memory[i].place(len(memory[i])-len(x), x) }
	for _, s := range []source[float32]{ordinary[float32](), special[float32]()} {
		for _, rows := range []int{0, 1, 2, 5} {
			for _, cols := range []int{1, 7, 8, 10, 32, 33, 130, 189, 255, maxCall + 3} {
				stride := cols + r.IntN(3)
				m := Matrix{rows, cols, stride, operand(r, s, rows, cols, stride, canary)}
				bias := s.slice(cols, r)
				biased, sums := slices.Clone(m.Data), slices.Clone(bias)
				for i := range rows {
					for j := range cols {
						biased[i*stride+j] += bias[j]
						sums[j] += m.Data[i*stride+j]
					}
				}
				eachTier(func(x tier.Tier) {
					y, dst := Matrix{rows, cols, stride, atEnd(0, m.Data)}, atEnd(1, bias)
					AddBias(y, dst)
					expectSame(t, y.Data, biased, "%v: AddBias to %d x %d %s elements", x, rows, cols, s.name)
					expectSame(t, dst, bias, "%v: the bias after AddBias", x)
					atEnd(0, m.Data)
					AddColumnSums(dst, y)
					expectSame(t, dst, sums, "%v: AddColumnSums of %d x %d %s elements", x, rows, cols, s.name)
				})
			}
		}
	}
}

// TestLogSoftmaxValues checks what is known without an oracle.
func TestLogSoftmaxValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	eachTier(func(x tier.Tier) {
		for _, c := range []struct{ x, want []float32 }{
			{[]float32{7}, []float32{0}},
			{[]float32{5, 5}, []float32{-math.Ln2, -math.Ln2}},
			{[]float32{1000, 0}, []float32{0, -1000}},
			{[]float32{-inf, 3, 3}, []float32{-inf, -math.Ln2, -math.Ln2}},
			{[]float32{1, nan}, []float32{nan, nan}},
			{[]float32{1, inf}, []float32{nan, nan}},
			{[]float32{-inf, -inf}, []float32{nan, nan}},
		} {
			y := NewMatrix(1, len(c.x))
			LogSoftmax(y, MatrixOf([][]float32{c.x}))
			expectSame(t, y.Data, c.want, "%v: LogSoftmax(%v)", x, c.x)
		}
	})
}

func TestRowMax(t *testing.T) {
	nan := float32(math.NaN())
	x := MatrixOf([][]float32{{1, 3, 2}, {-1, -3, -2}, {1, nan, 2}})
	eachTier(func(tier tier.Tier) {
		dst := make([]float32, 3)
		RowMax(dst, x)
		expectSame(t, dst, []float32{3, -1, nan}, "%v: RowMax", tier)
	})
}
