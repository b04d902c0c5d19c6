package fpenv

// bits of MXCSR.
var bits = [...]uint32{
	FlushToZero: 1 << 15, DenormalsAreZero: 1 << 6,
	RoundDown: 1 << 13, RoundUp: 2 << 13, RoundToZero: 3 << 13,
}

// control returns MXCSR.
//
//go:noescape
func control() uint32

// setControl sets MXCSR.
//
//go:noescape
func setControl(v uint32)
