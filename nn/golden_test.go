package nn

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// testdata/golden.json holds what training must end in, on every platform, in
// every tier and for any number of workers, under the contract version that is
// the key. A change of these bits raises ContractVersion: then run
//
//	go test ./nn -run TestGolden -update
//
// and write the change into the changelog. New cases are added by -update, too;
// it refuses to change those that are there.
var update = flag.Bool("update", false, "add missing cases to testdata/golden.json")

const goldenFile = "testdata/golden.json"

// A golden is what a case ends in.
type golden struct {
	Weights     string `json:"weights"`     // the weight hash
	Predictions string `json:"predictions"` // SHA-256 of the predictions, little-endian float32
	Losses      string `json:"losses"`      // SHA-256 of the epochs' losses, little-endian float64
}

// A goldenCase is a training from start to end.
type goldenCase struct {
	name     string
	inputs   int
	layers   func() []Layer
	loss     lossPiece
	rows     int
	epochs   int
	heavy    bool // left out with -short or the race detector
	options  TrainerOptions
	weighted bool // whether the rows have weights
	lbfgs    bool // train by Network.LBFGS, as many steps as epochs; of the options the loss and the workers count
}

// goldenCases returns a case for each layer, loss, optimizer and initialiser on
// sizes that leave remainders everywhere, and networks that reach the blocked
// and packed paths of the matrix products.
func goldenCases() []goldenCase {
	cases := []goldenCase{
		{
			// Two blocks of depth forward (300 > 256) and in the gradient
			// (270 rows > 256), three blocks of rows (270 > 2*128), three panels
			// of columns (70 > 2*32), the last of them partial.
			name: "blocks", inputs: 300, rows: 301, epochs: 2, heavy: true, loss: lossPieces[0],
			layers:  func() []Layer { return []Layer{Dense(70, WithInit(HeNormal())), ReLU(), Dense(33), Tanh(), Dense(10)} },
			options: TrainerOptions{Optimizer: NewAdam(0.01), BatchSize: 270, Seed: 1},
		},
		{
			// Deltas through a transposed matrix with two blocks of columns
			// (1030 > 1024).
			name: "wide", inputs: 5, rows: 33, epochs: 2, heavy: true, loss: lossPieces[3],
			layers:  func() []Layer { return []Layer{Dense(6), Tanh(), Dense(1030), Sigmoid(), Dense(3)} },
			options: TrainerOptions{Optimizer: &SGD{LearningRate: 0.01, Momentum: 0.9}, BatchSize: 20, Seed: 2},
		},
		{
			name: "one", inputs: 1, rows: 1, epochs: 3, loss: lossPieces[2],
			layers:  func() []Layer { return []Layer{Dense(1)} },
			options: TrainerOptions{Optimizer: NewSGD(0.5), BatchSize: 1},
		},
		{
			name: "logistic regression", inputs: 50, rows: 75, epochs: 5, loss: lossPieces[2],
			layers:  func() []Layer { return []Layer{Dense(1, WithInit(Zeros()))} },
			options: TrainerOptions{Optimizer: NewSGD(0.1), BatchSize: 1000, InOrder: true},
		},
		{
			name: "schedule and L2", inputs: 9, rows: 45, epochs: 3, loss: lossPieces[0],
			layers:  func() []Layer { return []Layer{Dense(20), ReLU(), Dense(4)} },
			options: TrainerOptions{Optimizer: NewAdam(0.02), BatchSize: 8, Seed: 9, Schedule: Cosine(), Rules: []Rule{L2(1e-3)}},
		},
	}
	cases = append(cases, goldenCase{
		name: "LBFGS", inputs: 37, rows: fullBatchBlock + 50, epochs: 4, weighted: true, lbfgs: true, loss: lossPieces[0],
		layers: func() []Layer { return []Layer{Dense(41), Tanh(), Dense(4)} },
	})
	cases = append(cases, goldenCase{
		name: "weights", inputs: 9, rows: 45, epochs: 3, weighted: true,
		loss: lossPiece{
			loss:    CrossEntropy(ClassWeights(1, 2, 0.25, 3), LabelSmoothing(0.125)),
			targets: (*source).labels,
		},
		layers:  func() []Layer { return []Layer{Dense(20), ReLU(), Dense(4)} },
		options: TrainerOptions{Optimizer: NewAdam(0.02), BatchSize: 17, Seed: 9},
	})
	for _, p := range rulePieces {
		cases = append(cases, goldenCase{
			// A parameter of several tiles (300*70 > 2^14), one of rows that
			// are no multiple of 8.
			name: "rule=" + p.name, inputs: 300, rows: 45, epochs: 2, loss: lossPieces[0],
			layers:  func() []Layer { return []Layer{Dense(70), ReLU(), Dense(33), ReLU(), Dense(4)} },
			options: TrainerOptions{Optimizer: NewSGD(0.1), BatchSize: 17, Seed: 9, Rules: p.rules()},
		})
	}
	for _, p := range []struct {
		name     string
		schedule Schedule
	}{
		{"Warmup", Warmup(3, StepDecay(2, 0.75))},
		{"ExponentialDecay", ExponentialDecay(0.9)},
		{"InverseScaling", InverseScaling(0.25)},
		{"OneCycle", OneCycle()},
		{"OneCycleMomentum", Warmup(2, OneCycleMomentum(0.5, 0.95))},
		{"MultiStep", MultiStep(0.5, 3, 9)},
		{"Polynomial", Polynomial(1.5)},
		{"CosineRestarts", CosineRestarts(3, 2)},
		{"Cyclic", Cyclic(0.25, 3, 2)},
	} {
		cases = append(cases, goldenCase{
			name:   "schedule=" + p.name,
			inputs: 9, rows: 45, epochs: 3, loss: lossPieces[0],
			layers:  func() []Layer { return []Layer{Dense(20), ReLU(), Dense(4)} },
			options: TrainerOptions{Optimizer: NewAdam(0.02), BatchSize: 8, Seed: 9, Schedule: p.schedule},
		})
	}
	small := func(name string, middle func() Layer, loss lossPiece, optimizer Optimizer) goldenCase {
		return goldenCase{
			name: name, inputs: 11, rows: 41, epochs: 3, loss: loss,
			layers:  func() []Layer { return []Layer{Dense(13), middle(), Dense(19), middle(), Dense(5)} },
			options: TrainerOptions{Optimizer: optimizer, BatchSize: 17, Seed: 3},
		}
	}
	for _, p := range layerPieces {
		cases = append(cases, small("layer="+p.name, func() Layer { return p.build(10) }, lossPieces[0], NewSGD(0.05)))
	}
	for _, p := range lossPieces {
		c := small("loss="+p.name, Tanh, p, NewAdam(0.01))
		if p.head != nil {
			body := c.layers
			c.layers = func() []Layer { return append(body(), p.head.build(5)) }
		}
		cases = append(cases, c)
	}
	for _, p := range optimizerPieces {
		cases = append(cases, small("optimizer="+p.name, Sigmoid, lossPieces[3], p.build()))
	}
	for _, p := range initPieces {
		c := small("init="+p.init.String(), ReLU, lossPieces[0], NewSGD(0.01))
		c.layers = func() []Layer { return []Layer{Dense(12, WithInit(p.init), WithBiasInit(p.init)), Dense(3)} }
		cases = append(cases, c)
	}
	return cases
}

