package main

import "math"

// limitsOfLog is LimitsOfLog by comparisons, on a machine without an instruction for
// it.
func limitsOfLog(m mathMachine, y, x row) {
	constant := m.Row("constant", 1)
	m.SetSignBit(constant)
	magnitude := m.Row("|"+y.name+"|", len(y.ids))
	m.AndNot(magnitude, y, constant)
	m.SetConstant(constant, "fiveHundred", 500)
	m.IfAny(magnitude, notLess, constant, func() {
		zero := row{"0", magnitude.ids[:1]}
		m.Zero(zero)
		m.SetConstant(constant, "infinity", math.Inf(1))
		m.MoveWhere(y, x, x, notLess, constant)
		m.SetConstant(constant, "minusInfinity", math.Inf(-1))
		m.MoveWhere(y, constant, x, lessOrEqual, zero)
		m.SetConstant(constant, "nan", math.NaN())
		m.MoveWhere(y, constant, x, less, zero)
	})
	m.Free(magnitude, constant)
}
