//go:build !amd64 && !arm64

package fpenv

// bits are unknown here: no change can be made.
var bits = [len(names)]uint32{}

func control() uint32   { return 0 }
func setControl(uint32) {}
