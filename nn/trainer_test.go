package nn

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// runEpochs trains for a number of epochs and returns their reports.
func runEpochs(t testing.TB, net *Network, data Data, epochs int, options TrainerOptions) []Epoch {
	t.Helper()
	trainer := mustTrainer(t, net, options)
	var reports []Epoch
	for epoch, err := range trainer.Epochs(context.Background(), data, epochs) {
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, epoch)
	}
	return reports
}

// mustTrainer returns a trainer that is closed when the test ends.
func mustTrainer(t testing.TB, net *Network, options TrainerOptions) *Trainer {
	t.Helper()
	trainer, err := net.NewTrainer(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(trainer.Close)
	return trainer
}

// epochError trains until an error ends it, and returns the last report, too.
func epochError(t testing.TB, trainer *Trainer, ctx context.Context, data Data, epochs int) (Epoch, error) {
	t.Helper()
	for epoch, err := range trainer.Epochs(ctx, data, epochs) {
		if err != nil {
			return epoch, err
		}
	}
	t.Fatal("training ended without an error")
	return Epoch{}, nil
}

// A spy is data that tells when rows are gathered. Workers call it at the same
// time.
type spy struct {
	Data
	gather func(rows []int)
}

func (s spy) Gather(rows []int, x, y kernels.Matrix) {
	s.gather(rows)
	s.Data.Gather(rows, x, y)
}

// Small networks, data and options that most tests below train on.

func classifier(t testing.TB, seed uint64) *Network {
	return mustSequential(t, 4, seed, Dense(9), Tanh(), Dense(3))
}

func classes(rows int) Data { return newSource(21).data(rows, 4, 3, lossPieces[0]) }

func inOrder(workers int) TrainerOptions {
	return TrainerOptions{Loss: CrossEntropy(), Optimizer: NewAdam(0.01), BatchSize: 10, Workers: workers, InOrder: true}
}

// byHand trains in the given order with a loop of the user's own, and returns
// the mean loss of each epoch.
func byHand(t testing.TB, net *Network, data Data, loss Loss, optimizer Optimizer, batchSize int, orders [][]int, rules ...Rule) []float64 {
	t.Helper()
	updater, err := net.NewUpdater(optimizer, rules...)
	if err != nil {
		t.Fatal(err)
	}
	inputs, targets := data.Dims()
	w := net.NewWorkspace(batchSize)
	var means []float64
	for _, order := range orders {
		sum := 0.0
		for lo := 0; lo < len(order); lo += batchSize {
			rows := order[lo:min(lo+batchSize, len(order))]
			x, y := kernels.NewMatrix(len(rows), inputs), kernels.NewMatrix(len(rows), targets)
			data.Gather(rows, x, y)
			w.Forward(x)
			mean, err := w.Loss(loss, y)
			if err != nil {
				t.Fatal(err)
			}
			sum += mean * float64(len(rows))
			w.Backward()
			updater.Step()
		}
		means = append(means, sum/float64(len(order)))
	}
	return means
}

func ascending(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}

// TestLoopByHand compares the trainer with a loop of Forward, Loss, Backward and
// Step, whose last batch is smaller: same weights, same losses.
func TestLoopByHand(t *testing.T) {
	const rows, batchSize, epochs = 87, 20, 3
	data := classes(rows)
	for _, optimizer := range optimizerPieces {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s/workers=%d", optimizer.name, workers), func(t *testing.T) {
				trained := classifier(t, 1)
				reports := runEpochs(t, trained, data, epochs, TrainerOptions{
					Loss: CrossEntropy(), Optimizer: optimizer.build(), BatchSize: batchSize, InOrder: true, Workers: workers,
				})
				want := classifier(t, 1)
				all := ascending(rows)
				means := byHand(t, want, data, CrossEntropy(), optimizer.build(), batchSize, [][]int{all, all, all})
				if trained.Hash() != want.Hash() {
					t.Error("the trainer and a loop by hand end in different weights")
				}
				for i, epoch := range reports {
					if math.Abs(epoch.Loss-means[i]) > 1e-14 {
						t.Errorf("the trainer's loss of epoch %d is %v, by hand %v", i+1, epoch.Loss, means[i])
					}
					if epoch.Number != i+1 || epoch.Rows != rows || epoch.Steps != 5 {
						t.Errorf("report %d: %+v, want number %d, %d rows in 5 steps", i, epoch, i+1, rows)
					}
				}
			})
		}
	}
}

