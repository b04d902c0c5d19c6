package nn

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/safetensors"
)

// normalising returns a network with batch normalisations that can be folded,
// behind a dense layer with and without bias, and that cannot.
func normalising(t testing.TB) *Network {
	return mustSequential(t, 4, 3, BatchNorm(), Dense(9), BatchNorm(WithMomentum(0.25)), Tanh(), Dropout(0.2),
		Dense(6, WithoutBias()), BatchNorm(), Dense(5), Residual(BatchNorm(), ReLU()), Dense(3))
}

// TestRunningStatistics compares them with the moments of the batches.
func TestRunningStatistics(t *testing.T) {
	const rows, momentum = 6, 0.25
	net := mustSequential(t, 3, 1, BatchNorm(WithMomentum(momentum)), Dense(2))
	b := net.layers[0].(*batchNorm)
	w := net.NewWorkspace(rows)
	s := newSource(7)
	want := [2]batch{{{0, 0, 0}}, {{1, 1, 1}}}
	for range 4 {
		x := s.matrix(rows, 3)
		w.Forward(x)
		if _, err := w.Loss(MSE(), s.matrix(rows, 2)); err != nil {
			t.Fatal(err)
		}
		w.Backward()
		for j, column := range transposed(toBatch(x)) {
			mean := sum(rows, func(i int) float64 { return column[i] }).value / rows
			variance := sum(rows, func(i int) float64 { return (column[i] - mean) * (column[i] - mean) }).value / (rows - 1)
			want[0][0][j] += momentum * (mean - want[0][0][j])
			want[1][0][j] += momentum * (variance - want[1][0][j])
		}
	}
	for k, p := range b.Buffers() {
		if e := relativeError(batch{toFloat64(p.Value.Data)}, want[k], 0); e > 1e-6 {
			t.Errorf("%s is %v, want %v", p.Name, p.Value.Data, want[k][0])
		}
	}
}

// TestBatchNormByHand compares the trainer with a loop by hand on networks whose
// rows depend on each other, with dropout.
func TestBatchNormByHand(t *testing.T) {
	const rows, batchSize, seed = 32, 10, 5
	data := classes(rows)
	want := normalising(t)
	updater := must(want.NewUpdater(NewAdam(0.01)))
	w := want.NewWorkspace(batchSize)
	w.Seed = seed
	for range 2 {
		for lo := 0; lo < rows; lo += batchSize {
			order := ascending(rows)[lo:min(lo+batchSize, rows)]
			x, y := kernels.NewMatrix(len(order), 4), kernels.NewMatrix(len(order), 1)
			data.Gather(order, x, y)
			w.Forward(x)
			must(w.Loss(CrossEntropy(), y))
			w.Backward()
			updater.Step()
		}
	}
	for _, workers := range []int{1, 2, 3, 7} {
		net := normalising(t)
		options := inOrder(workers)
		options.Seed = seed
		runEpochs(t, net, data, 2, options)
		if net.Hash() != want.Hash() {
			t.Errorf("%d workers: the trainer and a loop by hand end in different weights", workers)
		}
	}
}

// TestBatchNormInference compares predictions with the formula on running
// statistics, layer by layer.
func TestBatchNormInference(t *testing.T) {
	const rows = 70
	net := normalising(t)
	runEpochs(t, net, classes(40), 3, inOrder(2))
	newSource(3).perturb(net)
	x := newSource(8).matrix(rows, 4)
	predictor := net.Predictor()
	got := kernels.NewMatrix(rows, 3)
	predictor.Predict(got, x)
	if n := len(predictor.stages); n != 9 {
		t.Errorf("%d stages, want 9: of 12, without dropout, and with two normalisations folded", n)
	}

	activations := []batch{toBatch(x)}
	for l, layer := range net.layers {
		in := activations[l]
		var out batch
		switch layer := layer.(type) {
		case *batchNorm:
			for i := range in {
				out = append(out, nil)
				for j, v := range in[i] {
					n := (v - float64(layer.mean.Value.Data[j])) / math.Sqrt(float64(layer.variance.Value.Data[j])+1e-5)
					out[i] = append(out[i], n*float64(layer.weight.Value.Data[j])+float64(layer.bias.Value.Data[j]))
				}
			}
		case *dense:
			out = values(denseOracle{}.forward(in, layerParams(net, l)))
		case *dropout:
			out = in
		case join:
			for i := range in {
				out = append(out, nil)
				for j, v := range in[i] {
					out[i] = append(out[i], v+activations[net.joins[l]][i][j])
				}
			}
		case *activation:
			f := map[string]func(float64) float64{"Tanh": math.Tanh, "ReLU": func(x float64) float64 { return max(x, 0) }}[layer.name]
			for i := range in {
				out = append(out, nil)
				for _, v := range in[i] {
					out[i] = append(out[i], f(v))
				}
			}
		default:
			t.Fatalf("layer %d is %T", l, layer)
		}
		activations = append(activations, out)
	}
	if e := relativeError(toBatch(got), activations[len(net.layers)], 0); e > 2e-6 {
		t.Errorf("predictions differ by %.2g of the largest", e)
	}
	// In inference mode the layer itself gives what its frozen form gives.
	layer := net.layers[0].(*batchNorm)
	forward, frozen := kernels.NewMatrix(rows, 4), kernels.NewMatrix(rows, 4)
	layer.Forward(Context{}, forward, x)
	layer.Freeze()(frozen, x)
	expectSameBits(t, "inference", forward.Data, frozen.Data)
}

