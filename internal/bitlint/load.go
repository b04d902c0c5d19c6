package bitlint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// excluded names the folders whose code reaches no result: tools, programs and
// test helpers.
var excluded = []string{
	"gen", "cmd", "examples", "bench",
	"internal/accuracy", "internal/bitlint", "internal/guard", "internal/proptest", "internal/reference", "internal/report",
}

// A listedPackage is what the go command knows about a package.
type listedPackage struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
	Deps       []string
	Export     string // file with the compiled package's types
	Module     *struct {
		Path, Dir string
		Main      bool
	}
}

// included reports whether the guards look at a package.
func (p *listedPackage) included() bool {
	if p.Module == nil || !p.Module.Main || len(p.GoFiles) == 0 {
		return false
	}
	path := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, p.Module.Path), "/")
	for _, folder := range excluded {
		if path == folder || strings.HasPrefix(path, folder+"/") {
			return false
		}
	}
	return true
}

// goCommand runs the go command in a folder with additional environment and
// returns its two outputs.
func goCommand(dir string, env []string, args ...string) (stdout, stderr []byte, err error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return nil, nil, fmt.Errorf("%s %s: %w\n%s", strings.Join(env, " "), cmd, err, errs.Bytes())
	}
	return out.Bytes(), errs.Bytes(), nil
}

// list returns the packages of a go list command, dependencies first. Faults in
// packages (-e) are left to the type checker, which knows more about them.
func list(dir string, env []string, args ...string) ([]*listedPackage, error) {
	args = append([]string{"list", "-e", "-deps", "-json=ImportPath,Dir,GoFiles,Imports,Deps,Export,Module"}, args...)
	out, _, err := goCommand(dir, env, args...)
	if err != nil {
		return nil, err
	}
	var pkgs []*listedPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(listedPackage)
		switch err := decoder.Decode(p); {
		case errors.Is(err, io.EOF):
			return pkgs, nil
		case err != nil:
			return nil, err
		}
		pkgs = append(pkgs, p)
	}
}

// A loader parses and type-checks packages of the module. It takes the types of
// other packages as the compiler exported them for the host, which serves for
// every target: only bodies differ.
type loader struct {
	fset    *token.FileSet
	checked map[string]*types.Package
	others  types.Importer
}

// newLoader returns a loader that can import the given packages from outside the
// module and all they import.
func newLoader(dir string, imports []string) (*loader, error) {
	exports := map[string]string{}
	if len(imports) > 0 {
		pkgs, err := list(dir, nil, append([]string{"-export"}, imports...)...)
		if err != nil {
			return nil, err
		}
		for _, p := range pkgs {
			exports[p.ImportPath] = p.Export
		}
	}
	fset := token.NewFileSet()
	others := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("package %s is not among the dependencies", path)
		}
		return os.Open(exports[path])
	})
	return &loader{fset, map[string]*types.Package{}, others}, nil
}

func (l *loader) Import(path string) (*types.Package, error) {
	if p := l.checked[path]; p != nil {
		return p, nil
	}
	return l.others.Import(path)
}

// check type-checks a package, all of whose imports within the module have been
// checked before.
func (l *loader) check(path string, files []string) (*Package, error) {
	p := &Package{Fset: l.fset, Info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{},
		Defs:  map[*ast.Ident]types.Object{},
		Uses:  map[*ast.Ident]types.Object{},
	}}
	for _, name := range files {
		file, err := parser.ParseFile(l.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.Files = append(p.Files, file)
	}
	config := types.Config{Importer: l}
	var err error
	p.Types, err = config.Check(path, l.fset, p.Files, p.Info)
	l.checked[path] = p.Types
	return p, err
}

// Load returns the packages of the module at dir that the guards look at, as
// they are built with the given environment and flags. With an error it returns
// those that are sound.
func Load(dir string, env, flags []string) ([]*Package, error) {
	listed, err := list(dir, env, append(flags, "./...")...)
	if err != nil {
		return nil, err
	}
	var included []*listedPackage
	ours, imports := map[string]bool{}, []string{}
	for _, p := range listed {
		if p.included() {
			included = append(included, p)
			ours[p.ImportPath] = true
		}
	}
	for _, p := range included {
		for _, path := range p.Imports {
			if !ours[path] && path != "unsafe" && path != "C" {
				imports = append(imports, path)
			}
		}
	}
	l, err := newLoader(dir, imports)
	if err != nil {
		return nil, err
	}
	var pkgs []*Package
	var faults []error
	for _, p := range included {
		var files []string
		for _, name := range p.GoFiles {
			files = append(files, filepath.Join(p.Dir, name))
		}
		checked, err := l.check(p.ImportPath, files)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", p.ImportPath, err))
			continue
		}
		pkgs = append(pkgs, checked)
	}
	return pkgs, errors.Join(faults...)
}
