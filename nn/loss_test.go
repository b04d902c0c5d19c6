package nn

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

var (
	inf32 = float32(math.Inf(1))
	nan32 = float32(math.NaN())
)

// rowLoss returns the loss of one row and its gradient.
func rowLoss(loss Loss, z, target []float32) (float64, []float32) {
	var losses [1]float64
	dz := make([]float32, len(z))
	loss.Rows(losses[:], rowMatrix(dz), rowMatrix(z), rowMatrix(target), 1)
	return losses[0], dz
}

// TestLossOfIgnorance checks that a network that knows nothing has exactly the
// loss ln 2 of two classes, and that no mean over rows loses a bit of it.
func TestLossOfIgnorance(t *testing.T) {
	const ln2 = 0.6931471805599453
	const rows = 12665 // zeros and ones of MNIST
	for _, c := range []struct {
		name    string
		loss    Loss
		z       []float32
		targets []float32
		want    []float32
	}{
		{"BCEWithLogits 0", BCEWithLogits(), []float32{0}, []float32{0}, []float32{0.5}},
		{"BCEWithLogits 1", BCEWithLogits(), []float32{0}, []float32{1}, []float32{-0.5}},
		{"BCEWithLogits, columns", BCEWithLogits(), []float32{0, 0, 0}, []float32{1, 0, 1}, []float32{-1. / 6, 1. / 6, -1. / 6}},
		{"CrossEntropy 0", CrossEntropy(), []float32{0, 0}, []float32{0}, []float32{-0.5, 0.5}},
		{"CrossEntropy 1", CrossEntropy(), []float32{0, 0}, []float32{1}, []float32{0.5, -0.5}},
		{"CrossEntropy, shifted", CrossEntropy(), []float32{-7, -7}, []float32{1}, []float32{0.5, -0.5}},
		{"CrossEntropy, distribution", CrossEntropy(), []float32{3, 3}, []float32{0.5, 0.5}, []float32{0, 0}},
	} {
		loss, gradient := rowLoss(c.loss, c.z, c.targets)
		if loss != ln2 {
			t.Errorf("%s: loss %v, want %v", c.name, loss, ln2)
		}
		expectSameBits(t, c.name+": gradient", gradient, c.want)
		if mean, err := MeanLoss(c.loss, repeatRow(c.z, rows), repeatRow(c.targets, rows)); err != nil || mean != ln2 {
			t.Errorf("%s: mean of %d rows is %v, %v; want %v", c.name, rows, mean, err, ln2)
		}
	}
}

func repeatRow(row []float32, rows int) kernels.Matrix {
	m := kernels.NewMatrix(rows, len(row))
	for i := range rows {
		copy(m.Row(i), row)
	}
	return m
}

