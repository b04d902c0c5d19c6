package main

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/mmcloughlin/avo/operand"
)

// descendFamily has the kernels that compute a gradient, x^T dy, and take an
// optimizer's step with it at once. The gradient never reaches memory but for
// the tile at hand, and the optimizer's work is done by units that the product
// leaves idle: the step of one tile is spread over the product of the next. It
// needs the registers of AVX-512.
func descendFamily(f *file) {
	m := f.avx(avx512, float32s)
	descent{
		name: "descendSGD", scalars: "lr float32", doc: "w = w - lr*g",
		stages: func(m mathMachine) []stage {
			lr := m.Parameter("lr")
			return []stage{func(v stepped) {
				w, g := v.load("w"), v.load("g")
				m.Mul(g, lr, g)
				m.Sub(w, w, g)
				v.store("w", w)
				m.Free(g)
			}}
		},
	}.emit(m)
	descent{
		name: "descendMomentum", slots: []string{"v"}, scalars: "lr, mu float32",
		doc: "v = flush(mu*v + g), w = w - lr*v",
		stages: func(m mathMachine) []stage {
			step := momentumStep(m)
			return []stage{func(v stepped) {
				g := v.load("g")
				out := step([]row{v.load("w"), v.load("v"), g})
				v.store("v", out[0])
				v.store("w", out[1])
				m.Free(g)
			}}
		},
	}.emit(m)
	descent{
		name: "descendAdam", slots: []string{"m", "v"},
		scalars: "beta1, oneMinus1, beta2, oneMinus2, lr, epsilon float32",
		doc: `m = flush(beta1*m + oneMinus1*g), v = flush(beta2*v + oneMinus2*(g*g)),
		w = w - lr*m / (sqrt(v) + epsilon)`,
		// Root and quotient take their time. If the product waited behind
		// them the processor would run out of registers to rename.
		stages: func(m mathMachine) []stage {
			rule := newAdamRule(m)
			means, fraction, quotient := m.Row("mean", 2), m.Row("fraction", 2), m.Row("quotient", 1)
			first, second := means.slice(0, 1), means.slice(1, 2)
			numerator, root := fraction.slice(0, 1), fraction.slice(1, 2)
			return []stage{
				func(v stepped) {
					v.Load(first, v.at("m"))
					v.Load(second, v.at("v"))
					g := v.load("g")
					rule.means(first, second, g)
					m.Free(g)
					v.Store(v.at("m"), first)
					v.Store(v.at("v"), second)
					v.Prefetch(v.at("m").plus(32))
					v.Prefetch(v.at("v").plus(32))
				},
				func(v stepped) { rule.fraction(numerator, root, first, second) },
				func(v stepped) { rule.quotient(quotient, numerator, root) },
				func(v stepped) {
					w := v.load("w")
					v.Prefetch(v.at("w").plus(32))
					m.Sub(w, w, quotient)
					v.store("w", w)
				},
			}
		},
	}.emit(m)
}

// A descent is a kernel of this family.
type descent struct {
	name, doc string
	slots     []string // pointers to the optimizer's state
	scalars   string   // the optimizer's parameters
	// stages loads parameters and constants, and returns the parts of the
	// step. Between them the product goes on.
	stages func(m mathMachine) []stage
}

// A stage is part of the step on a vector. The first stage has the slots and
// the gradient g, the last one w. What goes from one stage to the next is in
// registers of its own: while a vector is in one stage, the one after it is in
// the stage before.
type stage func(v stepped)

// stepped is a vector that takes a step.
type stepped struct {
	*descentKernel
	offset int // from the row, in elements
}

// at is the address of the vector of w, of a slot, or of g.
func (v stepped) at(name string) address {
	switch name {
	case "w":
		return v.At(v.late, v.offset)
	case "g":
		return v.At(v.tile, v.offset)
	}
	a := v.At(v.w, v.offset)
	slot := v.slots[slices.IndexFunc(v.slots, func(r reg) bool { return r.name == name })]
	a.name, a.index, a.scale = name, slot, 1
	return a
}

