package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestFresh regenerates in memory and compares with the files of package
// kernels.
func TestFresh(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	present, err := generatedFiles()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.name)
		data, err := os.ReadFile(filepath.Join(kernels, f.name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(data, f.data) {
			t.Errorf("kernels/%s is not what the generator writes: %s; run go generate ./gen", f.name, difference(data, f.data))
		}
	}
	for _, path := range present {
		if !slices.Contains(names, filepath.Base(path)) {
			t.Errorf("%s has no generator; run go generate ./gen", path)
		}
	}
}

// difference describes the first line in which two texts differ.
func difference(got, want []byte) string {
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d is %q, want %q", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

func TestDifference(t *testing.T) {
	for _, c := range []struct{ got, want, text string }{
		{"a\nb\n", "a\nc\n", `line 2 is "b", want "c"`},
		{"a\n", "a\nb\n", `line 2 is "", want "b"`},
		{"a", "a\nb", "1 lines, want 2"},
	} {
		if text := difference([]byte(c.got), []byte(c.want)); text != c.text {
			t.Errorf("difference(%q, %q) = %s, want %s", c.got, c.want, text, c.text)
		}
	}
}

// TestReachable checks that each assembly function has a declaration, and that
// the dispatch calls it.
func TestReachable(t *testing.T) {
	for _, a := range []arch{amd64, arm64} {
		t.Run(string(a), func(t *testing.T) { testReachable(t, a) })
	}
}

func testReachable(t *testing.T, a arch) {
	assembly, err := filepath.Glob(filepath.Join(kernels, fmt.Sprintf("*_%s.s", a)))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, path := range assembly {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, textNames(data)...)
	}
	declarations, err := filepath.Glob(filepath.Join(kernels, fmt.Sprintf("z*_%s.go", a)))
	if err != nil {
		t.Fatal(err)
	}
	var stubs []string
	for _, path := range declarations {
		stubs = append(stubs, stubNames(parseFile(t, path, nil))...)
	}
	dispatches, err := filepath.Glob(filepath.Join(kernels, fmt.Sprintf("*dispatch_*%s.go", a)))
	if err != nil {
		t.Fatal(err)
	}
	var calls []string
	for _, path := range dispatches {
		calls = append(calls, callNames(parseFile(t, path, nil))...)
	}
	if len(texts) == 0 {
		t.Error("no assembly found")
	}
	if err := reachable(texts, stubs, calls); err != nil {
		t.Error(err)
	}
}

// reachable reports functions that are not in all of the lists they should be
// in.
func reachable(texts, stubs, calls []string) error {
	var errs []error
	for _, name := range texts {
		if !slices.Contains(stubs, name) {
			errs = append(errs, fmt.Errorf("%s is assembly without a Go declaration", name))
		}
	}
	for _, name := range stubs {
		if !slices.Contains(texts, name) {
			errs = append(errs, fmt.Errorf("%s is declared but has no assembly", name))
		}
		if !slices.Contains(calls, name) {
			errs = append(errs, fmt.Errorf("%s is not called by the dispatch", name))
		}
	}
	return errors.Join(errs...)
}

var textLine = regexp.MustCompile(`(?m)^TEXT ·(\w+)\(SB\)`)

// textNames returns the functions of an assembly file.
func textNames(assembly []byte) []string {
	var names []string
	for _, match := range textLine.FindAllSubmatch(assembly, -1) {
		names = append(names, string(match[1]))
	}
	return names
}

// stubNames returns the functions without a body.
func stubNames(f *ast.File) []string {
	var names []string
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body == nil {
			names = append(names, fn.Name.Name)
		}
	}
	return names
}

// callNames returns the functions that are called by name.
func callNames(f *ast.File) []string {
	var names []string
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if name, ok := call.Fun.(*ast.Ident); ok {
				names = append(names, name.Name)
			}
		}
		return true
	})
	return names
}

// parseFile parses a Go file, or source if it is not nil.
func parseFile(t *testing.T, path string, source any) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestReachableReports shows that the check above can fail.
func TestReachableReports(t *testing.T) {
	texts := textNames([]byte("TEXT ·fAVX2(SB), NOSPLIT, $0\n\tRET\nTEXT ·gAVX2(SB), NOSPLIT, $0\n"))
	stubs := stubNames(parseFile(t, "", "package p\nfunc fAVX2()\nfunc hAVX2()\nfunc k() {}"))
	calls := callNames(parseFile(t, "", "package p\nfunc f() { hAVX2() }"))
	want := strings.Join([]string{
		"gAVX2 is assembly without a Go declaration",
		"fAVX2 is not called by the dispatch",
		"hAVX2 is declared but has no assembly",
	}, "\n")
	if err := reachable(texts, stubs, calls); err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}
