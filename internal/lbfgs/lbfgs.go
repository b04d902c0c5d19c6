// Package lbfgs minimises smooth functions of many variables by the method of
// Broyden, Fletcher, Goldfarb and Shanno with limited memory (Nocedal and Wright,
// Numerical Optimization, 2nd edition, algorithm 7.5), in float64.
//
// The path is a fixed sequence of operations: scalar products are of class lanes,
// the rest is element-wise. As long as the function gives the same bits, so does
// the minimum, in every tier of the kernels.
package lbfgs

import (
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/kernels"
)

// An Objective returns the value of a function at x and sets g to its gradient
// there. It may move x to a point close by and evaluate that, the nearest
// with coordinates in float32 for instance. An error ends the search.
type Objective func(x, g []float64) (float64, error)

// Options are the settings of a [Minimizer]. The zero values are usable.
type Options struct {
	History int // pairs of steps and changes of the gradient that are kept; 0 means 10

	// The search has converged when no element of the gradient is larger than
	// GradTolerance, or when a step lowers the value by no more than
	// Tolerance * max(|value|, |value before|, 1). 0 switches a criterion off.
	GradTolerance, Tolerance float64
}

const defaultHistory = 10

// Status is the state of a search.
type Status int

// The states of a search. All but Running are final.
const (
	Running       Status = iota
	GradSmall            // no element of the gradient is above GradTolerance
	DecreaseSmall        // the last step lowered the value by no more than Tolerance
	Stalled              // neither value nor gradient get lower: the precision is exhausted
)

// Converged reports whether a tolerance of the options was met.
func (s Status) Converged() bool { return s == GradSmall || s == DecreaseSmall }

func (s Status) String() string {
	switch s {
	case GradSmall:
		return "the gradient is within its tolerance"
	case DecreaseSmall:
		return "the value no longer falls by more than the tolerance"
	case Stalled:
		return "neither the value nor the gradient gets any lower"
	}
	return "running"
}

// A Minimizer searches for a minimum, step by step.
type Minimizer struct {
	objective   Objective
	options     Options
	status      Status
	evaluations int

	x, g     []float64 // the point reached, and the gradient there
	scale    []float64 // see SetScale; nil for ones
	value    float64
	decrease float64 // of the last step; infinite at first

	lowest, flattest float64 // value and largest gradient so far
	idle             int     // steps since one of them fell

	along        func(step float64) (point, error) // evaluates along the direction
	nextX, nextG []float64                         // the point evaluated last
	direction    []float64
	scaled       []float64 // scratch of setDirection
	pairs        []pair    // the most recent one last
	unused       []pair    // at least one
}

// A pair is a step and the change of the gradient along it.
type pair struct {
	step, change []float64
	product      float64 // step * change
	share        float64 // scratch of the two loops
}

// New evaluates the objective at x, from where the search begins. x is copied. It
// fails if the objective does, or if value or gradient are not finite.
func New(objective Objective, x []float64, options Options) (*Minimizer, error) {
	if options.History <= 0 {
		options.History = defaultHistory
	}
	n := len(x)
	m := &Minimizer{objective: objective, options: options}
	for _, v := range []*[]float64{&m.x, &m.g, &m.nextX, &m.nextG, &m.direction} {
		*v = make([]float64, n)
	}
	m.pairs = make([]pair, 0, options.History)
	for range options.History + 1 {
		m.unused = append(m.unused, pair{step: make([]float64, n), change: make([]float64, n)})
	}
	copy(m.x, x)
	value, err := m.evaluate(m.x, m.g)
	if err != nil {
		return nil, err
	}
	if value-value != 0 || !(largest(m.g) <= math.MaxFloat64) {
		return nil, fmt.Errorf("lbfgs: the value at the start is %v and the largest element of the gradient %v, want finite numbers",
			value, largest(m.g))
	}
	m.along = m.evaluateAlong
	m.begin(value)
	return m, nil
}

// X returns the point reached. It is valid until the next step.
func (m *Minimizer) X() []float64 { return m.x }

// Value returns the value at the point reached.
func (m *Minimizer) Value() float64 { return m.value }

// LargestGradient returns the largest magnitude in the gradient at the point
// reached.
func (m *Minimizer) LargestGradient() float64 { return largest(m.g) }

// Evaluations returns how often the objective was called.
func (m *Minimizer) Evaluations() int { return m.evaluations }

// Status returns the state of the search.
func (m *Minimizer) Status() Status { return m.status }

// SetScale tells the search about how fast the gradient changes along each
// coordinate: scale[i] is the inverse of that, up to a factor common to all. The
// estimate of the curvature, which begins with equal ones, then begins with these.
func (m *Minimizer) SetScale(scale []float64) {
	m.scale, m.scaled = scale, make([]float64, len(scale))
}

// Reevaluate takes note that the objective has changed a little, such as to a
// more precise one. The search goes on from the point reached, with its history.
func (m *Minimizer) Reevaluate() error {
	value, err := m.evaluate(m.x, m.g)
	if err != nil {
		return err
	}
	m.begin(value)
	return nil
}

// begin sets the state of a search that begins at x with the gradient g.
func (m *Minimizer) begin(value float64) {
	m.value, m.decrease, m.idle, m.status = value, math.Inf(1), 0, Running
	m.lowest, m.flattest = m.value, largest(m.g)
	if m.gradSmall() {
		m.status = GradSmall
	}
}

