package nn

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// runLBFGS trains until the end and returns the reports.
func runLBFGS(t testing.TB, net *Network, data Data, steps int, options LBFGSOptions) []LBFGSStep {
	t.Helper()
	var reports []LBFGSStep
	for step, err := range net.LBFGS(context.Background(), data, steps, options) {
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, step)
	}
	return reports
}

// TestLBFGSObjective compares loss and gradient over several blocks with those of
// one large batch, for all losses, means, sums and weights.
func TestLBFGSObjective(t *testing.T) {
	const rows, inputs = 2*fullBatchBlock + 37, 4
	for _, p := range lossPieces {
		for _, weighted := range []bool{false, true} {
			s := newSource(5)
			layers := []Layer{Dense(5), Tanh(), Dense(3)}
			if p.head != nil {
				layers = append(layers, p.head.build(3))
			}
			net := mustSequential(t, inputs, 1, layers...)
			data := s.data(rows, inputs, 3, p)
			x, y, weights := kernels.NewMatrix(rows, inputs), kernels.NewMatrix(rows, data.(matrixData).y.Cols), make([]float32, rows)
			data.Gather(ascending(rows), x, y)
			w := net.NewWorkspace(rows)
			w.Forward(x)
			want := 0.0
			if weighted {
				data = s.weighted(data)
				data.(WeightedData).Weights(ascending(rows), weights)
				want = must(w.WeightedLoss(p.loss, y, weights))
			} else {
				want = must(w.Loss(p.loss, y))
			}
			w.Backward()
			wantGradient := toFloat64(net.grads)

			f := must(net.newFullBatch(context.Background(), data, LBFGSOptions{Loss: p.loss, Workers: 2}))
			g := make([]float64, len(net.values))
			got := must(f.evaluate(f.parameters(), g))
			f.close()
			if !(math.Abs(got-want) <= 1e-12*math.Abs(want)) {
				t.Errorf("%s, weights %v: loss %v, want %v", p.name, weighted, got, want)
			}
			if e := relativeError(batch{g}, batch{wantGradient}, 1e-6); !(e <= 1e-5) {
				t.Errorf("%s, weights %v: the gradient differs by %.2g", p.name, weighted, e)
			}
		}
	}
}

// TestLBFGSPenalty compares the gradient of the penalty with differences of the
// loss.
func TestLBFGSPenalty(t *testing.T) {
	net := classifier(t, 3)
	newSource(1).perturb(net)
	evaluate := func(l2 float64, x []float64) (float64, []float64) {
		f := must(net.newFullBatch(context.Background(), classes(20), LBFGSOptions{Loss: CrossEntropy(), L2: l2}))
		defer f.close()
		if x == nil {
			x = f.parameters()
		}
		g := make([]float64, len(x))
		return must(f.evaluate(x, g)), g
	}
	plain, plainGradient := evaluate(0, nil)
	value, gradient := evaluate(0.5, nil)
	want := 0.0
	for _, p := range net.params {
		for i, v := range toFloat64(p.Value.Data) {
			if !p.Shape.Vector {
				want += 0.25 * v * v
			} else {
				v = 0
			}
			if got := gradient[p.offset+i] - plainGradient[p.offset+i]; math.Abs(got-0.5*v) > 1e-12 {
				t.Errorf("%s: the penalty's gradient is %v, want %v", p.Name, got, 0.5*v)
			}
		}
	}
	if math.Abs(value-plain-want) > 1e-12 {
		t.Errorf("the penalty is %v, want %v", value-plain, want)
	}
}

// TestLBFGSLeastSquares: the minimum of a linear regression with a penalty is
// the solution of its normal equations.
func TestLBFGSLeastSquares(t *testing.T) {
	const rows, inputs, l2 = 1500, 3, 0.125
	s := newSource(8)
	x, y := s.matrix(rows, inputs), s.matrix(rows, 1)
	net := mustSequential(t, inputs, 1, Dense(1))
	reports := runLBFGS(t, net, must(Rows(x, y)), 100, LBFGSOptions{Loss: MSE(), L2: l2, GradTolerance: 1e-6})
	if last := reports[len(reports)-1]; !last.Ended || !last.Converged || last.Gradient > 1e-6 {
		t.Fatalf("ended with %+v", last)
	}
	// 2/rows * X^T (X w - y) + l2*w = 0, with a column of ones for the bias.
	const n = inputs + 1
	var a [n][n + 1]float64
	for i := range rows {
		row := append(toFloat64(x.Row(i)), 1)
		for j := range n {
			for k := range n {
				a[j][k] += 2.0 / rows * row[j] * row[k]
			}
			a[j][n] += 2.0 / rows * row[j] * float64(y.Row(i)[0])
		}
	}
	for j := range inputs {
		a[j][j] += l2
	}
	for j := range n { // Gauss and Jordan; the matrix is positive definite
		for i := range n {
			if factor := a[i][j] / a[j][j]; i != j {
				for k := range n + 1 {
					a[i][k] -= factor * a[j][k]
				}
			}
		}
	}
	for j, v := range append(toFloat64(net.params[0].Value.Data), float64(net.params[1].Value.Data[0])) {
		if want := a[j][n] / a[j][j]; math.Abs(v-want) > 1e-6 {
			t.Errorf("parameter %d is %v, want %v", j, v, want)
		}
	}
}