// TestShuffledOrder records the order of the rows: a permutation, another one
// each epoch and for another seed, and what a loop by hand ends in if it takes the same.
func TestShuffledOrder(t *testing.T) {
	const rows, batchSize, epochs = 23, 5, 2
	record := func(seed uint64) (*Network, [][]int) {
		net := classifier(t, 1)
		var seen []int
		runEpochs(t, net, spy{classes(rows), func(rows []int) { seen = append(seen, rows...) }}, epochs, TrainerOptions{
			Loss: CrossEntropy(), Optimizer: NewAdam(0.01), BatchSize: batchSize, Seed: seed, Workers: 1,
		})
		return net, [][]int{seen[:rows], seen[rows:]}
	}
	trained, orders := record(1)
	for _, order := range orders {
		counts := make([]int, rows)
		for _, row := range order {
			counts[row]++
		}
		for row, n := range counts {
			if n != 1 {
				t.Errorf("an epoch takes row %d %d times", row, n)
			}
		}
	}
	_, others := record(2)
	distinct := map[string]bool{fmt.Sprint(ascending(rows)): true}
	for _, order := range append(orders, others...) {
		distinct[fmt.Sprint(order)] = true
	}
	if len(distinct) != 1+2*epochs {
		t.Errorf("of two epochs with two seeds some have the same order, or that of the data: %v %v", orders, others)
	}
	want := classifier(t, 1)
	byHand(t, want, classes(rows), CrossEntropy(), NewAdam(0.01), batchSize, orders)
	if trained.Hash() != want.Hash() {
		t.Error("the trainer and a loop by hand in its order end in different weights")
	}
}

// TestEpochsGoOn checks that neither breaking out of the loop nor calling Epochs
// anew changes the course of training.
func TestEpochsGoOn(t *testing.T) {
	data := classes(31)
	options := func() TrainerOptions {
		return TrainerOptions{Loss: CrossEntropy(), Optimizer: NewAdam(0.01), BatchSize: 7, Seed: 3, Workers: 2}
	}
	straight := classifier(t, 1)
	runEpochs(t, straight, data, 4, options())

	interrupted := classifier(t, 1)
	trainer := mustTrainer(t, interrupted, options())
	var numbers []int
	for range 2 {
		for epoch, err := range trainer.Epochs(context.Background(), data, 5) {
			if err != nil {
				t.Fatal(err)
			}
			numbers = append(numbers, epoch.Number)
			if epoch.Number%2 == 0 {
				break
			}
		}
	}
	if got, want := fmt.Sprint(numbers), "[1 2 3 4]"; got != want {
		t.Errorf("epochs %v, want %v", got, want)
	}
	if straight.Hash() != interrupted.Hash() {
		t.Error("breaking out of the loop changes the weights")
	}
	for range trainer.Epochs(context.Background(), data, 0) {
		t.Error("training for no epochs yields one")
	}
}