// Step moves on to the next point, unless the search has ended. After an error
// the point is that before.
func (m *Minimizer) Step() (Status, error) {
	for m.status == Running {
		moved, err := m.move()
		switch {
		case err != nil:
			return m.status, err
		case moved:
			m.judge()
			return m.status, nil
		case len(m.pairs) == 0:
			m.status = Stalled
		}
		m.forget() // what was learned misleads: try the gradient itself
	}
	return m.status, nil
}

// patience is the number of steps without progress after which the search ends.
// One or two are usual where values are at the limit of their precision and the
// gradient is not.
const patience = 10

// judge decides whether the search ends with the step just made.
func (m *Minimizer) judge() {
	m.idle++
	if gradient := largest(m.g); m.value < m.lowest || gradient < m.flattest {
		m.lowest, m.flattest = min(m.lowest, m.value), min(m.flattest, gradient)
		m.idle = 0
	}
	scale := max(math.Abs(m.value), math.Abs(m.value+m.decrease), 1)
	switch {
	case m.gradSmall():
		m.status = GradSmall
	case m.options.Tolerance > 0 && m.decrease <= m.options.Tolerance*scale:
		m.status = DecreaseSmall
	case m.idle == patience:
		m.status = Stalled
	}
}

func (m *Minimizer) gradSmall() bool {
	return m.options.GradTolerance > 0 && largest(m.g) <= m.options.GradTolerance
}

// move searches along the direction for the next point and goes there. It
// reports false if there is none.
func (m *Minimizer) move() (bool, error) {
	first := m.setDirection()
	slope := kernels.Dot(m.g, m.direction)
	if !(slope < 0) {
		return false, nil
	}
	search := lineSearch{
		evaluate: m.along,
		start:    point{0, m.value, slope},
		near:     math.Abs(m.decrease) <= nearConvergence*math.Abs(m.value),
	}
	reached, err := search.run(first)
	if err != nil || reached.step == 0 {
		return false, err
	}
	if !m.remember() {
		return false, nil
	}
	m.decrease = m.value - reached.value
	m.value = reached.value
	m.x, m.nextX = m.nextX, m.x
	m.g, m.nextG = m.nextG, m.g
	return true, nil
}

// evaluateAlong evaluates the objective at a step along the direction.
func (m *Minimizer) evaluateAlong(step float64) (point, error) {
	copy(m.nextX, m.x)
	kernels.Axpy(step, m.direction, m.nextX)
	value, err := m.evaluate(m.nextX, m.nextG)
	return point{step, value, kernels.Dot(m.nextG, m.direction)}, err
}

func (m *Minimizer) evaluate(x, g []float64) (float64, error) {
	m.evaluations++
	return m.objective(x, g)
}

// setDirection sets the direction to minus the product of the gradient and the
// approximate inverse of the Hessian matrix, by the two loops of algorithm 7.4.
// It returns the step to begin with.
func (m *Minimizer) setDirection() float64 {
	d := m.direction
	kernels.Neg(d, m.g)
	if len(m.pairs) == 0 {
		return min(1, 1/math.Sqrt(kernels.Dot(d, d)))
	}
	for i := len(m.pairs) - 1; i >= 0; i-- {
		p := &m.pairs[i]
		p.share = kernels.Dot(p.step, d) / p.product
		kernels.Axpy(-p.share, p.change, d)
	}
	last := m.pairs[len(m.pairs)-1]
	change := last.change
	if m.scale != nil {
		kernels.Mul(m.scaled, change, m.scale)
		kernels.Mul(d, d, m.scale)
		change = m.scaled
	}
	kernels.Scale(d, d, last.product/kernels.Dot(last.change, change))
	for _, p := range m.pairs {
		back := kernels.Dot(p.change, d) / p.product
		kernels.Axpy(p.share-back, p.step, d)
	}
	return 1
}

// remember keeps the step to the next point in the history, in place of the
// oldest one, if the function curves upwards along it beyond what rounding could
// feign. It reports false if the point has not moved.
func (m *Minimizer) remember() bool {
	p := m.unused[len(m.unused)-1]
	kernels.Sub(p.step, m.nextX, m.x)
	kernels.Sub(p.change, m.nextG, m.g)
	p.product = kernels.Dot(p.step, p.change)
	if !(p.product > 0x1p-52*kernels.Dot(p.change, p.change)) {
		return largest(p.step) != 0
	}
	m.unused = m.unused[:len(m.unused)-1]
	if len(m.pairs) == m.options.History {
		m.unused = append(m.unused, m.pairs[0])
		m.pairs = append(m.pairs[:0], m.pairs[1:]...)
	}
	m.pairs = append(m.pairs, p)
	return true
}

// forget empties the history.
func (m *Minimizer) forget() {
	m.unused = append(m.unused, m.pairs...)
	m.pairs = m.pairs[:0]
}

// largest returns the largest magnitude in x, NaN if there is one.
func largest(x []float64) float64 {
	top := 0.0
	for _, v := range x {
		if a := math.Abs(v); !(a <= top) {
			top = a
			if a != a {
				break
			}
		}
	}
	return top
}
