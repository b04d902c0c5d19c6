package main

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

// bits returns a bit pattern in all lanes of float64, until the next constant is
// asked for.
func (c constants) bits(name string, value uint64) row {
	r := row{name, c.shared.ids}
	c.SetBits(r, name, value)
	return r
}

func (c constants) signBit() row { return c.bits("signBit", 1<<63) }

// zero returns 0 in all lanes, until the next constant is asked for.
func (c constants) zero() row {
	r := row{"0", c.shared.ids}
	c.Zero(r)
	return r
}
