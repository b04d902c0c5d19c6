package metrics

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Float is the type of scores, probabilities and targets.
type Float interface{ ~float32 | ~float64 }

// ROCAUC returns the area under the receiver operating characteristic: the
// probability that a random row of the positive class has a higher score than
// a random row of another one, where equal scores count half. The scores need
// not be probabilities.
//
// It fails if the two differ in length, if a score is NaN, or if all rows are of
// the positive class or none is.
func ROCAUC[L Label, F Float](truth []L, scores []F, positive L) (float64, error) {
	groups, err := rank("ROCAUC", truth, scores, positive)
	if err != nil {
		return 0, err
	}
	area, above := 0.0, 0 // above: positive rows with a higher score
	total := group{}
	for _, g := range groups {
		area += float64(float64(g.others) * (float64(above) + float64(g.positive)/2))
		above += g.positive
		total.positive += g.positive
		total.others += g.others
	}
	if total.positive == 0 || total.others == 0 {
		return 0, fmt.Errorf("metrics: ROCAUC: %d rows of class %v and %d of others, want both", total.positive, positive, total.others)
	}
	return area / float64(total.positive) / float64(total.others), nil
}

// ROCAUCOneVsRest returns the mean of [ROCAUC] over the classes, each against
// all others with its column of the probabilities as scores: [Macro], or
// [Weighted] by the number of its rows. Each class must have rows.
func ROCAUCOneVsRest[L Label](truth []L, probabilities kernels.Matrix, classes []L, average Average) (float64, error) {
	const metric = "ROCAUCOneVsRest"
	if average != Macro && average != Weighted {
		return 0, fmt.Errorf("metrics: %s: the average is %v, want Macro or Weighted", metric, average)
	}
	if err := checkTable(metric, "probabilities", truth, probabilities, classes); err != nil {
		return 0, err
	}
	sum, weights := 0.0, 0.0
	column := make([]float32, len(truth))
	for k, class := range classes {
		rows := 0
		for i, label := range truth {
			column[i] = probabilities.Row(i)[k]
			if label == class {
				rows++
			}
		}
		area, err := ROCAUC(truth, column, class)
		if err != nil {
			return 0, err
		}
		weight := 1.0
		if average == Weighted {
			weight = float64(rows)
		}
		sum += float64(weight * area)
		weights += weight
	}
	return sum / weights, nil
}

// AveragePrecision summarises the curve of precision over recall that results
// when rows are predicted to be positive from a threshold of the score on:
//
//	sum_n (recall[n] - recall[n-1]) * precision[n]
//
// over the scores as thresholds, in descending order (without interpolation).
//
// It fails if the two differ in length, if a score is NaN, or if no row is of
// the positive class.
func AveragePrecision[L Label, F Float](truth []L, scores []F, positive L) (float64, error) {
	groups, err := rank("AveragePrecision", truth, scores, positive)
	if err != nil {
		return 0, err
	}
	sum, right, predicted := 0.0, 0, 0
	for _, g := range groups {
		right += g.positive
		predicted += g.positive + g.others
		sum += float64(float64(g.positive) * (float64(right) / float64(predicted)))
	}
	if right == 0 {
		return 0, fmt.Errorf("metrics: AveragePrecision: no row is of class %v", positive)
	}
	return sum / float64(right), nil
}

// group counts the rows with one score.
type group struct{ positive, others int }

// rank returns the groups of equal scores, the highest first.
func rank[L Label, F Float](metric string, truth []L, scores []F, positive L) ([]group, error) {
	if err := checkPaired(metric, "scores", len(scores), len(truth)); err != nil {
		return nil, err
	}
	order := make([]int, len(scores))
	for i, score := range scores {
		if score != score {
			return nil, fmt.Errorf("metrics: %s: the score of row %d is NaN", metric, i)
		}
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(scores[j], scores[i]) })
	var groups []group
	for n, i := range order {
		if n == 0 || scores[i] != scores[order[n-1]] {
			groups = append(groups, group{})
		}
		g := &groups[len(groups)-1]
		if truth[i] == positive {
			g.positive++
		} else {
			g.others++
		}
	}
	return groups, nil
}
