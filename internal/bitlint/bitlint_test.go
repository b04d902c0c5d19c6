package bitlint

import (
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// moduleRoot returns the folder of go.mod. It skips the test where the go
// command of this platform cannot run.
func moduleRoot(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command: ", err)
	}
	out, _, err := goCommand(".", nil, "env", "GOHOSTARCH", "GOMOD")
	if err != nil {
		t.Skip("no usable go command: ", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if lines[0] != runtime.GOARCH {
		t.Skipf("a %s test on a %s host: the native run of this test checks the same source", runtime.GOARCH, lines[0])
	}
	return filepath.Dir(strings.TrimSpace(lines[1]))
}

// readSources opens every source file and folder of the module, so that a
// cached test result does not outlive them: go test does not see what the go
// commands started here read.
func readSources(t *testing.T, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != root && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if err == nil && strings.HasSuffix(path, ".go") {
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestModule runs the rules over the module, as it is built for platforms that
// together use every source file.
func TestModule(t *testing.T) {
	root := moduleRoot(t)
	readSources(t, root)
	seen := map[string]bool{}
	for _, target := range []struct {
		env, flags []string
	}{
		{env: []string{"GOOS=linux", "GOARCH=amd64"}},
		{env: []string{"GOOS=linux", "GOARCH=arm64"}},
		{env: []string{"GOOS=linux", "GOARCH=amd64"}, flags: []string{"-tags=purego"}},
	} {
		pkgs, err := Load(root, target.env, target.flags)
		if err != nil {
			t.Error(err)
		}
		for _, f := range Check(pkgs) {
			if text := f.String(); !seen[text] {
				seen[text] = true
				t.Error(text)
			}
		}
	}
}

// TestRules holds the rules to the want comments of testdata/rules.
func TestRules(t *testing.T) {
	moduleRoot(t)
	files, err := filepath.Glob("testdata/rules/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	wants := map[token.Position]string{} // by file and line
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(source), "\n") {
			if _, want, ok := strings.Cut(line, `// want "`); ok {
				wants[token.Position{Filename: name, Line: i + 1}] = strings.TrimSuffix(want, `"`)
			}
		}
	}
	for _, f := range checkFiles(t, files...) {
		line := token.Position{Filename: f.Pos.Filename, Line: f.Pos.Line}
		if want, ok := wants[line]; !ok || !strings.Contains(f.Text, want) {
			t.Errorf("unexpected finding: %v", f)
		}
		delete(wants, line)
	}
	for line, want := range wants {
		t.Errorf("%v: nothing found, want %q", line, want)
	}
}

// TestDirectives checks that silence needs a reason and a cause.
func TestDirectives(t *testing.T) {
	moduleRoot(t)
	const sum = "var x, y, z float64\nvar _ = x*y + z\n"
	for name, c := range map[string]struct {
		source string
		want   []string // parts of the findings, in order
	}{
		"absent":    {sum, []string{"fused"}},
		"reason":    {"var x, y, z float64\n//bitlint:ignore tested\nvar _ = x*y + z\n", nil},
		"no reason": {"var x, y, z float64\n//bitlint:ignore\nvar _ = x*y + z\n", []string{"without a reason"}},
		"too early": {"//bitlint:ignore tested\n" + sum, []string{"silences nothing", "fused"}},
		"unused":    {"//bitlint:ignore tested\nvar x float64\n", []string{"silences nothing"}},
	} {
		file := filepath.Join(t.TempDir(), "source.go")
		if err := os.WriteFile(file, []byte("package source\n"+c.source), 0o600); err != nil {
			t.Fatal(err)
		}
		got := checkFiles(t, file)
		ok := len(got) == len(c.want)
		for i := 0; ok && i < len(got); i++ {
			ok = strings.Contains(got[i].Text, c.want[i])
		}
		if !ok {
			t.Errorf("%s: found %v, want %q", name, got, c.want)
		}
	}
}

// fixtureLoader knows the packages that fixtures import.
var fixtureLoader = sync.OnceValues(func() (*loader, error) {
	return newLoader(".", []string{"maps", "math", "math/rand/v2", "slices"})
})

// checkFiles applies the rules to one package.
func checkFiles(t *testing.T, files ...string) []Finding {
	t.Helper()
	l, err := fixtureLoader()
	if err != nil {
		t.Fatal(err)
	}
	p, err := l.check("fixture", files)
	if err != nil {
		t.Fatal(err)
	}
	return Check([]*Package{p})
}

func TestIncluded(t *testing.T) {
	p := &listedPackage{GoFiles: []string{"a.go"}}
	if p.included() {
		t.Error("a package of the standard library is included")
	}
	for path, want := range map[string]bool{
		"m": true, "m/kernels": true, "m/internal/detmath": true, "m/generic": true,
		"m/gen": false, "m/cmd/train": false, "m/internal/bitlint": false,
	} {
		p.ImportPath = path
		p.Module = &struct {
			Path, Dir string
			Main      bool
		}{Path: "m", Main: true}
		if got := p.included(); got != want {
			t.Errorf("%s: included = %v, want %v", path, got, want)
		}
	}
}
