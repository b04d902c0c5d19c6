package kernels

import (
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/fpenv"
)

// TestCheckEnvironment changes the floating-point unit as foreign code may do.
func TestCheckEnvironment(t *testing.T) {
	if err := CheckEnvironment(); err != nil {
		t.Errorf("CheckEnvironment() = %v in a test process, want nil", err)
	}
	want := map[fpenv.Mode]string{
		fpenv.FlushToZero:      "FTZ is set",
		fpenv.DenormalsAreZero: "DAZ is set",
		fpenv.RoundDown:        "rounding mode",
		fpenv.RoundUp:          "rounding mode",
		fpenv.RoundToZero:      "rounding mode",
	}
	for _, m := range fpenv.Supported() {
		var err error
		fpenv.Run(m, func() { err = CheckEnvironment() })
		if err == nil || !strings.Contains(err.Error(), want[m]) {
			t.Errorf("%v: error %v, want one with %q", m, err, want[m])
		}
		if err := CheckEnvironment(); err != nil {
			t.Errorf("after %v: %v", m, err)
		}
	}
}
