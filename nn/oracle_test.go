package nn

import (
	"math"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

// The oracles are the layers and losses in plain float64, written from the
// formulas in the documentation. TestOracleDerivatives checks their derivatives
// against central differences, so a formula that is wrong in both the oracle and
// the layer is found, too.

// An estimate is an oracle's value with the error that a careful float32
// computation of it may have, in units of 2^-24: the magnitudes of the terms
// that are added, times the number of roundings on the way.
type estimate struct{ value, slack float64 }

// A batch holds an oracle's values for rows x columns.
type batch [][]float64

// A layerOracle computes what a [Layer] does. Parameters are matrices as they
// lie in memory.
type layerOracle interface {
	forward(x batch, params []batch) [][]estimate
	delta(dy, x batch, params []batch) [][]estimate
	grads(dy, x batch, params []batch) [][][]estimate
}

// A lossOracle returns the loss of a row of outputs z with target t and its
// gradient with respect to z.
type lossOracle func(z, t []float64) (loss estimate, gradient []estimate)

// elementwise is the oracle of an activation function and its derivative.
type elementwise struct{ f, derivative func(float64) float64 }

func (e elementwise) forward(x batch, _ []batch) [][]estimate {
	return estimates(len(x), len(x[0]), func(i, j int) estimate {
		y := e.f(x[i][j])
		return estimate{y, 4 * math.Abs(y)}
	})
}

// delta allows for a layer that computes the derivative from its rounded
// output: an error of the output is one of the derivative.
func (e elementwise) delta(dy, x batch, _ []batch) [][]estimate {
	return estimates(len(x), len(x[0]), func(i, j int) estimate {
		d := e.derivative(x[i][j])
		return estimate{dy[i][j] * d, 4 * math.Abs(dy[i][j]) * (math.Abs(d) + math.Abs(e.f(x[i][j])))}
	})
}

func (elementwise) grads(_, _ batch, _ []batch) [][][]estimate { return nil }

func step(x float64) float64 {
	if x > 0 {
		return 1
	}
	return 0
}

func normalDistribution(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

func geluArgument(x float64) float64 { return math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x) }

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// denseOracle is x W + b. Its parameters are W, in x out, and b unless there is
// none.
type denseOracle struct{}

func (denseOracle) forward(x batch, params []batch) [][]estimate {
	w := params[0]
	return estimates(len(x), len(w[0]), func(i, j int) estimate {
		return sum(len(w)+1, func(p int) float64 {
			switch {
			case p < len(w):
				return x[i][p] * w[p][j]
			case len(params) > 1:
				return params[1][j][0]
			}
			return 0
		})
	})
}

func (denseOracle) delta(dy, x batch, params []batch) [][]estimate {
	w := params[0]
	return estimates(len(x), len(w), func(i, p int) estimate {
		return sum(len(w[p]), func(j int) float64 { return dy[i][j] * w[p][j] })
	})
}

func (denseOracle) grads(dy, x batch, params []batch) [][][]estimate {
	w := params[0]
	grads := [][][]estimate{estimates(len(w), len(w[0]), func(p, j int) estimate {
		return sum(len(x), func(i int) float64 { return x[i][p] * dy[i][j] })
	})}
	if len(params) > 1 {
		grads = append(grads, estimates(len(params[1]), 1, func(j, _ int) estimate {
			return sum(len(dy), func(i int) float64 { return dy[i][j] })
		}))
	}
	return grads
}

// softmaxOracle is exp(x - max) / sum(exp(x - max)). Rounding x - max to float32
// changes the exponential by that difference times 2^-24.
type softmaxOracle struct{}

func (softmaxOracle) forward(x batch, _ []batch) [][]estimate {
	return estimates(len(x), len(x[0]), func(i, j int) estimate {
		p := softmaxOf(x[i])[j]
		return estimate{p, p * softmaxRoundings(x[i])}
	})
}

func (softmaxOracle) delta(dy, x batch, _ []batch) [][]estimate {
	return estimates(len(x), len(x[0]), func(i, j int) estimate {
		p := softmaxOf(x[i])
		mean := sum(len(p), func(k int) float64 { return dy[i][k] * p[k] })
		magnitude := sum(len(p), func(k int) float64 { return math.Abs(dy[i][k] * p[k]) })
		return estimate{
			p[j] * (dy[i][j] - mean.value),
			p[j] * (math.Abs(dy[i][j]) + magnitude.value) * 2 * softmaxRoundings(x[i]),
		}
	})
}

func (softmaxOracle) grads(_, _ batch, _ []batch) [][][]estimate { return nil }

func softmaxOf(z []float64) []float64 {
	p := make([]float64, len(z))
	for j := range p {
		for k := range z {
			p[j] += math.Exp(z[k] - z[j])
		}
		p[j] = 1 / p[j]
	}
	return p
}

// softmaxRoundings bounds the relative error of a softmax in units of 2^-24: the
// differences' rounding in numerator and denominator, and the sum's.
func softmaxRoundings(z []float64) float64 {
	low, high := z[0], z[0]
	for _, v := range z {
		low, high = min(low, v), max(high, v)
	}
	return 2*(high-low) + float64(len(z)) + 4
}

// logSoftmaxOracle is x - log(sum(exp(x))). An error of the partition sum is one
// of every logarithm.
type logSoftmaxOracle struct{}

func (logSoftmaxOracle) forward(x batch, _ []batch) [][]estimate {
	return estimates(len(x), len(x[0]), func(i, j int) estimate {
		y := math.Log(softmaxOf(x[i])[j])
		return estimate{y, math.Abs(y) + softmaxRoundings(x[i])}
	})
}

func (logSoftmaxOracle) delta(dy, x batch, _ []batch) [][]estimate {
	return estimates(len(x), len(x[0]), func(i, j int) estimate {
		p := softmaxOf(x[i])[j]
		total := sum(len(x[i]), func(k int) float64 { return dy[i][k] })
		return estimate{
			dy[i][j] - p*total.value,
			2*math.Abs(dy[i][j]) + p*(2*total.slack+math.Abs(total.value)*2*softmaxRoundings(x[i])),
		}
	})
}

func (logSoftmaxOracle) grads(_, _ batch, _ []batch) [][][]estimate { return nil }

// preluOracle has one slope for all columns, or one for each.
type preluOracle struct{}

func (preluOracle) slope(params []batch, j int) float64 { return params[0][j%len(params[0])][0] }

func (o preluOracle) forward(x batch, params []batch) [][]estimate {
	return estimates(len(x), len(x[0]), func(i, j int) estimate {
		y := max(x[i][j], 0) + o.slope(params, j)*min(x[i][j], 0)
		return estimate{y, math.Abs(y)}
	})
}

func (o preluOracle) delta(dy, x batch, params []batch) [][]estimate {
	return estimates(len(x), len(x[0]), func(i, j int) estimate {
		d := dy[i][j] * (step(x[i][j]) + (1-step(x[i][j]))*o.slope(params, j))
		return estimate{d, math.Abs(d)}
	})
}

func (preluOracle) grads(dy, x batch, params []batch) [][][]estimate {
	slopes, width := len(params[0]), len(x[0])
	return [][][]estimate{estimates(slopes, 1, func(k, _ int) estimate {
		return sum(len(x)*width, func(at int) float64 {
			i, j := at/width, at%width
			if j%slopes != k {
				return 0
			}
			return dy[i][j] * min(x[i][j], 0)
		})
	})}
}

// gainOracle is the oracle of the test's own layer gain.
type gainOracle struct{}

func (gainOracle) forward(x batch, params []batch) [][]estimate {
	return estimates(len(x), len(x[0]), func(i, j int) estimate {
		return sum(2, func(p int) float64 { return x[i][j] * []float64{1, params[0][j][0]}[p] })
	})
}

func (o gainOracle) delta(dy, _ batch, params []batch) [][]estimate { return o.forward(dy, params) }

func (gainOracle) grads(dy, x batch, params []batch) [][][]estimate {
	return [][][]estimate{estimates(len(params[0]), 1, func(j, _ int) estimate {
		return sum(len(x), func(i int) float64 { return x[i][j] * dy[i][j] })
	})}
}

// normalised returns (x - mean) / sqrt(variance + epsilon) with the deviation
// that x is divided by.
func normalised(x []float64, epsilon float64) (n []float64, deviation float64) {
	mean, variance := 0.0, 0.0
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / float64(len(x))
	}
	deviation = math.Sqrt(variance + epsilon)
	for _, v := range x {
		n = append(n, (v-mean)/deviation)
	}
	return n, deviation
}

