package nn

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/kernels"
)

// The activations here have no kernels of their own: they are made of several others,
// which go over the slices in parts of partSize elements, so that what is in between
// stays in the L1 cache.
const partSize = 256

var infinity = float32(math.Inf(1))

// HardTanh is x, but at least low and at most high, elementwise; -1 and 1 are usual
// (Collobert 2004). The derivative at low and high is 0, as in PyTorch.
func HardTanh(low, high float64) Layer { return hardTanh(limitSettings{low, high}) }

// ReLU6 is max(x, 0), but at most 6, elementwise (Krizhevsky 2010; Howard et al.,
// "MobileNets", 2017). The derivative at 0 and 6 is 0.
func ReLU6() Layer { return clamped("ReLU6", 0, 6) }

type limitSettings struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

func hardTanh(s limitSettings) Layer {
	l := clamped("HardTanh", float32(s.Low), float32(s.High))
	l.settings = s
	if low, high := float32(s.Low), float32(s.High); !(low < high) || low-low != 0 || high-high != 0 {
		l.invalid = fmt.Errorf("has the limits %v and %v, want two numbers, the lower one first, such as -1 and 1", s.Low, s.High)
	}
	return l
}

func clamped(name string, low, high float32) *activation {
	return &activation{
		name:     name,
		forward:  func(y, x []float32) { kernels.Clamp(y, x, low, high) },
		backward: func(dx, dy, x, _ []float32) { clampBackward(dx, dy, x, low, high) },
	}
}

// clampBackward sets dx[i] = dy[i] if low < x[i] < high, and +0 else; a NaN in x gives
// NaN. The signs of the differences are exact.
func clampBackward(dx, dy, x []float32, low, high float32) {
	var scratch [partSize]float32
	for len(x) > 0 {
		n := min(len(x), partSize)
		inside := scratch[:n]
		kernels.AddScalar(inside, x[:n], -low)
		kernels.ReLUBackward(dx[:n], dy[:n], inside)
		kernels.Neg(inside, x[:n])
		kernels.AddScalar(inside, inside, high)
		kernels.ReLUBackward(dx[:n], dx[:n], inside)
		dx, dy, x = dx[n:], dy[n:], x[n:]
	}
}

// HardSwish is x times [HardSigmoid], elementwise: 0 up to -3, x from 3 on, a parabola in
// between (Howard et al., "Searching for MobileNetV3", ICCV 2019). The derivative is 0
// at -3 and 1 at 3, the limits from outside.
//
// Class element: y = fl(max(x, -3) * h), which is -0 for -Inf, and
// dx = fl(dy * fl(h + h')), with h and h' by [kernels.HardSigmoid] and
// [kernels.HardSigmoidBackward] of dy = x.
func HardSwish() Layer { return ofInput("HardSwish", hardSwishForward, hardSwishBackward) }

func hardSwishForward(y, x []float32) {
	var scratch [partSize]float32
	for len(x) > 0 {
		n := min(len(x), partSize)
		gate := scratch[:n]
		kernels.HardSigmoid(gate, x[:n])
		kernels.Clamp(y[:n], x[:n], -3, infinity)
		kernels.Mul(y[:n], y[:n], gate)
		y, x = y[n:], x[n:]
	}
}

func hardSwishBackward(dx, dy, x []float32) {
	var scratch [2][partSize]float32
	for len(x) > 0 {
		n := min(len(x), partSize)
		gate, slope := scratch[0][:n], scratch[1][:n]
		kernels.HardSigmoid(gate, x[:n])
		kernels.HardSigmoidBackward(slope, x[:n], x[:n])
		kernels.Add(slope, slope, gate)
		kernels.Mul(dx[:n], dy[:n], slope)
		dx, dy, x = dx[n:], dy[n:], x[n:]
	}
}

// Softsign is x / (1 + |x|), elementwise: as [Tanh], with longer tails (Glorot and Bengio,
// AISTATS 2010).
//
// Class element: with t = fl(1 + |x|), y = fl(x/t), which is 1 or -1 for infinities, and
// dx = fl(fl(dy/t)/t).
func Softsign() Layer { return ofInput("Softsign", softsignForward, softsignBackward) }

