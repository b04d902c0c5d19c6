package mlp

import (
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// logisticLoss is the smooth part of the objective of logistic regression in
// float64, divided by C times the sum of the rows' weights s:
//
//	sum_i s[i]*loss(z[i], class[i]) / sum_i s[i] + decay/2 * |W|^2,  z = x W^T + b
//
// The parameters are the matrix W of outputs x inputs and, if there is an
// intercept, the vector b behind it. The loss is the cross-entropy of the softmax
// of z or, for one output, of its sigmoid, the probability of the second class.
type logisticLoss struct {
	team      *parallel.Team
	x         kernels.Matrix
	class     []int
	weights   []float32 // nil if all are 1
	total     float64   // of the weights
	outputs   int
	intercept bool
	decay     float64

	probabilities []float64 // rows x outputs, at the parameters last evaluated
	losses        []float64 // of the rows, weighted

	columns  []float64   // the parameters of a pass, inputs x outputs
	segments [][]float64 // what each segment of the rows adds to the result of a pass
	scratch  []passScratch
	coarse   *coarsePass // in place of passes in float64, unless nil
}

func newLogisticLoss(team *parallel.Team, x kernels.Matrix, class []int, weights []float32, outputs int, intercept bool) *logisticLoss {
	l := &logisticLoss{
		team: team, x: x, class: class, weights: weights, total: float64(x.Rows), outputs: outputs, intercept: intercept,
		probabilities: make([]float64, x.Rows*outputs),
		losses:        make([]float64, x.Rows),
		columns:       make([]float64, x.Cols*outputs),
	}
	if weights != nil {
		l.total = 0
		for _, w := range weights {
			l.total += float64(w)
		}
	}
	for range segments(x.Rows) {
		l.segments = append(l.segments, make([]float64, l.size()))
	}
	for range team.Size() {
		l.scratch = append(l.scratch, passScratch{make([]float64, passBlock*x.Cols), make([]float64, passBlock*outputs)})
	}
	return l
}

// size returns the number of parameters, penalised the number of those with a
// penalty, which come first.
func (l *logisticLoss) size() int {
	if l.intercept {
		return l.penalised() + l.outputs
	}
	return l.penalised()
}

func (l *logisticLoss) penalised() int { return l.x.Cols * l.outputs }

// evaluate returns the value at w and sets g to the gradient there:
//
//	sum_i s[i]*(p[i] - t[i]) x[i]^T / sum_i s[i] + decay*W
//
// where p are the probabilities and t is the class as a distribution.
func (l *logisticLoss) evaluate(w, g []float64) float64 {
	if l.coarse != nil {
		l.coarse.run(g, w)
		return l.value(w)
	}
	l.pass(g, w, func(i int, z []float64) {
		p := l.probabilitiesOf(i)
		l.losses[i] = rowLoss(p, z, l.class[i])
		l.weigh(i, l.losses[i:i+1])
		copy(z, p)
		if l.outputs == 1 {
			z[0] -= float64(l.class[i])
		} else {
			z[l.class[i]]--
		}
		l.weigh(i, z)
	})
	return l.value(w)
}

// value returns the value at w, given the losses.
func (l *logisticLoss) value(w []float64) float64 {
	penalised := w[:l.penalised()]
	return kernels.Sum(l.losses)/l.total + float64(l.decay/2*kernels.Dot(penalised, penalised))
}

// curvature sets hd to the product of the Hessian matrix at the parameters last
// evaluated and d:
//
//	sum_i s[i]*q[i] x[i]^T / sum_i s[i] + decay*d
//
// where q[k] = p[k] (u[k] - sum_j p[j] u[j]) for u = x d^T, of one output
// p (1 - p) u.
func (l *logisticLoss) curvature(hd, d []float64) {
	l.pass(hd, d, func(i int, u []float64) {
		p := l.probabilitiesOf(i)
		if l.outputs == 1 {
			u[0] *= float64(p[0] * (1 - p[0]))
		} else {
			mean := 0.0
			for k, v := range p {
				mean += float64(v * u[k])
			}
			for k, v := range p {
				u[k] = float64(v * (u[k] - mean))
			}
		}
		l.weigh(i, u)
	})
}

// diagonal returns the diagonal of the Hessian matrix at the parameters last evaluated
// for columns from which the mean is subtracted:
//
//	sum_i s[i]*p[i](1-p[i]) (x[i]-mean)^2 / sum_i s[i] + decay
func (l *logisticLoss) diagonal(mean []float64) []float64 {
	d := make([]float64, l.size())
	l.sumBlocks(d, passBlock, func(sum []float64, worker, lo, hi int) {
		s, rows, inputs := l.scratch[worker], hi-lo, l.x.Cols
		for i := range rows {
			x := s.x[i*inputs:][:inputs]
			kernels.ToFloat64(x, l.x.Row(lo+i))
			kernels.Sub(x, x, mean)
			kernels.Mul(x, x, x)
		}
		q := s.z[:rows*l.outputs]
		l.turnRows(sum, lo, q, func(i int, q []float64) {
			for k, p := range l.probabilitiesOf(i) {
				q[k] = float64(p * (1 - p))
			}
			l.weigh(i, q)
		})
		kernels.Gemm(true, false, l.outputs, inputs, rows, 1, q, l.outputs, s.x, inputs, 1, sum, inputs)
	})
	for i := range d[:l.penalised()] {
		d[i] += l.decay
	}
	return d
}

func (l *logisticLoss) probabilitiesOf(row int) []float64 {
	return l.probabilities[row*l.outputs:][:l.outputs]
}

// weigh multiplies the numbers of a row by its weight.
func (l *logisticLoss) weigh(row int, numbers []float64) {
	if l.weights == nil {
		return
	}
	for i := range numbers {
		numbers[i] *= float64(l.weights[row])
	}
}

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
	p = p[:len(z)]
	top, largest := 0, z[0]
	for k, v := range z {
		if v > largest {
			top, largest = k, v
		}
	}
	for k, v := range z {
		p[k] = detmath.Exp(v - largest)
	}
	p[top] = 0
	rest := 0.0 // the sum of the others
	for _, v := range p {
		rest += v
	}
	p[top] = 1
	sum := 1 + rest
	for k := range p {
		p[k] /= sum
	}
	return (largest - z[class]) + detmath.Log1p(rest)
}
