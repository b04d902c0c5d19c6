package lbfgs

import "math"

// Constants of the line search. decrease and curvature are those of Nocedal and
// Wright for quasi-Newton methods, the others those of Hager and Zhang.
const (
	decrease        = 1e-4 // share of the decrease that the slope promises
	curvature       = 0.9  // share of the slope that may be left
	slack           = 1e-6 // by which the approximate condition lets the value rise, relative
	nearConvergence = 1e-3 // relative decrease from which on it applies
	expansion       = 5
	shrinkage       = 0.66
	maxEvaluations  = 30
)

// A point on the line: how far along the direction it lies, the value there,
// and the slope in the direction.
type point struct{ step, value, slope float64 }

// lineSearch finds a step that meets the strong Wolfe conditions
//
//	value(step) <= value(0) + decrease*step*slope(0)
//	|slope(step)| <= curvature*|slope(0)|
//
// Near convergence rounding hides by how much the value falls. There the first
// gives way to the approximate condition value(step) <= value(0) + slack*|value(0)|:
// since curvature <= 1 - 2*decrease, the second implies the rest of it (Hager and
// Zhang, SIAM Journal on Optimization 16, 2005, section 4).
//
// The bracket is theirs, too (ACM Transactions on Mathematical Software 32, 2006,
// algorithm 851): lo has a negative slope and no value above the start's, hi
// lies beyond and has a slope from 0 up. Secants of the slopes narrow it, which
// are accurate where differences of values no longer are.
type lineSearch struct {
	evaluate func(step float64) (point, error)
	start    point
	near     bool // convergence

	evaluations int
	best        point // the lowest
	accepted    bool
	done        bool // accepted, failed or given up
	err         error
}

// run returns the point that was accepted, which is the one last evaluated,
// beginning with a first step. Without one it returns the lowest, and with none
// below the start that.
func (s *lineSearch) run(first float64) (point, error) {
	s.best = s.start
	lo, hi := s.bracket(first)
	for !s.done {
		a, b := s.secants(lo, hi)
		if !s.done && b.step-a.step > shrinkage*(hi.step-lo.step) {
			a, b = s.update(a, b, (a.step+b.step)/2)
		}
		if a.step == lo.step && b.step == hi.step {
			break // neighbouring numbers
		}
		lo, hi = a, b
	}
	if s.err != nil || s.accepted || s.best.step == 0 {
		return s.best, s.err
	}
	return s.evaluate(s.best.step)
}

// try evaluates a step.
func (s *lineSearch) try(step float64) point {
	p, err := s.evaluate(step)
	s.evaluations++
	s.err = err
	s.accepted = err == nil && s.accepts(p)
	if s.accepted || p.value < s.best.value {
		s.best = p
	}
	s.done = err != nil || s.accepted || s.evaluations == maxEvaluations
	return p
}

func (s *lineSearch) accepts(p point) bool {
	if !(math.Abs(p.slope) <= curvature*math.Abs(s.start.slope)) {
		return false
	}
	return p.value <= s.start.value+float64(decrease*p.step*s.start.slope) || s.near && !s.above(p)
}

// above reports whether the value rises beyond what rounding may cause. It does
// so if it is no number.
func (s *lineSearch) above(p point) bool {
	return !(p.value <= s.start.value+float64(slack*math.Abs(s.start.value)))
}

// bracket goes on in growing steps until a minimum lies between two points.
func (s *lineSearch) bracket(step float64) (lo, hi point) {
	lo = s.start
	for {
		p := s.try(step)
		switch {
		case s.done || p.slope >= 0:
			return lo, p
		case s.above(p):
			return s.bisect(lo, p)
		}
		lo = p
		step *= expansion
	}
}

// bisect halves the interval to hi, whose value is above while its slope is
// negative, until there is a point with a slope from 0 up.
func (s *lineSearch) bisect(lo, hi point) (point, point) {
	for !s.done {
		p := s.try((lo.step + hi.step) / 2)
		switch {
		case p.slope >= 0:
			return lo, p
		case s.above(p):
			hi = p
		default:
			lo = p
		}
	}
	return lo, hi
}

// update narrows the bracket by a step inside; one outside, or NaN, changes
// nothing.
func (s *lineSearch) update(lo, hi point, step float64) (point, point) {
	if s.done || !(lo.step < step && step < hi.step) {
		return lo, hi
	}
	p := s.try(step)
	switch {
	case s.done || p.slope >= 0:
		return lo, p
	case s.above(p):
		return s.bisect(lo, p)
	}
	return p, hi
}

// secants narrows the bracket by the secant of the slopes, and by a second one
// on the side that has moved.
func (s *lineSearch) secants(lo, hi point) (point, point) {
	step := secant(lo, hi)
	a, b := s.update(lo, hi, step)
	switch step {
	case b.step:
		return s.update(a, b, secant(hi, b))
	case a.step:
		return s.update(a, b, secant(lo, a))
	}
	return a, b
}

// secant returns where the slope is 0 if it is linear.
func secant(a, b point) float64 {
	return (float64(a.step*b.slope) - float64(b.step*a.slope)) / (b.slope - a.slope)
}