// TestLBFGSReports holds a report to the network at that time, and break to the
// last of them.
func TestLBFGSReports(t *testing.T) {
	net, data := classifier(t, 1), classes(50)
	x, y := kernels.NewMatrix(50, 4), kernels.NewMatrix(50, 1)
	data.Gather(ascending(50), x, y)
	z := kernels.NewMatrix(50, 3)
	before := math.Inf(1)
	var last LBFGSStep
	for step, err := range net.LBFGS(context.Background(), data, 1000, LBFGSOptions{Loss: CrossEntropy()}) {
		if err != nil {
			t.Fatal(err)
		}
		net.Predictor().Predict(z, x)
		if loss := must(MeanLoss(CrossEntropy(), z, y)); loss != step.Loss {
			t.Errorf("step %d: the loss is %v, reported %v", step.Number, loss, step.Loss)
		}
		if step.Number != last.Number+1 || step.Passes <= last.Passes || !(step.Loss < before) || step.Ended {
			t.Errorf("%+v after %+v", step, last)
		}
		last, before = step, step.Loss
		if step.Number == 20 {
			break
		}
	}
	net.Predictor().Predict(z, x)
	if loss := must(MeanLoss(CrossEntropy(), z, y)); loss != last.Loss || last.Number != 20 {
		t.Errorf("after break in step %d the loss is %v, want %v", last.Number, loss, last.Loss)
	}
	if reports := runLBFGS(t, classifier(t, 1), data, 3, LBFGSOptions{Loss: CrossEntropy()}); len(reports) != 3 || reports[2].Ended {
		t.Errorf("3 steps: reports %+v", reports)
	}
}

// TestLBFGSEnds without tolerances, where the precision of float32 ends, and at once
// where there is nothing to do.
func TestLBFGSEnds(t *testing.T) {
	net := mustSequential(t, 4, 1, Dense(3))
	data := classes(60)
	reports := runLBFGS(t, net, data, 10000, LBFGSOptions{Loss: CrossEntropy(), L2: 0.01})
	last := reports[len(reports)-1]
	if !last.Ended || last.Converged || last.Gradient > 1e-6 || last.Number > 100 {
		t.Errorf("ended with %+v", last)
	}
	again := runLBFGS(t, net, data, 10000, LBFGSOptions{Loss: CrossEntropy(), L2: 0.01, GradTolerance: 1e-5})
	if len(again) != 1 || again[0].Number != 0 || !again[0].Ended || !again[0].Converged {
		t.Errorf("from a minimum: %+v", again)
	}
}

