package metrics

import (
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/kernels"
)

// LogLoss returns the mean negative logarithm of the probability that was
// given to the true class, the cross-entropy:
//
//	-(1/n) * sum_i log(p[i][k]),  classes[k] = truth[i]
//
// Row i of probabilities is of truth[i] and has a column for each class. So
// that one wrong certainty does not make the loss infinite, p is limited to
// [2^-23, 1 - 2^-23], as scikit-learn does for float32.
//
// It fails if shapes do not fit, a true label is not among the classes, a
// number is not in [0, 1] or a row does not add up to 1 within 0.001: logits
// are no probabilities.
func LogLoss[L Label](truth []L, probabilities kernels.Matrix, classes []L) (float64, error) {
	if err := checkTable("LogLoss", "probabilities", truth, probabilities, classes); err != nil {
		return 0, err
	}
	index := classIndex(classes)
	sum := 0.0
	for i, label := range truth {
		k, known := index[label]
		if !known {
			return 0, fmt.Errorf("metrics: LogLoss: label %v of row %d is not one of the %d classes", label, i, len(classes))
		}
		row := probabilities.Row(i)
		if err := checkDistribution(row); err != nil {
			return 0, fmt.Errorf("metrics: LogLoss: row %d: %w", i, err)
		}
		sum -= detmath.Log(min(max(float64(row[k]), 0x1p-23), 1-0x1p-23))
	}
	return sum / float64(len(truth)), nil
}

// checkTable reports numbers that do not have a row for each true label and a column for
// each class.
func checkTable[L Label](metric, what string, truth []L, table kernels.Matrix, classes []L) error {
	if err := checkPaired(metric, "rows of "+what, table.Rows, len(truth)); err != nil {
		return err
	}
	if table.Cols != len(classes) {
		return fmt.Errorf("metrics: %s: %d columns of %s for %d classes, want as many", metric, table.Cols, what, len(classes))
	}
	return nil
}

// checkDistribution reports a row that is no probability distribution.
func checkDistribution(row []float32) error {
	const tolerance = 0.001
	sum := 0.0
	for j, p := range row {
		if !(p >= 0 && p <= 1) {
			return fmt.Errorf("probability %v in column %d is not in [0, 1]", p, j)
		}
		sum += float64(p)
	}
	if math.Abs(sum-1) > tolerance {
		return fmt.Errorf("probabilities add up to %.4g, want 1", sum)
	}
	return nil
}
