// Command gen writes the assembly of package kernels and its Go declarations:
// the files kernels/z*.s and kernels/z*.go. Run it as
//
//	go generate ./gen
//
// from the root of the module. A kernel is a Go function, one family per file,
// written against a machine; the machine's tier (AVX2, AVX-512, NEON) and
// element type (float32, float64) are values, so there is no copy per tier or
// type.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/ir"
)

//go:generate go run .

// A family is a group of kernels that share a file, for one architecture.
type family struct {
	name string
	arch arch
	emit func(f *file)
}

func (f family) String() string { return f.name + "_" + string(f.arch) }

var families = []family{
	{"dot", amd64, dotFamily},
	{"dot", arm64, dotFamily},
	{"gemm", amd64, gemmFamily},
	{"gemm", arm64, gemmFamily},
	{"pack", amd64, packFamily},
	{"pack", arm64, packFamily},
	{"exp", amd64, expFamily},
	{"exp", arm64, expFamily},
	{"expm1", amd64, expm1Family},
	{"expm1", arm64, expm1Family},
	{"log", amd64, logFamily},
	{"log", arm64, logFamily},
	{"gate", amd64, gateFamily},
	{"gate", arm64, gateFamily},
	{"elementwise", amd64, elementwiseFamily},
	{"elementwise", arm64, elementwiseFamily},
	{"convert", amd64, convertFamily},
	{"convert", arm64, convertFamily},
	{"activation", amd64, activationFamily},
	{"activation", arm64, activationFamily},
	{"extreme", amd64, extremeFamily},
	{"extreme", arm64, extremeFamily},
	{"norm", amd64, normFamily},
	{"norm", arm64, normFamily},
	{"normalise", amd64, normaliseFamily},
	{"normalise", arm64, normaliseFamily},
	{"optimizer", amd64, optimizerFamily},
	{"optimizer", arm64, optimizerFamily},
	{"adaptive", amd64, adaptiveFamily},
	{"adaptive", arm64, adaptiveFamily},
	{"random", amd64, randomFamily},
	{"rows", amd64, rowsFamily},
	{"rows", arm64, rowsFamily},
	{"descend", amd64, descendFamily},
}

// output is a generated file.
type output struct {
	name string
	data []byte
}

const kernels = "../kernels"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	files, err := generate()
	if err != nil {
		return err
	}
	if err := removeStale(); err != nil {
		return err
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(kernels, f.name), f.data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// compile emits the functions of one family.
func (f family) compile() (*file, *ir.File, error) {
	out := newFile(f.arch)
	f.emit(out)
	compiled, err := out.compile()
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", f, err)
	}
	return out, compiled, nil
}

// generate returns all generated files.
func generate() ([]output, error) {
	var files []output
	var calls []call
	for _, f := range families {
		written, compiled, err := f.compile()
		if err != nil {
			return nil, err
		}
		calls = record(calls, written)
		assembly, stubs, err := render(compiled)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		files = append(files,
			output{fmt.Sprintf("z%s.s", f), assembly},
			output{fmt.Sprintf("z%s.go", f), stubs})
	}
	dispatch, err := dispatches(calls)
	return append(files, dispatch...), err
}

// removeStale deletes every generated file, so that nothing survives its
// generator.
func removeStale() error {
	old, err := generatedFiles()
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return err
}

// generatedFiles lists what package kernels has under the names of generated
// files.
func generatedFiles() ([]string, error) {
	return filepath.Glob(filepath.Join(kernels, "z*"))
}