func TestLBFGSErrors(t *testing.T) {
	fail := func(net *Network, data Data, options LBFGSOptions) error {
		before := net.Hash()
		for _, err := range net.LBFGS(context.Background(), data, 10, options) {
			if net.Hash() != before {
				t.Error("the network changed before the error")
			}
			return err
		}
		return nil
	}
	ok := LBFGSOptions{Loss: CrossEntropy()}
	for _, c := range []struct {
		change func(*LBFGSOptions)
		want   string
	}{
		{func(o *LBFGSOptions) { o.Loss = nil }, "LBFGSOptions.Loss is not set"},
		{func(o *LBFGSOptions) { o.History = -1 }, "LBFGSOptions.History is -1"},
		{func(o *LBFGSOptions) { o.L2 = -1 }, "LBFGSOptions: L2 is -1"},
		{func(o *LBFGSOptions) { o.GradTolerance = math.NaN() }, "LBFGSOptions: GradTolerance is NaN"},
		{func(o *LBFGSOptions) { o.Tolerance = math.Inf(1) }, "LBFGSOptions: Tolerance is +Inf"},
		{func(o *LBFGSOptions) { o.Loss = MSE() }, "nn: MSE"},
	} {
		options := ok
		c.change(&options)
		expectError(t, fail(classifier(t, 1), classes(9), options), c.want)
	}
	expectError(t, fail(normalising(t), classes(9), ok), "layer 0 (BatchNorm)", "use a Trainer")
	expectError(t, fail(mustSequential(t, 4, 1, Dense(4), Residual(Dropout(0.5)), Dense(3)), classes(9), ok), "layer 1.0 (Dropout)", "chance")
	expectError(t, fail(classifier(t, 1), newSource(1).data(9, 5, 3, lossPieces[0]), ok), "5 inputs, the network takes 4")
	expectError(t, fail(classifier(t, 1), classes(0), ok), "no rows")

	data := classes(fullBatchBlock + 9).(matrixData)
	data.x.Row(fullBatchBlock + 3)[2] = float32(math.NaN())
	err := fail(classifier(t, 1), data, ok)
	expectError(t, err, "row 1027", "input column 2 is NaN")
	var wrong *DataError
	if !errors.As(err, &wrong) || wrong.Row != fullBatchBlock+3 {
		t.Errorf("%v is no DataError of that row", err)
	}
	data.x.Row(fullBatchBlock + 3)[2] = float32(math.Inf(1))
	expectError(t, fail(classifier(t, 1), data, ok), "row 1027", "+Inf") // though the loss is finite
	data.x.Row(fullBatchBlock + 3)[2] = 0
	data.y.Row(7)[0] = 3
	expectError(t, fail(classifier(t, 1), data, ok), "row 7", "class 3 is not one of 0 to 2")
	data.y.Row(7)[0] = 0
	expectError(t, fail(classifier(t, 1), must(Weighted(data, make([]float32, data.Len()))), ok), "weights of the rows add up to 0")

	net := classifier(t, 1)
	net.params[2].Value.Data[0] = float32(math.NaN())
	expectError(t, fail(net, data, ok), `parameter "2.weight" is not finite`)
}

// TestLBFGSCancel: the network is that of the last report.
func TestLBFGSCancel(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	net, why := classifier(t, 1), errors.New("the night is over")
	var last string
	for step, err := range net.LBFGS(ctx, classes(50), 100, LBFGSOptions{Loss: CrossEntropy()}) {
		if err != nil {
			expectError(t, err, "nn: training by L-BFGS stopped")
			if !errors.Is(err, why) || net.Hash() != last {
				t.Errorf("error %v; the network is that of the last report: %v", err, net.Hash() == last)
			}
			return
		}
		last = net.Hash()
		if step.Number == 5 {
			cancel(why)
		}
	}
	t.Error("training was not stopped")
}

// TestLBFGSAllocatesNothing compares trainings of few and of many steps.
func TestLBFGSAllocatesNothing(t *testing.T) {
	skipUnderRace(t)
	data := classes(50)
	net := classifier(t, 1)
	start := append([]float32(nil), net.values...)
	allocations := func(steps int) float64 {
		return fewestAllocations(func() {
			copy(net.values, start)
			for range net.LBFGS(context.Background(), data, steps, LBFGSOptions{Loss: CrossEntropy(), Workers: 1}) {
			}
		})
	}
	if few, many := allocations(2), allocations(40); many > few {
		t.Errorf("40 steps allocate %v times, 2 steps %v times", many, few)
	}
}

// TestLBFGSLearns has the lessons of TestLearning learnt by L-BFGS.
func TestLBFGSLearns(t *testing.T) {
	for _, l := range lessons {
		seeds := 10
		if quick() {
			seeds = 1
		}
		mean := 0.0
		for seed := range seeds {
			x, y := l.train(quick())
			net := mustSequential(t, x.Cols, uint64(seed+1), l.layers()...)
			runLBFGS(t, net, must(Rows(x, y)), 300, LBFGSOptions{Loss: l.options().Loss, L2: 1e-5, Workers: 1})
			x, y = l.test(quick())
			z := kernels.NewMatrix(x.Rows, net.Outputs())
			net.Predictor().Predict(z, x)
			mean += l.score(z, y)
		}
		mean /= float64(seeds)
		t.Logf("%s: mean score over %d seeds: %.5f", l.name, seeds, mean)
		if !(mean >= l.want) {
			t.Errorf("%s: mean score %.5f over %d seeds, want at least %v", l.name, mean, seeds, l.want)
		}
	}
}
