package metrics

import (
	"errors"
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Accuracy returns the fraction of rows whose predicted label is the true one:
//
//	(1/n) * sum_i [truth[i] = predicted[i]]
//
// It fails if the two differ in length or are empty.
func Accuracy[L comparable](truth, predicted []L) (float64, error) {
	if err := checkPaired("Accuracy", "predictions", len(predicted), len(truth)); err != nil {
		return 0, err
	}
	hits := 0
	for i, label := range truth {
		if predicted[i] == label {
			hits++
		}
	}
	return float64(hits) / float64(len(truth)), nil
}

// BalancedAccuracy returns the mean of the recalls of the classes, so that rare
// ones count as much as frequent ones. The classes are the true labels.
//
// It fails if the two differ in length or are empty.
func BalancedAccuracy[L Label](truth, predicted []L) (float64, error) {
	if err := checkPaired("BalancedAccuracy", "predictions", len(predicted), len(truth)); err != nil {
		return 0, err
	}
	_, all := countClasses(truth, predicted)
	sum, classes := 0.0, 0
	for _, c := range all {
		if c.support > 0 {
			sum += c.recall()
			classes++
		}
	}
	return sum / float64(classes), nil
}

// TopKAccuracy returns the fraction of rows whose true class is among the k with the highest
// scores, which may be probabilities or logits. Row i of scores is of truth[i] and has a
// column for each class.
//
// Of equal scores the class that comes first counts as the higher one, so that with k = 1 it
// is the accuracy of the predictions; in scikit-learn it is the last.
//
// It fails if shapes do not fit, a true label is not among the classes, a score is NaN, or k
// is not from 1 to the number of classes.
func TopKAccuracy[L Label](truth []L, scores kernels.Matrix, classes []L, k int) (float64, error) {
	const metric = "TopKAccuracy"
	if err := checkTable(metric, "scores", truth, scores, classes); err != nil {
		return 0, err
	}
	if k < 1 || k > len(classes) {
		return 0, fmt.Errorf("metrics: %s: k is %d, want a number from 1 to %d, that of the classes", metric, k, len(classes))
	}
	index := classIndex(classes)
	hits := 0
	for i, label := range truth {
		own, known := index[label]
		if !known {
			return 0, fmt.Errorf("metrics: %s: label %v of row %d is not one of the %d classes", metric, label, i, len(classes))
		}
		row, above := scores.Row(i), 0
		for j, score := range row {
			if score != score {
				return 0, fmt.Errorf("metrics: %s: the score of row %d in column %d is NaN", metric, i, j)
			}
			if score > row[own] || score == row[own] && j < own {
				above++
			}
		}
		if above < k {
			hits++
		}
	}
	return float64(hits) / float64(len(truth)), nil
}

// checkPaired reports operands that do not have one entry for each true label.
func checkPaired(metric, what string, got, labels int) error {
	if labels == 0 {
		return errors.New("metrics: " + metric + ": there are no true labels, want at least one")
	}
	if got != labels {
		return fmt.Errorf("metrics: %s: %d %s for %d true labels, want as many", metric, got, what, labels)
	}
	return nil
}
