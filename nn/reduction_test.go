package nn

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// TestClassWeights compares loss and gradient of a batch with PyTorch's
// definition: rows with labels are averaged by their labels' weights, rows with
// distributions by their number.
func TestClassWeights(t *testing.T) {
	const rows, classes = 11, 4
	weights := []float64{0.5, 2, 0, 3}
	for _, smoothing := range []float64{0, 0.3} {
		options := []ClassOption{ClassWeights(weights...), LabelSmoothing(smoothing)}
		for _, c := range []struct {
			name    string
			loss    Loss
			targets func(s *source, rows, outputs int) kernels.Matrix
		}{
			{"labels", CrossEntropy(options...), (*source).labels},
			{"distributions", CrossEntropy(options...), (*source).distributions},
			{"NLL", NLL(options[0]), (*source).labels},
		} {
			t.Run(fmt.Sprint(c.name, "/", smoothing), func(t *testing.T) {
				s := newSource(31)
				z, y := s.matrix(rows, classes), c.targets(s, rows, classes)
				want, divisor := 0.0, 0.0
				gradient := make([][]estimate, rows)
				for i := range rows {
					target := make([]float64, classes)
					if y.Cols == 1 {
						label := int(y.Row(i)[0])
						target[label] = 1
						divisor += weights[label]
					} else {
						target = toFloat64(y.Row(i))
						divisor++
					}
					total := 0.0
					for j := range target {
						if c.name != "NLL" {
							target[j] = (1-smoothing)*target[j] + smoothing/classes
						}
						target[j] *= weights[j]
						total += target[j]
					}
					p := softmaxOf(toFloat64(z.Row(i)))
					for j := range p {
						logarithm, slope := math.Log(p[j]), total*p[j]-target[j]
						if c.name == "NLL" {
							logarithm, slope = float64(z.Row(i)[j]), -target[j]
						}
						want -= target[j] * logarithm
						gradient[i] = append(gradient[i], estimate{slope, 50 * max(total, 1)})
					}
				}
				for i := range gradient {
					for j := range gradient[i] {
						gradient[i][j].value /= divisor
						gradient[i][j].slack /= divisor
					}
				}
				got, err := MeanLoss(c.loss, z, y)
				if err != nil || math.Abs(got-want/divisor) > 1e-6 {
					t.Errorf("loss %v, %v; want %v", got, err, want/divisor)
				}
				w := mustSequential(t, classes, 1, softsign()).NewWorkspace(rows)
				w.Forward(z)
				for i := range rows {
					copy(w.activations[1].Row(i), z.Row(i))
				}
				got, err = w.Loss(c.loss, y)
				if err != nil || math.Abs(got-want/divisor) > 1e-6 {
					t.Errorf("loss of the workspace %v, %v; want %v", got, err, want/divisor)
				}
				expectClose(t, "gradient", w.deltas[1], gradient)
			})
		}
	}
}

// TestRowWeights compares weights that are integers with rows that are
// repeated as many times.
func TestRowWeights(t *testing.T) {
	const rows = 9
	for _, piece := range lossPieces {
		if piece.summed || piece.head != nil {
			continue
		}
		s := newSource(17)
		x, y := s.matrix(rows, 4), piece.targets(s, rows, 3)
		data, err := Rows(x, y)
		if err != nil {
			t.Fatal(err)
		}
		weighted := s.weighted(data)
		all := ascending(rows)
		weights := make([]float32, rows)
		weighted.Weights(all, weights)
		var repeated []int
		for _, row := range all {
			for range int(weights[row]) {
				repeated = append(repeated, row)
			}
		}
		gradients := func(order []int, weights []float32) (float64, batch) {
			net := classifier(t, 1)
			w := net.NewWorkspace(len(order))
			xs, ys := kernels.NewMatrix(len(order), 4), kernels.NewMatrix(len(order), y.Cols)
			data.Gather(order, xs, ys)
			w.Forward(xs)
			loss, err := w.Loss(piece.loss, ys)
			if weights != nil {
				loss, err = w.WeightedLoss(piece.loss, ys, weights)
			}
			if err != nil {
				t.Fatal(err)
			}
			if weights != nil {
				z := w.activations[len(net.layers)]
				if again := must(WeightedMeanLoss(piece.loss, z, ys, weights)); again != loss {
					t.Errorf("%s: WeightedMeanLoss is %v, that of the workspace %v", piece.name, again, loss)
				}
			}
			w.Backward()
			return loss, batch{toFloat64(net.grads)}
		}
		want, wantGradient := gradients(repeated, nil)
		got, gradient := gradients(all, weights)
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: weighted loss %v, that of repeated rows %v", piece.name, got, want)
		}
		if e := relativeError(gradient, wantGradient, 0); e > 1e-5 {
			t.Errorf("%s: gradients of weighted and of repeated rows differ by %.2g", piece.name, e)
		}
	}
}

