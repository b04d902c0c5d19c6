package mlp

import (
	"math"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// coordinates are others for the parameters of a logistic loss, in which columns of
// different scale and far from 0 do not slow a search down:
//
//	V[k][j] = W[k][j] * spread[j],  c[k] = (b[k] + sum_j W[k][j]*mean[j]) * spreadB
//
// With weights of 0 all probabilities are 1/K, and the diagonal of the Hessian matrix
// is 1 in them: spread[j]^2 is (1/K)(1-1/K) times the variance of column j plus the
// decay. Without intercept there is no mean to subtract. They change the way to the
// minimum, not where it lies: values and tolerances are those of the parameters.
type coordinates struct {
	loss    *logisticLoss
	mean    []float64
	spread  []float64
	spreadB float64

	// coarseness is about the share of the value by which rounding to float32 shifts
	// an element of the gradient, in these coordinates.
	coarseness float64

	w, g []float64 // the parameters last evaluated and the gradient there
}

func newCoordinates(l *logisticLoss) *coordinates {
	const rounding = 0x1p-18 // of a product in float32, with a margin
	classes := float64(max(2, l.outputs))
	curvature := (1 - 1/classes) / classes
	c := &coordinates{
		loss: l,
		mean: make([]float64, l.x.Cols), spread: make([]float64, l.x.Cols), spreadB: math.Sqrt(curvature),
		w: make([]float64, l.size()), g: make([]float64, l.size()),
	}
	l.team.Run(func(worker int) {
		lo, hi := parallel.Share(worker, l.team.Size(), l.x.Cols, 16)
		c.measure(lo, hi)
	})
	for j, variance := range c.spread {
		c.spread[j] = math.Sqrt(float64(curvature*variance) + l.decay)
		if c.spread[j] == 0 {
			c.spread[j] = 1
		}
		size := math.Sqrt(float64(c.mean[j]*c.mean[j]) + variance)
		c.coarseness = max(c.coarseness, rounding*size/c.spread[j])
	}
	return c
}

// measure finds means and variances of columns lo to hi: from sums over ascending
// rows of the distances to the first row, which is exact enough to search by.
func (c *coordinates) measure(lo, hi int) {
	x, n := c.loss.x, float64(c.loss.x.Rows)
	mean, variance, first, d := c.mean[lo:hi], c.spread[lo:hi], make([]float64, hi-lo), make([]float64, hi-lo)
	if c.loss.intercept {
		kernels.ToFloat64(first, x.Row(0)[lo:hi])
	}
	for i := range x.Rows {
		kernels.ToFloat64(d, x.Row(i)[lo:hi])
		kernels.Sub(d, d, first)
		kernels.Add(mean, mean, d)
		kernels.Mul(d, d, d)
		kernels.Add(variance, variance, d)
	}
	for j := range mean {
		mean[j] /= n
		variance[j] /= n
		if c.loss.intercept {
			variance[j] = max(0, variance[j]-float64(mean[j]*mean[j]))
			mean[j] += first[j]
		} else {
			mean[j] = 0
		}
	}
}

// evaluate returns the value at the coordinates v and sets g to the gradient with
// respect to them.
func (c *coordinates) evaluate(v, g []float64) float64 {
	c.parameters(c.w, v)
	value := c.loss.evaluate(c.w, c.g)
	for k := range c.loss.outputs {
		slope := 0.0
		if c.loss.intercept {
			i := c.loss.penalised() + k
			slope = c.g[i]
			g[i] = slope / c.spreadB
		}
		first := k * len(c.mean)
		for j, mean := range c.mean {
			g[first+j] = (c.g[first+j] - float64(mean*slope)) / c.spread[j]
		}
	}
	return value
}

// last returns the parameters last evaluated and the gradient with respect to them.
func (c *coordinates) last() (w, g []float64) { return c.w, c.g }

// parameters sets w to the parameters with the coordinates v.
func (c *coordinates) parameters(w, v []float64) {
	for k := range c.loss.outputs {
		first, shift := k*len(c.mean), 0.0
		for j, mean := range c.mean {
			w[first+j] = v[first+j] / c.spread[j]
			shift += float64(mean * w[first+j])
		}
		if c.loss.intercept {
			i := c.loss.penalised() + k
			w[i] = v[i]/c.spreadB - shift
		}
	}
}

// of returns the coordinates of the parameters w.
func (c *coordinates) of(w []float64) []float64 {
	v := make([]float64, len(w))
	for k := range c.loss.outputs {
		first, shift := k*len(c.mean), 0.0
		for j, mean := range c.mean {
			v[first+j] = float64(w[first+j] * c.spread[j])
			shift += float64(mean * w[first+j])
		}
		if c.loss.intercept {
			i := c.loss.penalised() + k
			v[i] = float64((w[i] + shift) * c.spreadB)
		}
	}
	return v
}

// inverseCurvature returns the inverse of the diagonal of the Hessian matrix in these
// coordinates, at the point last evaluated. Where there is next to no curvature it is
// bounded.
//
// It is that of the mean over the classes. With the same one for each of them, steps
// keep the sums over the classes, which the probabilities do not depend on, at 0.
func (c *coordinates) inverseCurvature() []float64 {
	const least = 0x1p-10 // of what it is if all probabilities are equal
	d, outputs, inputs := c.loss.diagonal(c.mean), c.loss.outputs, len(c.mean)
	invert := func(first, stride int, spread float64) {
		sum := 0.0
		for k := range outputs {
			sum += d[first+k*stride]
		}
		unit := float64(spread * spread)
		for k := range outputs {
			d[first+k*stride] = unit / max(sum/float64(outputs), least*unit)
		}
	}
	for j, spread := range c.spread {
		invert(j, inputs, spread)
	}
	if c.loss.intercept {
		invert(c.loss.penalised(), 1, c.spreadB)
	}
	return d
}

// thresholds returns what a penalty of decay times the magnitudes of the
// coefficients is in these coordinates.
func (c *coordinates) thresholds(decay float64) []float64 {
	decays := make([]float64, c.loss.penalised())
	for i := range decays {
		decays[i] = decay / c.spread[i%len(c.spread)]
	}
	return decays
}
