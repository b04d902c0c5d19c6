package gonumblas

import "gonum.org/v1/gonum/lapack/gonum"

// A block is the part d[lo:hi] of a bidiagonal or tridiagonal matrix that rotations are
// about to make diagonal. Turned, it is counted from its end.
type block struct {
	gonum.Implementation
	d, e   []float64 // the whole diagonal, and the one beside it
	lo, hi int
	turned bool
	sweeps *sweeps
}

// diagonal returns element i of the block's diagonal.
func (b *block) diagonal(i int) *float64 {
	if b.turned {
		return &b.d[b.hi-1-i]
	}
	return &b.d[b.lo+i]
}

// beside returns the element between elements i and i+1 of the diagonal.
func (b *block) beside(i int) *float64 {
	if b.turned {
		return &b.e[b.hi-2-i]
	}
	return &b.e[b.lo+i]
}

// newSweep returns a sweep over elements from to to of the block, to included.
func (b *block) newSweep(from, to int) sweep {
	start := b.lo + from
	if b.turned {
		start = len(b.d) - b.hi + from
	}
	return b.sweeps.add(b.turned, start, to-from)
}

// turnPair adds the rotations of elements from and from+1 of the block, in the order in which
// they lie in d.
func (b *block) turnPair(from int, left, right rotation) {
	if b.turned {
		left.s, right.s = -left.s, -right.s
	}
	s := b.newSweep(from, from+1)
	s.left[0], s.right[0] = left, right
}
