package nn

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// TestWorkspaceAgainstOracle runs networks of each layer and each loss through
// Forward, Loss and Backward, and compares what every stage made of what it was
// given with the oracle. So the tolerance is that of a single stage: its
// estimates' slack.
func TestWorkspaceAgainstOracle(t *testing.T) {
	shapes := 34 // twice each batch size from 1 to 17
	if testing.Short() {
		shapes = 6
	}
	check := func(t *testing.T, layer layerPiece, loss lossPiece) {
		s := newSource(uint64(len(layer.name)*100 + len(loss.name)))
		for i := range shapes {
			rows := max(layer.minRows, 1+i%17)
			inputs, hidden := 1+s.below(33), 1+s.below(33)
			outputs := max(loss.minOutputs, 1+s.below(33))
			dense := layerPiece{build: func(width int) Layer { return Dense(width) }, oracle: denseOracle{}}
			net := pieceNetwork{loss.layers(dense, layer, dense), loss}
			t.Run(fmt.Sprintf("%dx%d-%d-%d", rows, inputs, hidden, outputs), func(t *testing.T) {
				net.check(t, s, rows, inputs, hidden, outputs)
			})
		}
	}
	for _, layer := range withOracle() {
		t.Run(layer.name, func(t *testing.T) { check(t, layer, lossPieces[0]) })
	}
	for _, loss := range lossPieces {
		t.Run(loss.name, func(t *testing.T) { check(t, layerPieces[0], loss) })
	}
}

// A pieceNetwork is a network of pieces whose oracles are known.
type pieceNetwork struct {
	layers []layerPiece
	loss   lossPiece
}

// check compares every stage of one training batch with the oracle.
func (p pieceNetwork) check(t *testing.T, s *source, rows, inputs, hidden, outputs int) {
	net := p.build(t, inputs, hidden, outputs)
	s.perturb(net)
	w := net.NewWorkspace(rows + s.below(3))
	x, y := s.matrix(rows, inputs), p.loss.targets(s, rows, outputs)

	output := w.Forward(x)
	mean, err := w.Loss(p.loss.loss, y)
	if err != nil {
		t.Fatal(err)
	}
	w.Backward()

	expectClose(t, "input", w.activations[0].RowRange(0, rows), estimates(rows, inputs, func(i, j int) estimate {
		return estimate{value: float64(x.Row(i)[j])}
	}))
	p.checkLoss(t, w, output, y, mean)
	for l, piece := range p.layers {
		in, out := toBatch(w.activations[l].RowRange(0, rows)), w.activations[l+1].RowRange(0, rows)
		dy, params := toBatch(w.deltas[l+1].RowRange(0, rows)), layerParams(net, l)
		name := fmt.Sprintf("layer %d (%s)", l, layerName(net.layers[l]))
		expectClose(t, "output of "+name, out, piece.oracle.forward(in, params))
		for i, want := range piece.oracle.grads(dy, in, params) {
			param := net.layers[l].Params()[i]
			expectClose(t, "gradient of "+param.Name+" of "+name, param.Grad, want)
		}
		if l > 0 {
			expectClose(t, "delta of "+name, w.deltas[l].RowRange(0, rows), piece.oracle.delta(dy, in, params))
		}
	}
}

// checkLoss compares the losses of all rows, their mean and their gradient.
func (p pieceNetwork) checkLoss(t *testing.T, w *Workspace, z, y kernels.Matrix, mean float64) {
	t.Helper()
	want, magnitude := 0.0, 0.0
	var gradients [][]estimate
	divisor := p.divisor(z.Rows)
	for i := range z.Rows {
		loss, gradient := p.loss.oracle(toFloat64(z.Row(i)), toFloat64(y.Row(i)))
		if !(math.Abs(w.losses[i]-loss.value) <= loss.tolerance()) {
			t.Errorf("loss of row %d is %v, want %v", i, w.losses[i], loss.value)
		}
		for j := range gradient {
			gradient[j].value /= divisor
			gradient[j].slack /= divisor
		}
		gradients = append(gradients, gradient)
		want += w.losses[i] / divisor
		magnitude += math.Abs(w.losses[i]) / divisor
	}
	if !(math.Abs(mean-want) <= 1e-14*magnitude) {
		t.Errorf("loss of the batch %v, want %v", mean, want)
	}
	expectClose(t, "gradient of the loss", w.deltas[len(p.layers)].RowRange(0, z.Rows), gradients)
}