// TestWeightedLoopByHand compares the trainer with a loop by hand on rows with
// weights.
func TestWeightedLoopByHand(t *testing.T) {
	const rows, batchSize = 25, 10
	data := newSource(3).weighted(classes(rows))
	loss := CrossEntropy(ClassWeights(1, 3, 2))
	for _, workers := range []int{1, 3} {
		trained := classifier(t, 1)
		options := inOrder(workers)
		options.Loss = loss
		report := runEpochs(t, trained, data, 1, options)[0]

		net := classifier(t, 1)
		updater, err := net.NewUpdater(NewAdam(0.01))
		if err != nil {
			t.Fatal(err)
		}
		w := net.NewWorkspace(batchSize)
		sum, divisor := 0.0, 0.0
		for lo := 0; lo < rows; lo += batchSize {
			order := ascending(rows)[lo:min(lo+batchSize, rows)]
			x, y, weights := kernels.NewMatrix(len(order), 4), kernels.NewMatrix(len(order), 1), make([]float32, len(order))
			data.Gather(order, x, y)
			data.Weights(order, weights)
			w.Forward(x)
			mean, err := w.WeightedLoss(loss, y, weights)
			if err != nil {
				t.Fatal(err)
			}
			for i, weight := range weights {
				d := float64(weight) * []float64{1, 3, 2}[int(y.Row(i)[0])]
				sum += mean * d
				divisor += d
			}
			w.Backward()
			updater.Step()
		}
		if trained.Hash() != net.Hash() {
			t.Errorf("%d workers: the trainer and a loop by hand end in different weights", workers)
		}
		if math.Abs(report.Loss-sum/divisor) > 1e-13 {
			t.Errorf("%d workers: loss of the epoch %v, want %v", workers, report.Loss, sum/divisor)
		}
	}
}

// TestNothingCounts trains on rows that all have the weight 0.
func TestNothingCounts(t *testing.T) {
	data, err := Weighted(classes(12), make([]float32, 12))
	if err != nil {
		t.Fatal(err)
	}
	net := classifier(t, 1)
	before := net.Hash()
	if report := runEpochs(t, net, data, 1, inOrder(2))[0]; report.Loss != 0 || net.Hash() != before {
		t.Errorf("loss %v, or the weights have changed", report.Loss)
	}
}

func TestWeightErrors(t *testing.T) {
	_, err := Weighted(classes(3), make([]float32, 2))
	expectError(t, err, "2 weights for 3 rows")
	for _, wrong := range []float32{-1, nan32, inf32} {
		weights := []float32{1, 1, 1, 1, wrong}
		data, err := Weighted(classes(5), weights)
		if err != nil {
			t.Fatal(err)
		}
		trainer := mustTrainer(t, classifier(t, 1), inOrder(2))
		_, err = epochError(t, trainer, context.Background(), data, 1)
		var dataError *DataError
		if !errors.As(err, &dataError) || dataError.Row != 4 {
			t.Errorf("weight %v: %v, want a DataError of row 4", wrong, err)
		}
		expectError(t, err, fmt.Sprint("weight ", wrong))

		w := classifier(t, 1).NewWorkspace(5)
		w.Forward(kernels.NewMatrix(5, 4))
		_, err = w.WeightedLoss(CrossEntropy(), kernels.NewMatrix(5, 1), weights)
		expectError(t, err, "row 4", fmt.Sprint("weight ", wrong))
		_, err = w.WeightedLoss(CrossEntropy(), kernels.NewMatrix(5, 1), weights[:4])
		expectError(t, err, "4 weights for 5 rows")
		_, err = WeightedMeanLoss(CrossEntropy(), kernels.NewMatrix(5, 3), kernels.NewMatrix(5, 1), weights[:4])
		expectError(t, err, "4 weights for 5 rows")
	}
}

func TestLossNames(t *testing.T) {
	for _, c := range []struct {
		loss Loss
		want string
	}{
		{CrossEntropy(), "CrossEntropy"},
		{CrossEntropy(LabelSmoothing(0.1)), "CrossEntropy(label smoothing 0.1)"},
		{CrossEntropy(ClassWeights(1, 2.5)), "CrossEntropy(class weights [1 2.5])"},
		{CrossEntropy(ClassWeights(1, 2), LabelSmoothing(0.5)), "CrossEntropy(label smoothing 0.5, class weights [1 2])"},
		{NLL(), "NLL"},
		{Huber(1.5), "Huber(1.5)"},
		{Summed(MSE()), "Summed(MSE)"},
	} {
		if got := c.loss.String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
