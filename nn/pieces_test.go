package nn

import (
	"encoding/json"
	"errors"
	"math"
	"slices"

	"github.com/lockstep-ml/lockstep/kernels"
)

// The tables below are what the tests know of the parts of a network. The
// oracle, golden, file and allocation tests all run over them, so a new layer,
// loss, optimizer or initialiser is tested by one line here.

// A layerPiece is a layer with its oracle. build may ignore the width, which is
// that of the output where the layer can choose it.
type layerPiece struct {
	name    string
	build   func(width int) Layer
	oracle  layerOracle // nil if it has tests of its own
	minRows int         // of a batch
	modal   bool        // whether training differs from inference
}

// withOracle returns the pieces that have one.
func withOracle() []layerPiece {
	return slices.DeleteFunc(slices.Clone(layerPieces), func(p layerPiece) bool { return p.oracle == nil })
}

// withoutModes returns the pieces that do the same in training and inference.
func withoutModes() []layerPiece {
	return slices.DeleteFunc(slices.Clone(layerPieces), func(p layerPiece) bool { return p.modal })
}

var layerPieces = []layerPiece{
	{name: "Dense", build: func(width int) Layer { return Dense(width, WithBiasInit(Uniform(0.5))) }, oracle: denseOracle{}},
	{name: "DenseNoBias", build: func(width int) Layer { return Dense(width, WithoutBias()) }, oracle: denseOracle{}},
	{name: "ReLU", build: anyWidth(ReLU), oracle: elementwise{func(x float64) float64 { return max(x, 0) }, step}},
	{name: "Sigmoid", build: anyWidth(Sigmoid), oracle: elementwise{logistic, func(x float64) float64 { return logistic(x) * logistic(-x) }}},
	{name: "Tanh", build: anyWidth(Tanh), oracle: elementwise{math.Tanh, func(x float64) float64 { return 1 / (math.Cosh(x) * math.Cosh(x)) }}},
	{name: "Softmax", build: anyWidth(Softmax), oracle: softmaxOracle{}},
	{name: "OwnActivation", build: anyWidth(softsign), oracle: softsignOracle},
	{name: "LeakyReLU", build: func(int) Layer { return LeakyReLU(0.125) }, oracle: elementwise{
		func(x float64) float64 { return max(x, 0) + min(x, 0)/8 },
		func(x float64) float64 { return 0.125 + 0.875*step(x) },
	}},
	{name: "ELU", build: func(int) Layer { return ELU(0.75) }, oracle: elementwise{
		func(x float64) float64 { return max(x, 0) + 0.75*math.Expm1(min(x, 0)) },
		func(x float64) float64 { return step(x) + (1-step(x))*0.75*math.Exp(x) },
	}},
	{name: "SELU", build: anyWidth(SELU), oracle: elementwise{
		func(x float64) float64 {
			return 1.0507009873554805 * (max(x, 0) + 1.6732632423543772*math.Expm1(min(x, 0)))
		},
		func(x float64) float64 {
			return 1.0507009873554805 * (step(x) + (1-step(x))*1.6732632423543772*math.Exp(x))
		},
	}},
	{name: "GELU", build: anyWidth(GELU), oracle: elementwise{
		func(x float64) float64 { return x * normalDistribution(x) },
		func(x float64) float64 {
			return normalDistribution(x) + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi)
		},
	}},
	{name: "GELUTanh", build: anyWidth(GELUTanh), oracle: elementwise{
		func(x float64) float64 { return x / 2 * (1 + math.Tanh(geluArgument(x))) },
		func(x float64) float64 {
			u := math.Tanh(geluArgument(x))
			return (1+u)/2 + x/2*(1-u*u)*math.Sqrt(2/math.Pi)*(1+3*0.044715*x*x)
		},
	}},
	{name: "SiLU", build: anyWidth(SiLU), oracle: elementwise{
		func(x float64) float64 { return x * logistic(x) },
		func(x float64) float64 { return logistic(x) * (1 + x*logistic(-x)) },
	}},
	{name: "Softplus", build: anyWidth(Softplus), oracle: elementwise{func(x float64) float64 { return math.Log1p(math.Exp(x)) }, logistic}},
	{name: "Mish", build: anyWidth(Mish), oracle: elementwise{
		func(x float64) float64 { return x * math.Tanh(math.Log1p(math.Exp(x))) },
		func(x float64) float64 {
			u := math.Tanh(math.Log1p(math.Exp(x)))
			return u + x*(1-u*u)*logistic(x)
		},
	}},
	{name: "HardSigmoid", build: anyWidth(HardSigmoid), oracle: elementwise{
		func(x float64) float64 { return max(0, min(x/6+0.5, 1)) },
		func(x float64) float64 { return (step(x+3) - step(x-3)) / 6 },
	}},
	{name: "Identity", build: anyWidth(Identity), oracle: elementwise{func(x float64) float64 { return x }, func(float64) float64 { return 1 }}},
	{name: "LogSoftmax", build: anyWidth(LogSoftmax), oracle: logSoftmaxOracle{}},
	{name: "PReLU", build: anyWidth(PReLU), oracle: preluOracle{}},
	{name: "ColumnPReLU", build: anyWidth(ColumnPReLU), oracle: preluOracle{}},
	{name: "OwnLayer", build: anyWidth(newGain), oracle: gainOracle{}},
	{name: "LayerNorm", build: func(int) Layer { return LayerNorm(WithEpsilon(1e-3)) }, oracle: layerNormOracle{1e-3}},
	{name: "BatchNorm", build: func(int) Layer { return BatchNorm() }, oracle: batchNormOracle{1e-5}, minRows: 2, modal: true},
	{name: "Dropout", build: func(int) Layer { return Dropout(0.3) }, modal: true},
	{name: "Residual", build: func(int) Layer { return Residual(Tanh(), Residual(newGain()), Sigmoid()) }},
	{name: "Stack", build: func(width int) Layer { return Stack(Dense(3), Stack(ReLU(), Residual(LayerNorm()), Dense(width))) }},
	{name: "ResidualBatchNorm", build: func(int) Layer { return Residual(BatchNorm(), ReLU(), Dropout(0.1)) }, minRows: 2, modal: true},
	{name: "HardTanh", build: func(int) Layer { return HardTanh(-0.75, 0.5) }, oracle: clampOracle(-0.75, 0.5)},
	{name: "ReLU6", build: func(width int) Layer { return Stack(Dense(width, WithInit(Uniform(4))), ReLU6()) }}, // some elements are above 6
	{name: "HardSwish", build: anyWidth(HardSwish), oracle: elementwise{
		func(x float64) float64 { return x * max(0, min(x/6+0.5, 1)) },
		func(x float64) float64 { return step(x-3) + (step(x+3)-step(x-3))*(x/3+0.5) },
	}},
	{name: "Softsign", build: anyWidth(Softsign), oracle: softsignOracle},
	{name: "LogSigmoid", build: anyWidth(LogSigmoid), oracle: elementwise{
		func(x float64) float64 { return -math.Log1p(math.Exp(-x)) },
		func(x float64) float64 { return logistic(-x) },
	}},
	{name: "CELU", build: func(int) Layer { return CELU(0.7) }, oracle: elementwise{
		func(x float64) float64 { return max(x, 0) + 0.7*math.Expm1(min(x, 0)/0.7) },
		func(x float64) float64 { return math.Exp(min(x, 0) / 0.7) },
	}},
}

