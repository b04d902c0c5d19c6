package kernels

import (
	"fmt"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// A descentCase is a function, and what it does in two steps.
type descentCase struct {
	name string
	once func(w, m, v, x, dy Matrix)
	step func(w, m, v, g []float32)
}

var descents = []descentCase{
	{"SGD",
		func(w, m, v, x, dy Matrix) { DescendSGD(w, x, dy, 0.37) },
		func(w, m, v, g []float32) { SGD(w, g, 0.37) }},
	{"Momentum",
		func(w, m, v, x, dy Matrix) { DescendMomentum(w, v, x, dy, 0.37, 0.9) },
		func(w, m, v, g []float32) { Momentum(w, v, g, 0.37, 0.9) }},
	{"Adam",
		func(w, m, v, x, dy Matrix) { DescendAdam(w, m, v, x, dy, descentStep) },
		func(w, m, v, g []float32) { Adam(w, m, v, g, descentStep) }},
}

var descentStep = AdamStep{Beta1: 0.9, OneMinus1: 0.1, Beta2: 0.999, OneMinus2: 0.001, Lr: 0.01, Epsilon: 1e-7}

// TestDescendIsProductThenStep compares with the gradient by Gemm and the
// optimizer's function, over two steps, on parts of larger matrices.
func TestDescendIsProductThenStep(t *testing.T) {
	for _, d := range descents {
		for _, s := range []struct{ rows, cols, k int }{
			{8, 32, 1}, {8, 32, 15}, {8, 32, 16}, {16, 32, 33}, {40, 128, 64}, {24, 96, 100}, {8, 544, 200},
			{31, 64, 5}, {7, 32, 9}, {9, 33, 20}, {1, 1, 1}, {5, 10, 40}, {16, 32, 0}, {700, 100, 0}, {8, 32, 1025}, {3, 20000, 2},
			{600, 64, 300}, // several calls
		} {
			eachTier(func(x tier.Tier) {
				if x == tier.Generic && s.rows*s.cols*s.k > 1e5 {
					return // slow, and its own specification
				}
				testDescent(t, fmt.Sprintf("%v: %s of %d x %d, %d rows", x, d.name, s.rows, s.cols, s.k), d, s.rows, s.cols, s.k)
			})
		}
	}
}

func testDescent(t *testing.T, name string, d descentCase, rows, cols, k int) {
	r := newRand(1)
	matrix := func(rows, cols int) Matrix {
		const margin = 3
		m := Matrix{Rows: rows, Cols: cols, Stride: cols + margin, Data: make([]float32, rows*(cols+margin))}
		for i := range m.Data {
			m.Data[i] = float32(r.Float64() - 0.5)
		}
		return m
	}
	x, dy := matrix(k, rows), matrix(k, cols)
	operands := [3]Matrix{matrix(rows, cols), matrix(rows, cols), matrix(rows, cols)}
	for i, v := range operands[2].Data {
		operands[2].Data[i] = v * v
	}
	operands[1].Data[0], operands[2].Data[0] = 0x1p-120, 0x1p-120 // to be flushed
	want := operands
	for i := range want {
		want[i].Data = slices.Clone(want[i].Data)
	}
	g := NewMatrix(rows, cols)
	for range 2 {
		d.once(operands[0], operands[1], operands[2], x, dy)
		Gemm(true, false, rows, cols, k, 1, x.Data, x.Stride, dy.Data, dy.Stride, 0, g.Data, g.Stride)
		for i := range rows {
			d.step(want[0].Row(i), want[1].Row(i), want[2].Row(i), g.Row(i))
		}
	}
	for i, o := range operands {
		if !slices.Equal(o.Data, want[i].Data) {
			t.Errorf("%s: %s differs", name, []string{"w", "m", "v"}[i])
		}
	}
}
