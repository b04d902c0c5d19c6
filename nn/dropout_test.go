package nn

import (
	"fmt"
	"math"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/random"
	"github.com/lockstep-ml/lockstep/kernels"
)

// TestDropout recomputes the mask from its definition in docs/contract.md, and
// looks at the share that drops.
func TestDropout(t *testing.T) {
	const rows, width, p, layer, firstRow = 50, 37, 0.25, 3, 11
	d := &dropout{dropoutSettings{p}}
	s := newSource(1)
	x, y := s.matrix(rows, width), s.matrix(rows, width)
	c := Context{Train: true, Seed: 5, Step: 9, Layer: layer, FirstRow: firstRow}
	d.Forward(c, y, x)
	dropped := 0
	for i := range rows {
		for j := range width {
			element := (firstRow+i)*width + j
			word := random.Key{Seed: 5, Stream: 1<<25 + layer, Step: 9}.Uint32x4(uint32(element / 4))[element%4]
			want := float32(0)
			if word >= 1<<30 {
				want = x.Row(i)[j] * float32(4./3)
			} else {
				dropped++
			}
			if y.Row(i)[j] != want {
				t.Fatalf("element (%d, %d) is %v, want %v", i, j, y.Row(i)[j], want)
			}
		}
	}
	if share := float64(dropped) / (rows * width); math.Abs(share-p) > 0.03 {
		t.Errorf("a share of %v drops, want %v", share, p)
	}
	dx := s.matrix(rows, width)
	d.Delta(c, dx, x, x, y)
	expectSameBits(t, "delta", elements(packedRows(dx)), elements(packedRows(y)))

	c.Train = false
	d.Forward(c, y, x)
	expectSameBits(t, "inference", elements(packedRows(y)), elements(packedRows(x)))
	x.Row(0)[0] = nan32
	c.Train = true
	for c.Step = range uint64(20) {
		if d.Forward(c, y, x); y.Row(0)[0] == y.Row(0)[0] {
			t.Errorf("step %d: NaN becomes %v", c.Step, y.Row(0)[0])
		}
	}
}

// packedRows copies m without what lies between its rows.
func packedRows(m kernels.Matrix) kernels.Matrix {
	p := kernels.NewMatrix(m.Rows, m.Cols)
	for i := range m.Rows {
		copy(p.Row(i), m.Row(i))
	}
	return p
}

func TestDropoutErrors(t *testing.T) {
	for _, p := range []float64{-0.1, 1, math.NaN()} {
		_, err := Sequential(3, 1, Dense(2), Dropout(p))
		expectError(t, err, "layer 1 (Dropout)", fmt.Sprint("probability ", p))
	}
	if n := len(mustSequential(t, 3, 1, Dropout(0.5), Dense(2)).Predictor().stages); n != 1 {
		t.Errorf("the predictor has %d stages, want none for dropout", n)
	}
}
