package nn

import (
	"runtime/debug"
	"slices"
	"testing"
)

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
