package bitlint

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Compiling for a platform starts with compiling the standard library for it.
// LOCKSTEP_LONG=1 takes the time for all platforms and packages.
var long = os.Getenv("LOCKSTEP_LONG") != ""

// fusingTargets are the platforms whose compilers fuse. The first two are always
// checked.
var fusingTargets = [][]string{
	{"GOOS=linux", "GOARCH=arm64"},
	{"GOOS=linux", "GOARCH=amd64", "GOAMD64=v3"},
	{"GOOS=linux", "GOARCH=riscv64"},
	{"GOOS=linux", "GOARCH=ppc64le"},
	{"GOOS=linux", "GOARCH=s390x"},
	{"GOOS=linux", "GOARCH=loong64"},
}

func targets() [][]string {
	if long {
		return fusingTargets
	}
	return fusingTargets[:2]
}

// TestFusedDetection shows that the guard sees: of the three functions of
// testdata/fuse it must report the first.
func TestFusedDetection(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for other platforms")
	}
	moduleRoot(t)
	for _, env := range targets() {
		found, err := Fused(".", env, "./testdata/fuse")
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != 1 || !strings.Contains(found[0], "func Bare(") {
			t.Errorf("%v: found %q, want one instruction in Bare", env, found)
		}
	}
}

// TestModuleFused checks the packages of the module. By default it leaves out
// those that fetch data from the network; their source is checked all the same.
func TestModuleFused(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for other platforms")
	}
	root := moduleRoot(t)
	readSources(t, root)
	for _, env := range targets() {
		listed, err := list(root, env, "./...")
		if err != nil {
			t.Fatal(err)
		}
		var paths []string
		for _, p := range listed {
			// The HTTP and TLS stack would double the time.
			if p.included() && (long || !slices.Contains(p.Deps, "net/http")) {
				paths = append(paths, p.ImportPath)
			}
		}
		found, err := Fused(root, env, paths...)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			t.Errorf("%s: %s", strings.Join(env, " "), f)
		}
	}
}