// softsignOracle is of x / (1 + |x|).
var softsignOracle = elementwise{
	func(x float64) float64 { return x / (1 + math.Abs(x)) },
	func(x float64) float64 { return 1 / ((1 + math.Abs(x)) * (1 + math.Abs(x))) },
}

func clampOracle(low, high float64) elementwise {
	return elementwise{
		func(x float64) float64 { return max(low, min(x, high)) },
		func(x float64) float64 { return step(x-low) - step(x-high) },
	}
}

func anyWidth(build func() Layer) func(int) Layer { return func(int) Layer { return build() } }

// A lossPiece is a loss with targets that it can take and its oracle.
type lossPiece struct {
	name       string
	loss       Loss
	minOutputs int
	targets    func(s *source, rows, outputs int) kernels.Matrix
	oracle     lossOracle
	signed     bool        // whether it may be negative
	summed     bool        // whether the loss of a batch is the sum of its rows'
	head       *layerPiece // last layer of a network whose outputs it can take
}

// layers returns the pieces of a network that the loss is for.
func (p lossPiece) layers(layers ...layerPiece) []layerPiece {
	if p.head != nil {
		layers = append(layers, *p.head)
	}
	return layers
}

// outputs draws outputs that the loss can take.
func (p lossPiece) outputs(s *source, rows, outputs int) kernels.Matrix {
	z := s.matrix(rows, outputs)
	for i := range z.Data {
		z.Data[i] *= float32(math.Ldexp(1, s.below(14)-4))
	}
	if p.head != nil {
		p.head.build(outputs).Forward(Context{}, z, z)
	}
	return z
}

