package main

import "github.com/lockstep-ml/lockstep/internal/reference"

// An operation is what all contestants do: it works on vectors x, y and z whose
// elements are spread over offset - scale to offset + scale.
type operation struct {
	name          string
	formula       string
	offset, scale float32
	exact         *reference.Function // of a function of one variable
}

// functions are those whose cost is arithmetic. They are measured in the
// first-level cache.
var functions = []operation{
	{"exp", "e^x", 0, 6, reference.Exp},
	{"log", "log x", 3, 2.9, reference.Log},
	{"sigmoid", "1/(1+e^-x)", 0, 6, reference.Sigmoid},
	{"tanh", "tanh x", 0, 6, reference.Tanh},
	{"gelu", "x Phi(x)", 0, 6, reference.GELU},
	{"silu", "x/(1+e^-x)", 0, 6, reference.SiLU},
	{"elu", "x or e^x - 1", 0, 6, nil},
	{"softmax", "e^x / sum of e^x", 0, 6, nil},
}

const functionSize = 4096

// streams are those whose cost is memory.
var streams = []operation{
	{"dot", "sum of x*z", 0, 1, nil},
	{"sum", "sum of x", 0, 1, nil},
	{"add", "y = x + z", 0, 1, nil},
	{"axpy", "y += a*x", 0, 1, nil},
	{"relu", "y = max(x, 0)", 0, 1, nil},
}

var streamSizes = []int{16, 64, 1024, 4096, 1 << 16, 1 << 20}

// The units of work that only the probes do, on n numbers from registers, the
// vectors independent of each other.
const (
	multiplication = "float32 multiplication"
	division       = "float32 division"
	division64     = "float64 division"
)

var units = []operation{{name: multiplication}, {name: division}, {name: division64}}

// numbers are those of peer.h.
func (op operation) numbers(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = op.offset + float32(op.scale*(float32(i*7919%2001-1000)/1000))
	}
	return x
}
