package metrics

import (
	"errors"
	"fmt"
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
