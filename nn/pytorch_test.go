package nn

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
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
		Conditions                        struct {
			Y, Dx     batch
			Gradients map[string][]float64
		}
	}
	Losses []struct {
		Name       string
		Z, T, Dz   batch
		Loss       float64
		Conditions struct {
			Loss float64
			Dz   batch
		}
	}
	Optimizers []struct {
		Name             string
		Start            []float64
		Gradients, After [][]float64
	}
	Minima []struct {
		Name         string
		X, T         batch
		Decay, Loss  float64
		Weight, Bias []float64
	}
	Schedules []struct {
		Name                      string
		Factors, Momenta, Metrics []float64
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

// pytorchULP is by how many ulp, times the condition, a result may differ. An
// ulp is that of a number just below a power of 2.
const pytorchULP = 4 * 0x1p-24

// expectConditioned fails if an element differs by more than its condition allows.
func expectConditioned(t *testing.T, what string, got, want, conditions batch) {
	t.Helper()
	for i, row := range want {
		for j, v := range row {
			if difference := math.Abs(got[i][j] - v); !(difference <= pytorchULP*conditions[i][j]) {
				t.Errorf("%s: element (%d, %d) is %v, want %v: %.2g ulp times the condition %.3g, want at most 4",
					what, i, j, got[i][j], v, difference/conditions[i][j]*0x1p24, conditions[i][j])
			}
		}
	}
}

// expectULP fails if an element differs by more than so many ulp of the largest.
func expectULP(t *testing.T, what string, got, want batch, ulp float64) {
	t.Helper()
	if e := relativeError(got, want, math.SmallestNonzeroFloat64); !(e <= ulp*0x1p-24) {
		t.Errorf("%s differs by %.2g ulp of its largest element, want at most %v", what, e*0x1p24, ulp)
	}
}

func TestPyTorchLayers(t *testing.T) {
	build := map[string]func() Layer{
		"ReLU": ReLU, "Sigmoid": Sigmoid, "Tanh": Tanh, "Softmax": Softmax, "LogSoftmax": LogSoftmax, "SELU": SELU, "GELU": GELU,
		"GELUTanh": GELUTanh, "SiLU": SiLU, "Softplus": Softplus, "Mish": Mish, "HardSigmoid": HardSigmoid, "Identity": Identity,
		"PReLU": PReLU, "ColumnPReLU": ColumnPReLU, "ReLU6": ReLU6, "HardSwish": HardSwish, "Softsign": Softsign, "LogSigmoid": LogSigmoid,
		"HardTanh":  func() Layer { return HardTanh(-1.5, 0.75) },
		"CELU":      func() Layer { return CELU(0.75) },
		"LeakyReLU": func() Layer { return LeakyReLU(0.125) },
		"ELU":       func() Layer { return ELU(0.75) },
		"Dense":     func() Layer { return Dense(3) },
		"LayerNorm": func() Layer { return LayerNorm() },
		"BatchNorm": func() Layer { return BatchNorm(WithMomentum(0.25)) },
		"Residual":  func() Layer { return Residual(Dense(5), Tanh()) },
		"Stack":     func() Layer { return Stack(Dense(4), Sigmoid(), Dense(2)) },

		"DenseNoBias":       func() Layer { return Dense(3, WithoutBias()) },
		"LayerNorm epsilon": func() Layer { return LayerNorm(WithEpsilon(0.125)) },
		"BatchNorm epsilon": func() Layer { return BatchNorm(WithEpsilon(0.125)) },
	}
	for _, f := range readPyTorch(t).Layers {
		t.Run(f.Name, func(t *testing.T) {
			x := toMatrix(f.X)
			net := mustSequential(t, x.Cols, 1, build[f.Name]())
			for i, p := range net.stored[:len(net.params)] {
				p.setFileValues(toFloat32(f.Parameters[pytorchName(net.names[i])]))
			}
			w := net.newWorkspace(x.Rows, -1)
			expectConditioned(t, "output", toBatch(w.Forward(x)), f.Y, f.Conditions.Y)
			for i, row := range f.Dy {
				copy(w.deltas[len(net.layers)].Row(i), toFloat32(row))
			}
			w.Backward()
			expectConditioned(t, "gradient of the input", toBatch(w.deltas[0]), f.Dx, f.Conditions.Dx)
			for i, p := range net.params {
				got := Param{Shape: p.Shape, Value: p.Grad}
				name := pytorchName(net.names[i])
				expectConditioned(t, "gradient of "+name, batch{toFloat64(got.fileValues())}, batch{f.Gradients[name]}, batch{f.Conditions.Gradients[name]})
			}
			for _, p := range net.stored[len(net.params):] {
				expectULP(t, p.Name, batch{toFloat64(p.Value.Data)}, batch{f.Statistics[p.Name]}, 4)
			}
			y := kernels.NewMatrix(x.Rows, net.Outputs())
			net.Predictor().Predict(y, x)
			expectULP(t, "inference", toBatch(y), f.Inference, 4)
		})
	}
}

// pytorchName is the name of a parameter in a module on its own: without the
// index of the layer.
func pytorchName(name string) string { return name[2:] }

func TestPyTorchLosses(t *testing.T) {
	weights, smooth := ClassWeights(0.5, 2, 0.25, 3), LabelSmoothing(0.125)
	losses := map[string]Loss{
		"MSE": MSE(), "MAE": MAE(), "Huber": Huber(0.75), "BCE": BCE(), "Poisson": Poisson(),
		"Hinge": Hinge(), "SquaredHinge": SquaredHinge(), "MultiMargin": MultiMargin(0.75), "SquaredMultiMargin": SquaredMultiMargin(0.75),
		"BCEWithLogits": BCEWithLogits(), "NLL": NLL(), "NLL weights": NLL(weights), "KLDivergence": KLDivergence(),
		"CrossEntropy": CrossEntropy(), "CrossEntropy distribution": CrossEntropy(),
		"CrossEntropy smooth": CrossEntropy(smooth), "CrossEntropy smooth distribution": CrossEntropy(smooth),
		"CrossEntropy weights": CrossEntropy(weights), "CrossEntropy weights distribution": CrossEntropy(weights),
		"CrossEntropy both": CrossEntropy(weights, smooth), "CrossEntropy both distribution": CrossEntropy(weights, smooth),
	}
	rowWeights := []float32{1, 0, 2.5, 0.25, 3, 1}
	for _, f := range readPyTorch(t).Losses {
		t.Run(f.Name, func(t *testing.T) {
			z, y := toMatrix(f.Z), toMatrix(f.T)
			name, ofRows := strings.CutPrefix(f.Name, "Rows ")
			name, ofSum := strings.CutPrefix(name, "Summed ")
			loss := losses[name]
			if ofSum {
				loss = Summed(loss)
			}
			w := mustSequential(t, z.Cols, 1, Identity()).NewWorkspace(z.Rows)
			w.Forward(z)
			var got float64
			if ofRows {
				got = must(w.WeightedLoss(loss, y, rowWeights))
				expectSame(t, "WeightedMeanLoss", must(WeightedMeanLoss(loss, z, y, rowWeights)), got)
			} else {
				got = must(w.Loss(loss, y))
				expectSame(t, "MeanLoss", must(MeanLoss(loss, z, y)), got)
			}
			expectConditioned(t, "loss", batch{{got}}, batch{{f.Loss}}, batch{{f.Conditions.Loss}})
			expectConditioned(t, "gradient", toBatch(w.deltas[1]), f.Dz, f.Conditions.Dz)
		})
	}
}

func expectSame(t *testing.T, what string, got, want float64) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestPyTorchOptimizers(t *testing.T) {
	const rate = 0.125
	optimizers := map[string]Optimizer{
		"SGD": NewSGD(rate), "clip norm": NewSGD(rate), "clip value": NewSGD(rate),
		"L1": NewSGD(rate), "max norm": NewSGD(rate), "average": NewSGD(rate),
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
		"Nesterov decay":   &SGD{LearningRate: rate, Momentum: 0.875, Nesterov: true, WeightDecay: 0.0625},
		"Adagrad decay":    &Adagrad{LearningRate: rate, Epsilon: 1e-10, WeightDecay: 0.0625},
		"RMSprop centered": &RMSprop{LearningRate: rate, Alpha: 0.75, Epsilon: 1e-8, Centered: true},
		"AMSGrad decay":    &Adam{LearningRate: rate, Beta1: 0.5, Beta2: 0.75, Epsilon: 1e-8, AMSGrad: true, WeightDecay: 0.0625},
		"AdamW AMSGrad":    &Adam{LearningRate: rate, Beta1: 0.5, Beta2: 0.75, Epsilon: 1e-8, AMSGrad: true, WeightDecay: 0.0625, Decoupled: true},
		"SGD cycle":        &SGD{LearningRate: rate, Momentum: 0.875},
		"Nesterov cycle":   &SGD{LearningRate: rate, Momentum: 0.875, Nesterov: true},
		"RMSprop cycle":    &RMSprop{LearningRate: rate, Alpha: 0.99, Epsilon: 1e-8, Momentum: 0.5},
		"Adam cycle":       NewAdam(rate),
		"AdamW cycle":      NewAdamW(rate, 0.0625),
		"NAdam":            NewNAdam(rate),

		"RMSprop centered momentum": &RMSprop{LearningRate: rate, Alpha: 0.75, Epsilon: 1e-8, Momentum: 0.5, Centered: true},

		"RAdam":          &RAdam{LearningRate: rate, Beta1: 0.9, Beta2: 0.9, Epsilon: 1e-8},
		"RAdam decay":    &RAdam{LearningRate: rate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, WeightDecay: 0.0625},
		"Adamax":         NewAdamax(rate),
		"Adamax decay":   &Adamax{LearningRate: rate, Beta1: 0.5, Beta2: 0.75, Epsilon: 1e-8, WeightDecay: 0.0625},
		"Adadelta":       NewAdadelta(rate),
		"Adadelta decay": &Adadelta{LearningRate: rate, Rho: 0.5, Epsilon: 0.0625, WeightDecay: 0.0625},

		"NAdam decay": &NAdam{LearningRate: rate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, MomentumDecay: 0.125, WeightDecay: 0.0625},
	}
	rules := map[string][]Rule{
		"clip norm": {ClipNorm(2)}, "clip value": {ClipValue(0.5)},
		"L1": {L1(0.0625)}, "max norm": {MaxNorm(1.5)}, "average": {Average(0.75)},
	}
	for _, f := range readPyTorch(t).Optimizers {
		t.Run(f.Name, func(t *testing.T) {
			net := mustSequential(t, len(f.Start), 1, Dense(1, WithoutBias()))
			updater := must(net.NewUpdater(optimizers[f.Name], rules[f.Name]...))
			w, g := net.params[0].Value.Data, net.params[0].Grad.Data
			copy(w, toFloat32(f.Start))
			cycle := OneCycleMomentum(0.85, 0.95)
			for step, gradient := range f.Gradients {
				copy(g, toFloat32(gradient))
				if strings.HasSuffix(f.Name, "cycle") {
					updater.setMomentum(momentumOf(cycle)(step, len(f.Gradients)))
					updater.step(cycle.Factor(step, len(f.Gradients)))
				} else {
					updater.Step()
				}
				got := w
				if updater.average != nil {
					got = updater.average
				}
				for i, want := range f.After[step] {
					if !(math.Abs(float64(got[i])-want) <= 1e-5*rate) {
						t.Errorf("step %d: value %d is %v, want %v", step+1, i, got[i], want)
					}
				}
			}
		})
	}
}

func TestPyTorchSchedules(t *testing.T) {
	schedules := map[string]Schedule{
		"StepDecay": StepDecay(7, 0.5), "ExponentialDecay": ExponentialDecay(0.875), "Cosine": Cosine(), "OneCycle": OneCycle(),
		"OneCycleMomentum": OneCycleMomentum(0.85, 0.95), "Fixed": Fixed(0.25), "InverseScaling": InverseScaling(0.25), "Warmup": Warmup(5, StepDecay(7, 0.5)),
		"MultiStep": MultiStep(0.5, 5, 6, 30), "Polynomial": Polynomial(2), "Cyclic": Cyclic(0.25, 5, 3),
		"CosineRestarts": CosineRestarts(9, 1), "CosineRestarts longer": CosineRestarts(3, 2),
		"Plateau": &Plateau{Reduce: 0.5, Patience: 2, Threshold: 1e-4, Cooldown: 1, Least: 0.0625},
	}
	for _, f := range readPyTorch(t).Schedules {
		schedule := schedules[f.Name]
		var got, momenta []float64
		for step := range f.Factors {
			got = append(got, schedule.Factor(step, 40))
			if momentum := momentumOf(schedule); momentum != nil {
				momenta = append(momenta, momentum(step, 40))
			}
			if plateau, ok := schedule.(*Plateau); ok {
				plateau.Observe(f.Metrics[step])
			}
		}
		close := func(a, b float64) bool { return math.Abs(a-b) <= 1e-12 }
		if !slices.EqualFunc(got, f.Factors, close) {
			t.Errorf("%s: factors %v, want %v", f.Name, got, f.Factors)
		}
		if momenta != nil && !slices.EqualFunc(momenta, f.Momenta, close) {
			t.Errorf("%s: momenta %v, want %v", f.Name, momenta, f.Momenta)
		}
	}
}

// TestPyTorchMinima compares the minima that L-BFGS finds with PyTorch's, which are
// exact to 1e-12 or so. Ours are as float32 parameters and gradients let them be.
func TestPyTorchMinima(t *testing.T) {
	losses := map[string]Loss{"CrossEntropy": CrossEntropy(), "BCEWithLogits": BCEWithLogits(), "MSE": MSE(), "Poisson": Poisson()}
	for _, f := range readPyTorch(t).Minima {
		t.Run(f.Name, func(t *testing.T) {
			net := mustSequential(t, len(f.X[0]), 1, Dense(len(f.Bias)))
			reports := runLBFGS(t, net, must(Rows(toMatrix(f.X), toMatrix(f.T))), 200, LBFGSOptions{Loss: losses[f.Name], L2: f.Decay})
			last := reports[len(reports)-1]
			if !last.Ended || math.Abs(last.Loss-f.Loss) > 1e-8 { // outputs are rounded to float32
				t.Errorf("%+v, want the loss %v", last, f.Loss)
			}
			for i, want := range [][]float64{f.Weight, f.Bias} {
				got := toFloat64(net.params[i].fileValues())
				for j := range want {
					if math.Abs(got[j]-want[j]) > 2e-6 {
						t.Errorf("%s: value %d is %v, want %v", net.names[i], j, got[j], want[j])
					}
				}
			}
		})
	}
}
