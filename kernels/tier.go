package kernels

import (
	"errors"
	"math"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// Tier returns the name of the instruction-set tier in use: "generic", "avx2",
// "avx512" or "neon".
func Tier() string { return tier.Active().String() }

// Tiers returns the names of the tiers that this machine can run, "generic"
// first and the best last.
func Tiers() []string {
	var names []string
	for _, t := range tier.Supported() {
		names = append(names, t.String())
	}
	return names
}

// CheckEnvironment reports what would silently change results or speed: an
// unusable LOCKSTEP_TIER, or a floating-point unit that does not work as IEEE
// 754 has it, because foreign code in this process switched denormals off
// (FTZ, DAZ) or changed the rounding mode. Training and prediction call it
// once at their start. It looks at the calling thread only.
func CheckEnvironment() error {
	if err := tier.Err(); err != nil {
		return err
	}
	return CheckArithmetic()
}

// CheckArithmetic is the part of [CheckEnvironment] about the floating-point unit.
func CheckArithmetic() error { return checkArithmetic(tiny, one, halfUlp) }

// Operands of checkArithmetic. They are variables so that the additions and
// products below happen at run time.
var (
	tiny    float32 = 0x1p-126 // the smallest normal number
	one     float32 = 1
	halfUlp float32 = 0x1p-24 // half the distance from 1 to the next float32
)

//go:noinline
func checkArithmetic(tiny, one, halfUlp float32) error {
	const restore = "restore the default floating-point environment (MXCSR on amd64, FPCR on arm64) in the code that changed it"
	smallest := float32(tiny * float32(2*halfUlp)) // 2^-149
	switch {
	case math.Float32bits(smallest) != 1:
		return errors.New("denormal results are flushed to zero (FTZ is set): " + restore)
	case math.Float32bits(smallest+smallest) != 2:
		return errors.New("denormal operands are read as zero (DAZ is set): " + restore)
	case one+halfUlp != one || -one-halfUlp != -one || one+float32(3*halfUlp) != one+float32(4*halfUlp):
		return errors.New("the rounding mode is not round-to-nearest-even: " + restore)
	}
	return nil
}