// divisor returns what the sum of the losses of so many rows is divided by.
func (p pieceNetwork) divisor(rows int) float64 {
	if p.loss.summed {
		return 1
	}
	return float64(rows)
}

func (p pieceNetwork) build(t *testing.T, inputs, hidden, outputs int) *Network {
	var layers []Layer
	last := len(p.layers) - 1
	if p.loss.head != nil {
		last--
	}
	for l, piece := range p.layers {
		width := hidden
		if l >= last {
			width = outputs
		}
		layers = append(layers, piece.build(width))
	}
	return mustSequential(t, inputs, 7, layers...)
}

// tolerance is the slack, the float64 rounding of oracle and loss, and that
// of results below the smallest normal float32.
func (e estimate) tolerance() float64 {
	return 0x1p-24*e.slack + 1e-13*math.Abs(e.value) + 0x1p-149
}

// expectClose reports the first element that is not within its tolerance.
func expectClose(t *testing.T, what string, got kernels.Matrix, want [][]estimate) {
	t.Helper()
	if got.Rows != len(want) || got.Cols != len(want[0]) {
		t.Fatalf("%s is %d x %d, want %d x %d", what, got.Rows, got.Cols, len(want), len(want[0]))
	}
	for i, row := range want {
		for j, e := range row {
			v := float64(got.Row(i)[j])
			if !(math.Abs(v-e.value) <= e.tolerance()) {
				t.Fatalf("%s: element (%d, %d) is %v, want %v within %.2g", what, i, j, v, e.value, e.tolerance())
			}
		}
	}
}

// TestGradientEndToEnd compares the gradients of whole networks with a float64
// run of the oracles from input to loss and back. The tolerance is relative to
// the largest element of a gradient: an error of 2^-24 a rounding, some hundred
// roundings deep, is below 1e-5.
func TestGradientEndToEnd(t *testing.T) {
	const tolerance = 1e-5
	dense := layerPieces[0]
	for _, layer := range withOracle() {
		for _, loss := range lossPieces {
			t.Run(layer.name+"/"+loss.name, func(t *testing.T) {
				const rows, inputs, hidden, outputs = 9, 5, 7, 3
				p := pieceNetwork{loss.layers(dense, layer, dense, layer, dense), loss}
				net := p.build(t, inputs, hidden, outputs)
				s := newSource(11)
				s.perturb(net)
				x, y := s.matrix(rows, inputs), loss.targets(s, rows, outputs)
				w := net.NewWorkspace(rows)
				w.Forward(x)
				got, err := w.Loss(loss.loss, y)
				if err != nil {
					t.Fatal(err)
				}
				w.Backward()
				want, gradients := p.oracle(net, toBatch(x), toBatch(y))
				if math.Abs(got-want) > tolerance*max(1, math.Abs(want)) {
					t.Errorf("loss %v, want %v", got, want)
				}
				// The gradient of a bias before a batch normalisation is 0.
				floor := 1e-2 * largest(slices.Concat(gradients...))
				for k, param := range net.params {
					if e := relativeError(toBatch(param.Grad), gradients[k], floor); !(e <= tolerance) {
						t.Errorf("gradient of %s differs by %.2g of its largest element", net.names[k], e)
					}
				}
			})
		}
	}
}

// oracle returns the mean loss of a batch and the gradients of all parameters.
func (p pieceNetwork) oracle(net *Network, x, y batch) (mean float64, gradients []batch) {
	activations := []batch{x}
	for l, piece := range p.layers {
		activations = append(activations, values(piece.oracle.forward(activations[l], layerParams(net, l))))
	}
	rows := p.divisor(len(x))
	var dy batch
	for i, z := range activations[len(p.layers)] {
		loss, gradient := p.loss.oracle(z, y[i])
		mean += loss.value / rows
		dy = append(dy, nil)
		for _, g := range gradient {
			dy[i] = append(dy[i], g.value/rows)
		}
	}
	for l := len(p.layers) - 1; l >= 0; l-- {
		oracle, params := p.layers[l].oracle, layerParams(net, l)
		var own []batch
		for _, table := range oracle.grads(dy, activations[l], params) {
			own = append(own, values(table))
		}
		gradients = append(own, gradients...)
		dy = values(oracle.delta(dy, activations[l], params))
	}
	return mean, gradients
}

