// Package fpenv changes the floating-point environment of a thread, as foreign code
// in a process may do. It is for the tests of what notices that; nothing else may
// use it.
package fpenv

import "runtime"

// A Mode is a change of the environment.
type Mode int

// The changes, from round-to-nearest-even with denormals.
const (
	FlushToZero      Mode = iota // denormal results become 0 (FTZ; on arm64 operands, too)
	DenormalsAreZero             // denormal operands are read as 0 (DAZ; amd64 alone)
	RoundDown
	RoundUp
	RoundToZero
)

var names = [...]string{"FlushToZero", "DenormalsAreZero", "RoundDown", "RoundUp", "RoundToZero"}

func (m Mode) String() string { return names[m] }

// Supported returns the changes that this platform can make.
func Supported() []Mode {
	var modes []Mode
	for m := range Mode(len(names)) {
		if bits[m] != 0 {
			modes = append(modes, m)
		}
	}
	return modes
}

// Run calls f on a thread of its own in the changed environment. f may not rely on
// goroutines that run elsewhere to see it.
func Run(m Mode, f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := control()
	defer setControl(before)
	setControl(before | bits[m])
	f()
}