// TestBatchNormFile looks for the running statistics in a file.
func TestBatchNormFile(t *testing.T) {
	net := normalising(t)
	runEpochs(t, net, classes(40), 1, inOrder(1))
	file := saved(t, net, nil)
	loaded, _, err := Load(bytes.NewReader(file))
	if err != nil || loaded.Hash() != net.Hash() {
		t.Fatalf("the weights have changed: %v", err)
	}
	f := must(safetensors.Read(bytes.NewReader(file), safetensors.Limits{}))
	var names []string
	for _, tensor := range f.Tensors[:5] {
		names = append(names, tensor.Name)
	}
	if got, want := fmt.Sprint(names), "[0.weight 0.bias 0.running_mean 0.running_var 1.weight]"; got != want {
		t.Errorf("tensors %s, want %s", got, want)
	}
	got, want := kernels.NewMatrix(9, 3), kernels.NewMatrix(9, 3)
	x := newSource(3).matrix(9, 4)
	loaded.Predictor().Predict(got, x)
	net.Predictor().Predict(want, x)
	expectSameBits(t, "prediction", got.Data, want.Data)
	before := net.Hash()
	net.layers[0].(*batchNorm).mean.Value.Data[0]++
	if net.Hash() == before {
		t.Error("the hash does not hold the running statistics")
	}
}

// TestFailedStepLeavesStatistics puts NaN into the second batch.
func TestFailedStepLeavesStatistics(t *testing.T) {
	x, y := newSource(1).matrix(20, 4), newSource(2).labels(20, 3)
	x.Row(15)[1] = nan32
	for _, workers := range []int{1, 3} {
		net, want := normalising(t), normalising(t)
		_, err := epochError(t, mustTrainer(t, net, inOrder(workers)), context.Background(), must(Rows(x, y)), 1)
		expectError(t, err, "row 15", "input column 1 is NaN")
		runEpochs(t, want, must(Rows(x.RowRange(0, 10), y.RowRange(0, 10))), 1, inOrder(1))
		if net.Hash() != want.Hash() {
			t.Errorf("%d workers: weights and statistics are not those before the step", workers)
		}
	}
}

func TestEstimateStatistics(t *testing.T) {
	const rows = 20
	net := mustSequential(t, 4, 1, BatchNorm(), Dense(3), BatchNorm())
	data := classes(rows)
	if err := net.EstimateStatistics(data, rows); err != nil {
		t.Fatal(err)
	}
	// After one batch they are its own: inference differs from training by the
	// variance of a sample alone.
	x := kernels.NewMatrix(rows, 4)
	data.Gather(ascending(rows), x, kernels.NewMatrix(rows, 1))
	trained := packedRows(net.NewWorkspace(rows).Forward(x))
	got := kernels.NewMatrix(rows, 3)
	net.Predictor().Predict(got, x)
	for i, v := range got.Data {
		// Both layers divide by the deviation of a sample, but the second one
		// makes good for the first.
		want := float64(trained.Data[i]) * math.Sqrt(float64(rows-1)/rows) * math.Sqrt(float64(rows-1)/rows)
		if math.Abs(float64(v)-want) > 1e-4 {
			t.Fatalf("element %d is %v, want %v", i, v, want)
		}
	}
	before := net.Hash()
	if err := net.EstimateStatistics(data, 10); err != nil || net.Hash() == before {
		t.Errorf("two batches give the statistics of one: %v", err)
	}
	expectError(t, net.EstimateStatistics(data, 1), "no batch that is large enough")
	expectError(t, net.EstimateStatistics(data, 0), "batches of 0 rows")
	expectError(t, net.EstimateStatistics(newSource(1).data(5, 3, 3, lossPieces[0]), 2), "3 inputs, the network takes 4")
}

func TestBatchNormErrors(t *testing.T) {
	for _, c := range []struct {
		layer Layer
		want  string
	}{
		{BatchNorm(WithEpsilon(0)), "layer 0 (BatchNorm): has epsilon 0"},
		{BatchNorm(WithMomentum(1.5)), "layer 0 (BatchNorm): has momentum 1.5"},
		{LayerNorm(WithEpsilon(-1)), "layer 0 (LayerNorm): has epsilon -1"},
		{LayerNorm(WithEpsilon(math.Inf(1))), "layer 0 (LayerNorm): has epsilon +Inf"},
	} {
		_, err := Sequential(3, 1, c.layer)
		expectError(t, err, c.want)
	}
	_, err := epochError(t, mustTrainer(t, normalising(t), inOrder(2)), context.Background(), classes(31), 1)
	expectError(t, err, "31 rows in batches of 10", "batch of 1, want at least 2 for layer 0 (BatchNorm)")
	w := normalising(t).NewWorkspace(3)
	expectPanic(t, "a batch of 1 rows, want at least 2 for layer 0 (BatchNorm)", func() { w.Forward(kernels.NewMatrix(1, 4)) })
	twice := BatchNorm()
	_, err = Sequential(3, 1, twice, twice)
	expectError(t, err, "layer 1 (BatchNorm): belongs to a network already")
}

// TestCoupledTrainingAllocatesNothing compares epochs of one and of many steps.
func TestCoupledTrainingAllocatesNothing(t *testing.T) {
	skipUnderRace(t)
	allocations := func(rows int) float64 {
		trainer := mustTrainer(t, normalising(t), inOrder(2))
		return epochAllocations(t, trainer, classes(rows))
	}
	if few, many := allocations(10), allocations(200); many > few {
		t.Errorf("an epoch of 20 steps allocates %v times, one of a step %v times", many, few)
	}
}
