package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mmcloughlin/avo/ir"
	"golang.org/x/arch/arm64/arm64asm"
)

// neonMnemonics are the instructions that kernels of NEON consist of, besides
// the words. All of them are in the first version of the architecture.
var neonMnemonics = []string{
	"ADD", "AND", "B", "BGE", "BLT", "CBNZ", "CBZ", "CMP", "LSL", "MOVBU", "MOVD", "MOVHU", "RET", "SUB", "TBZ",
	"FCVTSD", "FLDPQ", "FMOVD", "FMOVQ", "FMOVS", "FSTPQ", "PRFM", "VLD1", "VST1",
	"VADD", "VAND", "VBIF", "VBIT", "VBSL", "VDUP", "VEOR", "VEXT", "VFMLA", "VFMLS", "VMOV", "VMOVI", "VORR",
	"VSHL", "VSLI", "VTBL", "VUSHR", "VUXTL", "VZIP1", "VZIP2",
}

// ownedRegisters have a holder other than the function.
var ownedRegisters = map[string]string{
	"R18": "the platform",
	"R27": "the assembler",
	"R28": "the goroutine",
	"g":   "the goroutine",
	"R29": "the frame pointer",
	"R30": "the return address",
}

// checkNEON reports what a processor with NEON could not execute, words that are
// not what their comments say, and registers that are not the function's.
func checkNEON(fn *ir.Function) error {
	if !strings.HasSuffix(fn.Name, "NEON") {
		return fmt.Errorf("%s: the name ends in no tier of arm64", fn.Name)
	}
	var errs []error
	instructions := fn.Instructions()
	for _, i := range instructions {
		if err := checkNEONInstruction(fn, i); err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", fn.Name, written(i), err))
		}
	}
	if last := instructions[len(instructions)-1]; last.Opcode != "RET" {
		errs = append(errs, fmt.Errorf("%s: %s: the function ends without RET", fn.Name, written(last)))
	}
	return errors.Join(errs...)
}

var (
	armRegister = regexp.MustCompile(`\b(R\d+|RSP|g)\b`)
	onStack     = regexp.MustCompile(`^(\d+)\(RSP\)$`)
)

func checkNEONInstruction(fn *ir.Function, i *ir.Instruction) error {
	if i.Opcode == "WORD" {
		return checkWord(i.Operands[0].Asm())
	}
	if !slices.Contains(neonMnemonics, i.Opcode) {
		return fmt.Errorf("%s is not among the instructions of NEON kernels", i.Opcode)
	}
	for _, op := range i.Operands {
		asm := op.Asm()
		if m := onStack.FindStringSubmatch(asm); m != nil {
			// The return address is at 0(RSP).
			if offset, _ := strconv.Atoi(m[1]); offset < 8 || offset >= 8+fn.LocalSize {
				return fmt.Errorf("%s is outside the frame of %d bytes", asm, fn.LocalSize)
			}
			continue
		}
		for _, r := range armRegister.FindAllString(asm, -1) {
			if owner, ok := ownedRegisters[r]; ok {
				return fmt.Errorf("%s belongs to %s", r, owner)
			}
			if r == "RSP" {
				return errors.New("the stack pointer is for locals alone")
			}
		}
	}
	return nil
}

// checkWord decodes the operand of a WORD and compares it with its comment.
func checkWord(operand string) error {
	number, comment, _ := strings.Cut(operand, " // ")
	code, err := strconv.ParseUint(strings.TrimPrefix(number, "$"), 0, 32)
	if err != nil {
		return err
	}
	decoded, err := arm64asm.Decode(binary.LittleEndian.AppendUint32(nil, uint32(code)))
	if err != nil {
		return err
	}
	if is := arm64asm.GNUSyntax(decoded); is != comment {
		return fmt.Errorf("it is %q", is)
	}
	mnemonic, _, _ := strings.Cut(comment, " ")
	if !slices.ContainsFunc(words, func(w word) bool { return strings.HasPrefix(w.syntax, mnemonic+" ") }) {
		return fmt.Errorf("%s is not among the instructions of NEON kernels", mnemonic)
	}
	return nil
}

// TestWords checks each word with all registers.
func TestWords(t *testing.T) {
	for _, e := range []element{float32s, float64s} {
		m := newTestNEON(e)
		for _, w := range words {
			for r := range neonRegisters {
				second := []int{(r + 22) % neonRegisters}[:strings.Count(w.syntax, "M")]
				m.word(w, r, (r+11)%neonRegisters, second...)
			}
		}
		m.Return()
		if err := checkNEON(compileOne(t, m.file)); err != nil {
			t.Errorf("%s: %v", e.name, err)
		}
	}
}

// newTestNEON returns a machine that is emitting a function.
func newTestNEON(e element) *neon {
	m := &neon{element: e, file: newFile(arm64)}
	m.Function("f", "(n int)", "is a test.")
	return m
}

