package mlp

import (
	"math"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// The weight hashes of version 1 of the bit contract, on every platform.
const (
	classifierHash = "9417bc423d44ba030e3e482c8057e42842681d21e8926bac1635cde1fdf06ad4"
	regressorHash  = "07cc8c922418beea81633076c29b2a161beae7e3ce8e4a9b84599fc800192e5d"
)

var logisticHashes = map[Solver]string{
	LBFGS:           "2679e7d1444790311c2a89b5e475241c464912879dc072d10b54643f5de2dfaa",
	NewtonCG:        "e94320d517aad4a1c259c355b3e408dd60e1d8d0c5f50a026fb7f8acc2963656",
	Proximal:        "56681010c787b390ea39940ba2114796cae105d0102c8eaf9fa4fab6bddccac9",
	GradientDescent: "7e8a6356e59124273bd2fa842809206e8ab5cb53d29d4c109212ff42d94b6a79",
}

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

func TestRegressorSameBits(t *testing.T) {
	x, y := hills(150)
	r := fastRegressor()
	r.MaxIter = 5
	r.Dropout = 0.1
	r.BatchNorm = true
	r.EarlyStopping = true
	r.Scaler, r.TargetScaler = NewStandardScaler(), NewMinMaxScaler()
	inEveryTier(t, func(t *testing.T, workers int) {
		r.Workers = workers
		if got := mustFitRegressor(t, r, x, y).Hash(); got != regressorHash {
			t.Errorf("%d workers: hash %s, want %s", workers, got, regressorHash)
		}
	})
}

func TestLogisticRegressionSameBits(t *testing.T) {
	x, y := flowers(1400, setosa, versicolor, virginica)
	for i, row := range x { // and rows enough for two segments
		for j := range 60 {
			row = append(row, math.Mod(float64((i+1)*(j+3)), 7)-3)
		}
		x[i] = row
	}
	for solver, want := range logisticHashes {
		r := NewLogisticRegression[string]()
		r.Solver = solver
		r.MaxIter = 4
		if solver == Proximal {
			r.Penalty = L1
		}
		var curve []float64
		inEveryTier(t, func(t *testing.T, workers int) {
			r.Workers = workers
			m := mustFitLogistic(t, r, x, y)
			if got := m.Hash(); got != want {
				t.Errorf("%s, %d workers: hash %s, want %s", solver, workers, got, want)
			}
			if curve == nil {
				curve = m.LossCurve()
			} else if !slices.Equal(m.LossCurve(), curve) {
				t.Errorf("%s, %d workers: loss curve %v, want %v", solver, workers, m.LossCurve(), curve)
			}
		})
	}
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
