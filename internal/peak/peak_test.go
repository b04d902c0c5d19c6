package peak

import (
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

func TestMeasure(t *testing.T) {
	for _, x := range tier.Supported() {
		restore := tier.Force(x)
		rate := Measure()
		restore()
		t.Logf("%v: %.1f GFLOP/s", x, rate/1e9)
		if x >= tier.AVX2 && flopsPerTurn(x) > 0 && !(rate > 1e8 && rate < 1e13) {
			t.Errorf("%v: %v operations a second", x, rate)
		}
	}
}
