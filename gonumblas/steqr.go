package gonumblas

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/lockstep-ml/lockstep/internal/parallel"
)

// A tridiagonal is a symmetric tridiagonal matrix that is on its way to become diagonal, by
// the implicit QL or QR iteration of LAPACK's dsteqr.
type tridiagonal struct {
	block
	sweepsLeft int // after which to give up
}

// diagonalizeSymmetric reduces the matrix with the diagonal d, and e beside it, to a diagonal
// one, whose elements it leaves in d in any order, and reports whether it converged. It applies
// the rotations to the columns of vectors.
func diagonalizeSymmetric(team *parallel.Team, d, e []float64, vectors blas64.General) bool {
	const maxSweepsPerValue = 30
	n := len(d)
	t := tridiagonal{
		block:      block{d: d, e: e[:n-1], sweeps: newSweeps(team, n, vectors, blas64.General{})},
		sweepsLeft: maxSweepsPerValue * n,
	}
	for t.hi < n {
		t.findBlock(t.hi)
		if !t.diagonalizeBlock() {
			return false
		}
	}
	t.sweeps.apply()
	return true
}

// findBlock takes to work the block that begins at lo and ends where an element of e is
// negligible. The iteration begins at its end of smaller magnitude.
func (t *tridiagonal) findBlock(lo int) {
	t.lo, t.hi = lo, lo+1
	for ; t.hi < len(t.d); t.hi++ {
		e := &t.e[t.hi-1]
		if math.Abs(*e) <= math.Sqrt(math.Abs(t.d[t.hi-1]))*math.Sqrt(math.Abs(t.d[t.hi]))*epsilon {
			*e = 0
			break
		}
	}
	t.turned = math.Abs(t.d[lo]) <= math.Abs(t.d[t.hi-1])
}

// diagonalizeBlock finds the eigenvalues of the block, the last one first.
func (t *tridiagonal) diagonalizeBlock() bool {
	// Squares of what is tiny would underflow.
	const tiny, enlarge = 0x1p-405, 0x1p600
	largest := 0.0
	for i := t.lo; i < t.hi; i++ {
		largest = max(largest, math.Abs(t.d[i]))
	}
	for i := t.lo; i < t.hi-1; i++ {
		largest = max(largest, math.Abs(t.e[i]))
	}
	if largest < tiny {
		t.scale(enlarge)
		defer t.scale(1 / enlarge)
	}
	for last := t.hi - t.lo - 1; last > 0; {
		switch first := t.firstCoupled(last); last - first {
		case 0:
			last--
		case 1:
			t.finishPair(first)
			last -= 2
		default:
			if t.sweepsLeft == 0 {
				return false
			}
			t.sweepsLeft--
			t.sweep(first, last)
		}
	}
	return true
}

func (t *tridiagonal) scale(factor float64) {
	for i := t.lo; i < t.hi; i++ {
		t.d[i] *= factor
	}
	for i := t.lo; i < t.hi-1; i++ {
		t.e[i] *= factor
	}
}

// firstCoupled returns the first element of the diagonal that elements which are not negligible
// couple with the last one.
func (t *tridiagonal) firstCoupled(last int) int {
	for i := last; i > 0; i-- {
		e := math.Abs(*t.beside(i - 1))
		if e*e <= float64(epsilon*epsilon*math.Abs(*t.diagonal(i))*math.Abs(*t.diagonal(i - 1)))+smallest {
			*t.beside(i - 1) = 0
			return i
		}
	}
	return 0
}

// finishPair makes elements first and first+1 of the block diagonal.
func (t *tridiagonal) finishPair(first int) {
	x, y, e := t.diagonal(first), t.diagonal(first+1), t.beside(first)
	if t.turned {
		x, y = y, x
	}
	var turn rotation
	*x, *y, turn.c, turn.s = t.Dlaev2(*x, *e, *y)
	*e = 0
	t.turnPair(first, turn, rotation{})
}

// sweep chases a bulge from element first of the block to the last one, with Wilkinson's
// shift.
func (t *tridiagonal) sweep(first, last int) {
	s := t.newSweep(first, last)
	end, e := *t.diagonal(last), *t.beside(last - 1)
	g := (*t.diagonal(last - 1) - end) / (2 * e)
	g = *t.diagonal(first) - end + e/(g+math.Copysign(t.Dlapy2(g, 1), g))
	turn := rotation{c: 1, s: 1}
	p := 0.0
	for i := first; i < last; i++ {
		f, b := turn.s**t.beside(i), float64(turn.c**t.beside(i))
		var r float64
		turn.c, turn.s, r = t.Dlartg(g, f)
		if i > first {
			*t.beside(i - 1) = r
		}
		d := t.diagonal(i)
		g = *d - p
		r = float64((*t.diagonal(i + 1)-g)*turn.s) + float64(2*turn.c*b)
		p = float64(turn.s * r)
		*d = g + p
		g = float64(turn.c*r) - b
		s.left[i-first] = turn
	}
	*t.diagonal(last) -= p
	*t.beside(last - 1) = g
}
