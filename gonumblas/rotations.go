package gonumblas

import (
	"slices"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// A rotation turns a pair of rows, (x, y) to (c*x + s*y, c*y - s*x).
type rotation struct{ c, s float64 }

// turn turns two rows of the same length.
func (r rotation) turn(x, y []float64) {
	y = y[:len(x)]
	for i, v := range x {
		x[i] = float64(r.c*v) + float64(r.s*y[i])
		y[i] = float64(r.c*y[i]) - float64(r.s*v)
	}
}

// A sweep is a chain of rotations: of rows start and start+1, then of rows start+1 and
// start+2, and so on.
type sweep struct {
	start       int
	left, right []rotation // of the columns of one matrix, of the rows of the other
}

func (s *sweep) end() int { return s.start + len(s.left) }

// sweeps collects sweeps for the columns of one matrix and the rows of another, of which
// either may be empty, so that not each of them has to pass through memory. Some adjacent
// rotations of each sweep make a small orthogonal matrix, a window, which is multiplied by its
// part of the large matrices. (Lang, "Using level 3 BLAS in rotation-based algorithms", 1998.)
type sweeps struct {
	team  *parallel.Team
	order int // columns of left, rows of right
	left  blas64.General
	right blas64.General

	backward  bool // rows and columns are counted from the last one
	pending   []sweep
	rotations []rotation // of the pending sweeps, two for each row

	windows  []window
	elements []float64 // of the windows' matrices
}

// maxSweeps sweeps are collected, and as many rotations of each make a window: its product
// takes a third more operations than the rotations one by one.
const maxSweeps = 32

func newSweeps(team *parallel.Team, order int, left, right blas64.General) *sweeps {
	return &sweeps{
		team: team, order: order, left: left, right: right,
		pending:   make([]sweep, 0, maxSweeps),
		rotations: make([]rotation, 2*order*maxSweeps),
	}
}

// add returns a new sweep of the given length, whose rotations the caller sets.
func (s *sweeps) add(backward bool, start, length int) sweep {
	if len(s.pending) == maxSweeps || len(s.pending) > 0 && s.backward != backward {
		s.apply()
	}
	s.backward = backward
	space := s.rotations[2*s.order*len(s.pending):][:2*length]
	next := sweep{start, space[:length], space[length:]}
	s.pending = append(s.pending, next)
	return next
}

// apply applies what has been collected to both matrices.
func (s *sweeps) apply() {
	s.cut()
	share(s.team, len(s.windows), func(lo, hi int) {
		for i := range s.windows[lo:hi] {
			s.accumulate(&s.windows[lo+i])
		}
	})
	lefts, rights := parts(s.left.Rows), parts(s.right.Cols)
	share(s.team, lefts+rights, func(lo, hi int) {
		buffer := make([]float64, 2*maxSweeps*part)
		for i := lo; i < hi; i++ {
			if i < lefts {
				s.turnColumns(i*part, min((i+1)*part, s.left.Rows), buffer)
			} else {
				s.turnRows((i-lefts)*part, min((i-lefts+1)*part, s.right.Cols), buffer)
			}
		}
	})
	s.pending = s.pending[:0]
}

// A part is the number of rows of left, or of columns of right, that stay in the cache
// while all windows are multiplied by them.
const part = 128

// parts returns the number of parts, the last of which may be smaller.
func parts(n int) int { return (n + part - 1) / part }

// A window is the product of some rotations: of sweep t those that begin at rows from-t to
// to-t, the latter excluded. It touches order rows, beginning with first.
type window struct {
	from, to     int
	first, order int
	left, right  []float64 // orthogonal matrices
}

// rotations returns at which rows the rotations of sweep number t begin that belong to the
// window.
func (w *window) rotations(t int, s *sweep) (from, to int) {
	return max(w.from-t, s.start), min(w.to-t, s.end())
}

// cut divides the rotations among windows, which may be applied one after the other: a
// rotation needs those before it in its sweep, and in the sweep before that those up to the
// one of the next row.
func (s *sweeps) cut() {
	lowest, highest := s.order, 0
	for t := range s.pending {
		lowest, highest = min(lowest, s.pending[t].start+t), max(highest, s.pending[t].end()+t)
	}
	s.windows = s.windows[:0]
	size := 0
	for from := lowest; from < highest; from += maxSweeps {
		w := window{from: from, to: min(from+maxSweeps, highest)}
		first, last := s.order, 0
		for t := range s.pending {
			if lo, hi := w.rotations(t, &s.pending[t]); lo < hi {
				first, last = min(first, lo), max(last, hi)
			}
		}
		if first < last {
			w.first, w.order = first, last-first+1
			s.windows = append(s.windows, w)
			size += 2 * w.order * w.order
		}
	}
	s.elements = slices.Grow(s.elements[:0], size)[:size]
	elements := s.elements
	for i := range s.windows {
		w := &s.windows[i]
		n := w.order * w.order
		w.left, w.right, elements = elements[:n:n], elements[n:2*n:2*n], elements[2*n:]
	}
}

// accumulate computes the matrices of a window.
func (s *sweeps) accumulate(w *window) {
	if s.left.Rows > 0 {
		s.product(w, w.left, func(t int) []rotation { return s.pending[t].left })
	}
	if s.right.Cols > 0 {
		s.product(w, w.right, func(t int) []rotation { return s.pending[t].right })
	}
	if s.backward {
		w.first = s.order - w.first - w.order
	}
}

// product sets a matrix to the product of a window's rotations.
func (s *sweeps) product(w *window, matrix []float64, rotations func(t int) []rotation) {
	n := w.order
	clear(matrix)
	for i := range n {
		matrix[i*n+i] = 1
	}
	for t := range s.pending {
		start, turns := s.pending[t].start, rotations(t)
		from, to := w.rotations(t, &s.pending[t])
		for i := from; i < to; i++ {
			// Beyond these columns both rows are still 0.
			lo, hi := max(w.from-t-w.first, 0), min(i+t+2-w.first, n)
			x := (i - w.first) * n
			turns[i-start].turn(matrix[x+lo:x+hi], matrix[x+n+lo:x+n+hi])
		}
	}
	if s.backward {
		slices.Reverse(matrix) // rows and columns
	}
}

// turnRows multiplies the windows' matrices by the columns lo to hi of right.
func (s *sweeps) turnRows(lo, hi int, buffer []float64) {
	cols, ld := hi-lo, s.right.Stride
	for i := range s.windows {
		w := &s.windows[i]
		rows := s.right.Data[w.first*ld+lo:]
		for j := range w.order {
			copy(buffer[j*cols:(j+1)*cols], rows[j*ld:])
		}
		kernels.Gemm(false, false, w.order, cols, w.order, 1, w.right, w.order, buffer, cols, 0, rows, ld)
	}
}

// turnColumns multiplies the rows lo to hi of left by the windows' matrices, transposed.
func (s *sweeps) turnColumns(lo, hi int, buffer []float64) {
	ld := s.left.Stride
	for i := range s.windows {
		w := &s.windows[i]
		rows := s.left.Data[lo*ld+w.first:]
		for j := range hi - lo {
			copy(buffer[j*w.order:(j+1)*w.order], rows[j*ld:])
		}
		kernels.Gemm(false, true, hi-lo, w.order, w.order, 1, buffer, w.order, w.left, w.order, 0, rows, ld)
	}
}