var lossPieces = []lossPiece{
	{name: "CrossEntropyLabels", loss: CrossEntropy(), minOutputs: 2, targets: (*source).labels, oracle: ofLabel(crossEntropyOracle)},
	{name: "CrossEntropyDistributions", loss: CrossEntropy(), minOutputs: 2, targets: (*source).distributions, oracle: crossEntropyOracle},
	{name: "BCEWithLogits", loss: BCEWithLogits(), minOutputs: 1, targets: (*source).probabilities, oracle: bceWithLogitsOracle},
	{name: "MSE", loss: MSE(), minOutputs: 1, targets: (*source).matrix, oracle: mseOracle},
	{name: "SmoothLabels", loss: CrossEntropy(LabelSmoothing(0.2)), minOutputs: 2, targets: (*source).labels, oracle: ofLabel(smoothOracle(0.2))},
	{name: "SmoothDistributions", loss: CrossEntropy(LabelSmoothing(0.1)), minOutputs: 2, targets: (*source).distributions, oracle: smoothOracle(0.1)},
	{name: "NLL", loss: NLL(), minOutputs: 2, targets: (*source).labels, oracle: ofLabel(nllOracle), signed: true},
	{name: "KLDivergence", loss: KLDivergence(), minOutputs: 1, targets: (*source).distributions, oracle: klOracle, signed: true},
	{name: "MAE", loss: MAE(), minOutputs: 1, targets: (*source).matrix, oracle: columnsOracle(maeOracle)},
	{name: "Huber", loss: Huber(0.75), minOutputs: 1, targets: (*source).matrix, oracle: columnsOracle(huberOracle(0.75))},
	{name: "BCE", loss: BCE(), minOutputs: 1, targets: (*source).probabilities, oracle: columnsOracle(bceOracle), head: &layerPieces[3]},
	{name: "Poisson", loss: Poisson(), minOutputs: 1, targets: (*source).counts, oracle: columnsOracle(poissonOracle), signed: true},
	{name: "SummedMSE", loss: Summed(MSE()), minOutputs: 1, targets: (*source).matrix, oracle: sumOracle(mseOracle), summed: true},
	{name: "SummedNLL", loss: Summed(NLL()), minOutputs: 2, targets: (*source).labels, oracle: ofLabel(nllOracle), signed: true, summed: true},
	{name: "Hinge", loss: Hinge(), minOutputs: 1, targets: (*source).bits, oracle: columnsOracle(marginOracle(1))},
	{name: "SquaredHinge", loss: SquaredHinge(), minOutputs: 1, targets: (*source).bits, oracle: columnsOracle(marginOracle(2))},
	{name: "MultiMargin", loss: MultiMargin(0.75), minOutputs: 2, targets: (*source).labels, oracle: multiMarginOracle(0.75, 1)},
	{name: "SquaredMultiMargin", loss: SquaredMultiMargin(0.5), minOutputs: 2, targets: (*source).labels, oracle: multiMarginOracle(0.5, 2)},
}

// An optimizerPiece is an optimizer with its oracle. Begin and Update leave
// their marks in an optimizer, so build makes a new one.
type optimizerPiece struct {
	name   string
	build  func() Optimizer
	oracle optimizerOracle
}

