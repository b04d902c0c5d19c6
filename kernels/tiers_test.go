package kernels

import (
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// eachTier calls f once in every tier that this machine can run.
func eachTier(f func(x tier.Tier)) {
	for _, x := range tier.Supported() {
		inTier(x, func() { f(x) })
	}
}

// inTier calls f with the tier forced.
func inTier(x tier.Tier, f func()) {
	defer tier.Force(x)()
	f()
}

func TestTiers(t *testing.T) {
	names := Tiers()
	if len(names) == 0 || names[0] != "generic" {
		t.Errorf("Tiers() = %q, want generic first", names)
	}
	if !slices.Contains(names, Tier()) {
		t.Errorf("Tier() = %q is not among Tiers() = %q", Tier(), names)
	}
	eachTier(func(x tier.Tier) {
		if Tier() != x.String() {
			t.Errorf("Tier() = %q with %v forced", Tier(), x)
		}
	})
}
