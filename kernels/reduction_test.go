package kernels

import (
	"math"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// The oracles below are written from the text of the contract, class lanes:
// "element i belongs to lane i mod 64; a lane is a sequential chain (fma for
// dot, add for sum); fold l += l+32, +16, +8, +4, +2, +1; then + (+0).
// Segments of exactly 16384 elements, their results added in order."

func dotOracle[T float](x, y []T) T {
	return lanesOracle(len(x), func(lane T, i int) T { return fma(x[i], y[i], lane) })
}

func sumOracle[T float](x []T) T {
	return lanesOracle(len(x), func(lane T, i int) T { return lane + x[i] })
}

func asumOracle[T float](x []T) T {
	return lanesOracle(len(x), func(lane T, i int) T { return lane + T(math.Abs(float64(x[i]))) })
}

// nrm2Oracle: of float32 the squares are exact in float64; of float64 it is the
// root of SumSquares.
func nrm2Oracle[T float](x []T) T {
	if !isFloat32[T]() {
		return T(math.Sqrt(float64(dotOracle(x, x))))
	}
	return T(math.Sqrt(deviationsOracle(x, 0)))
}

func meanOracle[T float](x []T) T { return T(wideMeanOracle(x)) }

func wideMeanOracle[T float](x []T) float64 {
	return lanesOracle(len(x), func(lane float64, i int) float64 { return lane + float64(x[i]) }) / float64(len(x))
}

func varianceOracle[T float](x []T) T {
	return T(deviationsOracle(x, wideMeanOracle(x)) / float64(len(x)))
}

func deviationsOracle[T float](x []T, center float64) float64 {
	return lanesOracle(len(x), func(lane float64, i int) float64 {
		d := float64(x[i]) - center
		square := float64(d * d)
		return lane + square
	})
}

func lanesOracle[T float](n int, step func(lane T, i int) T) T {
	segment := func(lo, hi int) T {
		lanes := make([]T, 64)
		for l := range lanes {
			for i := lo + l; i < hi; i += 64 {
				lanes[l] = step(lanes[l], i)
			}
		}
		return fold(lanes) + 0
	}
	total := segment(0, min(n, 16384))
	for lo := 16384; lo < n; lo += 16384 {
		total += segment(lo, min(n, lo+16384))
	}
	return total
}

// fold adds the second half of the lanes to the first until one is left.
func fold[T float](lanes []T) T {
	half := len(lanes) / 2
	if half == 0 {
		return lanes[0]
	}
	sums := make([]T, half)
	for l := range sums {
		sums[l] = lanes[l] + lanes[half+l]
	}
	return fold(sums)
}

// TestSumSquares64 compares with the lanes of float64, which Nrm2 rounds.
func TestSumSquares64(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 1000, 2*reductionSegment + 3} {
		x := wide[float32]().slice(n, newRand(uint64(n)))
		eachTier(func(tr tier.Tier) {
			if got, want := SumSquares64(x), deviationsOracle(x, 0); !same(got, want) {
				t.Errorf("%v: SumSquares64 of %d elements is %v, want %v", tr, n, got, want)
			}
		})
	}
}