// relativeError returns the largest difference divided by the largest element,
// or by the floor if that is larger.
func relativeError(got, want batch, floor float64) float64 {
	difference := 0.0
	for i, row := range want {
		for j, v := range row {
			difference = max(difference, math.Abs(got[i][j]-v))
		}
	}
	return difference / max(largest(want), floor)
}

// largest returns the largest magnitude.
func largest(b batch) float64 {
	result := 0.0
	for _, row := range b {
		for _, v := range row {
			result = max(result, math.Abs(v))
		}
	}
	return result
}

// TestGradTiles computes gradients tile by tile, and over two parts of the batch
// one after the other: the bits are those of one call.
func TestGradTiles(t *testing.T) {
	const rows, inputs, width = 13, 11, 9
	for _, piece := range withOracle() {
		if piece.minRows > 1 {
			continue // its gradients come with the statistics of the batch
		}
		t.Run(piece.name, func(t *testing.T) {
			layer := piece.build(width)
			net := mustSequential(t, inputs, 3, layer)
			s := newSource(5)
			x, dy := s.matrix(rows, inputs), s.matrix(rows, net.Outputs())
			for _, p := range layer.Params() {
				layer.Grad(Tile{Param: p, Hi: p.Shape.Rows}, x, dy)
				want := append([]float32(nil), p.Grad.Data...)
				for _, cut := range []int{1, 2, 8} {
					if cut < p.Shape.Rows {
						clear(p.Grad.Data)
						layer.Grad(Tile{Param: p, Hi: cut}, x, dy)
						layer.Grad(Tile{Param: p, Lo: cut, Hi: p.Shape.Rows}, x, dy)
						expectSameBits(t, fmt.Sprintf("%s in tiles cut at row %d", p.Name, cut), p.Grad.Data, want)
					}
					layer.Grad(Tile{Param: p, Hi: p.Shape.Rows}, x.RowRange(0, cut), dy.RowRange(0, cut))
					layer.Grad(Tile{Param: p, Hi: p.Shape.Rows, Accumulate: true}, x.RowRange(cut, rows), dy.RowRange(cut, rows))
					expectSameBits(t, fmt.Sprintf("%s accumulated over a batch cut at row %d", p.Name, cut), p.Grad.Data, want)
				}
			}
		})
	}
}

// expectSameBits fails at the first element with other bits; all NaNs are one.
func expectSameBits(t testing.TB, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, want %d", what, len(got), len(want))
	}
	for i := range got {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) && (got[i] == got[i] || want[i] == want[i]) {
			t.Fatalf("%s: element %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

// TestWorkspaceReuse runs batches of different sizes through one workspace: what
// an earlier, larger batch left behind does not reach a later one.
func TestWorkspaceReuse(t *testing.T) {
	net := mustSequential(t, 4, 1, Dense(5), Tanh(), Dense(3))
	s := newSource(2)
	x, y := s.matrix(9, 4), s.labels(9, 3)
	run := func(w *Workspace, rows int) []float32 {
		w.Forward(x.RowRange(0, rows))
		if _, err := w.Loss(CrossEntropy(), y.RowRange(0, rows)); err != nil {
			t.Fatal(err)
		}
		w.Backward()
		return append([]float32(nil), net.grads...)
	}
	reused := net.NewWorkspace(9)
	for _, rows := range []int{9, 2, 7, 1} {
		got, want := run(reused, rows), run(net.NewWorkspace(rows), rows)
		expectSameBits(t, fmt.Sprintf("gradients of %d rows", rows), got, want)
	}
}

// TestWorkspaceWithoutParameters runs a network whose layers
// have no parameters: there is nothing to train, and nothing breaks.
func TestWorkspaceWithoutParameters(t *testing.T) {
	net := mustSequential(t, 3, 1, Tanh(), Softmax())
	w := net.NewWorkspace(2)
	w.Forward(kernels.NewMatrix(2, 3))
	loss, err := w.Loss(MSE(), kernels.NewMatrix(2, 3))
	if want := 1.0 / 9; err != nil || math.Abs(loss-want) > 1e-7 {
		t.Errorf("loss = %v, %v; want %v", loss, err, want)
	}
	w.Backward()
}

func TestWorkspaceMisuse(t *testing.T) {
	net := mustSequential(t, 3, 1, Dense(2))
	w := net.NewWorkspace(4)
	expectPanic(t, "2 x 5, want at most 4 rows of 3", func() { w.Forward(kernels.NewMatrix(2, 5)) })
	expectPanic(t, "5 x 3, want at most 4 rows of 3", func() { w.Forward(kernels.NewMatrix(5, 3)) })
	w.Forward(kernels.NewMatrix(4, 3))
	_, err := w.Loss(MSE(), kernels.NewMatrix(3, 2))
	expectError(t, err, "3 rows of targets for 4 rows of input")
	_, err = w.Loss(MSE(), kernels.NewMatrix(4, 1))
	expectError(t, err, "2 outputs", "1 columns")
}

// expectError fails unless err has all the given parts in its message.
func expectError(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not contain %q", err, part)
		}
	}
}

