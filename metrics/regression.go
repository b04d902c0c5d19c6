package metrics

import (
	"fmt"
	"math"
	"slices"
)

// MSE returns the mean squared error:
//
//	(1/n) * sum_i (truth[i] - predicted[i])^2
//
// It fails if the two differ in length or are empty, as do [MAE] and [R2]. NaN
// in gives NaN out.
func MSE[F Float](truth, predicted []F) (float64, error) {
	return meanOf("MSE", truth, predicted, square)
}

// MAE returns the mean absolute error:
//
//	(1/n) * sum_i |truth[i] - predicted[i]|
func MAE[F Float](truth, predicted []F) (float64, error) {
	return meanOf("MAE", truth, predicted, math.Abs)
}

// R2 returns the coefficient of determination, the share of the variance that
// the predictions explain:
//
//	1 - sum_i (truth[i] - predicted[i])^2 / sum_i (truth[i] - mean)^2
//
// 1 is perfect, and predicting the mean gives 0. If all true values are equal, as
// a single one is, it is 1 for perfect predictions and 0 else.
func R2[F Float](truth, predicted []F) (float64, error) {
	residual, err := meanOf("R2", truth, predicted, square)
	if err != nil {
		return 0, err
	}
	if isConstant(truth) { // whose mean may be rounded, so that the variance is not 0
		if residual == 0 {
			return 1, nil
		}
		return 0, nil
	}
	mean := 0.0
	for _, v := range truth {
		mean += float64(v)
	}
	mean /= float64(len(truth))
	variance := 0.0
	for _, v := range truth {
		d := float64(v) - mean
		variance += float64(d * d)
	}
	variance /= float64(len(truth))
	return 1 - residual/variance, nil
}

// isConstant reports whether all numbers are equal, which NaN never is.
func isConstant[F Float](numbers []F) bool {
	return !slices.ContainsFunc(numbers, func(v F) bool { return v != numbers[0] })
}

func square(d float64) float64 { return float64(d * d) }

// meanOf returns the mean of a function of the differences.
func meanOf[F Float](metric string, truth, predicted []F, f func(float64) float64) (float64, error) {
	if len(truth) == 0 || len(predicted) != len(truth) {
		return 0, fmt.Errorf("metrics: %s: %d predictions for %d true values, want as many, and at least one", metric, len(predicted), len(truth))
	}
	sum := 0.0
	for i, v := range truth {
		sum += f(float64(v) - float64(predicted[i]))
	}
	return sum / float64(len(truth)), nil
}
