package main

// sigmoid returns 1/(1+e^-x).
func (e quickExponential) sigmoid(at address, doubt row) row {
	high, low, residue := e.reciprocal(e.load(at))
	e.Mul(low, high, residue)
	e.Free(residue)
	return e.round(high, low, doubt)
}

// reciprocal returns q = 1/d, rounded, where d = 1 + e^-x, a row for anything, and
// the residue, with which 1/d = q + q*residue. It uses x up.
//
// With r = 1 - q*d, the residue is r + r^2. The next term, r^3, is below 2^-48.
func (e quickExponential) reciprocal(x row) (q, free, residue row) {
	e.Comment("2^-50 makes no difference, but keeps -x away from 0.")
	e.Sub(x, e.constant("two50", 0x1p-50), x)
	power, low := e.sum(x)
	power.name = "power"
	vectors := len(x.ids)

	e.Comment("d = 1 + power, rounded, and rest = what that leaves out.")
	larger, d := e.Row("larger", vectors), e.Row("d", vectors)
	one := e.constant("one", 1)
	e.Max(larger, one, power)
	smaller := row{"smaller", power.ids}
	e.Min(smaller, one, power)
	e.Add(d, larger, smaller)
	e.Sub(larger, d, larger)
	e.Sub(smaller, smaller, larger)
	rest := row{"rest", low.ids}
	e.Add(rest, smaller, low)

	q, residue = row{"q", larger.ids}, row{"r", smaller.ids}
	e.SetConstant(residue, "one", 1)
	e.Div(q, residue, d)
	e.SubProduct(residue, q, d)
	e.SubProduct(residue, q, rest)
	e.AddProduct(residue, residue, residue)
	e.Free(d)
	return q, row{"low", rest.ids}, residue
}

// quickSiluLeast bounds |x| so that half of it is a normal number, and the rounding
// error of a product, too.
const quickSiluLeast = 0x1p-100

// silu returns x/(1+e^-x).
func (e quickExponential) silu(at address, doubt row) row {
	q, high, residue := e.reciprocal(e.load(at))
	low := e.load(at)
	e.Mul(high, low, q)
	e.Comment("low = x*q - high + high*residue.")
	e.MulSub(low, q, high)
	e.AddProduct(low, high, residue)
	e.Free(q, residue)
	return e.round(high, low, doubt)
}