// normalisedDelta returns the gradient with respect to x from that with respect
// to the normalised x, with the magnitude of the terms.
func normalisedDelta(g, x []float64, epsilon float64) []estimate {
	n, deviation := normalised(x, epsilon)
	width := float64(len(x))
	sums, products := 0.0, 0.0
	for j := range g {
		sums += g[j]
		products += g[j] * n[j]
	}
	var dx []estimate
	for j := range g {
		d := (g[j] - sums/width - n[j]*products/width) / deviation
		dx = append(dx, estimate{d, 2 * math.Abs(d)})
	}
	return dx
}

// layerNormOracle normalises rows.
type layerNormOracle struct{ epsilon float64 }

func (o layerNormOracle) forward(x batch, params []batch) [][]estimate {
	return estimates(len(x), len(x[0]), func(i, j int) estimate {
		n, _ := normalised(x[i], o.epsilon)
		y := n[j]*params[0][j][0] + params[1][j][0]
		return estimate{y, 2 * math.Abs(y)}
	})
}

func (o layerNormOracle) delta(dy, x batch, params []batch) [][]estimate {
	var table [][]estimate
	for i := range x {
		g := make([]float64, len(x[i]))
		for j := range g {
			g[j] = dy[i][j] * params[0][j][0]
		}
		table = append(table, normalisedDelta(g, x[i], o.epsilon))
	}
	return table
}