// run trains with the given number of workers.
func (c goldenCase) run(t *testing.T, workers int) golden {
	t.Helper()
	return c.end(t, func(data Data) (*Network, []Epoch) {
		net := c.network(t)
		if c.lbfgs {
			var epochs []Epoch
			for _, step := range runLBFGS(t, net, data, c.epochs, LBFGSOptions{Loss: c.loss.loss, L2: 1e-3, Workers: workers}) {
				epochs = append(epochs, Epoch{Loss: step.Loss})
			}
			return net, epochs
		}
		return net, runEpochs(t, net, data, c.epochs, c.trainerOptions(workers))
	})
}

// network returns the network before the training.
func (c goldenCase) network(t testing.TB) *Network {
	t.Helper()
	return mustSequential(t, c.inputs, 7, c.layers()...)
}

func (c goldenCase) trainerOptions(workers int) TrainerOptions {
	options := c.options
	options.Loss, options.Workers = c.loss.loss, workers
	return options
}

// end returns what a network ends in that is trained by the given function.
func (c goldenCase) end(t *testing.T, train func(Data) (*Network, []Epoch)) golden {
	t.Helper()
	const predicted = 30 // rows
	s := newSource(12)
	data := s.data(c.rows, c.inputs, c.network(t).Outputs(), c.loss)
	if c.weighted {
		data = s.weighted(data)
	}
	net, epochs := train(data)
	var losses []byte
	for _, epoch := range epochs {
		losses = binary.LittleEndian.AppendUint64(losses, math.Float64bits(epoch.Loss))
	}
	predictions := kernels.NewMatrix(predicted, net.Outputs())
	net.Predictor().Predict(predictions, s.matrix(predicted, c.inputs))
	var bits []byte
	for _, v := range predictions.Data {
		bits = binary.LittleEndian.AppendUint32(bits, math.Float32bits(v))
	}
	return golden{net.Hash(), sum256(bits), sum256(losses)}
}