func TestLossExtremes(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		loss      Loss
		z, target []float32
		want      float64
		gradient  []float32
	}{
		// Saturated and right: no loss, no gradient.
		{BCEWithLogits(), []float32{1000}, []float32{1}, 0, []float32{0}},
		{BCEWithLogits(), []float32{-1000}, []float32{0}, 0, []float32{0}},
		{CrossEntropy(), []float32{1000, -1000}, []float32{0}, 0, []float32{0, 0}},
		{CrossEntropy(), []float32{1000, -1000}, []float32{1, 0}, 0, []float32{0, 0}},
		// Saturated and wrong: a large loss, but the gradient is bounded.
		{BCEWithLogits(), []float32{1000}, []float32{0}, 1000, []float32{1}},
		{BCEWithLogits(), []float32{-1000}, []float32{1}, 1000, []float32{-1}},
		{BCEWithLogits(), []float32{-1000, 1000}, []float32{1, 1}, 500, []float32{-0.5, 0}},
		{CrossEntropy(), []float32{1000, -1000}, []float32{1}, 2000, []float32{1, -1}},
		{CrossEntropy(), []float32{1000, -1000}, []float32{0.25, 0.75}, 1500, []float32{0.75, -0.75}},
		{CrossEntropy(), []float32{math.MaxFloat32, -math.MaxFloat32}, []float32{1}, 2 * math.MaxFloat32, []float32{1, -1}},
		{BCEWithLogits(), []float32{math.MaxFloat32}, []float32{0}, math.MaxFloat32, []float32{1}},
		// A class that cannot be has no part in the loss of the others.
		{CrossEntropy(), []float32{5, -inf32, 5}, []float32{0}, math.Ln2, []float32{-0.5, 0, 0.5}},
		{CrossEntropy(), []float32{5, -inf32, 5}, []float32{0.5, 0, 0.5}, math.Ln2, []float32{0, 0, 0}},
		{CrossEntropy(), []float32{5, -inf32, 5}, []float32{1}, inf, []float32{0.5, -1, 0.5}},
		// Numbers that are none.
		{CrossEntropy(), []float32{nan32, 0}, []float32{1}, nan, []float32{nan32, nan32}},
		{CrossEntropy(), []float32{0, nan32}, []float32{0}, nan, []float32{nan32, nan32}},
		{CrossEntropy(), []float32{inf32, 0}, []float32{0}, nan, []float32{nan32, nan32}},
		{BCEWithLogits(), []float32{nan32}, []float32{0}, nan, []float32{nan32}},
		{MSE(), []float32{nan32, 0}, []float32{0, 0}, nan, []float32{nan32, 0}},
		{MSE(), []float32{inf32}, []float32{0}, inf, []float32{inf32}},
		// A square beyond float32.
		{MSE(), []float32{0x1p100}, []float32{0}, 0x1p200, []float32{0x1p101}},
		{MSE(), []float32{1, 3}, []float32{0, 1}, 2.5, []float32{1, 2}},
		{Summed(MSE()), []float32{1, 3}, []float32{0, 1}, 5, []float32{2, 4}},
		// The kinks of the absolute error and of Huber's.
		{MAE(), []float32{1, 2}, []float32{1, 4}, 1, []float32{0, -0.5}},
		{MAE(), []float32{nan32}, []float32{0}, nan, []float32{nan32}},
		{MAE(), []float32{inf32}, []float32{0}, inf, []float32{1}},
		{Huber(2), []float32{2}, []float32{0}, 2, []float32{2}},
		{Huber(2), []float32{-3}, []float32{0}, 4, []float32{-2}},
		{Huber(2), []float32{nan32}, []float32{0}, nan, []float32{nan32}},
		// PyTorch's limits of the logarithm and of the denominator.
		{BCE(), []float32{0}, []float32{0}, 0, []float32{0}},
		{BCE(), []float32{1}, []float32{1}, 0, []float32{0}},
		{BCE(), []float32{0}, []float32{1}, 100, []float32{-1e12}},
		{BCE(), []float32{1}, []float32{0}, 100, []float32{1e12}},
		{BCE(), []float32{0x1p-149}, []float32{1}, 100, []float32{-1e12}},
		{BCE(), []float32{1.5}, []float32{1}, nan, []float32{nan32}},
		{BCE(), []float32{-0.5}, []float32{1}, nan, []float32{nan32}},
		{BCE(), []float32{nan32}, []float32{1}, nan, []float32{nan32}},
		{Poisson(), []float32{0}, []float32{3}, 1, []float32{-2}},
		{Poisson(), []float32{-inf32}, []float32{0}, nan, []float32{0}}, // 0 times infinity
		{Poisson(), []float32{1000}, []float32{0}, inf, []float32{inf32}},
		{NLL(), []float32{-1, -inf32}, []float32{0}, 1, []float32{-1, 0}},
		{NLL(), []float32{-1, -inf32}, []float32{1}, inf, []float32{0, -1}},
		{KLDivergence(), []float32{0, -inf32}, []float32{1, 0}, 0, []float32{-1, 0}},
		{KLDivergence(), []float32{-math.Ln2, -math.Ln2}, []float32{0.5, 0.5}, -math.Ln2 + float64(float32(math.Ln2)), []float32{-0.5, -0.5}},
		// The kinks of the margins, and infinities beyond them.
		{Hinge(), []float32{1, 0.5}, []float32{1, 1}, 0.25, []float32{0, -0.5}},
		{Hinge(), []float32{3}, []float32{0}, 4, []float32{1}},
		{Hinge(), []float32{-inf32}, []float32{0}, 0, []float32{0}},
		{Hinge(), []float32{-inf32}, []float32{1}, inf, []float32{-1}},
		{Hinge(), []float32{nan32}, []float32{1}, nan, []float32{nan32}},
		{SquaredHinge(), []float32{3}, []float32{0}, 16, []float32{8}},
		{SquaredHinge(), []float32{1}, []float32{1}, 0, []float32{0}},
		{SquaredHinge(), []float32{nan32}, []float32{0}, nan, []float32{nan32}},
		{MultiMargin(1), []float32{2, 1, 1.5, -9}, []float32{0}, 0.125, []float32{-0.25, 0, 0.25, 0}},
		{MultiMargin(1), []float32{inf32, 1}, []float32{0}, 0, []float32{0, 0}},
		{MultiMargin(1), []float32{0, inf32}, []float32{0}, inf, []float32{-0.5, 0.5}},
		{MultiMargin(1), []float32{0, nan32, -9}, []float32{0}, nan, []float32{nan32, nan32, 0}},
		{MultiMargin(1), []float32{nan32, 0}, []float32{0}, nan, []float32{nan32, nan32}},
		{SquaredMultiMargin(1), []float32{2, 3}, []float32{0}, 2, []float32{-2, 2}},
	} {
		t.Run(fmt.Sprintf("%v/%v/%v", c.loss, c.z, c.target), func(t *testing.T) {
			loss, gradient := rowLoss(c.loss, c.z, c.target)
			if loss != c.want && (loss == loss || c.want == c.want) {
				t.Errorf("loss %v, want %v", loss, c.want)
			}
			expectSameBits(t, "gradient", gradient, c.gradient)
		})
	}
}