// TestCancel cancels in the middle of an epoch: the step at hand is finished,
// the error says how far training came, and it can go on.
func TestCancel(t *testing.T) {
	const rows, cancelAt = 50, 23
	for _, workers := range []int{1, 2, 3} {
		t.Run(fmt.Sprint("workers=", workers), func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(context.Background())
			reason := errors.New("lunch")
			data := spy{classes(rows), func(rows []int) {
				for _, row := range rows {
					if row == cancelAt {
						cancel(reason)
					}
				}
			}}
			net := classifier(t, 1)
			trainer := mustTrainer(t, net, inOrder(workers))
			epoch, err := epochError(t, trainer, ctx, data, 2)
			if !errors.Is(err, reason) {
				t.Errorf("error %v, want one that wraps the context's cause", err)
			}
			want := classifier(t, 1)
			means := byHand(t, want, classes(rows), CrossEntropy(), NewAdam(0.01), 10, [][]int{ascending(epoch.Rows)})
			// Another worker may see the cancellation one step later than it came.
			if epoch.Rows != 30 && epoch.Rows != 40 {
				t.Errorf("stopped after %d rows, want 30", epoch.Rows)
			}
			expectError(t, err, fmt.Sprintf("epoch 1 after %d of 50 rows", epoch.Rows))
			if epoch.Steps != epoch.Rows/10 || math.Abs(epoch.Loss-means[0]) > 1e-14 {
				t.Errorf("report %+v, want %d steps and loss %v", epoch, epoch.Rows/10, means[0])
			}
			if net.Hash() != want.Hash() {
				t.Error("the weights are not those after the last step")
			}
			for epoch, err := range trainer.Epochs(context.Background(), data, 1) {
				if err != nil || epoch.Number != 2 || epoch.Rows != rows {
					t.Errorf("going on: %+v, %v; want epoch 2 with all rows", epoch, err)
				}
			}
		})
	}
}

// TestBadRows puts a row that cannot be trained on into the third batch: the
// error names it, and the weights are those after the second.
func TestBadRows(t *testing.T) {
	const rows, bad = 40, 25
	for _, c := range []struct {
		name          string
		column        int
		input, target float32
		want          string
	}{
		{"NaN", 2, nan32, 0, "input column 2 is NaN"},
		{"Inf", 0, inf32, 0, "input column 0 is +Inf"},
		{"-Inf", 3, -inf32, 0, "input column 3 is -Inf"},
		{"label too large", 0, 0, 3, "class 3 is not one of 0 to 2"},
		{"negative label", 0, 0, -1, "class -1 is not one of 0 to 2"},
		{"label NaN", 0, 0, nan32, "class NaN is not one of 0 to 2"},
	} {
		for _, hidden := range []layerPiece{layerPieces[2], layerPieces[4]} { // ReLU and Tanh hide an infinity
			for _, split := range []struct{ width, workers int }{{5, 1}, {5, 3}, {96, 3}} { // the last one by columns
				width, workers := split.width, split.workers
				t.Run(fmt.Sprintf("%s/%s/width=%d/workers=%d", c.name, hidden.name, width, workers), func(t *testing.T) {
					s := newSource(21)
					x, y := s.matrix(rows, 4), s.labels(rows, 3)
					x.Row(bad)[c.column], y.Row(bad)[0] = c.input, c.target
					data, err := Rows(x, y)
					if err != nil {
						t.Fatal(err)
					}
					build := func() *Network { return mustSequential(t, 4, 1, Dense(width), hidden.build(width), Dense(3)) }
					net := build()
					trainer := mustTrainer(t, net, inOrder(workers))
					epoch, err := epochError(t, trainer, context.Background(), data, 1)
					var dataError *DataError
					if !errors.As(err, &dataError) || dataError.Row != bad {
						t.Fatalf("error %v, want a DataError of row %d", err, bad)
					}
					expectError(t, err, "row 25", c.want)
					if epoch.Number != 1 || epoch.Rows != 20 || epoch.Steps != 2 {
						t.Errorf("report %+v, want epoch 1 with 20 rows in 2 steps", epoch)
					}
					want := build()
					byHand(t, want, data, CrossEntropy(), NewAdam(0.01), 10, [][]int{ascending(20)})
					if net.Hash() != want.Hash() {
						t.Error("the weights are not those before the step with the bad row")
					}
					// With the row mended, training goes on as if nothing had been.
					x.Row(bad)[c.column], y.Row(bad)[0] = 0, 0
					for epoch, err := range trainer.Epochs(context.Background(), data, 1) {
						if err != nil || epoch.Number != 2 {
							t.Errorf("going on: %+v, %v", epoch, err)
						}
					}
					updated := build()
					byHand(t, updated, data, CrossEntropy(), NewAdam(0.01), 10, [][]int{append(ascending(20), ascending(rows)...)})
					if net.Hash() != updated.Hash() {
						t.Error("the failed step left its mark in the optimizer")
					}
				})
			}
		}
	}
}