func (v stepped) load(name string) row {
	r := v.Row(name, 1)
	v.Load(r, v.at(name))
	return r
}

func (v stepped) store(name string, r row) {
	v.Store(v.at(name), r)
	v.Free(r)
}

// The tile of the matrix product.
const (
	descentHeight  = 8
	descentWidth   = 2 // vectors
	descentVectors = descentHeight * descentWidth
)

// emit emits the kernel. In one turn of its loop
//
//	g += x^T dy           of one tile: what is left of k
//	g += x^T dy           of a part of k      } for each vector
//	stages of the step    on the tile before  } of a tile
//	tile = g              in memory
//
// The tiles follow each other along the panels of dy, then down the rows of w.
func (d descent) emit(m *avx) {
	pointers := ""
	for _, slot := range d.slots {
		pointers += slot + " *float32, "
	}
	m.Function(d.name, "(rows, panels, k, part, rest int, x *float32, ldx int, dy, tile *float32, w *float32, ldw int, "+pointers+d.scalars+")",
		fmt.Sprintf(`takes a step on panels of 32 columns of w, with the gradient
		g = x^T dy of a batch of k = %d*part + rest rows: %s. rows is a multiple of 8;
		dy is packed in panels; the slots lie in memory as w does; tile has room for
		8 x 32 numbers: descent.separately.`, descentVectors, d.doc))
	e := descentKernel{avx: m, stages: d.stages(m)}
	e.x, e.ldx, e.dy = m.Arg("x"), m.Stride("ldx"), m.Arg("dy")
	e.tile, e.next, e.ldw = m.Arg("tile"), m.Arg("w"), m.Stride("ldw")
	m.Comment("The slots by their distances from w.")
	for _, name := range d.slots {
		slot := m.Arg(name)
		m.emit("SUBQ", m.g(e.next), m.g(slot))
		e.slots = append(e.slots, slot)
	}
	e.w = m.newReg("w", m.size)
	e.steps = m.newReg("steps", 0)
	e.late = m.newReg("w", m.size)
	e.left, e.rows = m.file.AllocLocal(8), m.file.AllocLocal(8)
	e.acc = make([]row, descentHeight)
	for i := range e.acc {
		e.acc[i] = m.Row(fmt.Sprintf("g%d", i), descentWidth)
	}
	e.copyCount("panels", e.left)

	m.Comment("The first tile.")
	e.zero()
	e.multiply("first", "k")
	e.store()
	e.move("First")
	m.Label("tile")
	m.emit("CMPQ", m.signature.argument("rows"), imm(0))
	m.emit("JEQ", operand.LabelRef("last"))
	e.zero()
	e.multiply("rest", "rest")
	e.descend("", true)
	e.store()
	e.move("Next")
	m.Goto("tile")

	m.Label("last")
	m.Comment("The step of the last tile.")
	e.descend("Last", false)
	m.Return()
}

// descentKernel is the state while a kernel is emitted.
type descentKernel struct {
	*avx
	stages []stage
	acc    []row
	x, ldx reg
	dy     reg
	tile   reg
	w      reg   // of the last tile
	next   reg   // w of the tile at hand
	slots  []reg // as distances from w
	ldw    reg
	steps  reg
	late   reg         // the same, for the last stage
	left   operand.Mem // panels in this row of tiles
	rows   operand.Mem // in this tile
}

func (e *descentKernel) copyCount(parameter string, to operand.Mem) {
	e.emit("MOVQ", e.signature.argument(parameter), scratch)
	e.emit("MOVQ", scratch, to)
}

func (e *descentKernel) zero() {
	for i := range e.acc {
		e.Zero(e.acc[i])
	}
}

