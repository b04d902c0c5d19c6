package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	physical "github.com/mmcloughlin/avo/reg"
)

// extensions are the instruction-set extensions of each tier, by the suffix of
// its functions. SSE is in none: mixing its instructions with AVX costs dearly.
var extensions = map[string][]string{
	"AVX2":   {"AVX", "AVX2", "FMA3", "F16C", "MMX+"}, // that is PREFETCHT0
	"AVX512": {"AVX", "AVX2", "FMA3", "F16C", "MMX+", "AVX512F", "AVX512VL", "AVX512DQ", "AVX512BW"},
}

// checks are those of the functions of each architecture.
var checks = map[arch]func(fn *ir.Function) error{amd64: checkAVX, arm64: checkNEON}

// TestInstructions checks every function that is generated.
func TestInstructions(t *testing.T) {
	for _, f := range families {
		_, compiled, err := f.compile()
		if err != nil {
			t.Fatal(err)
		}
		for _, fn := range compiled.Functions() {
			if err := checks[f.arch](fn); err != nil {
				t.Error(err)
			}
		}
	}
}

// checkAVX reports what a processor of the function's tier could not
// execute, and what the Go runtime would not bear.
func checkAVX(fn *ir.Function) error {
	suffix := ""
	for s := range extensions {
		if strings.HasSuffix(fn.Name, s) {
			suffix = s
		}
	}
	if suffix == "" {
		return fmt.Errorf("%s: the name ends in no tier", fn.Name)
	}
	var errs []error
	report := func(i *ir.Instruction, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %s: %s", fn.Name, written(i), fmt.Sprintf(format, args...)))
	}
	instructions := fn.Instructions()
	for n, i := range instructions {
		for _, isa := range i.ISA {
			if !slices.Contains(extensions[suffix], isa) {
				report(i, "%s is not part of %s", isa, suffix)
			}
		}
		for _, r := range i.Registers() {
			if complaint := checkRegister(r, suffix); complaint != "" {
				report(i, "%s", complaint)
			}
		}
		if i.Opcode == "RET" && (n == 0 || instructions[n-1].Opcode != "VZEROUPPER") {
			report(i, "no VZEROUPPER before it")
		}
	}
	if last := instructions[len(instructions)-1]; last.Opcode != "RET" {
		report(last, "the function ends without RET")
	}
	return errors.Join(errs...)
}

// checkRegister says what is wrong with the use of a register, if anything.
func checkRegister(r physical.Register, suffix string) string {
	p := physical.ToPhysical(r)
	if p == nil {
		return "virtual register " + r.Asm()
	}
	switch p.Kind() {
	case physical.KindGP:
		if p.Info()&physical.BasePointer != 0 {
			return "BP belongs to profilers, which unwind the stack by it"
		}
		if p.PhysicalIndex() == physical.R15.PhysicalIndex() {
			return "R15 belongs to position-independent code"
		}
	case physical.KindVector:
		if suffix == "AVX2" && (p.PhysicalIndex() > 15 || p.Size() > 32) {
			return p.Asm() + " is not a register of AVX2"
		}
	case physical.KindOpmask:
		if suffix == "AVX2" {
			return p.Asm() + " is not a register of AVX2"
		}
	}
	return ""
}

// written returns an instruction as it stands in the assembly.
func written(i *ir.Instruction) string {
	var operands []string
	for _, op := range i.Operands {
		operands = append(operands, op.Asm())
	}
	return strings.TrimSpace(i.OpcodeWithSuffixes() + " " + strings.Join(operands, ", "))
}

// TestInstructionsReports shows that the check above can fail, for each thing
// that it looks at.
func TestInstructionsReports(t *testing.T) {
	finish := func(c *build.Context) {
		c.VZEROUPPER()
		c.RET()
	}
	at := operand.Mem{Base: physical.RSI}
	for _, c := range []struct {
		name string
		body func(c *build.Context)
		want string // part of the report; "" for none
	}{
		{"fineAVX2", finish, ""},
		{"fineAVX512", func(c *build.Context) {
			c.VADDPS(physical.Z1, physical.Z2, physical.K1, physical.Z31)
			finish(c)
		}, ""},
		{"plain", finish, "the name ends in no tier"},
		{"zmmAVX2", func(c *build.Context) {
			c.VADDPS(physical.Z1, physical.Z2, physical.Z3)
			finish(c)
		}, "AVX512F is not part of AVX2"},
		{"highAVX2", func(c *build.Context) {
			c.VADDPS(physical.Y1, physical.Y2, physical.Y16)
			finish(c)
		}, "Y16 is not a register of AVX2"},
		{"opmaskAVX2", func(c *build.Context) {
			c.KMOVW(physical.K1, physical.K2)
			finish(c)
		}, "K1 is not a register of AVX2"},
		{"vbmiAVX512", func(c *build.Context) {
			c.VPERMB(physical.Z1, physical.Z2, physical.Z3)
			finish(c)
		}, "AVX512VBMI is not part of AVX512"},
		{"bmi2AVX2", func(c *build.Context) {
			c.SHLXQ(physical.RAX, physical.RBX, physical.RDX)
			finish(c)
		}, "BMI2 is not part of AVX2"},
		{"sseAVX2", func(c *build.Context) {
			c.MOVSS(at, physical.X0)
			finish(c)
		}, "SSE is not part of AVX2"},
		{"framePointerAVX2", func(c *build.Context) {
			c.MOVQ(physical.RBP, physical.RAX)
			finish(c)
		}, "BP belongs to profilers"},
		{"frameAddressAVX512", func(c *build.Context) {
			c.VMOVUPS(operand.Mem{Base: physical.RSI, Index: physical.RBP, Scale: 1}, physical.Z0)
			finish(c)
		}, "BP belongs to profilers"},
		{"globalOffsetsAVX2", func(c *build.Context) {
			c.MOVQ(physical.R15, physical.RAX)
			finish(c)
		}, "R15 belongs"},
		{"dirtyAVX2", func(c *build.Context) {
			c.VZEROUPPER()
			c.VADDPS(physical.Y1, physical.Y2, physical.Y3)
			c.RET()
		}, "no VZEROUPPER before it"},
		{"endlessAVX2", func(c *build.Context) {
			finish(c)
			c.VZEROUPPER()
		}, "ends without RET"},
	} {
		context := build.NewContext()
		context.Function(c.name)
		c.body(context)
		f, err := context.Result()
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		err = checkAVX(f.Functions()[0])
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

// TestPool: a kernel that needs too many registers does not get one that its
// tier lacks, and one that gives back what it does not hold is told.
func TestPool(t *testing.T) {
	for i, m := range slices.Concat(newFile(amd64).machines(float32s), newFile(arm64).machines(float32s)) {
		m.Function("f", "()", "is a test.")
		registers := []int{16, 32, 32}[i] // of AVX2, AVX-512, NEON
		all := m.Row("all", registers)
		if !panics(func() { m.Row("more", 1) }) {
			t.Errorf("machine %d has more than %d vector registers", i, registers)
		}
		m.Free(all)
		if !panics(func() { m.Free(all) }) {
			t.Errorf("machine %d: a row was freed twice", i)
		}
	}
}

func panics(f func()) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	f()
	return false
}
