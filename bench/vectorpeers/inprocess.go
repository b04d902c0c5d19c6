package main

import (
	"fmt"
	"math"
	"runtime/debug"

	"github.com/tphakala/simd/f32"
	"github.com/viterin/vek/vek32"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/internal/tier"
	"github.com/lockstep-ml/lockstep/kernels"
)

// A library in Go is called in this process.
type library struct {
	name, version string
	tier          tier.Tier // of our own kernels; the others do not know it
	calls         map[string]call
	step          int // lengths are multiples of it; 0 stands for 1
}

// A call writes elements of y from x and z.
type call func(y, x, z []float32)

// held are the operands of the last measurement. All libraries in this process
// work on the same memory.
var held struct {
	op      string
	x, y, z []float32
}

func lockstep(t tier.Tier) *library {
	return &library{name: ours, version: t.String(), tier: t, calls: map[string]call{
		"exp":     func(y, x, z []float32) { kernels.Exp(y, x) },
		"log":     func(y, x, z []float32) { kernels.Log(y, x) },
		"sigmoid": func(y, x, z []float32) { kernels.Sigmoid(y, x) },
		"tanh":    func(y, x, z []float32) { kernels.Tanh(y, x) },
		"gelu":    func(y, x, z []float32) { kernels.GELU(y, x) },
		"silu":    func(y, x, z []float32) { kernels.SiLU(y, x) },
		"elu":     func(y, x, z []float32) { kernels.ELU(y, x, 1) },
		"softmax": func(y, x, z []float32) { kernels.Softmax(row(y), row(x)) },
		"dot":     func(y, x, z []float32) { y[0] = kernels.Dot(x, z) },
		"sum":     func(y, x, z []float32) { y[0] = kernels.Sum(x) },
		"add":     func(y, x, z []float32) { kernels.Add(y, x, z) },
		"axpy":    func(y, x, z []float32) { kernels.Axpy(0.001, x, y) },
		"relu":    func(y, x, z []float32) { kernels.ReLU(y, x) },
	}}
}

func row(x []float32) kernels.Matrix {
	return kernels.Matrix{Rows: 1, Cols: len(x), Stride: len(x), Data: x}
}

// others are the Go libraries. They choose their instructions themselves.
func others() []*library {
	blas := gonum.Implementation{}
	return []*library{
		{name: "gonum", version: version("gonum.org/v1/gonum"), calls: map[string]call{
			"dot":  func(y, x, z []float32) { y[0] = blas.Sdot(len(x), x, 1, z, 1) },
			"axpy": func(y, x, z []float32) { blas.Saxpy(len(x), 0.001, x, 1, y, 1) },
		}},
		{name: "vek", version: version("github.com/viterin/vek"), calls: map[string]call{
			"exp":  func(y, x, z []float32) { vek32.Exp_Into(y, x) },
			"log":  func(y, x, z []float32) { vek32.Log_Into(y, x) },
			"dot":  func(y, x, z []float32) { y[0] = vek32.Dot(x, z) },
			"sum":  func(y, x, z []float32) { y[0] = vek32.Sum(x) },
			"add":  func(y, x, z []float32) { vek32.Add_Into(y, x, z) },
			"relu": func(y, x, z []float32) { vek32.MaximumNumber_Into(y, x, 0) },
		}},
		{name: "tphakala", version: version("github.com/tphakala/simd"), calls: map[string]call{
			"exp":     func(y, x, z []float32) { f32.Exp(y, x) },
			"log":     func(y, x, z []float32) { f32.Log(y, x) },
			"sigmoid": func(y, x, z []float32) { f32.Sigmoid(y, x) },
			"tanh":    func(y, x, z []float32) { f32.Tanh(y, x) },
			"dot":     func(y, x, z []float32) { y[0] = f32.DotProduct(x, z) },
			"sum":     func(y, x, z []float32) { y[0] = f32.Sum(x) },
			"add":     func(y, x, z []float32) { f32.Add(y, x, z) },
			"axpy":    func(y, x, z []float32) { f32.AddScaled(y, 0.001, x) },
			"relu":    func(y, x, z []float32) { f32.ReLU(y, x) },
		}},
		{name: "math", version: "loop over package math", calls: map[string]call{
			"exp":  each(math.Exp),
			"log":  each(math.Log),
			"tanh": each(math.Tanh),
		}},
	}
}

// each is a loop over a function of package math.
func each(f func(float64) float64) call {
	return func(y, x, z []float32) {
		for i, v := range x {
			y[i] = float32(f(float64(v)))
		}
	}
}

// version returns that of a module in this program.
func version(module string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == module {
				return fmt.Sprintf("%s %s", module, m.Version)
			}
		}
	}
	return module
}

func (l *library) String() string      { return l.name }
func (l *library) description() string { return l.version }
func (l *library) close()              {}

func (l *library) has(op operation, n int) bool {
	return l.calls[op.name] != nil && n%max(l.step, 1) == 0
}

func (l *library) time(op operation, n, count int) (sample, error) {
	if held.op != op.name || len(held.x) != n {
		held.op, held.x, held.y, held.z = op.name, op.numbers(n), op.numbers(n), op.numbers(n)
	}
	defer tier.Force(l.tier)()
	run, x, y, z := l.calls[op.name], held.x, held.y, held.z
	for range count {
		run(y, x, z)
	}
	start, used := machine.WallTime(), machine.ProcessorTime()
	for range count {
		run(y, x, z)
	}
	wall := machine.WallTime() - start
	return sample{float64(wall) / float64(count), float64(machine.ProcessorTime()-used) / float64(wall)}, nil
}

func (l *library) evaluate(op operation, first, stride uint32, y []float32) error {
	x := make([]float32, len(y))
	for i := range x {
		x[i] = math.Float32frombits(first + uint32(i)*stride)
	}
	defer tier.Force(l.tier)()
	l.calls[op.name](y, x, x)
	return nil
}
