package kernels

// Lanes and segments of the reductions (class lanes): element i belongs to
// lane i mod reductionLanes, and every reductionSegment elements the lanes are
// folded and a new set begins. Both are part of the bit contract.
const (
	reductionLanes   = 64
	reductionSegment = 16384
)

// Dot returns the dot product of x and y, the sum of x[i]*y[i].
//
// Class lanes: 64 fused multiply-add chains from +0, element i on lane
// i mod 64, folded by halves (lane l gains lane l+32, then +16, +8, +4, +2,
// +1), plus +0; segments of 16384 elements are added in order. The relative
// error is bounded by about n/64 + 6 units in the last place of the sum of
// |x[i]*y[i]|. The result of empty vectors is 0. It panics if the lengths
// differ.
func Dot[T float32 | float64](x, y []T) T { return dot(x, y) }

// dotSegments is called by dot where the vectors have several segments or
// different lengths.
func dotSegments[T float32 | float64](x, y []T) T {
	checkLen("Dot", "y", len(y), "x", len(x))
	var sum T
	for len(x) > reductionSegment {
		sum += dot(x[:reductionSegment], y[:reductionSegment])
		x, y = x[reductionSegment:], y[reductionSegment:]
	}
	return sum + dot(x, y)
}

func dotGeneric[T float32 | float64](x, y []T) T {
	var lanes [reductionLanes]T
	for i := range x {
		l := &lanes[i%reductionLanes]
		*l = fma(x[i], y[i], *l)
	}
	return foldLanes(&lanes)
}

// Sum returns the sum of the elements of x.
//
// Class lanes, as [Dot] with additions for the chains. The result of an empty
// vector is 0.
func Sum[T float32 | float64](x []T) T { return sum(x) }

// sumSegments is called by sum where the vector has several segments.
func sumSegments[T float32 | float64](x []T) T {
	var total T
	for len(x) > reductionSegment {
		total += sum(x[:reductionSegment])
		x = x[reductionSegment:]
	}
	return total + sum(x)
}

func sumGeneric[T float32 | float64](x []T) T {
	var lanes [reductionLanes]T
	for i, v := range x {
		lanes[i%reductionLanes] += v
	}
	return foldLanes(&lanes)
}

// foldLanes adds the lanes by halves. The final +0 turns a -0, which only an
// underflow can leave on all lanes, into +0, so that tiers may treat the lanes
// that a tail does not reach as they like.
func foldLanes[T float32 | float64](lanes *[reductionLanes]T) T {
	for half := reductionLanes / 2; half > 0; half /= 2 {
		for l := range half {
			lanes[l] += lanes[l+half]
		}
	}
	return lanes[0] + 0
}
