package mlp

import "math"

// patience decides when training has gone on long enough without improvement,
// by scikit-learn's rule: an epoch whose loss is above the best so far less
// tol counts, another one starts the count anew, and more than limit in a row
// are too many. For a score that should grow, observe its negative.
type patience struct {
	limit int
	tol   float64
	best  float64
	count int
}

func newPatience(limit int, tol float64) *patience {
	return &patience{limit: limit, tol: tol, best: math.Inf(1)}
}

// observe takes note of an epoch and reports whether it is the best so far.
func (p *patience) observe(loss float64) bool {
	p.count++
	if !(loss > p.best-p.tol) {
		p.count = 0
	}
	if loss < p.best {
		p.best = loss
		return true
	}
	return false
}

func (p *patience) exhausted() bool { return p.count > p.limit }
