package nn

import (
	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/kernels"
)

func init() {
	registerSimple("Softmax", Softmax)
	registerSimple("LogSoftmax", LogSoftmax)
}

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
		kernels.AddScalar(d, g, -kernels.Dot(g, p))
		kernels.Mul(d, d, p)
	}
}

// LogSoftmax is the logarithm of [Softmax], x - max - log(sum(exp(x - max))) for
// each row. [NLL] and [KLDivergence] take it. The exponentials are correctly
// rounded, their sum is of class lanes, and the rest is float64, rounded once.
func LogSoftmax() Layer { return logSoftmax{} }

type logSoftmax struct{ noParams }

func (logSoftmax) Config() (string, any)                  { return "LogSoftmax", nil }
func (logSoftmax) Build(in int) (int, error)              { return in, nil }
func (logSoftmax) Forward(_ Context, y, x kernels.Matrix) { logSoftmaxRows(y, x) }
func (logSoftmax) Freeze() func(y, x kernels.Matrix)      { return logSoftmaxRows }

func logSoftmaxRows(y, x kernels.Matrix) {
	for i := range x.Rows {
		source, target := x.Row(i), y.Row(i)
		top := kernels.Max(source)
		kernels.AddScalar(target, source, -top)
		kernels.Exp(target, target)
		partition := detmath.Log(float64(kernels.Sum(target)))
		for j, v := range source {
			target[j] = float32(float64(v) - float64(top) - partition)
		}
	}
}

// Delta computes dx[j] = dy[j] - exp(y[j])*sum_k dy[k] for each row.
func (logSoftmax) Delta(_ Context, dx, dy, _, y kernels.Matrix) {
	for i := range y.Rows {
		g, d := dy.Row(i), dx.Row(i)
		sum := kernels.Sum(g)
		kernels.Exp(d, y.Row(i))
		kernels.Scale(d, d, sum)
		kernels.Sub(d, g, d)
	}
}
