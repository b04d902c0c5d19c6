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
}

// Rows are converted to float64 in blocks that fit a cache. The blocks of a segment
// are one chain; the sums of the segments, which workers share, are added in order.
const (
	passBlock   = 48
	passSegment = 32 * passBlock
)

// segments returns how many segments so many rows make, which is how many workers
// find something to do.
func segments(rows int) int { return (rows + passSegment - 1) / passSegment }

// passScratch is the memory of a worker.
type passScratch struct {
	x []float64 // passBlock x inputs
	z []float64 // passBlock x outputs
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

// pass runs once through the rows: it computes z = x V^T + c for the parameters v,
// lets turn replace each row of z by another one r, and sets dst to
// sum_i r[i] x[i]^T / sum_i s[i] + decay*V, behind which the sums of r follow if
// there is an intercept.
func (l *logisticLoss) pass(dst, v []float64, turn func(i int, z []float64)) {
	for k := range l.outputs {
		for j, value := range v[k*l.x.Cols:][:l.x.Cols] {
			l.columns[j*l.outputs+k] = value
		}
	}
	intercept := v[l.penalised():]
	l.team.Run(func(worker int) {
		lo, hi := parallel.Share(worker, l.team.Size(), len(l.segments), 1)
		for s := lo; s < hi; s++ {
			sum := l.segments[s]
			clear(sum)
			last := min(l.x.Rows, (s+1)*passSegment)
			for first := s * passSegment; first < last; first += passBlock {
				l.passRows(sum, intercept, first, min(first+passBlock, last), l.scratch[worker], turn)
			}
		}
	})
	clear(dst)
	for _, sum := range l.segments {
		kernels.Add(dst, dst, sum)
	}
	for i := range dst {
		dst[i] /= l.total
	}
	kernels.Axpy(l.decay, v[:l.penalised()], dst[:l.penalised()])
}

// passRows adds what rows lo to hi contribute to sum.
func (l *logisticLoss) passRows(sum, intercept []float64, lo, hi int, scratch passScratch, turn func(i int, z []float64)) {
	rows, inputs, outputs := hi-lo, l.x.Cols, l.outputs
	x, z := scratch.x, scratch.z
	for i := range rows {
		kernels.ToFloat64(x[i*inputs:][:inputs], l.x.Row(lo+i))
		clear(z[i*outputs:][:outputs])
		copy(z[i*outputs:], intercept)
	}
	if outputs == 1 { // a scalar product is quicker than a matrix product of one column
		for i := range rows {
			z[i] += kernels.Dot(x[i*inputs:][:inputs], l.columns)
		}
	} else {
		kernels.Gemm(false, false, rows, outputs, inputs, 1, x, inputs, l.columns, outputs, 1, z, outputs)
	}
	slopes := sum[l.penalised():]
	for i := range rows {
		r := z[i*outputs:][:outputs]
		turn(lo+i, r)
		if l.intercept {
			kernels.Add(slopes, slopes, r)
		}
	}
	kernels.Gemm(true, false, outputs, inputs, rows, 1, z, outputs, x, inputs, 1, sum, inputs)
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
	top := 0
	for k, v := range z {
		if v > z[top] {
			top = k
		}
	}
	p[top] = 1
	rest := 0.0 // the sum of the others
	for k, v := range z {
		if k != top {
			p[k] = detmath.Exp(v - z[top])
			rest += p[k]
		}
	}
	for k := range p {
		p[k] /= 1 + rest
	}
	return (z[top] - z[class]) + detmath.Log1p(rest)
}