var optimizerPieces = []optimizerPiece{
	{"SGD", func() Optimizer { return NewSGD(0.05) }, sgdOracle(0.05, 0)},
	{"Momentum", func() Optimizer { return &SGD{LearningRate: 0.02, Momentum: 0.9} }, sgdOracle(0.02, 0.9)},
	{"Adam", func() Optimizer { return NewAdam(0.01) }, adamOracle(0.01, 0.9, 0.999, 1e-8)},
	{"SGDDecay", func() Optimizer { return &SGD{LearningRate: 0.05, WeightDecay: 0.125} }, decayed(0.125, sgdOracle(0.05, 0))},
	{"Nesterov", func() Optimizer {
		return &SGD{LearningRate: 0.02, Momentum: 0.9, Nesterov: true, WeightDecay: 0.01}
	}, decayed(0.01, nesterovOracle(0.02, 0.9))},
	{"Adagrad", func() Optimizer { return NewAdagrad(0.02) }, adagradOracle(0.02, 1e-10)},
	{"RMSprop", func() Optimizer { return NewRMSprop(0.01) }, rmspropOracle(0.01, 0.99, 1e-8, 0)},
	{"RMSpropMomentum", func() Optimizer {
		return &RMSprop{LearningRate: 0.01, Alpha: 0.9, Epsilon: 1e-4, Momentum: 0.5, WeightDecay: 0.01}
	}, decayed(0.01, rmspropOracle(0.01, 0.9, 1e-4, 0.5))},
	{"RMSpropCentered", func() Optimizer {
		return &RMSprop{LearningRate: 0.01, Alpha: 0.9, Epsilon: 1e-4, Centered: true}
	}, centeredOracle(0.01, 0.9, 1e-4, 0)},
	{"RMSpropCenteredMomentum", func() Optimizer {
		return &RMSprop{LearningRate: 0.01, Alpha: 0.75, Epsilon: 1e-4, Momentum: 0.5, Centered: true, WeightDecay: 0.01}
	}, decayed(0.01, centeredOracle(0.01, 0.75, 1e-4, 0.5))},
	{"AdamDecay", func() Optimizer {
		return &Adam{LearningRate: 0.01, Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-8, WeightDecay: 0.125}
	}, decayed(0.125, adamOracle(0.01, 0.9, 0.99, 1e-8))},
	{"AdamW", func() Optimizer { return NewAdamW(0.01, 0.125) }, decoupled(0.01*0.125, adamOracle(0.01, 0.9, 0.999, 1e-8))},
	{"AMSGrad", func() Optimizer {
		return &Adam{LearningRate: 0.01, Beta1: 0.9, Beta2: 0.5, Epsilon: 1e-8, AMSGrad: true}
	}, amsGradOracle(0.01, 0.9, 0.5, 1e-8)},
	{"NAdam", func() Optimizer { return NewNAdam(0.01) }, nadamOracle(0.01, 0.9, 0.999, 1e-8, 4e-3)},
	{"NAdamDecay", func() Optimizer {
		return &NAdam{LearningRate: 0.02, Beta1: 0.8, Beta2: 0.9, Epsilon: 1e-4, MomentumDecay: 0.1, WeightDecay: 0.125}
	}, decayed(0.125, nadamOracle(0.02, 0.8, 0.9, 1e-4, 0.1))},
	{"AdamSettings", func() Optimizer { return &Adam{LearningRate: 0.02, Beta1: 0, Beta2: 0.5, Epsilon: 1e-3} }, adamOracle(0.02, 0, 0.5, 1e-3)},
	{"RAdam", func() Optimizer { return NewRAdam(0.01) }, radamOracle(0.01, 0.9, 0.999, 1e-8)},
	{"Adamax", func() Optimizer {
		return &Adamax{LearningRate: 0.01, Beta1: 0.9, Beta2: 0.75, Epsilon: 1e-4, WeightDecay: 0.125}
	}, decayed(0.125, adamaxOracle(0.01, 0.9, 0.75, 1e-4))},
	{"Adadelta", func() Optimizer {
		return &Adadelta{LearningRate: 0.5, Rho: 0.75, Epsilon: 1e-4, WeightDecay: 0.125}
	}, decayed(0.125, adadeltaOracle(0.5, 0.75, 1e-4))},
	{"Lion", func() Optimizer {
		return &Lion{LearningRate: 0.01, Beta1: 0.9, Beta2: 0.99, WeightDecay: 0.125}
	}, decoupled(0.01*0.125, lionOracle(0.01, 0.9, 0.99))},
}

// A rulePiece is what may change an optimizer's steps. Optimizers within are
// made anew, as they keep state.
type rulePiece struct {
	name  string
	rules func() []Rule
}

var rulePieces = []rulePiece{
	{"ClipValue", func() []Rule { return []Rule{ClipValue(0.01)} }},
	{"ClipNorm", func() []Rule { return []Rule{ClipNorm(0.5)} }},
	{"L1", func() []Rule { return []Rule{L1(0.01)} }},
	{"L2", func() []Rule { return []Rule{L2(0.01)} }},
	{"MaxNorm", func() []Rule { return []Rule{MaxNorm(0.75)} }},
	{"Group", func() []Rule { return []Rule{Group(NewAdam(0.01), "0.weight", "2")} }},
	{"All", func() []Rule {
		return []Rule{
			MaxNorm(0.8), L1(0.002), L2(0.003), ClipNorm(0.75), ClipValue(0.02), Average(0.5), Group(NewNAdam(0.02), "4.bias"),
		}
	}},
}