// TestDivergence trains with an absurd learning rate: the error names layer,
// step and rate, and the weights are those before the step.
func TestDivergence(t *testing.T) {
	const rows, batchSize, rate = 12, 4, 1e4
	for _, workers := range []int{1, 2} {
		build := func() *Network { return mustSequential(t, 3, 1, Dense(8), ReLU(), Dense(6), ReLU(), Dense(1)) }
		data := newSource(5).data(rows, 3, 1, lossPieces[3])
		net := build()
		trainer := mustTrainer(t, net, TrainerOptions{
			Loss: MSE(), Optimizer: NewSGD(rate), BatchSize: batchSize, InOrder: true, Workers: workers,
		})
		epoch, err := epochError(t, trainer, context.Background(), data, 10)
		var diverged *DivergenceError
		if !errors.As(err, &diverged) {
			t.Fatalf("error %v, want a DivergenceError", err)
		}
		t.Log(err)
		expectError(t, err, fmt.Sprintf("epoch %d, step %d", diverged.Epoch, diverged.Step), "10000", diverged.LayerName)
		if diverged.LearningRate != rate || diverged.Epoch != epoch.Number {
			t.Errorf("%+v, want epoch %d and rate %v", diverged, epoch.Number, float64(rate))
		}
		if diverged.Layer != 2 || diverged.LayerName != "Dense" {
			t.Errorf("%+v, want layer 2, a Dense", diverged)
		}
		want := build()
		updates := diverged.Step - 1
		var order []int
		for i := range updates * batchSize {
			order = append(order, i%rows)
		}
		byHand(t, want, data, MSE(), NewSGD(rate), batchSize, [][]int{order})
		if net.Hash() != want.Hash() {
			t.Errorf("the weights are not those after %d steps", updates)
		}
		if epoch.Steps != updates%3 || epoch.Rows != epoch.Steps*batchSize {
			t.Errorf("report %+v, want %d steps", epoch, updates%3)
		}
		for k, p := range net.params {
			if i := notFinite(p.Value.Data); i >= 0 {
				t.Errorf("element %d of %s is %v", i, net.names[k], p.Value.Data[i])
			}
		}
	}
}

// TestOverflow lets an update leave the float32. The next step finds the
// parameter, or the end of the epoch if there is none.
func TestOverflow(t *testing.T) {
	for _, c := range []struct{ rows, step int }{{1, 1}, {3, 2}} {
		net := mustSequential(t, 1, 1, Dense(1))
		data, err := Rows(repeatRow([]float32{1e15}, c.rows), repeatRow([]float32{-1e15}, c.rows))
		if err != nil {
			t.Fatal(err)
		}
		trainer := mustTrainer(t, net, TrainerOptions{Loss: MSE(), Optimizer: NewSGD(1e15), BatchSize: 1})
		_, err = epochError(t, trainer, context.Background(), data, 1)
		var diverged *DivergenceError
		if !errors.As(err, &diverged) || diverged.Parameter != "0.weight" || diverged.Step != c.step {
			t.Fatalf("error %v, want a DivergenceError of 0.weight in step %d", err, c.step)
		}
		expectError(t, err, `parameter "0.weight" (Dense)`, fmt.Sprintf("epoch 1, step %d", c.step), "1e+15")
	}
}

