package mlp

import (
	"math"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// The weight hashes of version 1 of the bit contract, on every platform.
const (
	classifierHash = "9417bc423d44ba030e3e482c8057e42842681d21e8926bac1635cde1fdf06ad4"
	logisticHash   = "cebff0128fa0e37c557c8c0fbd61bdcb12f35cf5e27d456ac708aea032aa6da8"
)

func TestClassifierSameBits(t *testing.T) {
	x, y := flowers(70, setosa, versicolor, virginica)
	c := NewClassifier[string]()
	c.HiddenLayerSizes = []int{20, 10}
	c.Activation = Tanh
	c.BatchSize = 16
	c.MaxIter = 5
	c.Seed = 3
	c.EarlyStopping = true
	inEveryTier(t, func(t *testing.T, workers int) {
		c.Workers = workers
		if got := mustFit(t, c, x, y).Hash(); got != classifierHash {
			t.Errorf("%d workers: hash %s, want %s", workers, got, classifierHash)
		}
	})
}

func TestLogisticRegressionSameBits(t *testing.T) {
	x, y := flowers(1400, setosa, versicolor, virginica)
	for i, row := range x { // wide enough for the products to be divided among workers
		for j := range 60 {
			row = append(row, math.Mod(float64((i+1)*(j+3)), 7)-3)
		}
		x[i] = row
	}
	r := NewLogisticRegression[string]()
	r.MaxIter = 1
	inEveryTier(t, func(t *testing.T, workers int) {
		r.Workers = workers
		if got := mustFitLogistic(t, r, x, y).Hash(); got != logisticHash {
			t.Errorf("%d workers: hash %s, want %s", workers, got, logisticHash)
		}
	})
}

// inEveryTier runs a test in every tier of this machine for several numbers of
// workers, a short test in the tier in use.
func inEveryTier(t *testing.T, test func(t *testing.T, workers int)) {
	tiers := tier.Supported()
	if testing.Short() {
		tiers = []tier.Tier{tier.Active()}
	}
	for _, active := range tiers {
		t.Run(active.String(), func(t *testing.T) {
			defer tier.Force(active)()
			for _, workers := range []int{1, 2, 3, 7} {
				test(t, workers)
			}
		})
	}
}
