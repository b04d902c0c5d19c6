package nn

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// The tests here compare with testdata/pytorch.json, which testdata/pytorch.py
// wrote: what PyTorch computes in float64.

type pytorchFixture struct {
	Layers []struct {
		Name                              string
		X, Dy, Y, Dx, Inference           batch
		Parameters, Gradients, Statistics map[string][]float64
	}
	Losses []struct {
		Name     string
		Z, T, Dz batch
		Loss     float64
	}
	Optimizers []struct {
		Name             string
		Start            []float64
		Gradients, After [][]float64
	}
	Schedules []struct {
		Name             string
		Factors, Metrics []float64
	}
}

func readPyTorch(t *testing.T) (f pytorchFixture) {
	t.Helper()
	text, err := os.ReadFile("testdata/pytorch.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// toMatrix rounds to float32.
func toMatrix(b batch) kernels.Matrix {
	m := kernels.NewMatrix(len(b), len(b[0]))
	for i, row := range b {
		copy(m.Row(i), toFloat32(row))
	}
	return m
}

func toFloat32(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

// expectULP fails if an element differs by more than so many units of 2^-23 of
// the largest.
func expectULP(t *testing.T, what string, got, want batch, ulp float64) {
	t.Helper()
	if e := relativeError(got, want, math.SmallestNonzeroFloat64); !(e <= ulp*0x1p-23) {
		t.Errorf("%s differs by %.2g ulp of its largest element, want at most %v", what, e*0x1p23, ulp)
	}
}

func TestPyTorchLayers(t *testing.T) {
	build := map[string]func() Layer{
		"ReLU": ReLU, "Sigmoid": Sigmoid, "Tanh": Tanh, "Softmax": Softmax, "LogSoftmax": LogSoftmax, "SELU": SELU, "GELU": GELU,
		"GELUTanh": GELUTanh, "SiLU": SiLU, "Softplus": Softplus, "Mish": Mish, "HardSigmoid": HardSigmoid, "Identity": Identity,
		"PReLU": PReLU, "ColumnPReLU": ColumnPReLU,
		"LeakyReLU": func() Layer { return LeakyReLU(0.125) },
		"ELU":       func() Layer { return ELU(0.75) },
		"Dense":     func() Layer { return Dense(3) },
		"LayerNorm": func() Layer { return LayerNorm() },
		"BatchNorm": func() Layer { return BatchNorm(WithMomentum(0.25)) },
		"Residual":  func() Layer { return Residual(Dense(5), Tanh()) },
	}
	for _, f := range readPyTorch(t).Layers {
		t.Run(f.Name, func(t *testing.T) {
			const ulp = 4 // few terms are added
			x := toMatrix(f.X)
			net := mustSequential(t, x.Cols, 1, build[f.Name]())
			for i, p := range net.stored[:len(net.params)] {
				p.setFileValues(toFloat32(f.Parameters[pytorchName(net.names[i])]))
			}
			w := net.newWorkspace(x.Rows, -1)
			expectULP(t, "output", toBatch(w.Forward(x)), f.Y, ulp)
			for i, row := range f.Dy {
				copy(w.deltas[len(net.layers)].Row(i), toFloat32(row))
			}
			w.Backward()
			expectULP(t, "gradient of the input", toBatch(w.deltas[0]), f.Dx, ulp)
			for i, p := range net.params {
				got := Param{Shape: p.Shape, Value: p.Grad}
				want := f.Gradients[pytorchName(net.names[i])]
				expectULP(t, "gradient of "+net.names[i], batch{toFloat64(got.fileValues())}, batch{want}, ulp)
			}
			for _, p := range net.stored[len(net.params):] {
				expectULP(t, p.Name, batch{toFloat64(p.Value.Data)}, batch{f.Statistics[p.Name]}, ulp)
			}
			y := kernels.NewMatrix(x.Rows, net.Outputs())
			net.Predictor().Predict(y, x)
			expectULP(t, "inference", toBatch(y), f.Inference, ulp)
		})
	}
}

// pytorchName is the name of a parameter in a module on its own: without the
// index of the layer.
func pytorchName(name string) string { return name[2:] }

func TestPyTorchLosses(t *testing.T) {
	weights, smooth := ClassWeights(0.5, 2, 0.25, 3), LabelSmoothing(0.125)
	losses := map[string]Loss{
		"MSE": MSE(), "Summed MSE": Summed(MSE()), "MAE": MAE(), "Huber": Huber(0.75), "BCE": BCE(), "Poisson": Poisson(),
		"BCEWithLogits": BCEWithLogits(), "Summed BCEWithLogits": Summed(BCEWithLogits()),
		"NLL": NLL(), "NLL weights": NLL(weights), "KLDivergence": KLDivergence(),
		"CrossEntropy": CrossEntropy(), "Summed CrossEntropy": Summed(CrossEntropy()), "CrossEntropy distribution": CrossEntropy(),
		"CrossEntropy smooth": CrossEntropy(smooth), "CrossEntropy smooth distribution": CrossEntropy(smooth),
		"CrossEntropy weights": CrossEntropy(weights), "CrossEntropy weights distribution": CrossEntropy(weights),
		"CrossEntropy both": CrossEntropy(weights, smooth), "CrossEntropy both distribution": CrossEntropy(weights, smooth),
	}
	for _, f := range readPyTorch(t).Losses {
		t.Run(f.Name, func(t *testing.T) {
			z, y := toMatrix(f.Z), toMatrix(f.T)
			mean := must(MeanLoss(losses[f.Name], z, y))
			// The softmax within is one in float32.
			if !(math.Abs(mean-f.Loss) <= 1e-6*math.Abs(f.Loss)) {
				t.Errorf("loss %v, want %v", mean, f.Loss)
			}
			w := mustSequential(t, z.Cols, 1, Identity()).NewWorkspace(z.Rows)
			w.Forward(z)
			must(w.Loss(losses[f.Name], y))
			expectULP(t, "gradient", toBatch(w.deltas[1]), f.Dz, 4)
		})
	}
}

func TestPyTorchOptimizers(t *testing.T) {
	const rate = 0.125
	optimizers := map[string]Optimizer{
		"SGD": NewSGD(rate), "clip norm": NewSGD(rate), "clip value": NewSGD(rate),
		"Momentum":         &SGD{LearningRate: rate, Momentum: 0.875},
		"Nesterov":         &SGD{LearningRate: rate, Momentum: 0.875, Nesterov: true},
		"SGD decay":        &SGD{LearningRate: rate, Momentum: 0.875, WeightDecay: 0.0625},
		"Adagrad":          NewAdagrad(rate),
		"RMSprop":          NewRMSprop(rate),
		"RMSprop momentum": &RMSprop{LearningRate: rate, Alpha: 0.75, Epsilon: 1e-8, Momentum: 0.5, WeightDecay: 0.0625},
		"Adam":             NewAdam(rate),
		"Adam decay":       &Adam{LearningRate: rate, Beta1: 0.5, Beta2: 0.75, Epsilon: 1e-8, WeightDecay: 0.0625},
		"AMSGrad":          &Adam{LearningRate: rate, Beta1: 0.5, Beta2: 0.75, Epsilon: 1e-8, AMSGrad: true},
		"AdamW":            NewAdamW(rate, 0.0625),
		"NAdam":            NewNAdam(rate),
		"NAdam decay":      &NAdam{LearningRate: rate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, MomentumDecay: 0.125, WeightDecay: 0.0625},
	}
	rules := map[string][]Rule{"clip norm": {ClipNorm(2)}, "clip value": {ClipValue(0.5)}}
	for _, f := range readPyTorch(t).Optimizers {
		t.Run(f.Name, func(t *testing.T) {
			net := mustSequential(t, len(f.Start), 1, Dense(1, WithoutBias()))
			updater := must(net.NewUpdater(optimizers[f.Name], rules[f.Name]...))
			w, g := net.params[0].Value.Data, net.params[0].Grad.Data
			copy(w, toFloat32(f.Start))
			for step, gradient := range f.Gradients {
				copy(g, toFloat32(gradient))
				updater.Step()
				for i, want := range f.After[step] {
					if !(math.Abs(float64(w[i])-want) <= 1e-5*rate) {
						t.Errorf("step %d: value %d is %v, want %v", step+1, i, w[i], want)
					}
				}
			}
		})
	}
}

func TestPyTorchSchedules(t *testing.T) {
	schedules := map[string]Schedule{
		"StepDecay": StepDecay(7, 0.5), "ExponentialDecay": ExponentialDecay(0.875), "Cosine": Cosine(), "OneCycle": OneCycle(),
		"Plateau": &Plateau{Reduce: 0.5, Patience: 2, Threshold: 1e-4, Cooldown: 1, Least: 0.0625},
	}
	for _, f := range readPyTorch(t).Schedules {
		schedule := schedules[f.Name]
		var got []float64
		for step := range f.Factors {
			got = append(got, schedule.Factor(step, 40))
			if plateau, ok := schedule.(*Plateau); ok {
				plateau.Observe(f.Metrics[step])
			}
		}
		if !slices.EqualFunc(got, f.Factors, func(a, b float64) bool { return math.Abs(a-b) <= 1e-12 }) {
			t.Errorf("%s: factors %v, want %v", f.Name, got, f.Factors)
		}
	}
}