func TestTrainerOptions(t *testing.T) {
	for _, c := range []struct {
		change func(*TrainerOptions)
		want   string
	}{
		{func(o *TrainerOptions) { o.Loss = nil }, "Loss is not set"},
		{func(o *TrainerOptions) { o.Optimizer = nil }, "Optimizer is not set"},
		{func(o *TrainerOptions) { o.Optimizer = NewSGD(-1) }, "LearningRate is -1"},
		{func(o *TrainerOptions) { o.BatchSize = -1 }, "BatchSize is -1"},
	} {
		options := inOrder(1)
		c.change(&options)
		trainer, err := classifier(t, 1).NewTrainer(options)
		if trainer != nil {
			t.Errorf("%s: there is a trainer all the same", c.want)
		}
		expectError(t, err, "nn: ", c.want)
	}
}

// TestDataThatDoNotFit checks what Epochs says before it touches a weight.
func TestDataThatDoNotFit(t *testing.T) {
	x, y := kernels.NewMatrix(5, 4), kernels.NewMatrix(5, 1)
	for _, c := range []struct {
		name   string
		layers []Layer
		loss   Loss
		x, y   kernels.Matrix
		want   string
	}{
		{"no rows", []Layer{Dense(3)}, CrossEntropy(), x.RowRange(0, 0), y.RowRange(0, 0), "no rows"},
		{"inputs", []Layer{Dense(3)}, CrossEntropy(), kernels.NewMatrix(5, 2), y, "2 inputs, the network takes 4"},
		{"targets", []Layer{Dense(3)}, CrossEntropy(), x, kernels.NewMatrix(5, 2), "the data have 2"},
		{"columns", []Layer{Dense(3)}, MSE(), x, y, "3 outputs, the data 1 columns"},
		{"one class", []Layer{Dense(1)}, CrossEntropy(), x, y, "use BCEWithLogits"},
		{"softmax twice", []Layer{Dense(3), Softmax()}, CrossEntropy(), x, y, "ends in Softmax, which CrossEntropy applies itself"},
		{"softmax twice, summed", []Layer{Dense(3), Softmax()}, Summed(CrossEntropy()), x, y, "ends in Softmax, which CrossEntropy applies itself"},
		{"no logarithm", []Layer{Dense(3), Softmax()}, NLL(), x, y, "NLL takes logarithms of probabilities: use LogSoftmax"},
		{"sigmoid twice", []Layer{Dense(1), Sigmoid()}, BCEWithLogits(), x, y, "ends in Sigmoid, which BCEWithLogits applies itself"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, err := Rows(c.x, c.y)
			if err != nil {
				t.Fatal(err)
			}
			net := mustSequential(t, 4, 1, c.layers...)
			before := net.Hash()
			trainer := mustTrainer(t, net, TrainerOptions{Loss: c.loss, Optimizer: NewSGD(1)})
			_, err = epochError(t, trainer, context.Background(), data, 1)
			expectError(t, err, "nn: ", c.want)
			if net.Hash() != before {
				t.Error("the weights have changed")
			}
		})
	}
	_, err := Rows(x, y.RowRange(0, 4))
	expectError(t, err, "5 rows of inputs, but 4 of targets")
}

// TestBatchSizes checks a batch larger than the data, the default, and data of
// changing sizes.
func TestBatchSizes(t *testing.T) {
	options := inOrder(2)
	options.BatchSize = 1000
	if steps := runEpochs(t, classifier(t, 1), classes(50), 1, options)[0].Steps; steps != 1 {
		t.Errorf("%d steps with a batch larger than the data, want 1", steps)
	}
	options.BatchSize = 0
	trainer := mustTrainer(t, classifier(t, 1), options)
	for _, rows := range []int{130, 20, 200} {
		for epoch, err := range trainer.Epochs(context.Background(), classes(rows), 1) {
			if want := (rows + 63) / 64; err != nil || epoch.Steps != want || epoch.Rows != rows {
				t.Errorf("%d rows in batches of the default size: %+v, %v; want %d steps", rows, epoch, err, want)
			}
		}
	}
}

