package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the documents refer to exists: files and headings that they link to,
// tests and exported names that they mention.

var (
	linkPattern = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	namePattern = regexp.MustCompile(`\b(kernels|nn|mlp|dataset|metrics|safetensors|digits)\.([A-Z]\w*)`)
	testPattern = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`)
)

func TestLinks(t *testing.T) {
	for _, document := range documents(t) {
		for _, link := range linkPattern.FindAllStringSubmatch(read(t, document), -1) {
			path, anchor, _ := strings.Cut(link[1], "#")
			if strings.Contains(path, "://") {
				continue
			}
			target := document
			if path != "" {
				target = filepath.Join(filepath.Dir(document), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s, which does not exist", document, link[1])
			} else if anchor != "" && !hasHeading(read(t, target), anchor) {
				t.Errorf("%s links to %s, which has no such heading", document, link[1])
			}
		}
	}
}

func TestNames(t *testing.T) {
	code := declarations(t)
	for _, document := range documents(t) {
		text := read(t, document)
		for _, name := range namePattern.FindAllStringSubmatch(text, -1) {
			if !code[name[0]] {
				t.Errorf("%s mentions %s, which is not in the code", document, name[0])
			}
		}
		for _, name := range testPattern.FindAllString(text, -1) {
			if !code[name] {
				t.Errorf("%s mentions %s, which no test file has", document, name)
			}
		}
	}
}

// documents returns the files to check.
func documents(t *testing.T) []string {
	var all []string
	for _, pattern := range []string{"*.md", "../*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, files...)
	}
	return all
}

// declarations returns the exported names of all packages as "package.Name",
// and the names of tests on their own.
func declarations(t *testing.T) map[string]bool {
	names := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declaration := range file.Decls {
			for _, name := range declared(declaration) {
				if strings.HasSuffix(path, "_test.go") {
					names[name] = true
				} else {
					names[file.Name.Name+"."+name] = true
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// declared returns the names that a top-level declaration introduces.
func declared(declaration ast.Decl) []string {
	var names []string
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
			case *ast.ValueSpec:
				for _, name := range s.Names {
					names = append(names, name.Name)
				}
			}
		}
	}
	return names
}

// hasHeading reports whether a document has a heading to which GitHub gives the
// anchor: in lower case, blanks as hyphens, without punctuation.
func hasHeading(text, anchor string) bool {
	for line := range strings.Lines(text) {
		if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && line[0] == '#' && slug(title) == anchor {
			return true
		}
	}
	return false
}

func slug(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			return r
		}
		return -1
	}, strings.ToLower(strings.TrimSpace(title)))
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
