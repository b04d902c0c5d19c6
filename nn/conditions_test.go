package nn

import (
	"runtime/debug"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// The networks of tests are small, but their trainings are to be divided.
func init() { parallel.UseEvery() }

// raceDetector reports whether the race detector is on. It makes Go code ten
// times slower, and pools forget what is in them.
func raceDetector() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// quick reports whether long computations should be left out.
func quick() bool { return testing.Short() || raceDetector() }

// skipUnderRace skips a test that counts allocations.
func skipUnderRace(t testing.TB) {
	if raceDetector() {
		t.Skip("the race detector changes what is allocated")
	}
}

// eachTier runs a test in every tier that this machine can run; with -short in
// the active one alone.
func eachTier(t *testing.T, test func(t *testing.T)) {
	tiers := tier.Supported()
	if testing.Short() {
		tiers = []tier.Tier{tier.Active()}
	}
	for _, x := range tiers {
		t.Run("tier="+x.String(), func(t *testing.T) {
			defer tier.Force(x)()
			test(t)
		})
	}
}
