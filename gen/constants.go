package main

import "fmt"

// constants are a machine whose constants take turns in one register: the loads
// are as good as free, registers are not.
type constants struct {
	mathMachine
	shared row
}

func newConstants(m mathMachine) constants { return constants{m, m.Row("constant", 1)} }

// constant returns a number in all lanes, until the next one is asked for.
func (c constants) constant(name string, value float64) row {
	r := row{name, c.shared.ids}
	c.SetConstant(r, name, value)
	return r
}

// addend returns a number for the last operand of MulAdd, once.
func (c constants) addend(name string, value float64) row { return c.Addend(c.shared, name, value) }

// parameter returns a parameter in all lanes, until the next constant is asked for.
func (c constants) parameter(name string) row {
	r := row{name, c.shared.ids}
	c.SetParameter(r, name)
	return r
}

// bits returns a bit pattern in all lanes, until the next constant is asked for.
func (c constants) bits(name string, value uint64) row {
	r := row{name, c.shared.ids}
	c.SetBits(r, name, value)
	return r
}

func (c constants) signBit() row {
	r := row{"signBit", c.shared.ids}
	c.SetSignBit(r)
	return r
}

// zero returns 0 in all lanes, until the next constant is asked for.
func (c constants) zero() row {
	r := row{"0", c.shared.ids}
	c.Zero(r)
	return r
}

// polynomial returns c0 + c1*x + ... for the coefficients c, by Horner's rule.
func (c constants) polynomial(name string, coefficients []float64, x row) row {
	y := c.Row(name, len(x.ids))
	constant := func(i int) (string, float64) { return fmt.Sprintf("%s%d", name, i), coefficients[i] }
	last, value := constant(len(coefficients) - 1)
	c.SetConstant(y, last, value)
	for i := len(coefficients) - 2; i >= 0; i-- {
		c.MulAdd(y, x, c.addend(constant(i)))
	}
	return y
}
