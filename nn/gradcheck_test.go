package nn

import (
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// TestGradCheck finds all layers and losses right.
func TestGradCheck(t *testing.T) {
	const rows, inputs, outputs = 4, 3, 3
	check := func(name string, layer layerPiece, loss lossPiece) {
		net := pieceNetwork{loss.layers(layerPieces[0], layer, layerPieces[0]), loss}.build(t, inputs, 4, outputs)
		s := newSource(19)
		s.perturb(net)
		x, y := s.matrix(rows, inputs), loss.targets(s, rows, outputs)
		before := net.Hash()
		report, err := GradCheck(net, loss.loss, x, y)
		if err == nil {
			err = report.Err()
		}
		if err != nil {
			t.Errorf("%s: %v\n%v", name, err, report)
		}
		if net.Hash() != before {
			t.Errorf("%s: the network has changed", name)
		}
	}
	for _, layer := range layerPieces {
		check(layer.name, layer, lossPieces[0])
	}
	for _, loss := range lossPieces {
		check(loss.name, layerPieces[4], loss)
	}
}

// wrong is a layer with a mistake in its backward pass.
type wrong struct {
	gain
	delta, grad float32 // factors of the results
}

func (l *wrong) Delta(c Context, dx, dy, x, y kernels.Matrix) {
	l.gain.Delta(c, dx, dy, x, y)
	kernels.Scale(dx.Data, dx.Data, l.delta)
}

func (l *wrong) Grad(t Tile, x, dy kernels.Matrix) {
	l.gain.Grad(t, x, dy)
	kernels.Scale(t.Param.Grad.Data, t.Param.Grad.Data, l.grad)
}

// wrongLoss is twice as steep as it says.
type wrongLoss struct{ Loss }

func (l wrongLoss) Rows(loss []float64, dz, z, y kernels.Matrix, scale float64) {
	l.Loss.Rows(loss, dz, z, y, 2*scale)
}

// TestGradCheckFindsMistakes names what is wrong.
func TestGradCheckFindsMistakes(t *testing.T) {
	for _, c := range []struct {
		layer Layer
		loss  Loss
		want  string
	}{
		{&wrong{delta: 1.05, grad: 1}, MSE(), "input"},
		{&wrong{delta: 1, grad: 0.9}, MSE(), "0.gain"},
		{&wrong{delta: 1, grad: nan32}, MSE(), "0.gain"},
		{&wrong{delta: 1, grad: 1}, wrongLoss{MSE()}, "output"},
	} {
		s := newSource(6)
		report, err := GradCheck(mustSequential(t, 3, 1, c.layer), c.loss, s.matrix(4, 3), s.matrix(4, 3))
		if err != nil {
			t.Fatal(err)
		}
		expectError(t, report.Err(), "of "+c.want)
		if !strings.Contains(report.String(), "0.gain") || report.Worst().Error < 0.01 {
			t.Errorf("report %v", report)
		}
	}
}

func TestGradCheckErrors(t *testing.T) {
	net := mustSequential(t, 3, 1, BatchNorm(), Dense(2))
	x, y := kernels.NewMatrix(4, 3), kernels.NewMatrix(4, 2)
	_, err := GradCheck(net, MSE(), kernels.NewMatrix(4, 2), y)
	expectError(t, err, "4 x 2, want some rows of 3")
	_, err = GradCheck(net, MSE(), kernels.NewMatrix(1, 3), y)
	expectError(t, err, "at least 2 for layer 0 (BatchNorm)")
	_, err = GradCheck(net, MSE(), x, kernels.NewMatrix(4, 1))
	expectError(t, err, "2 outputs, the data 1 columns")
	y.Data[0] = nan32
	_, err = GradCheck(net, MSE(), x, y)
	expectError(t, err, "the loss is NaN")

	// All inputs lie on the kink.
	report := must(GradCheck(mustSequential(t, 1, 1, ReLU()), MSE(), kernels.NewMatrix(1, 1), kernels.MatrixOf([][]float32{{1}})))
	expectError(t, report.Err(), "near kinks")
}

func TestSummary(t *testing.T) {
	net := mustSequential(t, 7, 1, Dense(5), Residual(Tanh(), Dense(5, WithoutBias())), BatchNorm(), Dense(3))
	want := strings.Join([]string{
		"  layer       type  output  parameters  flop a row",
		"      0      Dense       5          40          75",
		"    1.0       Tanh       5           0           0",
		"    1.1      Dense       5          25          50",
		"      1   Residual       5           0           5",
		"      2  BatchNorm       5          10           0",
		"      3      Dense       3          18          33",
		"    all                  3          93         163",
		"",
	}, "\n")
	if got := net.Summary(); got != want {
		t.Errorf("summary\n%s, want\n%s", got, want)
	}
}