func sum256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func TestGolden(t *testing.T) {
	all := readGoldens(t)
	version := strconv.Itoa(ContractVersion)
	if all[version] == nil {
		all[version] = map[string]golden{}
	}
	goldens := all[version]
	seen := map[string]bool{}
	for _, c := range goldenCases() {
		seen[c.name] = true
		if _, known := goldens[c.name]; !known && *update {
			goldens[c.name] = c.run(t, 1)
		}
		if c.heavy && quick() {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			want, known := goldens[c.name]
			if !known {
				t.Fatalf("%s has no such case: run go test ./nn -run TestGolden -update", goldenFile)
			}
			eachTier(t, func(t *testing.T) {
				for _, workers := range goldenWorkers() {
					if got := c.run(t, workers); got != want {
						t.Errorf("%d workers: %+v, want %+v", workers, got, want)
					}
				}
			})
		})
	}
	for name := range goldens {
		if !seen[name] {
			t.Errorf("%s has a case %q that no test runs", goldenFile, name)
		}
	}
	if *update {
		writeGoldens(t, all)
	}
}

func goldenWorkers() []int {
	if quick() {
		return []int{1, 3}
	}
	return []int{1, 2, 3, 7, 16}
}

// readGoldens returns the goldens of each contract version by the case's name.
func readGoldens(t *testing.T) map[string]map[string]golden {
	t.Helper()
	goldens := map[string]map[string]golden{}
	text, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &goldens); err != nil {
		t.Fatal(err)
	}
	return goldens
}

func writeGoldens(t *testing.T, goldens map[string]map[string]golden) {
	t.Helper()
	text, err := json.MarshalIndent(goldens, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(goldenFile, append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestGoldenCasesDiffer guards the guards: a case whose training did nothing, or
// the same as another's, would hold for the wrong reason.
func TestGoldenCasesDiffer(t *testing.T) {
	weights := map[string]string{}
	for _, c := range goldenCases() {
		golden := readGoldens(t)[strconv.Itoa(ContractVersion)][c.name]
		if other, taken := weights[golden.Weights]; taken {
			t.Errorf("%q and %q end in the same weights", c.name, other)
		}
		weights[golden.Weights] = c.name
		if start := mustSequential(t, c.inputs, 7, c.layers()...); start.Hash() == golden.Weights {
			t.Errorf("%q ends in the weights that it began with", c.name)
		}
	}
}