// multiply adds the products of as many rows of x and dy as a parameter says.
func (e *descentKernel) multiply(label, count string) {
	e.emit("MOVQ", e.signature.argument(count), e.g(e.steps))
	e.While(label, e.steps, 1, func() {
		b := e.Row("dy", descentWidth)
		e.Load(b, e.At(e.dy, 0))
		for i := range e.acc {
			e.AddScaled(e.acc[i], e.At(e.x, i), b)
		}
		e.Free(b)
		e.Prefetch(e.At(e.x, descentHeight))
		e.Prefetch(e.below(e.x, 4))
		e.AdvanceBy(e.x, e.ldx, 1)
		e.Advance(e.dy, descentWidth*e.Lanes())
	})
}

// below is the address some rows further down in x. Each of them may be on a page of
// its own, and a large batch on more of them than the processor has at hand: one load
// is to wait for the page, not all of a row's.
func (e *descentKernel) below(x reg, rows int) address {
	at := e.At(x, 0)
	at.index, at.scale = e.ldx, rows
	return at
}

// store writes the gradient at hand into the tile.
func (e *descentKernel) store() {
	for i := range e.acc {
		e.Store(e.At(e.tile, i*descentWidth*e.Lanes()), e.acc[i])
	}
}

// descend takes the step with the gradient in the tile. Before each vector the
// product goes on, if there is one.
func (e *descentKernel) descend(label string, product bool) {
	turn := func(t int) {
		if product && t < descentVectors {
			e.multiply(fmt.Sprintf("part%d%s", t, label), "part")
		}
		for s := len(e.stages) - 1; s >= 0; s-- {
			if vector := t - s; 0 <= vector && vector < descentVectors {
				e.take(s, vector)
			}
		}
	}
	e.emit("MOVQ", e.g(e.w), e.g(e.late))
	t := 0
	for ; t < len(e.stages)-1 || t%descentWidth != 0; t++ {
		turn(t)
	}
	// All stages are at work: the turns repeat.
	e.emit("MOVQ", operand.U32((descentVectors-t)/descentWidth), e.rows)
	e.Label("row" + label)
	for i := range descentWidth {
		turn(t + i)
	}
	e.emit("DECQ", e.rows)
	e.emit("JNZ", operand.LabelRef("row"+label))
	for t = descentVectors; t < descentVectors+len(e.stages)-1; t++ {
		turn(t)
	}
	e.emit("SUBQ", imm(descentVectors*e.bytes), e.g(e.tile))
}

// take takes a vector through a stage, and goes to the next row after the last
// vector of one.
func (e *descentKernel) take(s, vector int) {
	i := vector % descentWidth
	e.stages[s](stepped{e, i * e.Lanes()})
	if i < descentWidth-1 {
		return
	}
	if s == 0 {
		e.AdvanceBy(e.w, e.ldw, 1)
		e.Advance(e.tile, descentWidth*e.Lanes())
	}
	if s == len(e.stages)-1 {
		e.AdvanceBy(e.late, e.ldw, 1)
	}
}

// move makes the tile at hand the last one, and goes to the next.
func (e *descentKernel) move(label string) {
	panel := descentWidth * e.bytes // a power of two
	e.Comment("To the next panel.")
	e.emit("MOVQ", e.g(e.next), e.g(e.w))
	e.Advance(e.next, descentWidth*e.Lanes())
	e.emit("DECQ", e.left)
	e.emit("JNZ", operand.LabelRef("panel"+label))
	e.Comment("Or down to the next rows.")
	e.copyCount("panels", e.left)
	e.emit("SHLQ", imm(bits.TrailingZeros(uint(panel))), scratch)
	e.emit("SUBQ", scratch, e.g(e.next))
	e.AdvanceBy(e.next, e.ldw, descentHeight)
	e.emit("MOVQ", e.signature.argument("dy"), e.g(e.dy))
	e.emit("ADDQ", imm(descentHeight*e.size), e.signature.argument("x"))
	e.emit("SUBQ", imm(descentHeight), e.signature.argument("rows"))
	e.Label("panel" + label)
	e.emit("MOVQ", e.signature.argument("x"), e.g(e.x))
}