// expectPanic fails unless f panics with a message that has the given part.
func expectPanic(t testing.TB, part string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if message := fmt.Sprint(recover()); !strings.Contains(message, part) {
			t.Errorf("panics with %q, want %q in it", message, part)
		}
	}()
	f()
}

// TestSpaceBetweenRows compares a workspace with space between the rows of some
// activations with one that has none.
func TestSpaceBetweenRows(t *testing.T) {
	const rows = 5
	net := mustSequential(t, 9, 1, Dense(256), ReLU(), Dense(256), Dense(512), Tanh(), Residual(Dense(512), ReLU()), Dense(3))
	s := newSource(8)
	x, y := s.matrix(rows, 9), s.labels(rows, 3)
	spaced, plain := net.NewWorkspace(rows), net.NewWorkspace(rows)
	var where []int
	for l, m := range spaced.activations {
		if !contiguous(m) {
			where = append(where, l)
		}
		plain.activations[l] = newAlignedMatrix(m.Rows, m.Cols)
	}
	if want := []int{2, 3}; !slices.Equal(where, want) {
		t.Errorf("space between the rows of activations %d, want %d", where, want)
	}
	var gradients [2][]float32
	for i, w := range []*Workspace{spaced, plain} {
		w.Forward(x)
		if _, err := w.Loss(CrossEntropy(), y); err != nil {
			t.Fatal(err)
		}
		w.Backward()
		for _, p := range net.params {
			gradients[i] = append(gradients[i], p.Grad.Data...)
		}
		if !finiteRows(w.activations[2]) {
			t.Error("finite activations are not")
		}
		w.activations[2].Row(rows - 1)[255] = float32(math.NaN())
		if finiteRows(w.activations[2]) {
			t.Error("NaN is not found")
		}
	}
	expectSameBits(t, "gradients", gradients[0], gradients[1])
}

// TestRunsInPlace: the output of an activation takes its input's place where its
// derivative is a function of the output, and where nobody else asks for the input.
func TestRunsInPlace(t *testing.T) {
	net := mustSequential(t, 4, 1, ReLU(),
		Dense(4), ReLU(), Dense(4), GELU(), Dense(4), BatchNorm(), Tanh(),
		Dense(4), Residual(Sigmoid(), Dense(4), SELU()), Dense(4), Tanh(), ReLU())
	var got []string
	for l := 1; l < len(net.layers); l++ {
		if net.runsInPlace(l) {
			got = append(got, fmt.Sprint(l, " ", layerName(net.layers[l])))
		}
	}
	if want := []string{"2 ReLU", "11 SELU", "14 Tanh"}; !slices.Equal(got, want) {
		t.Errorf("in place run %q, want %q", got, want)
	}
	w := net.newWorkspace(3, -1)
	w.shareMemory(3)
	for l := 1; l < len(net.layers); l++ {
		inPlace := net.runsInPlace(l)
		if shared := &w.deltas[l].Data[0] == &w.deltas[l+1].Data[0]; shared != inPlace {
			t.Errorf("layer %d: deltas share memory: %v", l, shared)
		}
		if shared := &w.activations[l].Data[0] == &w.activations[l+1].Data[0]; shared != (inPlace && l >= 3) {
			t.Errorf("layer %d: activations share memory: %v", l, shared)
		}
	}
}