// An initPiece is an initialiser with the moments of what it draws.
type initPiece struct {
	init      Init
	mean      float64
	limit     func(in, out float64) float64 // largest magnitude, of normal ones 6.34 deviations
	deviation func(in, out float64) float64
}

var initPieces = []initPiece{
	{Zeros(), 0, fixed(0), fixed(0)},
	{Uniform(0.25), 0, fixed(0.25), fixed(0.25 / math.Sqrt(3))},
	{GlorotUniform(), 0, root(6, 1), root(2, 1)},
	{GlorotNormal(), 0, func(in, out float64) float64 { return 6.34 * math.Sqrt(2/(in+out)) }, root(2, 1)},
	{HeUniform(), 0, root(6, 0), root(2, 0)},
	{HeNormal(), 0, func(in, _ float64) float64 { return 6.34 * math.Sqrt(2/in) }, root(2, 0)},
	{Constant(-0.375), -0.375, fixed(0.375), fixed(0)},
	{LeCunUniform(), 0, root(3, 0), root(1, 0)},
	{LeCunNormal(), 0, func(in, _ float64) float64 { return 6.34 * math.Sqrt(1/in) }, root(1, 0)},
	{Normal(0.25), 0, fixed(6.34 * 0.25), fixed(0.25)},
	{TruncatedNormal(0.25), 0, fixed(0.5), fixed(0.25 * 0.87962566103423978)},
	{Orthogonal(0.5), 0, fixed(0.5), func(in, out float64) float64 { return 0.5 / math.Sqrt(max(in, out)) }},
}

func fixed(v float64) func(in, out float64) float64 {
	return func(_, _ float64) float64 { return v }
}

// root returns sqrt(scale / (in + share*out)).
func root(scale, share float64) func(in, out float64) float64 {
	return func(in, out float64) float64 { return math.Sqrt(scale / (in + share*out)) }
}

// softsign is [Softsign] as a user would write it.
func softsign() Layer {
	return Activation("test.Softsign", func(y, x []float32) {
		for i, v := range x {
			y[i] = v / (1 + float32(math.Abs(float64(v))))
		}
	}, func(dx, dy, x, _ []float32) {
		for i, v := range x {
			a := 1 + float32(math.Abs(float64(v)))
			dx[i] = dy[i] / float32(a*a)
		}
	})
}

// gain multiplies each column by a trained factor 1 + g: a layer with
// parameters as a user would write it.
type gain struct{ g *Param }

func newGain() Layer { return &gain{} }

func (l *gain) Config() (string, any) { return "test.Gain", nil }

func (l *gain) Build(in int) (int, error) {
	if l.g != nil {
		return 0, errors.New("is in two places")
	}
	l.g = &Param{Name: "gain", Shape: Shape{Rows: in, Cols: 1, Vector: true}, Init: Uniform(0.5), FanIn: 1, FanOut: 1}
	return in, nil
}

func (l *gain) Params() []*Param { return []*Param{l.g} }

func (l *gain) Forward(_ Context, y, x kernels.Matrix) { multiplyColumns(y, x, l.g.Value.Data) }

func (l *gain) Delta(_ Context, dx, dy, _, _ kernels.Matrix) {
	multiplyColumns(dx, dy, l.g.Value.Data)
}

func (l *gain) Grad(t Tile, x, dy kernels.Matrix) {
	for j := t.Lo; j < t.Hi; j++ {
		sum := float32(0)
		if t.Accumulate {
			sum = t.Param.Grad.Data[j]
		}
		for i := range x.Rows {
			sum += float32(x.Row(i)[j] * dy.Row(i)[j])
		}
		t.Param.Grad.Data[j] = sum
	}
}

func (l *gain) Freeze() func(y, x kernels.Matrix) {
	g := append([]float32(nil), l.g.Value.Data...)
	return func(y, x kernels.Matrix) { multiplyColumns(y, x, g) }
}

func multiplyColumns(y, x kernels.Matrix, g []float32) {
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			y.Row(i)[j] = v * (1 + g[j])
		}
	}
}

func init() {
	registerSimple("test.Softsign", softsign)
	RegisterLayer("test.Gain", func(json.RawMessage) (Layer, error) { return newGain(), nil })
}
