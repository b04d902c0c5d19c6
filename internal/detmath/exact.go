package detmath

// Error-free transformations: a rounded sum or product together with its
// rounding error, which is again a float64.
//
// Source: T. J. Dekker, "A floating-point technique for extending the available
// precision", Numerische Mathematik 18 (1971); D. E. Knuth, The Art of Computer
// Programming, volume 2, section 4.2.2.

// twoSum returns s = a + b rounded and e with s + e = a + b exactly.
func twoSum(a, b float64) (s, e float64) {
	s = a + b
	t := s - a
	return s, (a - (s - t)) + (b - t)
}

// fastTwoSum is twoSum for |a| >= |b| or a = 0.
func fastTwoSum(a, b float64) (s, e float64) {
	s = a + b
	return s, b - (s - a)
}

// twoProduct returns p = a * b rounded and e with p + e = a * b exactly, unless
// an intermediate result leaves the normal range.
func twoProduct(a, b float64) (p, e float64) {
	p = float64(a * b)
	ah, al := split(a)
	bh, bl := split(b)
	e = float64(ah*bh) - p
	e += float64(ah * bl)
	e += float64(al * bh)
	e += float64(al * bl)
	return p, e
}

// split returns the upper and lower half of a's significand, 26 bits each.
func split(a float64) (hi, lo float64) {
	t := float64((1<<27 + 1) * a)
	hi = t - (t - a)
	return hi, a - hi
}

// A pair is the unevaluated sum hi + lo with |lo| <= ulp(hi)/2, about 106 bits.
type pair struct{ hi, lo float64 }

func (a pair) add(b pair) pair {
	s, e := twoSum(a.hi, b.hi)
	return newPair(s, e+(a.lo+b.lo))
}

func (a pair) mul(b pair) pair {
	p, e := twoProduct(a.hi, b.hi)
	return newPair(p, e+(float64(a.hi*b.lo)+float64(a.lo*b.hi)))
}

// newPair returns hi + lo as a pair, for |hi| >= |lo|.
func newPair(hi, lo float64) pair {
	s, e := fastTwoSum(hi, lo)
	return pair{s, e}
}

// reciprocal returns 1/n as a pair.
func reciprocal(n float64) pair {
	q := 1 / n
	p, e := twoProduct(q, n)
	return pair{q, ((1 - p) - e) / n}
}
