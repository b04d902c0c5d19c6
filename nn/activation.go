package nn

import "github.com/lockstep-ml/lockstep/kernels"

// Activation makes a layer of a function that is applied to each element on
// its own. forward sets y[i] = f(x[i]); backward sets
// dx[i] = dy[i] * f'(x[i]), for which it may use the output y as well. The
// slices have equal lengths. To [Load] a network with such a layer, register it
// under the same name with [RegisterLayer].
func Activation(name string, forward func(y, x []float32), backward func(dx, dy, x, y []float32)) Layer {
	return &activation{name: name, forward: forward, backward: backward}
}

// ReLU is the rectified linear unit max(x, 0), elementwise. Its derivative at 0
// is taken to be 0.
func ReLU() Layer {
	return Activation("ReLU", kernels.ReLU, func(dx, dy, _, y []float32) { kernels.ReLUBackward(dx, dy, y) })
}

// Sigmoid is the logistic function 1 / (1 + exp(-x)), elementwise. Before a
// cross-entropy loss leave it out and use [BCEWithLogits], which is exact where
// the sigmoid saturates.
func Sigmoid() Layer {
	return Activation("Sigmoid", kernels.Sigmoid, func(dx, dy, _, y []float32) { kernels.SigmoidBackward(dx, dy, y) })
}

// Tanh is the hyperbolic tangent, elementwise.
func Tanh() Layer {
	return Activation("Tanh", kernels.Tanh, func(dx, dy, _, y []float32) { kernels.TanhBackward(dx, dy, y) })
}

func init() {
	registerSimple("ReLU", ReLU)
	registerSimple("Sigmoid", Sigmoid)
	registerSimple("Tanh", Tanh)
	registerSimple("Softmax", Softmax)
}

type activation struct {
	noParams
	name     string
	forward  func(y, x []float32)
	backward func(dx, dy, x, y []float32)
}

func (a *activation) Config() (string, any)     { return a.name, nil }
func (a *activation) Build(in int) (int, error) { return in, nil }

func (a *activation) Forward(_ Context, y, x kernels.Matrix) { a.apply(y, x) }

func (a *activation) apply(y, x kernels.Matrix) {
	if contiguous(y) && contiguous(x) {
		a.forward(elements(y), elements(x))
		return
	}
	for i := range y.Rows {
		a.forward(y.Row(i), x.Row(i))
	}
}

func (a *activation) Delta(_ Context, dx, dy, x, y kernels.Matrix) {
	if contiguous(dx) && contiguous(dy) && contiguous(x) && contiguous(y) {
		a.backward(elements(dx), elements(dy), elements(x), elements(y))
		return
	}
	for i := range y.Rows {
		a.backward(dx.Row(i), dy.Row(i), x.Row(i), y.Row(i))
	}
}

func (a *activation) Freeze() func(y, x kernels.Matrix) { return a.apply }

// contiguous reports whether the rows of m lie next to each other.
func contiguous(m kernels.Matrix) bool { return m.Stride == m.Cols || m.Rows <= 1 }

// elements returns the elements of a contiguous matrix.
func elements(m kernels.Matrix) []float32 { return m.Data[:m.Rows*m.Cols] }

// noParams is embedded by layers without parameters.
type noParams struct{}

func (noParams) Params() []*Param                          { return nil }
func (noParams) Grad(Tile, kernels.Matrix, kernels.Matrix) {}

// Softmax turns each row into positive numbers that add up to 1,
// exp(x - max) / sum(exp(x - max)). Before a cross-entropy loss leave it out:
// [CrossEntropy] takes the layer's input, the logits.
func Softmax() Layer { return softmax{} }

type softmax struct{ noParams }

func (softmax) Config() (string, any)                  { return "Softmax", nil }
func (softmax) Build(in int) (int, error)              { return in, nil }
func (softmax) Forward(_ Context, y, x kernels.Matrix) { kernels.Softmax(y, x) }
func (softmax) Freeze() func(y, x kernels.Matrix)      { return kernels.Softmax }

// Delta computes dx[j] = y[j] * (dy[j] - sum_k dy[k]*y[k]) for each row.
func (softmax) Delta(_ Context, dx, dy, _, y kernels.Matrix) {
	for i := range y.Rows {
		p, g, d := y.Row(i), dy.Row(i), dx.Row(i)
		mean := kernels.Dot(g, p)
		for j := range d {
			d[j] = p[j] * (g[j] - mean)
		}
	}
}
