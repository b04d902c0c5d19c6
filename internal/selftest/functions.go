package selftest

import (
	"math"
	"slices"

	"github.com/lockstep-ml/lockstep/kernels"
)

// A function is a kernel whose hash is, or will be, on record in docs/accuracy.json.
type function struct {
	name   string
	kernel func(dst, x []float32)
}

var functions = []function{
	{"Exp", kernels.Exp},
	{"Expm1", kernels.Expm1},
	{"Log", kernels.Log},
	{"Log1p", kernels.Log1p},
	{"Sigmoid", kernels.Sigmoid},
	{"Tanh", kernels.Tanh},
	{"Softplus", kernels.Softplus},
	{"SiLU", kernels.SiLU},
	{"GELU", kernels.GELU},
	{"GELUTanh", kernels.GELUTanh},
	{"Mish", kernels.Mish},
	{"ReLU", kernels.ReLU},
	{"LeakyReLU", func(dst, x []float32) { kernels.LeakyReLU(dst, x, 0.01) }},
	{"ELU", func(dst, x []float32) { kernels.ELU(dst, x, 1) }},
	{"SELU", kernels.SELU},
	{"HardSigmoid", kernels.HardSigmoid},
	{"SoftplusBackward", derivative(kernels.SoftplusBackward)},
	{"SiLUBackward", derivative(kernels.SiLUBackward)},
	{"GELUBackward", derivative(kernels.GELUBackward)},
	{"GELUTanhBackward", derivative(kernels.GELUTanhBackward)},
	{"MishBackward", derivative(kernels.MishBackward)},
	{"SigmoidBackward", derivative(kernels.SigmoidBackward)},
	{"TanhBackward", derivative(kernels.TanhBackward)},
}

// derivative makes a function of a backward form: the factor of dy, which is 1.
func derivative(backward func(dx, dy, x []float32)) func(dst, x []float32) {
	return func(dst, x []float32) { backward(dst, slices.Repeat([]float32{1}, len(x)), x) }
}

// stride is that of the hashes on record: inputs are the float32 with each
// stride-th bit pattern.
const stride = 1<<16 + 1

func (f function) run(d *digest) error {
	const inputs = (1<<32 + stride - 1) / stride
	x := make([]float32, inputs)
	for i := range x {
		x[i] = math.Float32frombits(uint32(i * stride))
	}
	f.kernel(x, x)
	d.float32s(x...)
	return nil
}