func (o layerNormOracle) grads(dy, x batch, params []batch) [][][]estimate {
	return [][][]estimate{
		estimates(len(params[0]), 1, func(j, _ int) estimate {
			return sum(len(x), func(i int) float64 {
				n, _ := normalised(x[i], o.epsilon)
				return n[j] * dy[i][j]
			})
		}),
		estimates(len(params[1]), 1, func(j, _ int) estimate {
			return sum(len(x), func(i int) float64 { return dy[i][j] })
		}),
	}
}

// batchNormOracle normalises columns: it is layerNormOracle of the transpose,
// but for its parameters.
type batchNormOracle struct{ epsilon float64 }

func transposed(x batch) batch {
	t := make(batch, len(x[0]))
	for j := range t {
		for i := range x {
			t[j] = append(t[j], x[i][j])
		}
	}
	return t
}

func (o batchNormOracle) forward(x batch, params []batch) [][]estimate {
	columns := transposed(x)
	return estimates(len(x), len(x[0]), func(i, j int) estimate {
		n, _ := normalised(columns[j], o.epsilon)
		y := n[i]*params[0][j][0] + params[1][j][0]
		return estimate{y, 2 * math.Abs(y)}
	})
}

func (o batchNormOracle) delta(dy, x batch, params []batch) [][]estimate {
	columns, slopes := transposed(x), transposed(dy)
	var deltas [][]estimate
	for j, column := range columns {
		for i := range slopes[j] {
			slopes[j][i] *= params[0][j][0]
		}
		deltas = append(deltas, normalisedDelta(slopes[j], column, o.epsilon))
	}
	return estimates(len(x), len(x[0]), func(i, j int) estimate { return deltas[j][i] })
}

func (o batchNormOracle) grads(dy, x batch, params []batch) [][][]estimate {
	columns := transposed(x)
	return [][][]estimate{
		estimates(len(params[0]), 1, func(j, _ int) estimate {
			n, _ := normalised(columns[j], o.epsilon)
			return sum(len(x), func(i int) float64 { return n[i] * dy[i][j] })
		}),
		estimates(len(params[1]), 1, func(j, _ int) estimate {
			return sum(len(x), func(i int) float64 { return dy[i][j] })
		}),
	}
}

// crossEntropyOracle is the cross-entropy of softmax(z) with a distribution.
func crossEntropyOracle(z, t []float64) (estimate, []estimate) {
	roundings := softmaxRoundings(z)
	var loss estimate
	gradient := make([]estimate, len(z))
	for j, p := range softmaxOf(z) {
		if t[j] != 0 {
			loss.value += t[j] * -math.Log(p)
			loss.slack += t[j] * roundings
		}
		gradient[j] = estimate{p - t[j], roundings*p + t[j]}
	}
	return loss, gradient
}

// ofLabel makes an oracle for distributions one for labels.
func ofLabel(oracle lossOracle) lossOracle {
	return func(z, t []float64) (estimate, []estimate) {
		distribution := make([]float64, len(z))
		distribution[int(t[0])] = 1
		return oracle(z, distribution)
	}
}

