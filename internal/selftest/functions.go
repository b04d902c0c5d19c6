package selftest

import (
	"math"

	"github.com/lockstep-ml/lockstep/kernels"
)

// A function is a kernel whose hash is on record in docs/accuracy.json.
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
