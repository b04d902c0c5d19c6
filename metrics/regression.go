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
// It fails if the two differ in length or are empty, as do the other metrics of
// numbers. NaN in gives NaN out.
func MSE[F Float](truth, predicted []F) (float64, error) {
	return meanOf("MSE", truth, predicted, square)
}

// MAE returns the mean absolute error:
//
//	(1/n) * sum_i |truth[i] - predicted[i]|
func MAE[F Float](truth, predicted []F) (float64, error) {
	return meanOf("MAE", truth, predicted, math.Abs)
}

// RMSE returns the root of the mean squared error, which is in the unit of the values.
func RMSE[F Float](truth, predicted []F) (float64, error) {
	mean, err := meanOf("RMSE", truth, predicted, square)
	return math.Sqrt(mean), err
}

// MAPE returns the mean absolute error relative to the true values, a fraction, not a
// percentage:
//
//	(1/n) * sum_i |truth[i] - predicted[i]| / max(|truth[i]|, 2^-52)
//
// True values of 0 make it enormous, as in scikit-learn; [MAE] suits them.
func MAPE[F Float](truth, predicted []F) (float64, error) {
	if err := checkNumbers("MAPE", truth, predicted); err != nil {
		return 0, err
	}
	sum := 0.0
	for i, v := range truth {
		t := float64(v)
		sum += math.Abs(t-float64(predicted[i])) / max(math.Abs(t), 0x1p-52)
	}
	return sum / float64(len(truth)), nil
}

// MedianAbsoluteError returns the median of |truth[i] - predicted[i]|, which a few gross
// errors do not change. Of an even number it is the mean of the two in the middle.
func MedianAbsoluteError[F Float](truth, predicted []F) (float64, error) {
	distances, err := differences("MedianAbsoluteError", truth, predicted)
	if err != nil {
		return 0, err
	}
	for i, d := range distances {
		if d != d {
			return d, nil
		}
		distances[i] = math.Abs(d)
	}
	slices.Sort(distances)
	middle := len(distances) / 2
	if len(distances)%2 == 1 {
		return distances[middle], nil
	}
	return (distances[middle-1] + distances[middle]) / 2, nil
}

// MaxError returns the largest |truth[i] - predicted[i]|.
func MaxError[F Float](truth, predicted []F) (float64, error) {
	distances, err := differences("MaxError", truth, predicted)
	largest := 0.0
	for _, d := range distances {
		largest = max(largest, math.Abs(d))
	}
	return largest, err
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
	return explained(residual, variance(truth)), nil
}

// ExplainedVariance is [R2] with the variance of the differences in place of their mean
// square: a constant error costs nothing.
//
//	1 - variance(truth - predicted) / variance(truth)
func ExplainedVariance[F Float](truth, predicted []F) (float64, error) {
	errors, err := differences("ExplainedVariance", truth, predicted)
	if err != nil {
		return 0, err
	}
	return explained(variance(errors), variance(truth)), nil
}

// explained returns the share of a variance that leaves a residual.
func explained(residual, variance float64) float64 {
	switch {
	case variance != 0 || residual != residual:
		return 1 - residual/variance
	case residual == 0:
		return 1
	}
	return 0
}

// variance returns the mean square of the distances from the mean.
func variance[F Float](numbers []F) float64 {
	if isConstant(numbers) { // whose mean may be rounded
		return 0
	}
	mean := 0.0
	for _, v := range numbers {
		mean += float64(v)
	}
	mean /= float64(len(numbers))
	sum := 0.0
	for _, v := range numbers {
		sum += square(float64(v) - mean)
	}
	return sum / float64(len(numbers))
}

// isConstant reports whether all numbers are equal, which NaN never is.
func isConstant[F Float](numbers []F) bool {
	return !slices.ContainsFunc(numbers, func(v F) bool { return v != numbers[0] })
}

func square(d float64) float64 { return float64(d * d) }

// meanOf returns the mean of a function of the differences.
func meanOf[F Float](metric string, truth, predicted []F, f func(float64) float64) (float64, error) {
	if err := checkNumbers(metric, truth, predicted); err != nil {
		return 0, err
	}
	sum := 0.0
	for i, v := range truth {
		sum += f(float64(v) - float64(predicted[i]))
	}
	return sum / float64(len(truth)), nil
}

// differences returns truth - predicted.
func differences[F Float](metric string, truth, predicted []F) ([]float64, error) {
	if err := checkNumbers(metric, truth, predicted); err != nil {
		return nil, err
	}
	d := make([]float64, len(truth))
	for i, v := range truth {
		d[i] = float64(v) - float64(predicted[i])
	}
	return d, nil
}

func checkNumbers[F Float](metric string, truth, predicted []F) error {
	if len(truth) == 0 || len(predicted) != len(truth) {
		return fmt.Errorf("metrics: %s: %d predictions for %d true values, want as many, and at least one", metric, len(predicted), len(truth))
	}
	return nil
}
