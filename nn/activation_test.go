package nn

import (
	"math"
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