// compileOne returns the only function of a file.
func compileOne(t *testing.T, f *file) *ir.Function {
	t.Helper()
	compiled, err := f.compile()
	if err != nil {
		t.Fatal(err)
	}
	return compiled.Functions()[0]
}

// TestNEONReports shows that the check of NEON functions can fail, for each
// thing that it looks at.
func TestNEONReports(t *testing.T) {
	for _, c := range []struct {
		body func(m *neon)
		want string // part of the report; "" for none
	}{
		{func(m *neon) {}, ""},
		{func(m *neon) { m.emit("WORD", text("$0x4e21d440 // fadd v0.4s, v2.4s, v1.4s")) }, ""},
		{func(m *neon) { m.emit("WORD", text("$0x4e21d440 // fadd v0.4s, v1.4s, v2.4s")) }, `it is "fadd v0.4s, v2.4s, v1.4s"`},
		{func(m *neon) { m.emit("WORD", text("$0x4e21d440")) }, `it is "fadd`},
		{func(m *neon) { m.emit("WORD", text("$0x4ea1cc40 // fmls v0.4s, v2.4s, v1.4s")) }, "fmls is not among"},
		{func(m *neon) { m.emit("WORD", text("$0xffffffff // fadd v0.4s, v2.4s, v1.4s")) }, "unknown instruction"},
		{func(m *neon) { m.emit("WORD", text("fadd")) }, "invalid syntax"},
		{func(m *neon) { m.emit("ZADD", text("Z1.S"), text("Z2.S"), text("Z3.S")) }, "ZADD is not among"},
		{func(m *neon) { m.emit("ADD", text("R18<<3"), text("R1")) }, "R18 belongs to the platform"},
		{func(m *neon) { m.emit("FMOVQ", text("16(R27)"), text("F0")) }, "R27 belongs to the assembler"},
		{func(m *neon) { m.emit("MOVD", text("g"), text("R0")) }, "g belongs to the goroutine"},
		{func(m *neon) { m.emit("FMOVS", text("(R1)(R29)"), text("F0")) }, "R29 belongs to the frame pointer"},
		{func(m *neon) { m.emit("MOVD", text("R30"), text("R0")) }, "R30 belongs to the return address"},
		{func(m *neon) { m.emit("SUB", text("$16"), text("RSP")) }, "the stack pointer is for locals"},
		{func(m *neon) { m.emit("FMOVQ", text("F0"), text("16(RSP)")) }, "outside the frame"},
		{func(m *neon) { m.Spill(m.Row("x", 2)) }, ""},
		{func(m *neon) { m.Load(m.Row("y", 3), m.Spill(m.Row("x", 2))) }, "48(RSP) is outside the frame"},
	} {
		m := newTestNEON(float32s)
		c.body(m)
		m.Return()
		err := checkNEON(compileOne(t, m.file))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
	for _, c := range []struct{ name, want string }{
		{"fAVX2", "the name ends in no tier of arm64"},
		{"fNEON", "the function ends without RET"},
	} {
		fn := ir.NewFunction(c.name)
		fn.AddInstruction(&ir.Instruction{Opcode: "B"})
		if err := checkNEON(fn); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

// TestNEONRenames: x*a + b may be left in another register than x, but not where the
// code before it, run once more, or the code behind it would look for the old one.
func TestNEONRenames(t *testing.T) {
	for name, c := range map[string]struct {
		around func(m *neon, body func())
		want   bool
	}{
		"in a row":    {func(m *neon, body func()) { body() }, true},
		"in a loop":   {func(m *neon, body func()) { m.While("loop", m.Arg("n"), 1, body) }, false},
		"in a branch": {func(m *neon, body func()) { m.IfAny(m.Row("y", 1), less, m.Row("z", 1), body) }, false},
	} {
		m := newTestNEON(float64s)
		x, a, b := m.Row("x", 2), m.Row("a", 1), m.Row("b", 1)
		before := slices.Clone(x.ids)
		c.around(m, func() { m.MulAdd(x, a, b) })
		m.Return()
		if err := checkNEON(compileOne(t, m.file)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := !slices.Equal(x.ids, before); got != c.want {
			t.Errorf("%s: renamed is %t, want %t", name, got, c.want)
		}
	}
}

// TestNEONAddresses: what the assembler cannot express is refused here.
func TestNEONAddresses(t *testing.T) {
	m := newTestNEON(float32s)
	p, stride := m.newReg("p", 4), m.newReg("stride", 0)
	column := m.Column(p, stride, 2)
	if got, want := m.mem(column.at[1], 0), text("(R3)(R4)"); got != want {
		t.Errorf("an element of a column is at %s, want %s", got, want)
	}
	for name, address := range map[string]address{
		"index and offset":    column.at[1].plus(1),
		"elements of 8 bytes": m.At(m.newReg("q", 8), 0),
	} {
		if !panics(func() { m.mem(address, 0) }) {
			t.Errorf("%s: no complaint", name)
		}
	}
}
