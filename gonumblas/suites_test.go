package gonumblas

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// suites are the packages of gonum that are built on its BLAS and LAPACK. Of those stat/mds is
// left out: its test expects the signs that eigenvectors have, and that an eigenvalue of 0 comes
// out above 0, with one way of rounding.
var suites = []string{
	"./mat", "./stat", "./stat/distmat", "./stat/distmv", "./stat/samplemv", "./stat/spatial", "./optimize", "./optimize/convex/lp",
	"./diff/fd", "./interp", "./spatial/r3", "./graph/network", "./graph/spectral",
}

// TestSuites runs their tests in a copy of gonum that has this package in use. They take some
// minutes, on a machine with other work a quarter of an hour:
//
//	LOCKSTEP_LONG=1 go test -C gonumblas -run TestSuites -timeout 1h
func TestSuites(t *testing.T) {
	if os.Getenv("LOCKSTEP_LONG") == "" {
		t.Skip("set LOCKSTEP_LONG=1 for gonum's tests of mat, stat, optimize and others")
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	module := strings.TrimSpace(command(t, here, "go", "list", "-m", "-f", "{{.Dir}}", "gonum.org/v1/gonum"))
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(module)); err != nil {
		t.Fatal(err)
	}
	const path = "github.com/lockstep-ml/lockstep"
	command(t, folder, "go", "mod", "edit", "-require="+path+"@v0.0.0", "-require="+path+"/gonumblas@v0.0.0",
		"-replace="+path+"="+filepath.Dir(here), "-replace="+path+"/gonumblas="+here)
	listed := command(t, folder, "go", append([]string{"list", "-mod=mod", "-f", "{{.Dir}} {{.Name}}"}, suites...)...)
	for line := range strings.Lines(listed) {
		dir, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if err := os.WriteFile(filepath.Join(dir, "lockstep_test.go"), fmt.Appendf(nil, inUse, name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Log(command(t, folder, "go", append([]string{"test", "-mod=mod", "-count=1", "-timeout=1h"}, suites...)...))
}

// inUse is a file of a package's tests.
const inUse = `package %s

import (
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/lockstep-ml/lockstep/gonumblas"
)

func init() {
	blas32.Use(gonumblas.Implementation{})
	blas64.Use(gonumblas.Implementation{})
	lapack64.Use(gonumblas.LAPACK{})
}
`

// command runs a program in a folder and returns what it wrote.
func command(t *testing.T, folder, name string, arguments ...string) string {
	t.Helper()
	c := exec.Command(name, arguments...)
	c.Dir = folder
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(arguments, " "), err, out)
	}
	return string(out)
}
