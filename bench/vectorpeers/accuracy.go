package main

import "math"

// The inputs of the accuracy column: every stride-th float32, that is half a
// million of them in all binades.
const (
	stride = 8191
	inputs = 1 << 32 / stride
)

// largestErrors returns the largest error of each contestant that has the
// operation, by name, in ulp, over the inputs whose exact result is a normal float32.
func largestErrors(all []contestant, op operation) (map[string]float64, error) {
	const chunk = 1 << 13
	largest, y := map[string]float64{}, make([]float32, chunk)
	for first := 0; first < inputs; first += chunk {
		keep := normalResults(op, first, chunk)
		for _, c := range all {
			if !c.has(op, functionSize) {
				continue
			}
			if err := c.evaluate(op, uint32(first*stride), stride, y); err != nil {
				return nil, err
			}
			for _, j := range keep {
				largest[c.String()] = max(largest[c.String()], op.exact.Ulps(y[j], input(first+j)))
			}
		}
	}
	return largest, nil
}

func input(i int) float32 { return math.Float32frombits(uint32(i * stride)) }

// normalResults returns which of the inputs first, first+1, ... have a result
// that is neither denormal nor 0, infinite or NaN.
func normalResults(op operation, first, count int) []int {
	var keep []int
	for j := range count {
		x := input(first + j)
		if math.IsInf(float64(x), 0) {
			continue
		}
		if y := math.Abs(float64(op.exact.Round(x))); y >= 0x1p-126 && y <= math.MaxFloat32 {
			keep = append(keep, j)
		}
	}
	return keep
}