func smoothOracle(share float64) lossOracle {
	return func(z, t []float64) (estimate, []estimate) {
		mixed := make([]float64, len(t))
		for j := range t {
			mixed[j] = (1-share)*t[j] + share/float64(len(t))
		}
		return crossEntropyOracle(z, mixed)
	}
}

func nllOracle(z, t []float64) (loss estimate, gradient []estimate) {
	for j, v := range z {
		loss.value -= t[j] * v
		gradient = append(gradient, estimate{-t[j], t[j]})
	}
	return loss, gradient
}

func klOracle(z, t []float64) (loss estimate, gradient []estimate) {
	for j, v := range z {
		if t[j] != 0 {
			loss.value += t[j] * (math.Log(t[j]) - v)
		}
		gradient = append(gradient, estimate{-t[j], t[j]})
	}
	loss.slack = 1e-6 // float64 terms cancel
	return loss, gradient
}

// A columnOracle is the loss of one output with its derivative and the roundings
// of that in units of 2^-24.
type columnOracle func(z, t float64) (loss, derivative, slack float64)

// columnsOracle is the mean over the columns.
func columnsOracle(oracle columnOracle) lossOracle {
	return func(z, t []float64) (loss estimate, gradient []estimate) {
		n := float64(len(z))
		for j, v := range z {
			value, derivative, slack := oracle(v, t[j])
			loss.value += value / n
			gradient = append(gradient, estimate{derivative / n, slack / n})
		}
		loss.slack = 1e-6 // float64 terms cancel
		return loss, gradient
	}
}

func bceWithLogitsOracle(z, t []float64) (estimate, []estimate) {
	return columnsOracle(func(v, t float64) (loss, derivative, slack float64) {
		return t*-math.Log(logistic(v)) + (1-t)*-math.Log(logistic(-v)), logistic(v) - t, 4
	})(z, t)
}

func mseOracle(z, t []float64) (estimate, []estimate) {
	return columnsOracle(func(v, t float64) (loss, derivative, slack float64) {
		d := v - t
		return d * d, 2 * d, 2 * math.Abs(d)
	})(z, t)
}

func maeOracle(z, t float64) (loss, derivative, slack float64) {
	if z < t {
		return t - z, -1, 1
	}
	return z - t, 1, 1
}

func huberOracle(delta float64) columnOracle {
	return func(z, t float64) (loss, derivative, slack float64) {
		d := max(-delta, min(z-t, delta)) // as far as it is quadratic
		return d*d/2 + delta*(math.Abs(z-t)-math.Abs(d)), d, math.Abs(d)
	}
}

func bceOracle(p, t float64) (loss, derivative, slack float64) {
	derivative = -t/p + (1-t)/(1-p)
	return -t*math.Log(p) - (1-t)*math.Log(1-p), derivative, math.Abs(derivative)
}

func poissonOracle(z, t float64) (loss, derivative, slack float64) {
	return math.Exp(z) - t*z, math.Exp(z) - t, math.Exp(z) + t
}

// marginOracle is max(1 - s*z, 0)^power with s = 1 or -1.
func marginOracle(power float64) columnOracle {
	return func(z, t float64) (loss, derivative, slack float64) {
		s := math.Copysign(1, t-0.5)
		lack := max(1-s*z, 0)
		derivative = -s * power * step(lack) * math.Pow(lack, power-1)
		return math.Pow(lack, power), derivative, math.Abs(derivative)
	}
}

// multiMarginOracle is the mean of max(margin - z[label] + z[j], 0)^power, with 0 for the
// label itself.
func multiMarginOracle(margin, power float64) lossOracle {
	return func(z, t []float64) (loss estimate, gradient []estimate) {
		label, n := int(t[0]), float64(len(z))
		gradient = make([]estimate, len(z))
		for j, v := range z {
			lack := margin - z[label] + v
			if j == label || lack <= 0 {
				continue
			}
			loss.value += math.Pow(lack, power) / n
			d := power * math.Pow(lack, power-1) / n
			gradient[j] = estimate{d, d}
			gradient[label].value -= d
			gradient[label].slack += d
		}
		loss.slack = 1e-6 // float64 terms cancel
		return loss, gradient
	}
}

