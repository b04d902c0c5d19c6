package main

import (
	"fmt"
	"slices"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

// An arch is a processor architecture, by its GOARCH.
type arch string

const (
	amd64 arch = "amd64"
	arm64 arch = "arm64"
)

// A file is an assembly file under construction, with the constants that its
// functions share.
type file struct {
	*build.Context
	arch      arch
	constants map[string]datum
	kernels   []call // that the dispatch has to know
}

// A datum is a constant in read-only memory.
type datum struct {
	operand.Mem
	value operand.Constant // nil of a table
	words []uint64         // of a table
}

func newFile(a arch) *file {
	f := &file{Context: build.NewContext(), arch: a, constants: map[string]datum{}}
	f.ConstraintExpr("!purego")
	return f
}

// constant returns the address of a constant, which it defines at its first
// use. The second type in which a file uses a constant is added to its name.
func (f *file) constant(name string, value operand.Constant) operand.Mem {
	d, ok := f.constants[name]
	if !ok {
		d = datum{Mem: f.ConstData(name, value), value: value}
		f.constants[name] = d
	}
	if d.value.Bytes() != value.Bytes() {
		return f.constant(fmt.Sprintf("%s%d", name, 8*value.Bytes()), value)
	}
	if d.value != value {
		panic(fmt.Sprintf("constant %s has two values: %s and %s", name, d.value.Asm(), value.Asm()))
	}
	return d.Mem
}

// onesThenZeros returns the address of a table of count all-ones and count zero
// elements of the given size in bytes.
func (f *file) onesThenZeros(count, size int) operand.Mem {
	const word = 8
	words := make([]uint64, 2*count*size/word)
	for i := range len(words) / 2 {
		words[i] = ^uint64(0)
	}
	return f.table(fmt.Sprintf("ones%dx%d", count, 8*size), words)
}

// table returns the address of a table, which it defines at its first use.
func (f *file) table(name string, words []uint64) operand.Mem {
	if d, ok := f.constants[name]; ok {
		if !slices.Equal(d.words, words) {
			panic(fmt.Sprintf("table %s has two values: %x and %x", name, d.words, words))
		}
		return d.Mem
	}
	f.constants[name] = datum{Mem: f.StaticGlobal(name), words: words}
	f.DataAttributes(attr.RODATA | attr.NOPTR)
	for i, w := range words {
		f.AddDatum(8*i, operand.U64(w))
	}
	return f.constants[name].Mem
}

// passes are what avo does to a file before it prints it. Most of it is about
// the registers of amd64.
var passes = map[arch]pass.Interface{
	amd64: pass.Compile,
	arm64: pass.Concat(pass.FunctionPass(pass.LabelTarget), pass.Func(pass.IncludeTextFlagHeader)),
}

// compile checks the file's instructions and its labels.
func (f *file) compile() (*ir.File, error) {
	compiled, err := f.Result()
	if err == nil {
		err = passes[f.arch].Execute(compiled)
	}
	return compiled, err
}

// render writes a compiled file as assembly and as the Go declarations of its
// functions.
func render(f *ir.File) (assembly, stubs []byte, err error) {
	config := printer.Config{Name: "gen", Pkg: "kernels"}
	if assembly, err = printer.NewGoAsm(config).Print(f); err != nil {
		return nil, nil, err
	}
	stubs, err = printer.NewStubs(config).Print(f)
	return assembly, stubs, err
}

// A tier makes machines of one instruction set.
type tier interface {
	machine(f *file, e element) mathMachine
}

// tiers are those of the file's architecture.
func (f *file) tiers() []tier {
	return map[arch][]tier{amd64: {avx2, avx512}, arm64: {neonTier{}}}[f.arch]
}

// machine returns a machine that emits into the file.
func (f *file) machine(t tier, e element) mathMachine { return t.machine(f, e) }

// avx is machine where what amd64 alone has is needed.
func (f *file) avx(t avxTier, e element) *avx { return &avx{avxTier: t, element: e, file: f} }

func (t avxTier) machine(f *file, e element) mathMachine { return f.avx(t, e) }

// machines returns a machine for each of the element types in every tier of the
// file's architecture.
func (f *file) machines(elements ...element) []machine {
	var all []machine
	for _, e := range elements {
		for _, t := range f.tiers() {
			all = append(all, f.machine(t, e))
		}
	}
	return all
}
