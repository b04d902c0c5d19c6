package main

// sigmoid returns 1/(1+e^-x).
func (e quickExponential) sigmoid(at address, doubt row) row {
	x := e.negated(at)
	power, l := e.splitWithin(x, doubt)
	high, low, residue := e.logistic(x, power, l)
	e.Mul(low, high, residue)
	e.Free(residue)
	return e.round(high, low, doubt)
}

// negated returns -x, but not 0.
func (e quickExponential) negated(at address) row {
	x := e.load(at)
	e.Comment("2^-50 makes no difference, but keeps -x away from 0.")
	e.Sub(x, e.constant("two50", 0x1p-50), x)
	return x
}

// logistic returns q = 1/d, rounded, where d is about 1 + e^x, a row for anything, and
// the residue, with which 1/(1+e^x) = q + q*residue. It uses what split made of x up.
//
// With r = 1 - q*(1+e^x), the residue is r + r^2. The next term, r^3, is below 2^-48.
func (e quickExponential) logistic(h, power, l row) (q, free, residue row) {
	w, v := e.series(h)
	vectors := len(h.ids)

	high, d, rest := row{"high", h.ids}, e.Row("d", vectors), e.Row("rest", vectors)
	addProduct := e.AddProduct
	if e.ofMinus {
		addProduct = e.SubProduct
	}
	e.Copy(high, power)
	addProduct(high, power, w)
	one := e.constant("one", 1)
	e.Add(d, one, high)
	e.Comment("rest = (1 - d) + power + power*w + power*v + high*l; the first sums are exact.")
	e.Sub(rest, one, d)
	e.Add(rest, rest, power)
	addProduct(rest, power, w)
	addProduct(rest, power, v)
	e.AddProduct(rest, high, l)
	e.Free(power, w, v, high)

	q, residue = e.Row("q", vectors), row{"r", l.ids}
	e.SetConstant(residue, "one", 1)
	e.Div(q, residue, d)
	e.SubProduct(residue, q, d)
	e.SubProduct(residue, q, rest)
	e.AddProduct(residue, residue, residue)
	e.Free(d)
	return q, row{"low", rest.ids}, residue
}

// quickSiluLeast bounds |x| so that half of it is a normal number, and the rounding
// error of a product, too; and 2^64 times as much so that power is in range.
const quickSiluLeast = 0x1p-60

// silu returns x/(1+e^-x).
func (e quickExponential) silu(at address, doubt row) row {
	e.ofMinus = true
	x := e.load(at)
	power, l := e.split(x)
	q, high, residue := e.logistic(x, power, l)
	low := e.load(at)
	e.Mul(high, low, q)
	e.Comment("low = x*q - high + high*residue.")
	e.MulSub(low, q, high)
	e.AddProduct(low, high, residue)
	e.Free(q, residue)
	return e.round(high, low, doubt)
}
