package metrics

import "fmt"

// Brier returns the mean squared difference between the probabilities given to
// the positive class and what was true:
//
//	(1/n) * sum_i (p[i] - [truth[i] = positive])^2
//
// It fails if the two differ in length or are empty, or if a number is not in
// [0, 1].
func Brier[L Label, F Float](truth []L, probabilities []F, positive L) (float64, error) {
	if err := checkPaired("Brier", "probabilities", len(probabilities), len(truth)); err != nil {
		return 0, err
	}
	sum := 0.0
	for i, p := range probabilities {
		if !(p >= 0 && p <= 1) {
			return 0, fmt.Errorf("metrics: Brier: probability %v of row %d is not in [0, 1]", p, i)
		}
		d := float64(p)
		if truth[i] == positive {
			d = 1 - d
		}
		sum += float64(d * d)
	}
	return sum / float64(len(truth)), nil
}
