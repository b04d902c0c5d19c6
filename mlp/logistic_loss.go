package mlp

import (
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/kernels"
)

// logisticLoss is the objective of logistic regression in float64, divided by
// C*n for n rows:
//
//	(1/n) * sum_i loss(z[i], class[i]) + decay/2 * |W|^2,  z = x W
//
// with decay = 1/(C*n). The parameters are the matrix W of inputs x outputs;
// the intercept is its last row, which belongs to an input of ones and has no
// penalty. The loss is the cross-entropy of the softmax of z or, for one output,
// of its sigmoid, the probability of the second class.
type logisticLoss struct {
	pool                  *kernels.Pool
	rows, inputs, outputs int
	x                     []float64 // rows x inputs
	class                 []int
	decay                 float64
	penalised             int // parameters with a penalty

	// State at the parameters of the last call of value.
	w             []float64
	logits        []float64 // rows x outputs
	probabilities []float64
	losses        []float64

	weighted []float64 // scratch, rows x outputs
}

// newLogisticLoss returns the objective for rows of x, to which it adds the
// input of ones if there is an intercept.
func newLogisticLoss(pool *kernels.Pool, x kernels.Matrix, class []int, outputs int, decay float64, intercept bool) *logisticLoss {
	l := &logisticLoss{
		pool: pool, rows: x.Rows, inputs: x.Cols, outputs: outputs,
		class: class, decay: decay, penalised: x.Cols * outputs,
	}
	if intercept {
		l.inputs++
	}
	l.x = make([]float64, 0, l.rows*l.inputs)
	for i := range x.Rows {
		for _, v := range x.Row(i) {
			l.x = append(l.x, float64(v))
		}
		if intercept {
			l.x = append(l.x, 1)
		}
	}
	l.w = make([]float64, l.size())
	l.losses = make([]float64, l.rows)
	for _, v := range []*[]float64{&l.logits, &l.probabilities, &l.weighted} {
		*v = make([]float64, l.rows*outputs)
	}
	return l
}

// size returns the number of parameters.
func (l *logisticLoss) size() int { return l.inputs * l.outputs }

func (l *logisticLoss) value(w []float64) float64 {
	copy(l.w, w)
	l.multiply(l.logits, w)
	for i, class := range l.class {
		l.losses[i] = rowLoss(l.row(l.probabilities, i), l.row(l.logits, i), class)
	}
	penalised := w[:l.penalised]
	return kernels.Sum(l.losses)/float64(l.rows) + float64(l.decay/2*kernels.Dot(penalised, penalised))
}

// gradient computes x^T (p - t) / n + decay*W, where t is the class as a
// distribution.
func (l *logisticLoss) gradient(g []float64) {
	copy(l.weighted, l.probabilities)
	for i, class := range l.class {
		residual := l.row(l.weighted, i)
		if l.outputs == 1 {
			residual[0] -= float64(class)
		} else {
			residual[class]--
		}
	}
	l.multiplyBack(g, l.weighted, l.w)
}

// curvature computes x^T q / n + decay*d, where q[j] = p[j] (u[j] - mean) for
// a row of u = x d, with mean = sum_k p[k] u[k]; for one output q is
// p (1 - p) u.
func (l *logisticLoss) curvature(hd, d []float64) {
	l.multiply(l.weighted, d)
	for i := range l.rows {
		p, u := l.row(l.probabilities, i), l.row(l.weighted, i)
		if l.outputs == 1 {
			u[0] *= float64(p[0] * (1 - p[0]))
			continue
		}
		mean := 0.0
		for k, v := range p {
			mean += float64(v * u[k])
		}
		for k, v := range p {
			u[k] = float64(v * (u[k] - mean))
		}
	}
	l.multiplyBack(hd, l.weighted, d)
}

// multiply sets dst to x w.
func (l *logisticLoss) multiply(dst, w []float64) {
	kernels.GemmParallel(l.pool, false, false, l.rows, l.outputs, l.inputs, 1, l.x, l.inputs, w, l.outputs, 0, dst, l.outputs)
}

// multiplyBack sets dst to x^T r / n + decay*w, the latter without the
// intercept.
func (l *logisticLoss) multiplyBack(dst, r, w []float64) {
	kernels.GemmParallel(l.pool, true, false, l.inputs, l.outputs, l.rows, 1, l.x, l.inputs, r, l.outputs, 0, dst, l.outputs)
	for i := range dst {
		dst[i] /= float64(l.rows)
	}
	kernels.Axpy(l.decay, w[:l.penalised], dst[:l.penalised])
}

func (l *logisticLoss) row(m []float64, i int) []float64 { return m[i*l.outputs:][:l.outputs] }

// rowLoss sets p to the probabilities that belong to the logits z of a row and
// returns its loss.
func rowLoss(p, z []float64, class int) float64 {
	if len(z) == 1 {
		return sigmoidLoss(p, z[0], float64(class))
	}
	return softmaxLoss(p, z, class)
}

// sigmoidLoss is rowLoss for one logit, where p is the probability of class 1:
// max(z, 0) - z*class + log(1 + exp(-|z|)).
func sigmoidLoss(p []float64, z, class float64) float64 {
	e := detmath.Exp(-math.Abs(z))
	p[0] = 1 / (1 + e)
	if z < 0 {
		p[0] = e / (1 + e)
	}
	return max(z, 0) - float64(z*class) + detmath.Log1p(e)
}

// softmaxLoss is rowLoss for several logits: with m the largest,
// (m - z[class]) + log(sum_k exp(z[k] - m)).
func softmaxLoss(p, z []float64, class int) float64 {
	top := 0
	for k, v := range z {
		if v > z[top] {
			top = k
		}
	}
	rest := 0.0 // the sum without the largest, which is 1
	for k, v := range z {
		p[k] = detmath.Exp(v - z[top])
		if k != top {
			rest += p[k]
		}
	}
	for k := range p {
		p[k] /= 1 + rest
	}
	return (z[top] - z[class]) + detmath.Log1p(rest)
}