// TestLossesStayPositive checks over many logits that no loss is negative: the
// float64 formulas cancel nothing.
func TestLossesStayPositive(t *testing.T) {
	s := newSource(8)
	for _, piece := range lossPieces {
		if piece.signed {
			continue
		}
		for range 200 {
			const outputs = 3
			z := piece.outputs(s, 1, outputs).Row(0)
			target := piece.targets(s, 1, outputs).Row(0)
			if loss, _ := rowLoss(piece.loss, z, target); !(loss >= 0) {
				t.Errorf("%s: loss of %v with target %v is %v", piece.name, z, target, loss)
			}
		}
	}
}

// TestInvalidTargets checks that a row whose target cannot be has the loss NaN,
// which stops training, and that CheckTarget says why.
func TestInvalidTargets(t *testing.T) {
	for _, c := range []struct {
		loss    Loss
		outputs int
		target  []float32
		want    string
	}{
		{CrossEntropy(), 3, []float32{3}, "class 3 is not one of 0 to 2"},
		{CrossEntropy(), 3, []float32{-1}, "class -1 is not one of 0 to 2"},
		{CrossEntropy(), 3, []float32{1.5}, "class 1.5 is not one of 0 to 2"},
		{CrossEntropy(), 3, []float32{nan32}, "class NaN is not one of 0 to 2"},
		{CrossEntropy(), 3, []float32{inf32}, "class +Inf is not one of 0 to 2"},
		{CrossEntropy(), 3, []float32{1, 0.5, -0.5}, "probability -0.5 of class 2 is not in [0, 1]"},
		{CrossEntropy(), 3, []float32{1.5, 0, 0}, "probability 1.5 of class 0 is not in [0, 1]"},
		{CrossEntropy(), 3, []float32{nan32, 1, 0}, "probability NaN of class 0 is not in [0, 1]"},
		{CrossEntropy(), 3, []float32{0, 0, 0}, "probabilities add up to 0, want 1"},
		{CrossEntropy(), 3, []float32{1, 1, 0}, "probabilities add up to 2, want 1"},
		{BCEWithLogits(), 2, []float32{1, 1.25}, "target 1.25 in column 1 is not in [0, 1]"},
		{BCEWithLogits(), 2, []float32{-1, 1}, "target -1 in column 0 is not in [0, 1]"},
		{BCEWithLogits(), 1, []float32{nan32}, "target NaN in column 0 is not in [0, 1]"},
		{MSE(), 2, []float32{0, nan32}, "target NaN in column 1"},
		{MSE(), 1, []float32{inf32}, "target +Inf in column 0"},
		{MAE(), 1, []float32{nan32}, "target NaN in column 0"},
		{Huber(1), 1, []float32{inf32}, "target +Inf in column 0"},
		{BCE(), 2, []float32{1, 1.25}, "target 1.25 in column 1 is not in [0, 1]"},
		{Poisson(), 1, []float32{-1}, "target -1 in column 0 is not a count"},
		{Poisson(), 1, []float32{inf32}, "target +Inf in column 0 is not a count"},
		{Hinge(), 1, []float32{-1}, "target -1 in column 0 is not 0 or 1"},
		{SquaredHinge(), 2, []float32{0, nan32}, "target NaN in column 1 is not 0 or 1"},
		{MultiMargin(1), 3, []float32{3}, "class 3 is not one of 0 to 2"},
		{NLL(), 2, []float32{2}, "class 2 is not one of 0 to 1"},
		{KLDivergence(), 2, []float32{0.5, 0.25}, "probabilities add up to 0.75, want 1"},
		{Summed(CrossEntropy()), 3, []float32{3}, "class 3 is not one of 0 to 2"},
	} {
		expectError(t, c.loss.CheckTarget(c.target, c.outputs), c.want)
		if loss, _ := rowLoss(c.loss, make([]float32, c.outputs), c.target); loss-loss == 0 {
			t.Errorf("%v: the loss of target %v is %v, want one that is not finite", c.loss, c.target, loss)
		}
	}
}

