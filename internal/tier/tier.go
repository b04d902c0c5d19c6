// Package tier knows the instruction-set tiers of the kernels: which of them
// this machine can run and which one is in use.
//
// A tier is a bundle of CPU features, not a single CPUID bit. Detection runs
// once, through golang.org/x/sys/cpu. The environment variable LOCKSTEP_TIER
// caps the choice, and tests force any supported tier with [Force]. Every tier
// computes the same bits, so the choice is one of speed only.
package tier

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Tier is one bundle of instruction-set features.
type Tier uint8

// The tiers, in ascending order of preference within one architecture.
const (
	Generic Tier = iota // pure Go, every platform
	AVX2                // amd64: AVX, AVX2, FMA, F16C
	AVX512              // amd64: AVX2 plus AVX-512 F, VL, DQ, BW
	NEON                // arm64: Advanced SIMD
)

// EnvCap is the environment variable that caps the tier.
const EnvCap = "LOCKSTEP_TIER"

var names = [...]string{Generic: "generic", AVX2: "avx2", AVX512: "avx512", NEON: "neon"}

// String returns the tier's name as LOCKSTEP_TIER spells it.
func (t Tier) String() string {
	if int(t) < len(names) {
		return names[t]
	}
	return fmt.Sprintf("Tier(%d)", uint8(t))
}

// Parse returns the tier with the given name.
func Parse(name string) (Tier, error) {
	if i := slices.Index(names[:], name); i >= 0 {
		return Tier(i), nil
	}
	return Generic, fmt.Errorf("unknown tier %q (want %s)", name, strings.Join(names[:], ", "))
}

var (
	supported      = append([]Tier{Generic}, detect()...)
	active, capErr = choose(os.Getenv(EnvCap), supported)
)

// choose returns the best supported tier that does not exceed the cap.
func choose(limit string, supported []Tier) (Tier, error) {
	best := supported[len(supported)-1]
	if limit == "" {
		return best, nil
	}
	cap, err := Parse(limit)
	if err != nil {
		return best, fmt.Errorf("%s: %w", EnvCap, err)
	}
	if cap != Generic && best != Generic && (cap == NEON) != (best == NEON) {
		return best, fmt.Errorf("%s: %s is not a tier of this processor (it has %v)", EnvCap, cap, supported)
	}
	return min(cap, best), nil
}

// Active returns the tier in use.
func Active() Tier { return active }

// Supported returns the tiers that this machine can run, generic first and the
// best last.
func Supported() []Tier { return slices.Clone(supported) }

// Err reports an unusable LOCKSTEP_TIER. The library goes on with the best
// tier, since all compute the same bits; programs refuse to start.
func Err() error { return capErr }

// Force makes t the active tier until restore is called. It is meant for
// tests and benchmarks, and must not run while kernels are running. It panics
// if this machine does not support t.
func Force(t Tier) (restore func()) {
	if !slices.Contains(supported, t) {
		panic(fmt.Sprintf("tier: %s is not supported on this machine (it has %v)", t, supported))
	}
	previous := active
	active = t
	return func() { active = previous }
}
