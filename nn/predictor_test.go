package nn

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// predictable returns a network with every kind of layer that does the same in
// training and inference.
func predictable(t testing.TB, inputs int) *Network {
	var layers []Layer
	for _, piece := range withoutModes() {
		layers = append(layers, piece.build(37))
	}
	return mustSequential(t, inputs, 1, append(layers, Dense(3))...)
}

// TestPredictorEqualsWorkspace compares the two ways forward, bit for bit, and
// predictions of rows together with those of the same rows in other company.
func TestPredictorEqualsWorkspace(t *testing.T) {
	const rows, inputs = 150, 300 // beyond a block of rows and of depth
	x := newSource(6).matrix(rows, inputs)
	eachTier(t, func(t *testing.T) {
		net := predictable(t, inputs)
		want := net.NewWorkspace(rows).Forward(x)
		predictor := net.Predictor()
		if predictor.Inputs() != inputs || predictor.Outputs() != 3 {
			t.Errorf("%d inputs, %d outputs", predictor.Inputs(), predictor.Outputs())
		}
		for _, size := range []int{rows, 1, 2, 7, 8, 63, 64, 65} {
			got := newSource(1).matrix(rows, 3) // neither zero nor contiguous
			for lo := 0; lo < rows; lo += size {
				hi := min(lo+size, rows)
				predictor.Predict(got.RowRange(lo, hi), x.RowRange(lo, hi))
			}
			for i := range rows {
				expectSameBits(t, fmt.Sprintf("row %d in blocks of %d", i, size), got.Row(i), want.Row(i))
			}
		}
		single := make([]float32, 3)
		for i := range rows {
			predictor.PredictRow(single, x.Row(i))
			expectSameBits(t, fmt.Sprintf("PredictRow of row %d", i), single, want.Row(i))
		}
	})
}

// TestPredictorLayers checks every layer's frozen form on its own.
func TestPredictorLayers(t *testing.T) {
	x := newSource(7).matrix(5, 9)
	for _, piece := range withoutModes() {
		net := mustSequential(t, 9, 1, piece.build(4))
		want := net.NewWorkspace(5).Forward(x)
		got := kernels.NewMatrix(5, net.Outputs())
		net.Predictor().Predict(got, x)
		expectSameBits(t, piece.name, got.Data, elements(want))
	}
}

// TestPredictorIsASnapshot trains on, and writes into the parameters: the
// predictions stay.
func TestPredictorIsASnapshot(t *testing.T) {
	x := newSource(8).matrix(4, 6)
	for _, piece := range layerPieces {
		net := mustSequential(t, 6, 1, Dense(5), piece.build(4), Dense(2))
		predictor := net.Predictor()
		before, after := kernels.NewMatrix(4, 2), kernels.NewMatrix(4, 2)
		predictor.Predict(before, x)
		runEpochs(t, net, newSource(2).data(20, 6, 2, lossPieces[0]), 1, inOrder(1))
		for i := range net.values {
			net.values[i] = 42
		}
		predictor.Predict(after, x)
		expectSameBits(t, piece.name, after.Data, before.Data)
	}
}

// TestPredictorFromManyGoroutines shares one predictor; the race detector looks
// on where it is on.
func TestPredictorFromManyGoroutines(t *testing.T) {
	const goroutines, rows = 64, 67
	net := predictable(t, 20)
	predictor := net.Predictor()
	x := newSource(9).matrix(rows, 20)
	want := kernels.NewMatrix(rows, 3)
	predictor.Predict(want, x)
	var group sync.WaitGroup
	for g := range goroutines {
		group.Go(func() {
			got := kernels.NewMatrix(rows, 3)
			lo := g % rows
			predictor.Predict(got.RowRange(lo, rows), x.RowRange(lo, rows))
			for i := range lo {
				predictor.PredictRow(got.Row(i), x.Row(i))
			}
			if !slices.Equal(got.Data, want.Data) {
				t.Errorf("goroutine %d predicts something else", g)
			}
		})
	}
	group.Wait()
}

