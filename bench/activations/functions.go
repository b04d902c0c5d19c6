package main

import "github.com/lockstep-ml/lockstep/nn"

// An activation is what the page says of one of the functions. The figures are
// computed.
type activation struct {
	name       string          // that of the function in package nn
	call       string          // what the page's figures are for
	layer      func() nn.Layer // makes the same
	formula    string
	derivative string
	values     string // range of the function
	use        string
	weakness   string
	source     string
	pair       bool // computed for the first of two logits, the other being 0
}

// In the order in which one would try them.
var activations = []activation{
	{
		name: "ReLU", call: "nn.ReLU()", layer: nn.ReLU,
		formula: "max(x, 0)", derivative: "1 if x > 0, else 0 (also at 0)", values: "[0, ∞)",
		use: "Hidden layers, as the first choice: cheapest of all, and the gradient passes active units unchanged. " +
			"It goes with `nn.HeNormal` or `nn.HeUniform`.",
		weakness: "Dead units: one whose input is negative for all rows has no gradient and stays as it is for ever, " +
			"often after a step with too large a learning rate. Outputs are never negative, so their mean is not 0.",
		source: "Nair and Hinton, ICML 2010; Glorot et al., AISTATS 2011",
	},
	{
		name: "ReLU6", call: "nn.ReLU6()", layer: nn.ReLU6,
		formula: "max(x, 0), at most 6", derivative: "1 if 0 < x < 6, else 0", values: "[0, 6]",
		use:      "Weights that were trained with it, such as those of MobileNet, and outputs that will be rounded to few bits.",
		weakness: "As ReLU, and dead above 6, too.",
		source:   "Krizhevsky 2010; Howard et al., \"MobileNets\", 2017",
	},
	{
		name: "LeakyReLU", call: "nn.LeakyReLU(0.01)", layer: func() nn.Layer { return nn.LeakyReLU(0.01) },
		formula: "x if x > 0, else slope*x", derivative: "1 if x > 0, else slope (also at 0)", values: "(-∞, ∞)",
		use: "Where units of ReLU die: their gradient is small, but never 0, and the cost is the same.",
		weakness: "One more setting. With a slope of 0.01 a unit with negative inputs learns a hundred times slower. " +
			"Large negative inputs are not bounded.",
		source: "Maas et al., ICML workshop 2013",
	},
	{
		name: "PReLU", call: "nn.PReLU()", layer: nn.PReLU,
		formula: "x if x > 0, else slope*x, with a slope that is learned, 0.25 at first", derivative: "1 if x > 0, else slope (also at 0)", values: "(-∞, ∞)",
		use: "LeakyReLU without choosing the slope; one for the whole layer. `nn.ColumnPReLU` has one for each column.",
		weakness: "The slope may grow beyond 1 or turn negative; weight decay by the optimizer draws it to 0, " +
			"that is, to ReLU: give it a `nn.Group` without decay.",
		source: "He et al., ICCV 2015",
	},
	{
		name: "ColumnPReLU", call: "nn.ColumnPReLU()", layer: nn.ColumnPReLU,
		formula: "as PReLU, with a slope for each column", derivative: "1 if x > 0, else the column's slope (also at 0)", values: "(-∞, ∞)",
		use:      "As PReLU, where units differ in what they should do with negative inputs.",
		weakness: "As PReLU; a parameter a column, which small data may overfit.",
		source:   "He et al., ICCV 2015",
	},
	{
		name: "ELU", call: "nn.ELU(1)", layer: func() nn.Layer { return nn.ELU(1) },
		formula: "x if x > 0, else alpha*(exp(x) - 1)", derivative: "1 if x > 0, else alpha*exp(x)", values: "(-alpha, ∞)",
		use: "Hidden layers whose outputs should have a mean near 0; with alpha = 1 the derivative is continuous.",
		weakness: "Negative inputs saturate: the gradient at -4 is 2 % of that at 0, so units can all but die, too. " +
			"An exponential for each element.",
		source: "Clevert et al., ICLR 2016",
	},
	{
		name: "SELU", call: "nn.SELU()", layer: nn.SELU,
		formula:    "1.0507 * (x if x > 0, else 1.6733*(exp(x) - 1))",
		derivative: "1.0507 if x > 0, else 1.0507*1.6733*exp(x)", values: "(-1.7581, ∞)",
		use: "Deep plain networks without normalisation: together with `nn.LeCunNormal` it draws mean and variance of the " +
			"activations to 0 and 1. Inputs must be standardised.",
		weakness: "The effect is gone with other initial weights, with Dropout, and in residual blocks. Saturates as ELU.",
		source:   "Klambauer et al., NIPS 2017",
	},
	{
		name: "CELU", call: "nn.CELU(2)", layer: func() nn.Layer { return nn.CELU(2) },
		formula: "x if x > 0, else alpha*(exp(x/alpha) - 1)", derivative: "1 if x > 0, else exp(x/alpha)", values: "(-alpha, ∞)",
		use:      "As ELU, from which it differs for other alphas than 1: the derivative is continuous for each.",
		weakness: "As ELU. A small alpha saturates soon.",
		source:   "Barron 2017",
	},
	{
		name: "GELU", call: "nn.GELU()", layer: nn.GELU,
		formula: "x * Φ(x), Φ the normal distribution function", derivative: "Φ(x) + x*exp(-x²/2)/√(2π)", values: "[-0.17, ∞)",
		use: "Hidden layers, those of transformers most of all: smooth, close to ReLU far from 0. The form with erf, " +
			"which is PyTorch's default.",
		weakness: "Not monotonous. Dearer than ReLU, and no better on many small problems. Far to the left the gradient vanishes.",
		source:   "Hendrycks and Gimpel 2016",
	},
	{
		name: "GELUTanh", call: "nn.GELUTanh()", layer: nn.GELUTanh,
		formula:    "x/2 * (1 + tanh(√(2/π) * (x + 0.044715*x³)))",
		derivative: "(1 + t)/2 + x/2 * (1 - t²) * √(2/π) * (1 + 0.134145*x²), t the tanh", values: "[-0.17, ∞)",
		use:      "Weights that were trained with this approximation of GELU, such as those of GPT-2. For a new network GELU is as good.",
		weakness: "As GELU, from which it differs by less than 0.001.",
		source:   "Hendrycks and Gimpel 2016",
	},
	{
		name: "SiLU", call: "nn.SiLU()", layer: nn.SiLU,
		formula: "x / (1 + exp(-x)), also called swish", derivative: "s * (1 + x*(1 - s)), s the sigmoid of x", values: "[-0.28, ∞)",
		use:      "As GELU, and cheaper.",
		weakness: "Not monotonous; far to the left the gradient vanishes.",
		source:   "Elfwing et al., Neural Networks 107, 2018; Ramachandran et al. 2017",
	},
	{
		name: "Mish", call: "nn.Mish()", layer: nn.Mish,
		formula: "x * tanh(log(1 + exp(x)))", derivative: "t + x * (1 - t²) * s, t the tanh, s the sigmoid of x", values: "[-0.31, ∞)",
		use:      "As SiLU, a little steeper; known from image detection.",
		weakness: "Dearer than SiLU. Not monotonous; far to the left the gradient vanishes.",
		source:   "Misra, BMVC 2020",
	},
	{
		name: "HardSwish", call: "nn.HardSwish()", layer: nn.HardSwish,
		formula: "x * (x/6 + 1/2, at least 0 and at most 1)", derivative: "x/3 + 1/2 if -3 < x < 3, else 0 up to -3, 1 from 3 on", values: "[-0.375, ∞)",
		use:      "As SiLU, without an exponential, so that it costs less; weights that were trained with it, such as those of MobileNetV3.",
		weakness: "Not monotonous; the derivative jumps at -3 and 3. Dead below -3.",
		source:   "Howard et al., \"Searching for MobileNetV3\", ICCV 2019",
	},
	{
		name: "Softplus", call: "nn.Softplus()", layer: nn.Softplus,
		formula: "log(1 + exp(x))", derivative: "the sigmoid of x", values: "(0, ∞)",
		use:      "Last layers whose output must be positive, such as a rate or a deviation. A smooth ReLU.",
		weakness: "In hidden layers mostly worse than ReLU: outputs are all positive, 0.69 at 0, and there is no sparsity.",
		source:   "Dugas et al., NIPS 2000",
	},
	{
		name: "LogSigmoid", call: "nn.LogSigmoid()", layer: nn.LogSigmoid,
		formula: "log(1 / (1 + exp(-x)))", derivative: "the sigmoid of -x", values: "(-∞, 0)",
		use:      "The logarithm of a probability: of products of these, or as a part of a loss of one's own. Exact where Sigmoid underflows to 0.",
		weakness: "For a last layer only. `nn.BCEWithLogits` needs neither it nor Sigmoid.",
		source:   "",
	},
	{
		name: "Tanh", call: "nn.Tanh()", layer: nn.Tanh,
		formula: "(exp(x) - exp(-x)) / (exp(x) + exp(-x))", derivative: "1 - tanh(x)²", values: "(-1, 1)",
		use: "Small networks, smooth functions, outputs between -1 and 1. Mean 0 and slope 1 at 0, so that " +
			"`nn.GlorotUniform` keeps the variance through some layers.",
		weakness: "Saturates on both sides: the gradient vanishes for large inputs, and through many layers as the product of slopes " +
			"below 1. Standardise the inputs.",
		source: "LeCun et al., \"Efficient BackProp\", 1998",
	},
	{
		name: "HardTanh", call: "nn.HardTanh(-1, 1)", layer: func() nn.Layer { return nn.HardTanh(-1, 1) },
		formula: "x, at least low and at most high", derivative: "1 if low < x < high, else 0", values: "[low, high]",
		use:      "Tanh with a ruler: outputs within limits, unchanged between them.",
		weakness: "Dead beyond the limits: the gradient is exactly 0 there.",
		source:   "Collobert 2004",
	},
	{
		name: "Softsign", call: "nn.Softsign()", layer: nn.Softsign,
		formula: "x / (1 + |x|)", derivative: "1 / (1 + |x|)²", values: "(-1, 1)",
		use:      "As Tanh, with tails that fall as 1/x: it saturates later, and needs no exponential.",
		weakness: "Saturates all the same; at 1 the slope is already 1/4. Rarely better than Tanh.",
		source:   "Bergstra et al. 2009; Glorot and Bengio, AISTATS 2010",
	},
	{
		name: "Sigmoid", call: "nn.Sigmoid()", layer: nn.Sigmoid,
		formula: "1 / (1 + exp(-x))", derivative: "s * (1 - s), s the sigmoid of x", values: "(0, 1)",
		use: "Gates, and probabilities of an output on its own. Before a cross-entropy leave it out: `nn.BCEWithLogits` " +
			"takes its input and loses nothing where it saturates.",
		weakness: "The gradient vanishes: it is at most 1/4, so each layer of sigmoids divides it by 4 or more, and it saturates on both " +
			"sides. The mean of the outputs is not 0. For hidden layers take another.",
		source: "Rumelhart, Hinton and Williams, Nature 323, 1986",
	},
	{
		name: "HardSigmoid", call: "nn.HardSigmoid()", layer: nn.HardSigmoid,
		formula: "x/6 + 1/2, at least 0 and at most 1", derivative: "1/6 if -3 < x < 3, else 0", values: "[0, 1]",
		use:      "Gates that must be cheap.",
		weakness: "Dead beyond 3 on both sides: the gradient is exactly 0 there. At most 1/6 within.",
		source:   "Howard et al., \"MobileNetV3\", ICCV 2019; PyTorch's form",
	},
	{
		name: "Identity", call: "nn.Identity()", layer: nn.Identity,
		formula: "x", derivative: "1", values: "(-∞, ∞)",
		use:      "Last layers of a regression, or where a configuration asks for some activation. In inference it is left out.",
		weakness: "Not an activation: dense layers with nothing in between are one dense layer.",
		source:   "",
	},
	{
		name: "Softmax", call: "nn.Softmax()", layer: nn.Softmax, pair: true,
		formula:    "exp(x[j] - m) / sum_k exp(x[k] - m) for each row, m its largest element",
		derivative: "∂y[j]/∂x[k] = y[j] * ((1 if j = k, else 0) - y[k])", values: "(0, 1), each row adding up to 1",
		use: "Probabilities of classes that exclude each other, as the last layer, or within (attention). Before a cross-entropy leave it " +
			"out: `nn.CrossEntropy` takes its input.",
		weakness: "As a hidden layer it saturates as the sigmoid does: once one element is near 1, all gradients of the row vanish.",
		source:   "Bridle, NIPS 1989",
	},
	{
		name: "LogSoftmax", call: "nn.LogSoftmax()", layer: nn.LogSoftmax, pair: true,
		formula:    "x[j] - m - log(sum_k exp(x[k] - m)) for each row, m its largest element",
		derivative: "∂y[j]/∂x[k] = (1 if j = k, else 0) - exp(y[k])", values: "(-∞, 0]",
		use:      "Logarithms of probabilities, for `nn.NLL` and `nn.KLDivergence`: exact where Softmax underflows to 0.",
		weakness: "For a last layer only. `nn.CrossEntropy` does the same in one step with NLL.",
		source:   "",
	},
}
