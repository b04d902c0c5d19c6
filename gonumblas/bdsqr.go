package gonumblas

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/lockstep-ml/lockstep/internal/parallel"
)

// A bidiagonal is an upper bidiagonal matrix that is on its way to become diagonal, by
// LAPACK's dbdsqr: implicit QR iterations, without shift where a shift would cost small
// singular values their accuracy. (Demmel and Kahan, "Accurate singular values of bidiagonal
// matrices", 1990.)
type bidiagonal struct {
	block                    // turned, it is the transpose of an upper bidiagonal matrix
	threshold        float64 // up to which an element of e is 0
	sweptLo, sweptHi int     // the block of the last sweep
}

const (
	epsilon  = 0x1p-53
	smallest = 0x1p-1022 // the smallest normal number
	// tolerance is the relative error of singular values that stops the iteration. LAPACK's
	// is three times as large; convergence is so fast in the end that this takes no longer.
	tolerance = 32 * epsilon
	// maxIterations times the square of the order is the number of rotations after which to
	// give up.
	maxIterations = 6
)

// diagonalize reduces the matrix to a diagonal one, whose elements it leaves in d in any
// order and of any sign, and reports whether it converged. It applies the rotations to the
// columns of left, and to the rows of right.
func diagonalize(team *parallel.Team, d, e []float64, left, right blas64.General) bool {
	n := len(d)
	b := bidiagonal{block: block{d: d, e: e[:n-1], sweeps: newSweeps(team, n, left, right)}}
	b.threshold = max(tolerance*b.leastValue(), maxIterations*float64(n)*float64(n)*smallest)
	rotations := 0
	for end := n; end > 1; {
		if rotations > maxIterations*n*n {
			return false
		}
		largest := b.findBlock(end)
		switch end - b.lo {
		case 1:
			end--
		case 2:
			b.finishPair()
			end -= 2
		default:
			b.turn()
			if least, ok := b.leastUncoupled(); ok {
				b.sweep(b.shift(least, largest))
				rotations += end - b.lo + 1
			}
		}
	}
	b.sweeps.apply()
	return true
}

// leastValue returns a lower bound of the singular values, about.
func (b *bidiagonal) leastValue() float64 {
	mu := math.Abs(b.d[0])
	least := mu
	for i, e := range b.e {
		if least == 0 {
			break
		}
		mu = float64(math.Abs(b.d[i+1]) * (mu / (mu + math.Abs(e))))
		least = min(least, mu)
	}
	return least / math.Sqrt(float64(len(b.d)))
}

// findBlock takes to work the last block of d[:end] that no zero of e divides, and returns
// its largest element.
func (b *bidiagonal) findBlock(end int) (largest float64) {
	b.lo, b.hi = 0, end
	largest = math.Abs(b.d[end-1])
	for i := end - 2; i >= 0; i-- {
		e := math.Abs(b.e[i])
		if e <= b.threshold {
			b.e[i] = 0
			b.lo = i + 1
			break
		}
		largest = max(largest, math.Abs(b.d[i]), e)
	}
	return largest
}

// finishPair makes a block of two rows diagonal.
func (b *bidiagonal) finishPair() {
	var left, right rotation
	first, second, e := &b.d[b.lo], &b.d[b.lo+1], &b.e[b.lo]
	*second, *first, right.s, right.c, left.s, left.c = b.Dlasv2(*first, *e, *second)
	*e = 0
	b.turnPair(0, left, right)
}

// turn turns the block if it is a new one and its smaller end comes first: sweeps run towards
// the smaller values.
func (b *bidiagonal) turn() {
	if b.lo >= b.sweptHi || b.hi <= b.sweptLo {
		b.turned = math.Abs(b.d[b.lo]) < math.Abs(b.d[b.hi-1])
	}
}

// leastUncoupled looks for elements above the diagonal that are negligible. If there is
// none it returns a lower bound of the block's singular values, about.
func (b *bidiagonal) leastUncoupled() (least float64, ok bool) {
	last := b.hi - b.lo - 1
	if e := b.beside(last - 1); math.Abs(*e) <= tolerance*math.Abs(*b.diagonal(last)) {
		*e = 0
		return 0, false
	}
	mu := math.Abs(*b.diagonal(0))
	least = mu
	for i := range last {
		e := b.beside(i)
		if math.Abs(*e) <= tolerance*mu {
			*e = 0
			return 0, false
		}
		mu = float64(math.Abs(*b.diagonal(i + 1)) * (mu / (mu + math.Abs(*e))))
		least = min(least, mu)
	}
	return least, true
}

// shift returns the shift of the next sweep: 0 where another one would spoil the relative
// accuracy of the least singular value, or would change little.
func (b *bidiagonal) shift(least, largest float64) float64 {
	n, last := float64(len(b.d)), b.hi-b.lo-1
	if n*tolerance*(least/largest) <= max(epsilon, 0.01*tolerance) {
		return 0
	}
	shift, _ := b.Dlas2(*b.diagonal(last - 1), *b.beside(last - 1), *b.diagonal(last))
	if first := math.Abs(*b.diagonal(0)); first > 0 && (shift/first)*(shift/first) < epsilon {
		return 0
	}
	return shift
}

// sweep chases a bulge along the block.
func (b *bidiagonal) sweep(shift float64) {
	b.sweptLo, b.sweptHi = b.lo, b.hi
	s := b.newSweep(0, b.hi-b.lo-1)
	first, second := s.right, s.left
	if b.turned {
		first, second = second, first
	}
	last := b.hi - b.lo - 1
	if shift == 0 {
		b.sweepUnshifted(first, second)
	} else {
		b.sweepShifted(shift, first, second)
	}
	if e := b.beside(last - 1); math.Abs(*e) <= b.threshold {
		*e = 0
	}
}

func (b *bidiagonal) sweepUnshifted(first, second []rotation) {
	last := len(first)
	x, y := rotation{c: 1}, rotation{c: 1}
	for i := range last {
		var r float64
		d, next := b.diagonal(i), *b.diagonal(i + 1)
		x.c, x.s, r = b.Dlartg(*d*x.c, *b.beside(i))
		if i > 0 {
			*b.beside(i - 1) = y.s * r
		}
		y.c, y.s, *d = b.Dlartg(y.c*r, next*x.s)
		first[i], second[i] = x, y
	}
	h := *b.diagonal(last) * x.c
	*b.diagonal(last) = h * y.c
	*b.beside(last - 1) = h * y.s
}

func (b *bidiagonal) sweepShifted(shift float64, first, second []rotation) {
	last := len(first)
	d := *b.diagonal(0)
	f := (math.Abs(d) - shift) * (math.Copysign(1, d) + shift/d)
	g := *b.beside(0)
	for i := range last {
		var x, y rotation
		var r float64
		d, e, next := b.diagonal(i), b.beside(i), b.diagonal(i+1)
		x.c, x.s, r = b.Dlartg(f, g)
		if i > 0 {
			*b.beside(i - 1) = r
		}
		f, *e = float64(x.c**d)+float64(x.s**e), float64(x.c**e)-float64(x.s**d)
		g = x.s * *next
		*next *= x.c
		y.c, y.s, *d = b.Dlartg(f, g)
		f, *next = float64(y.c**e)+float64(y.s**next), float64(y.c**next)-float64(y.s**e)
		if i < last-1 {
			after := b.beside(i + 1)
			g = y.s * *after
			*after *= y.c
		}
		first[i], second[i] = x, y
	}
	*b.beside(last - 1) = f
}
