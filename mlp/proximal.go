package mlp

import (
	"context"
	"math"
)

// proximal minimises a smooth function f plus decay times the sum of the magnitudes
// of the first parameters. It steps from the coordinates v to
//
//	soft(v - gradient/curvature, threshold/curvature)
//
// where soft moves each penalised coordinate towards 0 by the threshold and stops
// there: zeros are true ones. The curvature is that of f along the last step
// (Barzilai and Borwein, IMA Journal of Numerical Analysis 8, 1988), doubled until the
// value falls enough below the largest of the last few (Wright, Nowak, Figueiredo,
// "Sparse reconstruction by separable approximation", IEEE Transactions on Signal
// Processing 57, 2009). So the value may rise for a step or two on its way down.
type proximal struct {
	at         *place // without the magnitudes
	f          objective
	decay      float64
	thresholds []float64 // of the penalised coordinates
	tol        float64   // largest magnitude in the least subgradient at the end

	next      *place
	curvature float64
	recent    []float64 // values, with the magnitudes
}

// newProximal begins at the coordinates start. Coordinate j is penalised with
// thresholds[j] times its magnitude, which is decay times that of parameter j.
func newProximal(f objective, start []float64, decay float64, thresholds []float64, tol float64) *proximal {
	p := &proximal{at: newPlace(f, start), f: f, decay: decay, thresholds: thresholds, tol: tol, curvature: 1}
	p.next = &place{w: make([]float64, len(start)), g: make([]float64, len(start))}
	p.recent = []float64{p.value()}
	return p
}

func (p *proximal) value() float64 { return p.at.loss + p.penalty(p.at.w) }

func (p *proximal) point() []float64 {
	w, _ := p.f.last()
	return w
}

func (p *proximal) penalty(v []float64) float64 {
	sum := 0.0
	for j, threshold := range p.thresholds {
		sum += float64(threshold * math.Abs(v[j]))
	}
	return sum
}

// converged compares the elements of the least subgradient with the tolerance.
func (p *proximal) converged() bool {
	w, gradient := p.f.last()
	for j, g := range gradient {
		if j < len(p.thresholds) {
			if w[j] != 0 {
				g += math.Copysign(p.decay, w[j])
			} else {
				g = soft(g, p.decay)
			}
		}
		if !(math.Abs(g) <= p.tol) {
			return false
		}
	}
	return true
}

func (p *proximal) step(context.Context) bool {
	const (
		sufficient = 1e-4     // share of the decrease that the curvature promises
		rounding   = 0x1p-50  // error of values, relative
		steepest   = 0x1p+200 // curvature
		memory     = 10       // values
	)
	limit := p.recent[0]
	for _, v := range p.recent {
		limit = max(limit, v)
	}
	for ; p.curvature < steepest; p.curvature *= 2 {
		squared := p.try()
		value := p.next.loss + p.penalty(p.next.w)
		if !(value <= limit-float64(sufficient/2*p.curvature*squared)+float64(rounding*math.Abs(limit))) {
			continue
		}
		p.recent = append(p.recent, value)
		p.recent = p.recent[max(0, len(p.recent)-memory):]
		p.curvature = p.curvatureAlong(squared)
		p.at, p.next = p.next, p.at
		return squared > 0
	}
	p.f.evaluate(p.at.w, p.at.g) // where it was before
	return false
}

// try evaluates the step with the curvature at hand and returns its squared
// length.
func (p *proximal) try() (squared float64) {
	for j, before := range p.at.w {
		v := before - p.at.g[j]/p.curvature
		if j < len(p.thresholds) {
			v = soft(v, p.thresholds[j]/p.curvature)
		}
		p.next.w[j] = v
		squared += float64((v - before) * (v - before))
	}
	p.next.loss = p.f.evaluate(p.next.w, p.next.g)
	return squared
}

// curvatureAlong returns the curvature along the step to next.
func (p *proximal) curvatureAlong(squared float64) float64 {
	const least, most = 0x1p-100, 0x1p+100
	along := 0.0
	for j, v := range p.at.w {
		along += float64((p.next.w[j] - v) * (p.next.g[j] - p.at.g[j]))
	}
	return min(max(along/squared, least), most)
}

// soft moves v towards 0 by the threshold, but not beyond.
func soft(v, threshold float64) float64 {
	switch {
	case v > threshold:
		return v - threshold
	case v < -threshold:
		return v + threshold
	}
	return 0
}
