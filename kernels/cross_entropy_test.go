package kernels

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// crossEntropyOracle takes one operation after the other: the softmax of a row, in
// place, becomes the gradient.
func crossEntropyOracle(p, logits []float32, label int, scale float64) (loss float64) {
	top := 0
	for j, v := range logits {
		if v > logits[top] || v != v {
			top = j
		}
	}
	sum := 0.0
	for j, v := range p {
		if j != top {
			sum += float64(v)
		}
	}
	rest := detmath.Log1p(sum / float64(p[top]))
	if label < 0 || label >= len(p) {
		for j := range p {
			p[j] = float32(math.NaN())
		}
		return math.NaN()
	}
	for j, v := range p {
		t := 0.0
		if j == label {
			t = 1
		}
		p[j] = float32((float64(v) - t) * scale)
	}
	return float64(logits[top]) - float64(logits[label]) + rest
}

// TestSoftmaxCrossEntropy compares with the operations one by one, bit for bit.
func TestSoftmaxCrossEntropy(t *testing.T) {
	r := newRand(40)
	memory := newArenas[float32](t, 1, 11*1100)[0]
	for _, s := range []source[float32]{ordinary[float32](), wide[float32](), special[float32]()} {
		for _, cols := range []int{1, 2, 3, 10, 16, 65, 100, 1025} {
			for _, rows := range []int{0, 1, 3, 4, 7, 11, narrowRows + 1} {
				if rows > 11 && cols > 2*narrowCols {
					continue
				}
				stride := cols + r.IntN(3)
				z := Matrix{rows, cols, stride, operand(r, s, rows, cols, stride, canary)}
				labels := make([]int, rows)
				for i := range labels {
					labels[i] = r.IntN(cols)
				}
				if rows == 7 {
					labels[2], labels[4] = -1, cols
				}
				const scale = 1.0 / 7
				want, wantLoss := slices.Clone(z.Data), make([]float64, rows)
				for i := range rows {
					p := want[i*stride:][:cols]
					copy(p, softmaxOracle(z.Row(i)))
					wantLoss[i] = crossEntropyOracle(p, z.Row(i), labels[i], scale)
				}
				eachTier(func(x tier.Tier) {
					what := fmt.Sprintf("%v: %d x %d %s logits", x, rows, cols, s.name)
					loss, before := make([]float64, rows), slices.Clone(z.Data)
					start := len(memory) - len(z.Data)
					dz := Matrix{rows, cols, stride, memory.place(start, z.Data)}
					SoftmaxCrossEntropy(loss, dz, z, labels, scale)
					expectSame(t, loss, wantLoss, "%s: loss", what)
					expectSame(t, dz.Data, want, "%s: gradient", what)
					expectSame(t, z.Data, before, "%s: z afterwards", what)
					if !memory.intact(start, len(z.Data)) {
						t.Fatalf("%s: it writes outside dz", what)
					}
				})
			}
		}
	}
}

// TestSoftmaxCrossEntropyValues checks what is known without an oracle: the loss
// against float64, losses that would overflow or vanish, and that a gradient adds
// up to 0.
func TestSoftmaxCrossEntropyValues(t *testing.T) {
	eachTier(func(x tier.Tier) {
		z := MatrixOf([][]float32{{1000, 0, -1000}, {1000, 0, -1000}, {0, 0, 0}, {30, 0, 0}})
		dz, loss := NewMatrix(4, 3), make([]float64, 4)
		SoftmaxCrossEntropy(loss, dz, z, []int{0, 2, 1, 0}, 3)
		for i, want := range []float64{0, 2000, math.Log(3), 2 * math.Exp(-30)} {
			if math.Abs(loss[i]-want) > 1e-7*want {
				t.Errorf("%v: loss %d is %v, want %v", x, i, loss[i], want)
			}
		}
		expectSame(t, dz.Row(1), []float32{3, 0, -3}, "%v: gradient of a confident error", x)

		row := ordinary[float32]().slice(50, newRand(41))
		z, dz = MatrixOf([][]float32{row}), NewMatrix(1, 50)
		SoftmaxCrossEntropy(loss[:1], dz, z, []int{17}, 1)
		sum, total := 0.0, 0.0
		for i := range row {
			sum += math.Exp(float64(row[i]))
			total += float64(dz.Data[i])
		}
		if want := math.Log(sum) - float64(row[17]); math.Abs(loss[0]-want) > 1e-6 || math.Abs(total) > 1e-6 {
			t.Errorf("%v: loss %v, want %v; the gradient adds up to %v", x, loss[0], want, total)
		}
	})
}
