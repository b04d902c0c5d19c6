package kernels

import "math"

// SumSquares returns the sum of x[i]*x[i].
//
// Class lanes: Dot(x, x). The result of an empty vector is 0.
func SumSquares[T float32 | float64](x []T) T { return Dot(x, x) }

// Asum returns the sum of the magnitudes of the elements of x, its 1-norm.
//
// Class lanes, as [Sum] of the magnitudes. The result of an empty vector is 0.
func Asum[T float32 | float64](x []T) T {
	if len(x) <= reductionSegment {
		return asum(x)
	}
	var total T
	for len(x) > reductionSegment {
		total += asum(x[:reductionSegment])
		x = x[reductionSegment:]
	}
	return total + asum(x)
}

func asumGeneric[T float32 | float64](x []T) T {
	var lanes [reductionLanes]T
	for i, v := range x {
		lanes[i%reductionLanes] += T(math.Abs(float64(v)))
	}
	return foldLanes(&lanes)
}

// AddSigns adds the gradient of factor*[Asum](x) to g: factor where x[i] > 0, -factor
// where x[i] < 0, +0 where it is 0 and NaN where it is. It panics if the lengths
// differ.
//
// Class element.
func AddSigns(g, x []float32, factor float32) {
	checkLen("AddSigns", "g", len(g), "x", len(x))
	addSigns(g, x, factor)
}

func addSignsGeneric(g, w []float32, factor float32) {
	for i, v := range w {
		switch {
		case v > 0:
			g[i] += factor
		case v < 0:
			g[i] -= factor
		default:
			g[i] += v - v // +0 or NaN
		}
	}
}

// SumSquares64 returns the sum of the squares of x in float64, the square of
// [Nrm2] before it is rounded.
//
// Class wide. The result of an empty vector is 0.
func SumSquares64(x []float32) float64 { return squaredDeviations(x, 0) }

// Nrm2 returns the Euclidean norm of x, the square root of [SumSquares].
//
// Class wide: of float32 the squares are exact in float64, their sum has
// float64 lanes, and the root is rounded once, so that nothing overflows or
// underflows on the way. Of float64 it is the rounded root of SumSquares, which
// is infinite if a square is. The result of an empty vector is 0.
func Nrm2[T float32 | float64](x []T) T {
	if isFloat32[T]() {
		return T(math.Sqrt(squaredDeviations(x, 0)))
	}
	return T(math.Sqrt(float64(SumSquares(x))))
}

// Mean returns the arithmetic mean of x.
//
// Class wide: the sum over float64 lanes, divided by the length in float64 and
// rounded once. It panics if x is empty.
func Mean[T float32 | float64](x []T) T {
	checkNotEmpty("Mean", len(x))
	return T(mean64(x))
}

// Variance returns the mean squared deviation of x from its mean, sum of
// (x[i]-mean)^2 divided by the number of elements (not by one less).
//
// Class wide, in two passes: the mean as in [Mean] but not rounded to float32;
// then the squares of the rounded differences, each rounded, added over float64
// lanes, divided by the length and rounded once. It panics if x is empty.
func Variance[T float32 | float64](x []T) T {
	checkNotEmpty("Variance", len(x))
	return T(squaredDeviations(x, mean64(x)) / float64(len(x)))
}

// mean64 returns the mean in float64.
func mean64[T float32 | float64](x []T) float64 {
	n := float64(len(x))
	if !isFloat32[T]() {
		return float64(Sum(x)) / n
	}
	total, rest := 0.0, as[float32](x)
	for len(rest) > reductionSegment {
		total += wideSum(rest[:reductionSegment])
		rest = rest[reductionSegment:]
	}
	return (total + wideSum(rest)) / n
}

func wideSumGeneric(x []float32) float64 {
	var lanes [reductionLanes]float64
	for i, v := range x {
		lanes[i%reductionLanes] += float64(v)
	}
	return foldLanes(&lanes)
}

// squaredDeviations returns the sum of (x[i]-center)^2 in float64.
func squaredDeviations[T float32 | float64](x []T, center float64) float64 {
	segment := func(x []T) float64 {
		if isFloat32[T]() {
			return wideDeviations(as[float32](x), center)
		}
		return deviations(as[float64](x), center)
	}
	var total float64
	for len(x) > reductionSegment {
		total += segment(x[:reductionSegment])
		x = x[reductionSegment:]
	}
	return total + segment(x)
}

func wideDeviationsGeneric(x []float32, center float64) float64 { return deviationsOf(x, center) }
func deviationsGeneric(x []float64, center float64) float64     { return deviationsOf(x, center) }

func deviationsOf[T float32 | float64](x []T, center float64) float64 {
	var lanes [reductionLanes]float64
	for i, v := range x {
		d := float64(v) - center
		lanes[i%reductionLanes] += float64(d * d)
	}
	return foldLanes(&lanes)
}
