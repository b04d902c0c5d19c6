//go:build purego || !amd64

package kernels

// The kernels that have assembly for amd64 alone: elsewhere each is its generic
// twin.

func axpy32(alpha float32, x, y []float32)                { axpyGeneric(alpha, x, y) }
func axpy64(alpha float64, x, y []float64)                { axpyGeneric(alpha, x, y) }
func exp(dst, x []float32)                                { expGeneric(dst, x) }
func sigmoid(dst, x []float32)                            { sigmoidGeneric(dst, x) }
func tanh(dst, x []float32)                               { tanhGeneric(dst, x) }
func relu(dst, x []float32)                               { reluGeneric(dst, x) }
func reluBackward(dx, dy, y []float32)                    { reluBackwardGeneric(dx, dy, y) }
func sigmoidBackward(dx, dy, y []float32)                 { sigmoidBackwardGeneric(dx, dy, y) }
func tanhBackward(dx, dy, y []float32)                    { tanhBackwardGeneric(dx, dy, y) }
func maximum32(x []float32) float32                       { return maximumGeneric(x) }
func subtract32(dst, x []float32, c float32)              { subtractGeneric(dst, x, c) }
func divide32(x []float32, c float32)                     { divideGeneric(x, c) }
func momentum(w, v, g []float32, lr, mu float32)          { momentumGeneric(w, v, g, lr, mu) }
func adam(w, m, v, g []float32, s *AdamStep)              { adamGeneric(w, m, v, g, s) }
func fromUint8(dst []float32, src []uint8, scale float32) { fromUint8Generic(dst, src, scale) }
