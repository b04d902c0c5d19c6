package nn

import (
	"runtime/debug"
	"testing"
)

// skipUnderRace skips a test that counts allocations: the race detector makes
// pools forget what is in them.
func skipUnderRace(t testing.TB) {
	info, _ := debug.ReadBuildInfo()
	for _, setting := range info.Settings {
		if setting.Key == "-race" && setting.Value == "true" {
			t.Skip("the race detector changes what is allocated")
		}
	}
}