func TestValidTargets(t *testing.T) {
	s := newSource(4)
	for _, piece := range lossPieces {
		targets := piece.targets(s, 20, 5)
		for i := range targets.Rows {
			if err := piece.loss.CheckTarget(targets.Row(i), 5); err != nil {
				t.Errorf("%s: %v: %v", piece.name, targets.Row(i), err)
			}
		}
	}
	// A third, rounded to three digits and to float32.
	for _, third := range []float32{0.333, 1. / 3} {
		if err := CrossEntropy().CheckTarget([]float32{third, third, third}, 3); err != nil {
			t.Error(err)
		}
	}
}

func TestLossCheck(t *testing.T) {
	for _, c := range []struct {
		loss             Loss
		outputs, targets int
		want             string // empty if they fit
	}{
		{CrossEntropy(), 3, 1, ""},
		{CrossEntropy(), 3, 3, ""},
		{CrossEntropy(), 3, 2, "1 column (class indices) or of 3"},
		{CrossEntropy(), 1, 1, "BCEWithLogits"},
		{BCEWithLogits(), 2, 2, ""},
		{BCEWithLogits(), 2, 1, "2 outputs, the data 1 columns"},
		{MSE(), 2, 2, ""},
		{MSE(), 1, 2, "1 outputs, the data 2 columns"},
		{Huber(0), 1, 1, "Huber: delta is 0"},
		{Huber(math.NaN()), 1, 1, "Huber: delta is NaN"},
		{Huber(1), 1, 2, "Huber(1) needs one column of targets an output"},
		{Hinge(), 2, 1, "2 outputs, the data 1 columns"},
		{MultiMargin(1), 1, 1, "at least 2 outputs, the network has 1; for a single output use Hinge"},
		{SquaredMultiMargin(1), 3, 3, "1 column (class indices), the data have 3"},
		{MultiMargin(0), 3, 1, "the margin is 0"},
		{SquaredMultiMargin(math.Inf(1)), 3, 1, "the margin is +Inf"},
		{NLL(), 1, 1, "at least 2 outputs"},
		{NLL(), 3, 3, "1 column (class indices), the data have 3"},
		{NLL(LabelSmoothing(0.1)), 3, 1, "use CrossEntropy"},
		{KLDivergence(), 3, 1, "3 outputs, the data 1 columns"},
		{CrossEntropy(LabelSmoothing(1.5)), 3, 1, "LabelSmoothing is 1.5"},
		{CrossEntropy(LabelSmoothing(math.NaN())), 3, 1, "LabelSmoothing is NaN"},
		{CrossEntropy(ClassWeights(1, 2)), 3, 1, "ClassWeights has 2 weights, want one for each of 3 outputs"},
		{CrossEntropy(ClassWeights()), 3, 1, "ClassWeights has 0 weights"},
		{NLL(ClassWeights(1, -2, 1)), 3, 1, "the weight of class 1 is -2"},
	} {
		err := c.loss.Check(c.outputs, c.targets)
		if c.want != "" {
			name, _, _ := strings.Cut(c.loss.String(), "(")
			expectError(t, err, name, c.want)
		} else if err != nil {
			t.Errorf("%v: %v", c.loss, err)
		}
	}
}

func TestMeanLossMisuse(t *testing.T) {
	_, err := MeanLoss(MSE(), kernels.NewMatrix(2, 1), kernels.NewMatrix(3, 1))
	expectError(t, err, "2 rows of outputs, 3 of targets")
	_, err = MeanLoss(MSE(), kernels.NewMatrix(0, 1), kernels.NewMatrix(0, 1))
	expectError(t, err, "at least one")
	_, err = MeanLoss(CrossEntropy(), kernels.NewMatrix(2, 4), kernels.NewMatrix(2, 3))
	expectError(t, err, "CrossEntropy", "of 4 (probabilities), the data have 3")
}

// TestMean adds numbers whose naive sum loses the small ones.
func TestMean(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{3}, 3},
		{[]float64{1e17, 1, 1, 1, 1, -1e17}, 4. / 6},
		{[]float64{1, 1e17, 1, -1e17}, 0.5},
	} {
		var m mean
		m.add(c.values, float64(len(c.values)))
		if got := m.value(); got != c.want {
			t.Errorf("mean of %v is %v, want %v", c.values, got, c.want)
		}
	}
}