// TestLearningRateSchedule checks that the schedule sees every step of the plan
// and that its factor reaches the weights.
func TestLearningRateSchedule(t *testing.T) {
	var calls []string
	record := scheduleFunc(func(step, steps int) float64 {
		calls = append(calls, fmt.Sprintf("%d/%d", step, steps))
		return 0.5
	})
	options := func(rate float64, schedule Schedule) TrainerOptions {
		return TrainerOptions{Loss: CrossEntropy(), Optimizer: NewSGD(rate), BatchSize: 10, Schedule: schedule}
	}
	scheduled, constant := classifier(t, 1), classifier(t, 1)
	runEpochs(t, scheduled, classes(25), 2, options(1, record))
	runEpochs(t, constant, classes(25), 2, options(0.5, nil))
	if got, want := fmt.Sprint(calls), "[0/6 1/6 2/6 3/6 4/6 5/6]"; got != want {
		t.Errorf("the schedule was asked for steps %s, want %s", got, want)
	}
	if scheduled.Hash() != constant.Hash() {
		t.Error("half of a rate is not the rate of half")
	}
}

type scheduleFunc func(step, steps int) float64

func (f scheduleFunc) Factor(step, steps int) float64 { return f(step, steps) }

// countingData is data of a user's own: it computes its rows.
type countingData struct{ gathered *atomic.Int64 }

func (countingData) Len() int         { return 64 }
func (countingData) Dims() (int, int) { return 6, 1 }

// Gather writes the bits of the row's number, whose lowest is the target.
func (d countingData) Gather(rows []int, x, y kernels.Matrix) {
	d.gathered.Add(int64(len(rows)))
	for i, row := range rows {
		for j := range x.Cols {
			x.Row(i)[j] = float32(row >> j & 1)
		}
		y.Row(i)[0] = float32(row & 1)
	}
}

// TestOwnParts trains a network with a user's own layer and activation on a
// user's own data, with several workers.
func TestOwnParts(t *testing.T) {
	data := countingData{new(atomic.Int64)}
	net := mustSequential(t, 6, 1, newGain(), Dense(8), softsign(), Dense(1))
	reports := runEpochs(t, net, data, 20, TrainerOptions{Loss: BCEWithLogits(), Optimizer: NewAdam(0.05), BatchSize: 9, Workers: 3})
	if loss := reports[len(reports)-1].Loss; !(loss < 0.05) {
		t.Errorf("loss %v after training, want below 0.05", loss)
	}
	if n := data.gathered.Load(); n != 20*64 {
		t.Errorf("%d rows were gathered, want each of 64 once an epoch", n)
	}
}

// TestTrainingAllocatesNothing compares epochs of one and of many steps: what an
// epoch allocates does not grow with its steps.
func TestTrainingAllocatesNothing(t *testing.T) {
	skipUnderRace(t)
	for _, optimizer := range optimizerPieces {
		for _, workers := range []int{1, 2} {
			allocations := func(rows int) float64 {
				net := mustSequential(t, 40, 1, Dense(33), ReLU(), newGain(), Dense(20), Tanh(), Dense(3))
				data := newSource(1).data(rows, 40, 3, lossPieces[0])
				trainer := mustTrainer(t, net, TrainerOptions{Loss: CrossEntropy(), Optimizer: optimizer.build(), BatchSize: 8, Workers: workers})
				return epochAllocations(t, trainer, data)
			}
			if few, many := allocations(8), allocations(8*20); many > few {
				t.Errorf("%s, %d workers: an epoch of 20 steps allocates %v times, one of a step %v times", optimizer.name, workers, many, few)
			}
		}
	}
}
