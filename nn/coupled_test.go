package nn

import (
	"bytes"
	"context"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// centring is a coupled layer of a user's own, by the public interface alone:
// y = x - mean of the column + shift, and in inference y = x - running mean +
// shift.
type centring struct {
	shift, mean *Param
}

func newCentring() Layer { return &centring{} }

func init() { registerSimple("test.Centring", newCentring) }

func (*centring) Config() (string, any) { return "test.Centring", nil }

func (l *centring) Build(in int) (int, error) {
	vector := func(name string, init Init) *Param {
		return &Param{Name: name, Shape: Shape{Rows: in, Cols: 1, Vector: true}, Init: init, FanIn: 1, FanOut: 1}
	}
	l.shift, l.mean = vector("shift", Constant(0.5)), vector("running_mean", Zeros())
	return in, nil
}

func (l *centring) Params() []*Param  { return []*Param{l.shift} }
func (l *centring) Buffers() []*Param { return []*Param{l.mean} }
func (*centring) MinRows() int        { return 3 }

// The scratch has the means of x and then those of dy.
func (l *centring) ScratchSize() int { return 2 * l.mean.Shape.Rows }

func (l *centring) Gather(scratch []float64, x kernels.Matrix, lo, hi int) {
	columnMeans(scratch[:x.Cols], x, lo, hi)
}

func (l *centring) GatherDelta(scratch []float64, dy, _ kernels.Matrix, lo, hi int) {
	columnMeans(scratch[dy.Cols:], dy, lo, hi)
}

func columnMeans(means []float64, m kernels.Matrix, lo, hi int) {
	for j := lo; j < hi; j++ {
		means[j] = 0
		for i := range m.Rows {
			means[j] += float64(m.Row(i)[j])
		}
		means[j] /= float64(m.Rows)
	}
}

func (l *centring) Commit(scratch []float64, _ int, share float64) {
	if share == 0 {
		share = 0.25
	}
	for j, v := range l.mean.Value.Data {
		l.mean.Value.Data[j] = float32(float64(v) + float64(share*(scratch[j]-float64(v))))
	}
}

func (l *centring) Forward(c Context, y, x kernels.Matrix) {
	centre(y, x, c.Scratch[:x.Cols], l.shift.Value.Data)
}

func centre(y, x kernels.Matrix, means []float64, shift []float32) {
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			y.Row(i)[j] = float32(float64(v)-means[j]) + shift[j]
		}
	}
}

func (l *centring) Delta(c Context, dx, dy, _, _ kernels.Matrix) {
	for i := range dy.Rows {
		for j, d := range dy.Row(i) {
			dx.Row(i)[j] = float32(float64(d) - c.Scratch[dy.Cols+j])
		}
	}
}

func (l *centring) Grad(t Tile, x, dy kernels.Matrix) {
	grad := t.Param.Grad.Data[t.Lo:t.Hi]
	for j := range grad {
		if sum := float32(t.Scratch[x.Cols+t.Lo+j] * float64(x.Rows)); t.Accumulate {
			grad[j] += sum
		} else {
			grad[j] = sum
		}
	}
}

func (l *centring) Freeze() func(y, x kernels.Matrix) {
	means, shift := toFloat64(l.mean.Value.Data), append([]float32(nil), l.shift.Value.Data...)
	return func(y, x kernels.Matrix) { centre(y, x, means, shift) }
}

// TestOwnCoupledLayer takes a coupled layer of a user's own through everything
// that the library's go through.
func TestOwnCoupledLayer(t *testing.T) {
	build := func() *Network {
		return mustSequential(t, 4, 1, Dense(19), newCentring(), Tanh(), Residual(newCentring()), Dense(3))
	}
	data := classes(40)

	x, y := newSource(2).matrix(7, 4), newSource(2).labels(7, 3)
	if err := must(GradCheck(build(), CrossEntropy(), x, y)).Err(); err != nil {
		t.Error(err)
	}

	hashes := map[string]bool{}
	var net *Network
	for _, workers := range []int{1, 2, 3, 7} {
		net = build()
		runEpochs(t, net, data, 3, inOrder(workers))
		hashes[net.Hash()] = true
	}
	hand := build()
	byHand(t, hand, data, CrossEntropy(), NewAdam(0.01), 10, [][]int{ascending(40), ascending(40), ascending(40)})
	hashes[hand.Hash()] = true
	if len(hashes) != 1 {
		t.Errorf("%d different hashes by 1, 2, 3 and 7 workers and by hand", len(hashes))
	}
	if running := net.layers[1].(*centring).mean.Value.Data; running[0] == 0 {
		t.Error("the running mean is still 0")
	}

	var file bytes.Buffer
	if err := net.Save(&file, nil); err != nil {
		t.Fatal(err)
	}
	loaded, _, err := Load(&file)
	if err != nil || loaded.Hash() != net.Hash() {
		t.Errorf("loaded: %v", err)
	}
	predictions := [2]kernels.Matrix{kernels.NewMatrix(7, 3), kernels.NewMatrix(7, 3)}
	net.Predictor().Predict(predictions[0], x)
	for i := range 7 { // alone, where there is no batch
		loaded.Predictor().PredictRow(predictions[1].Row(i), x.Row(i))
	}
	expectSameBits(t, "predictions of single rows", predictions[1].Data, predictions[0].Data)

	_, err = epochError(t, mustTrainer(t, build(), inOrder(1)), context.Background(), classes(32), 1)
	expectError(t, err, "layer 1 (test.Centring)", "batch of 2, want at least 3")
}
