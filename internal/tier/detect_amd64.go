//go:build !purego

package tier

import "golang.org/x/sys/cpu"

// detect returns the tiers above generic. The feature flags of x/sys/cpu do
// not imply each other (GODEBUG clears them one by one), so each bundle tests
// every bit that its kernels need.
func detect() []Tier {
	x := &cpu.X86
	avx2 := x.HasAVX && x.HasAVX2 && x.HasFMA && x.HasF16C
	if !avx2 {
		return nil
	}
	if x.HasAVX512 && x.HasAVX512F && x.HasAVX512VL && x.HasAVX512DQ && x.HasAVX512BW {
		return []Tier{AVX2, AVX512}
	}
	return []Tier{AVX2}
}