// TestReductionValues checks sums that are known without an oracle.
func TestReductionValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	negativeZero := float32(math.Copysign(0, -1))
	ones := make([]float32, 100_000)
	for i := range ones {
		ones[i] = 1
	}
	// -(1 + 2^-11) + (1 + 2^-12)^2 on lane 0: rounding the square first, to
	// 1 + 2^-11, would leave 0.
	fusedX, fusedY := make([]float32, 65), make([]float32, 65)
	fusedX[0], fusedY[0] = 1+0x1p-11, -1
	fusedX[64], fusedY[64] = 1+0x1p-12, 1+0x1p-12
	vanishing, negated := make([]float32, 64), make([]float32, 64)
	for i := range vanishing {
		vanishing[i], negated[i] = 0x1p-149, -0x1p-149
	}
	eachTier(func(x tier.Tier) {
		for _, c := range []struct {
			name      string
			got, want float32
		}{
			{"Dot of nothing", Dot[float32](nil, nil), 0},
			{"Sum of nothing", Sum([]float32{}), 0},
			{"Dot(1 2 3, 4 5 6)", Dot([]float32{1, 2, 3}, []float32{4, 5, 6}), 32},
			{"Sum(1 2 3)", Sum([]float32{1, 2, 3}), 6},
			{"Dot of 100000 ones", Dot(ones, ones), 100_000},
			{"Sum of 100000 ones", Sum(ones), 100_000},
			{"Dot of products that vanish below 0 on every lane", Dot(vanishing, negated), 0},
			{"Sum(-0)", Sum([]float32{negativeZero}), 0},
			{"Dot(Inf, 0)", Dot([]float32{inf}, []float32{0}), nan},
			{"Sum(Inf, -Inf)", Sum([]float32{inf, -inf}), nan},
			{"Asum(-1 2 -3)", Asum([]float32{-1, 2, -3}), 6},
			{"Asum(-Inf, 1)", Asum([]float32{-inf, 1}), inf},
			{"SumSquares(3, 4)", SumSquares([]float32{3, 4}), 25},
			{"Nrm2(3, 4)", Nrm2([]float32{3, 4}), 5},
			{"Nrm2 of nothing", Nrm2[float32](nil), 0},
			{"Nrm2 of squares beyond float32", Nrm2([]float32{3e30, 4e30}), 5e30},
			{"Nrm2 of squares below float32", Nrm2([]float32{0x1.8p-140, 0x1p-139}), 0x1.4p-139},
			{"Mean(1 2 6)", Mean([]float32{1, 2, 6}), 3},
			{"Mean of largest numbers", Mean([]float32{math.MaxFloat32, math.MaxFloat32}), math.MaxFloat32},
			{"Variance(2 4 4 4 5 5 7 9)", Variance([]float32{2, 4, 4, 4, 5, 5, 7, 9}), 4},
			{"Variance of one", Variance([]float32{7}), 0},
			{"Variance far from 0", Variance([]float32{1e7 + 1, 1e7 + 2, 1e7 + 3}), 2.0 / 3},
			{"Mean(1, NaN)", Mean([]float32{1, nan}), nan},
			{"Max(-0)", Max([]float32{negativeZero, negativeZero}), 0},
			{"Max(-Inf)", Max([]float32{-inf}), -inf},
			{"Min(1, NaN, 2)", Min([]float32{1, nan, 2}), nan},
			{"ArgMax(1 5 5)", float32(ArgMax([]float32{1, 5, 5})), 1},
			{"ArgMax(-0 0)", float32(ArgMax([]float32{-1, negativeZero, 0})), 1},
			{"ArgMax(7 NaN)", float32(ArgMax([]float32{7, nan, nan})), 1},
			{"Sum(1, NaN)", Sum([]float32{1, nan}), nan},
			{"Sum(1, Inf)", Sum([]float32{1, inf}), inf},
			{"Dot on one lane, unrounded products", Dot(fusedX, fusedY), 0x1p-24},
			{"Dot of denormals", Dot([]float32{0x1p-149, 0x1p-149}, []float32{1, 2}), 3 * 0x1p-149},
		} {
			if !same(c.got, c.want) {
				t.Errorf("%v: %s = %s, want %s", x, c.name, hexFloat(c.got), hexFloat(c.want))
			}
		}
	})
}

// TestReductionError checks the published error bound of Dot against float64,
// in which the products are exact.
func TestReductionError(t *testing.T) {
	r := newRand(6)
	for _, n := range []int{1, 64, 1000, 10_000} {
		x, y := ordinary[float32]().slice(n, r), ordinary[float32]().slice(n, r)
		var exact, magnitude float64
		for i := range x {
			product := float64(x[i]) * float64(y[i])
			exact += product
			magnitude += math.Abs(product)
		}
		bound := float64(n/64+7) * 0x1p-23 * magnitude
		eachTier(func(tier tier.Tier) {
			if got := float64(Dot(x, y)); math.Abs(got-exact) > bound {
				t.Errorf("%v: Dot of %d elements = %v, want %v within %.2g", tier, n, got, exact, bound)
			}
		})
	}
}
