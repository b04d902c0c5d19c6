package mlp

import "fmt"

// rowWeights returns the weights of rows, with the factors of their classes
// unless there are none; nil if all are 1.
func rowWeights(rows int, sample []float64, class []int, factors []float64) ([]float32, error) {
	if sample == nil && factors == nil {
		return nil, nil
	}
	if sample != nil && len(sample) != rows {
		return nil, dataErrorf("%d sample weights for %d rows, want one for each row", len(sample), rows)
	}
	weights := make([]float32, rows)
	total := 0.0
	for i := range weights {
		w := 1.0
		if sample != nil {
			w = sample[i]
		}
		if factors != nil {
			w = float64(w * factors[class[i]])
		}
		weights[i] = float32(w)
		if !isFromZero(float64(weights[i])) {
			return nil, &DataError{Row: i, Column: -1, Reason: fmt.Sprintf("its weight is %v, want a number from 0", w)}
		}
		total += float64(weights[i]) // as training sees it: tiny ones are 0 there
	}
	if total == 0 {
		return nil, dataErrorf("the weights of all rows are 0, want some above")
	}
	return weights, nil
}

// A ClassWeighting says how much the rows of each class count. The zero value
// lets all count the same.
type ClassWeighting[L Label] struct {
	// ClassWeight multiplies the weights of the rows of a class; of a class
	// that it does not hold, by 1.
	ClassWeight map[L]float64

	// Balanced multiplies them by rows/(classes*rows of the class), so that
	// all classes count the same together. It is scikit-learn's "balanced".
	Balanced bool
}

// factors returns the weights of the classes, nil if all are 1. class holds the
// index of each row's.
func (w ClassWeighting[L]) factors(classes []L, class []int) ([]float64, error) {
	if len(w.ClassWeight) == 0 && !w.Balanced {
		return nil, nil
	}
	factors := make([]float64, len(classes))
	for k := range factors {
		factors[k] = 1
	}
	if w.Balanced {
		counts := make([]int, len(classes))
		for _, k := range class {
			counts[k]++
		}
		for k, count := range counts {
			factors[k] = float64(len(class)) / (float64(len(classes)) * float64(max(count, 1)))
		}
	}
	used := 0
	for k, name := range classes {
		given, ok := w.ClassWeight[name]
		if !ok {
			continue
		}
		if !isFromZero(given) {
			return nil, &SettingError{fmt.Sprintf("ClassWeight[%v]", name), given, wantFromZero}
		}
		factors[k] *= given
		used++
	}
	if used < len(w.ClassWeight) {
		return nil, &SettingError{"ClassWeight", w.ClassWeight, fmt.Sprintf("weights of the classes %v only", classes)}
	}
	return factors, nil
}
