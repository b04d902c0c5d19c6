package tier

import (
	"os"
	"testing"
)

func TestChoose(t *testing.T) {
	amd64 := []Tier{Generic, AVX2, AVX512}
	old := []Tier{Generic, AVX2}
	arm64 := []Tier{Generic, NEON}
	none := []Tier{Generic}
	for _, c := range []struct {
		limit     string
		supported []Tier
		want      Tier
		fails     bool
	}{
		{"", amd64, AVX512, false},
		{"avx512", amd64, AVX512, false},
		{"avx2", amd64, AVX2, false},
		{"generic", amd64, Generic, false},
		{"avx512", old, AVX2, false}, // a cap, not a demand
		{"neon", amd64, AVX512, true},
		{"avx2", arm64, NEON, true},
		{"neon", arm64, NEON, false},
		{"avx2", none, Generic, false},
		{"AVX2", amd64, AVX512, true},
		{"sse", none, Generic, true},
	} {
		got, err := choose(c.limit, c.supported)
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("choose(%q, %v) = %v, %v; want %v, error %v", c.limit, c.supported, got, err, c.want, c.fails)
		}
	}
}

func TestForce(t *testing.T) {
	before := Active()
	for _, x := range Supported() {
		restore := Force(x)
		if Active() != x {
			t.Errorf("Force(%v): active is %v", x, Active())
		}
		restore()
	}
	if Active() != before {
		t.Errorf("after restore: active is %v, want %v", Active(), before)
	}
	defer func() {
		if recover() == nil {
			t.Error("forcing an unsupported tier did not panic")
		}
	}()
	Force(Tier(200))
}

// TestRequired makes a green run mean what it says: with LOCKSTEP_REQUIRE_TIER
// set, the run fails unless that very tier is active.
func TestRequired(t *testing.T) {
	want := os.Getenv("LOCKSTEP_REQUIRE_TIER")
	if want != "" && Active().String() != want {
		t.Fatalf("LOCKSTEP_REQUIRE_TIER=%s, but the active tier is %s", want, Active())
	}
}
