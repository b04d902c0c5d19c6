// Command gen writes the assembly of package kernels and its Go declarations:
// the files kernels/z*_amd64.s and kernels/z*_amd64.go. Run it as
//
//	go generate ./gen
//
// from the root of the module. A kernel is a Go function, one family per file,
// written against a machine; the machine's tier (AVX2, AVX-512) and element
// type (float32, float64) are values, so there is no copy per tier or type.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/ir"
)

//go:generate go run .

// A family is a group of kernels that share a file.
type family struct {
	name string
	emit func(f *file)
}

var families = []family{
	{"dot", dotFamily},
	{"gemm", gemmFamily},
	{"exp", expFamily},
	{"elementwise", elementwiseFamily},
	{"activation", activationFamily},
	{"rows", rowsFamily},
	{"optimizer", optimizerFamily},
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
func (f family) compile() (*ir.File, error) {
	out := newFile()
	f.emit(out)
	compiled, err := out.compile()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	return compiled, nil
}

// generate returns all generated files.
func generate() ([]output, error) {
	var files []output
	for _, f := range families {
		compiled, err := f.compile()
		if err != nil {
			return nil, err
		}
		assembly, stubs, err := render(compiled)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		files = append(files,
			output{"z" + f.name + "_amd64.s", assembly},
			output{"z" + f.name + "_amd64.go", stubs})
	}
	return files, nil
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
