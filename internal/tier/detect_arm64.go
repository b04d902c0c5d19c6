//go:build !purego

package tier

import "golang.org/x/sys/cpu"

// detect returns the tiers above generic. Every arm64 processor that runs Go
// has Advanced SIMD; GODEBUG=cpu.asimd=off hides it. (cpu.Initialized says
// nothing here: it is false on Linux.)
func detect() []Tier {
	if cpu.ARM64.HasASIMD {
		return []Tier{NEON}
	}
	return nil
}
