package nn

import (
	"math"
	"slices"
	"testing"
)

// TestLogSoftmaxExtremes looks at logits whose exponentials overflow or vanish.
func TestLogSoftmaxExtremes(t *testing.T) {
	for _, c := range []struct{ x, want []float32 }{
		{[]float32{1000, 0}, []float32{0, -1000}},
		{[]float32{-1000, -1000}, []float32{-math.Ln2, -math.Ln2}},
		{[]float32{5, -inf32, 5}, []float32{-math.Ln2, -inf32, -math.Ln2}},
		{[]float32{nan32, 0}, []float32{nan32, nan32}},
		{[]float32{inf32, 0}, []float32{nan32, nan32}},
		{[]float32{3}, []float32{0}},
	} {
		y := make([]float32, len(c.x))
		LogSoftmax().Forward(Context{}, rowMatrix(y), rowMatrix(c.x))
		expectSameBits(t, "LogSoftmax", y, c.want)
	}
}

// TestPReLUKeepsNaN sends NaN and 0 through both forms.
func TestPReLUKeepsNaN(t *testing.T) {
	for _, layer := range []Layer{PReLU(), ColumnPReLU()} {
		net := mustSequential(t, 4, 1, layer)
		y := make([]float32, 4)
		net.Predictor().PredictRow(y, []float32{nan32, 0, -2, 3})
		expectSameBits(t, "PReLU", y, []float32{nan32, 0, -0.5, 3})
	}
}

// TestComposedExtremes looks at NaN, infinities, signs of zeros and the ends of the
// pieces, forward and back, more elements than go at a time.
func TestComposedExtremes(t *testing.T) {
	zero := float32(math.Copysign(0, -1))
	for _, c := range []struct {
		layer    Layer
		x, y, dx []float32 // for dy = 2
	}{
		{HardTanh(-1, 3), []float32{nan32, -inf32, -1, zero, 0.5, 3, inf32}, []float32{nan32, -1, -1, zero, 0.5, 3, 3}, []float32{nan32, 0, 0, 2, 2, 0, 0}},
		{ReLU6(), []float32{nan32, -inf32, zero, 0x1p-149, 6, inf32}, []float32{nan32, 0, zero, 0x1p-149, 6, 6}, []float32{nan32, 0, 0, 2, 0, 0}},
		{HardSwish(), []float32{nan32, -inf32, -3, -1.5, zero, 3, 1e38, inf32}, []float32{nan32, zero, zero, -0.375, zero, 3, 1e38, inf32}, []float32{nan32, 0, 0, 0, 1, 2, 2, 2}},
		{Softsign(), []float32{nan32, -inf32, zero, -3, 0x1p100, inf32}, []float32{nan32, -1, zero, -0.75, 1, 1}, []float32{nan32, 0, 2, 0.125, 0, 0}},
		{LogSigmoid(), []float32{nan32, -inf32, 0, -1e30, 1e30}, []float32{nan32, -inf32, -math.Ln2, -1e30, zero}, []float32{nan32, 2, 1, 2, 0}},
		{CELU(0.5), []float32{nan32, -inf32, zero, 0.1, 1e38, inf32}, []float32{nan32, -0.5, zero, 0.1, 1e38, inf32}, []float32{nan32, 0, 2, 2, 2, 2}},
	} {
		name, _ := c.layer.Config()
		tile := func(row []float32) []float32 { return slices.Repeat(row, partSize) }
		x := tile(c.x)
		dy := slices.Repeat([]float32{2}, len(x))
		y, dx := make([]float32, len(x)), make([]float32, len(x))
		c.layer.Forward(Context{}, rowMatrix(y), rowMatrix(x))
		expectSameBits(t, name, y, tile(c.y))
		c.layer.Delta(Context{}, rowMatrix(dx), rowMatrix(dy), rowMatrix(x), rowMatrix(y))
		expectSameBits(t, name+", back", dx, tile(c.dx))
	}
}

// TestComposedAllocateNothing: the scratch space is on the stack.
func TestComposedAllocateNothing(t *testing.T) {
	skipUnderRace(t)
	x, y := newSource(1).matrix(1, 1000).Row(0), make([]float32, 1000)
	for _, layer := range []Layer{HardTanh(-1, 1), ReLU6(), HardSwish(), Softsign(), LogSigmoid(), CELU(2)} {
		name, _ := layer.Config()
		a := layer.(*activation)
		if n := testing.AllocsPerRun(5, func() { a.forward(y, x); a.backward(y, x, x, x) }); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}
