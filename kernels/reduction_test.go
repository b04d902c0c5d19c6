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