// sumOracle takes the sum over the columns instead of the mean.
func sumOracle(oracle lossOracle) lossOracle {
	return func(z, t []float64) (estimate, []estimate) {
		n := float64(len(z))
		loss, gradient := oracle(z, t)
		for j := range gradient {
			gradient[j].value *= n
			gradient[j].slack *= n
		}
		return estimate{loss.value * n, loss.slack * n}, gradient
	}
}

// estimates makes a table of the elements f(i, j).
func estimates(rows, cols int, f func(i, j int) estimate) [][]estimate {
	table := make([][]estimate, rows)
	for i := range table {
		table[i] = make([]estimate, cols)
		for j := range table[i] {
			table[i][j] = f(i, j)
		}
	}
	return table
}

// sum adds n terms. Every term is rounded at most n times on its way into a sum
// that is taken one after the other, and once before.
func sum(n int, term func(p int) float64) estimate {
	var s estimate
	for p := range n {
		v := term(p)
		s.value += v
		s.slack += math.Abs(v) * float64(n+1)
	}
	return s
}

// values strips the slack.
func values(table [][]estimate) batch {
	b := make(batch, len(table))
	for i, row := range table {
		for _, e := range row {
			b[i] = append(b[i], e.value)
		}
	}
	return b
}

// toBatch converts a matrix to float64.
func toBatch(m kernels.Matrix) batch {
	b := make(batch, m.Rows)
	for i := range b {
		b[i] = toFloat64(m.Row(i))
	}
	return b
}

func toFloat64(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// layerParams returns the parameters of layer l in float64.
func layerParams(n *Network, l int) []batch {
	var params []batch
	for _, p := range n.layers[l].Params() {
		params = append(params, toBatch(p.Value))
	}
	return params
}

// TestOracleDerivatives compares delta, grads and the losses' gradients with
// central differences, whose error at this width is below 1e-8 for functions of
// this size.
func TestOracleDerivatives(t *testing.T) {
	const h, tolerance = 1e-5, 1e-7
	s := newSource(1)
	// compare checks the derivative of f with respect to x at its present value.
	compare := func(t *testing.T, what string, got float64, x *float64, f func() float64) {
		t.Helper()
		middle := *x
		*x = middle + h
		above := f()
		*x = middle - h
		below := f()
		*x = middle
		if want := (above - below) / (2 * h); !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) {
			t.Errorf("%s: derivative %v, central difference %v", what, got, want)
		}
	}
	for _, piece := range withOracle() {
		t.Run(piece.name, func(t *testing.T) {
			const rows, width = 3, 5
			net := mustSequential(t, width, 1, piece.build(4))
			s.perturb(net)
			params := layerParams(net, 0)
			x, dy := toBatch(s.matrix(rows, width)), toBatch(s.matrix(rows, net.Outputs()))
			// The scalar whose derivatives delta and grads are.
			objective := func() (v float64) {
				for i, row := range values(piece.oracle.forward(x, params)) {
					for j := range row {
						v += dy[i][j] * row[j]
					}
				}
				return v
			}
			for i, row := range values(piece.oracle.delta(dy, x, params)) {
				for j, v := range row {
					compare(t, "delta", v, &x[i][j], objective)
				}
			}
			for k, table := range piece.oracle.grads(dy, x, params) {
				for i, row := range values(table) {
					for j, v := range row {
						compare(t, "gradient of "+net.params[k].Name, v, &params[k][i][j], objective)
					}
				}
			}
		})
	}
	for _, piece := range lossPieces {
		t.Run(piece.name, func(t *testing.T) {
			const rows, outputs = 5, 4
			z, targets := toBatch(s.matrix(rows, outputs)), toBatch(piece.targets(s, rows, outputs))
			if piece.head != nil {
				z = values(piece.head.oracle.forward(z, nil))
			}
			for i := range z {
				_, gradient := piece.oracle(z[i], targets[i])
				for j, g := range gradient {
					compare(t, "gradient", g.value, &z[i][j], func() float64 {
						loss, _ := piece.oracle(z[i], targets[i])
						return loss.value
					})
				}
			}
		})
	}
}

func mustSequential(t testing.TB, inputs int, seed uint64, layers ...Layer) *Network {
	t.Helper()
	net, err := Sequential(inputs, seed, layers...)
	if err != nil {
		t.Fatal(err)
	}
	return net
}
