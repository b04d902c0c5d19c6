package fpenv

// bits of FPCR.
var bits = [...]uint32{
	FlushToZero: 1 << 24, DenormalsAreZero: 0,
	RoundDown: 2 << 22, RoundUp: 1 << 22, RoundToZero: 3 << 22,
}

// control returns FPCR.
//
//go:noescape
func control() uint32

// setControl sets FPCR.
//
//go:noescape
func setControl(v uint32)
