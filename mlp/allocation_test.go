//go:build !race

package mlp

import "testing"

// TestRowPredictionDoesNotAllocate does not run under the race detector,
// which makes sync.Pool forget at random.
func TestRowPredictionDoesNotAllocate(t *testing.T) {
	for _, classes := range [][]string{{setosa, versicolor}, {setosa, versicolor, virginica}} {
		model, x, _ := fitFlowers(t, classes...)
		probabilities := make([]float32, len(classes))
		allocations := testing.AllocsPerRun(200, func() {
			if _, err := model.PredictRow(x[0]); err != nil {
				t.Error(err)
			}
			if err := model.PredictProbaRow(probabilities, x[1]); err != nil {
				t.Error(err)
			}
		})
		if allocations != 0 {
			t.Errorf("%d classes: %v allocations for a row", len(classes), allocations)
		}
	}
	hillX, hillY := hills(40)
	r := fastRegressor()
	r.Scaler, r.TargetScaler = NewStandardScaler(), NewStandardScaler()
	model := mustFitRegressor(t, r, hillX, hillY)
	if allocations := testing.AllocsPerRun(200, func() {
		if _, err := model.PredictRow(hillX[0]); err != nil {
			t.Error(err)
		}
	}); allocations != 0 {
		t.Errorf("regressor: %v allocations for a row", allocations)
	}
}