func softsignForward(y, x []float32) {
	var scratch [partSize]float32
	for len(x) > 0 {
		n := min(len(x), partSize)
		kernels.Clamp(y[:n], x[:n], -math.MaxFloat32, math.MaxFloat32)
		kernels.Div(y[:n], y[:n], onePlusMagnitude(scratch[:n], y[:n]))
		y, x = y[n:], x[n:]
	}
}

func softsignBackward(dx, dy, x []float32) {
	var scratch [partSize]float32
	for len(x) > 0 {
		n := min(len(x), partSize)
		t := onePlusMagnitude(scratch[:n], x[:n])
		kernels.Div(dx[:n], dy[:n], t)
		kernels.Div(dx[:n], dx[:n], t)
		dx, dy, x = dx[n:], dy[n:], x[n:]
	}
}

func onePlusMagnitude(dst, x []float32) []float32 {
	kernels.Abs(dst, x)
	kernels.AddScalar(dst, dst, 1)
	return dst
}

// LogSigmoid is log(1 / (1 + exp(-x))), the logarithm of [Sigmoid], elementwise.
//
// Class rounded: -Softplus(-x), which is correctly rounded; the derivative is that of
// [kernels.SoftplusBackward] at -x.
func LogSigmoid() Layer { return ofInput("LogSigmoid", logSigmoidForward, logSigmoidBackward) }

func logSigmoidForward(y, x []float32) {
	kernels.Neg(y, x)
	kernels.Softplus(y, y)
	kernels.Neg(y, y)
}

func logSigmoidBackward(dx, dy, x []float32) {
	var scratch [partSize]float32
	for len(x) > 0 {
		n := min(len(x), partSize)
		negative := scratch[:n]
		kernels.Neg(negative, x[:n])
		kernels.SoftplusBackward(dx[:n], dy[:n], negative)
		dx, dy, x = dx[n:], dy[n:], x[n:]
	}
}

// CELU is x for x > 0 and alpha*(exp(x/alpha) - 1) else, elementwise, with a positive
// alpha; 1 is usual, and makes it [ELU]. Its derivative is continuous for any alpha
// (Barron 2017).
//
// Class element upon rounded: fl(alpha*Expm1(fl(x/alpha))) for x <= 0, and
// dx = fl(dy * Exp(min(fl(x/alpha), 0))).
func CELU(alpha float64) Layer { return celu(alphaSettings{alpha}) }

func celu(s alphaSettings) Layer {
	alpha := float32(s.Alpha)
	return &activation{
		name: "CELU", settings: s, invalid: s.check(),
		forward:  func(y, x []float32) { celuForward(y, x, alpha) },
		backward: func(dx, dy, x, _ []float32) { celuBackward(dx, dy, x, alpha) },
	}
}

func celuForward(y, x []float32, alpha float32) {
	var scratch [partSize]float32
	for len(x) > 0 {
		n := min(len(x), partSize)
		negative := scaledNegative(scratch[:n], x[:n], alpha)
		kernels.Expm1(negative, negative)
		kernels.Scale(negative, negative, alpha)
		kernels.Clamp(y[:n], x[:n], 0, infinity)
		kernels.Add(y[:n], y[:n], negative) // one of the two is 0
		y, x = y[n:], x[n:]
	}
}

func celuBackward(dx, dy, x []float32, alpha float32) {
	var scratch [partSize]float32
	for len(x) > 0 {
		n := min(len(x), partSize)
		slope := scaledNegative(scratch[:n], x[:n], alpha)
		kernels.Exp(slope, slope)
		kernels.Mul(dx[:n], dy[:n], slope)
		dx, dy, x = dx[n:], dy[n:], x[n:]
	}
}

// scaledNegative sets dst[i] = min(x[i]/alpha, 0).
func scaledNegative(dst, x []float32, alpha float32) []float32 {
	kernels.DivScalar(dst, x, alpha)
	kernels.Clamp(dst, dst, -infinity, 0)
	return dst
}

func init() {
	for name, make := range map[string]func() Layer{ //bitlint:ignore a map is made of a map
		"ReLU6": ReLU6, "HardSwish": HardSwish, "Softsign": Softsign, "LogSigmoid": LogSigmoid,
	} {
		registerSimple(name, make)
	}
	RegisterLayer("HardTanh", func(settings json.RawMessage) (Layer, error) { return remake(settings, hardTanh) })
	RegisterLayer("CELU", func(settings json.RawMessage) (Layer, error) { return remake(settings, celu) })
}
