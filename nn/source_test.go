package nn

import (
	"math/rand/v2"

	"github.com/lockstep-ml/lockstep/kernels"
)

// A source draws test data with the same bits on every platform.
type source struct{ pcg *rand.PCG }

func newSource(seed uint64) *source { return &source{rand.NewPCG(seed, 1)} }

// uniform returns a multiple of 2^-20 in [-1, 1), so that sums and differences
// of a few of them are exact.
func (s *source) uniform() float32 { return float32(s.pcg.Uint64()>>43)/(1<<20) - 1 }

// below returns an integer in [0, n).
func (s *source) below(n int) int { return int(s.pcg.Uint64() % uint64(n)) }

// matrix returns rows x cols numbers in [-2, 2), with elements between the
// rows that belong to none.
func (s *source) matrix(rows, cols int) kernels.Matrix {
	const gap = 3
	m := kernels.Matrix{Rows: rows, Cols: cols, Stride: cols + gap, Data: make([]float32, rows*(cols+gap))}
	for i := range m.Data {
		m.Data[i] = 2 * s.uniform()
	}
	return m
}

// labels returns one column of class indices.
func (s *source) labels(rows, classes int) kernels.Matrix {
	m := kernels.NewMatrix(rows, 1)
	for i := range m.Data {
		m.Data[i] = float32(s.below(classes))
	}
	return m
}

// counts returns integers from 0.
func (s *source) counts(rows, cols int) kernels.Matrix {
	m := kernels.NewMatrix(rows, cols)
	for i := range m.Data {
		m.Data[i] = float32(s.below(5))
	}
	return m
}

// probabilities returns numbers in [0, 1], both ends included.
func (s *source) probabilities(rows, cols int) kernels.Matrix {
	m := kernels.NewMatrix(rows, cols)
	for i := range m.Data {
		m.Data[i] = float32(s.below(9)) / 8
	}
	return m
}

// bits returns zeros and ones.
func (s *source) bits(rows, cols int) kernels.Matrix {
	m := kernels.NewMatrix(rows, cols)
	for i := range m.Data {
		m.Data[i] = float32(s.below(2))
	}
	return m
}

// distributions returns rows of probabilities, some of them 0, that add up to
// exactly 1.
func (s *source) distributions(rows, classes int) kernels.Matrix {
	m := kernels.NewMatrix(rows, classes)
	const parts = 8
	for i := range rows {
		for range parts {
			m.Row(i)[s.below(classes)] += 1.0 / parts
		}
	}
	return m
}

// data returns data of the given shape for the loss.
func (s *source) data(rows, inputs, outputs int, loss lossPiece) Data {
	data, err := Rows(s.matrix(rows, inputs), loss.targets(s, rows, outputs))
	if err != nil {
		panic(err)
	}
	return data
}

// weighted gives the rows weights from 0 to 3.
func (s *source) weighted(data Data) WeightedData {
	weights := make([]float32, data.Len())
	for i := range weights {
		weights[i] = float32(s.below(4))
	}
	weighted, err := Weighted(data, weights)
	if err != nil {
		panic(err)
	}
	return weighted
}

// perturb moves the parameters of a network, among them those that begin as 0 or
// 1.
func (s *source) perturb(net *Network) {
	for _, p := range net.params {
		for i := range p.Value.Data {
			p.Value.Data[i] += s.uniform() / 4
		}
	}
}