func TestPredictorAllocatesNothing(t *testing.T) {
	skipUnderRace(t)
	predictor := predictable(t, 20).Predictor()
	var input [20]float32
	var output [3]float32
	x, y := newSource(1).matrix(100, 20), kernels.NewMatrix(100, 3)
	if n := testing.AllocsPerRun(50, func() { predictor.PredictRow(output[:], input[:]) }); n != 0 {
		t.Errorf("PredictRow allocates %v times", n)
	}
	if n := testing.AllocsPerRun(10, func() { predictor.Predict(y, x) }); n != 0 {
		t.Errorf("Predict allocates %v times", n)
	}
}

func TestPredictorMisuse(t *testing.T) {
	predictor := mustSequential(t, 4, 1, Dense(3)).Predictor()
	for _, c := range []struct {
		dst, x kernels.Matrix
		want   string
	}{
		{kernels.NewMatrix(2, 3), kernels.NewMatrix(2, 5), "x is 2 x 5; want 3 outputs of 4 inputs"},
		{kernels.NewMatrix(2, 2), kernels.NewMatrix(2, 4), "dst is 2 x 2"},
		{kernels.NewMatrix(1, 3), kernels.NewMatrix(2, 4), "dst is 1 x 3, x is 2 x 4"},
	} {
		expectPanic(t, c.want, func() { predictor.Predict(c.dst, c.x) })
	}
	expectPanic(t, "x is 1 x 3", func() { predictor.PredictRow(make([]float32, 3), make([]float32, 3)) })
	predictor.Predict(kernels.NewMatrix(0, 3), kernels.NewMatrix(0, 4)) // no rows are fine
}

// TestPredictData compares PredictData with Predict for any number of workers,
// with targets and without.
func TestPredictData(t *testing.T) {
	const rows = 200
	net := predictable(t, 20)
	s := newSource(3)
	x, y := s.matrix(rows, 20), s.labels(rows, 3)
	data, err := Rows(x, y)
	if err != nil {
		t.Fatal(err)
	}
	predictor := net.Predictor()
	want := kernels.NewMatrix(rows, 3)
	predictor.Predict(want, x)
	for _, workers := range []int{0, 1, 2, 3, 7, 16} {
		got, targets := kernels.NewMatrix(rows, 3), kernels.NewMatrix(rows, 1)
		if err := predictor.PredictData(got, targets, data, workers); err != nil {
			t.Fatal(err)
		}
		expectSameBits(t, fmt.Sprintf("predictions of %d workers", workers), got.Data, want.Data)
		expectSameBits(t, fmt.Sprintf("targets from %d workers", workers), targets.Data, y.Data)

		got = kernels.NewMatrix(rows, 3)
		if err := predictor.PredictData(got, kernels.Matrix{}, data, workers); err != nil {
			t.Fatal(err)
		}
		expectSameBits(t, fmt.Sprintf("predictions of %d workers without targets", workers), got.Data, want.Data)
	}
}

func TestPredictDataMisuse(t *testing.T) {
	predictor := mustSequential(t, 4, 1, Dense(3)).Predictor()
	data := classes(10)
	for _, c := range []struct {
		dst, targets kernels.Matrix
		data         Data
		want         string
	}{
		{kernels.NewMatrix(10, 3), kernels.NewMatrix(10, 1), newSource(1).data(10, 5, 3, lossPieces[0]), "5 inputs, the network takes 4"},
		{kernels.NewMatrix(9, 3), kernels.NewMatrix(10, 1), data, "dst is 9 x 3, want 10 x 3"},
		{kernels.NewMatrix(10, 2), kernels.NewMatrix(10, 1), data, "dst is 10 x 2, want 10 x 3"},
		{kernels.NewMatrix(10, 3), kernels.NewMatrix(9, 1), data, "targets is 9 x 1, want 10 x 1"},
		{kernels.NewMatrix(10, 3), kernels.NewMatrix(10, 3), data, "targets is 10 x 3, want 10 x 1"},
	} {
		expectError(t, predictor.PredictData(c.dst, c.targets, c.data, 1), "nn: ", c.want)
	}
}
