// Package consumer tests what a program of one's own gets with Lockstep.
package consumer

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

const program = `package main

import (
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/mlp"
	"github.com/lockstep-ml/lockstep/nn"
)

func main() {
	_ = mlp.NewClassifier[string]()
	fmt.Println(kernels.Dot([]float32{1, 2}, []float32{3, 4}), nn.NewSGD(0.1))
}
`

const goMod = `module example.com/consumer

go 1.26.0

require github.com/lockstep-ml/lockstep v0.0.0

replace github.com/lockstep-ml/lockstep => `

// TestRequirements builds a module that imports kernels, nn and mlp, and finds
// nothing but Lockstep and golang.org/x/sys in its go.mod afterwards.
func TestRequirements(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another module")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command here")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, content := range map[string]string{"main.go": program, "go.mod": goMod + root + "\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	goCommand := func(args ...string) string {
		t.Helper()
		c := exec.Command("go", args...)
		c.Dir = folder
		c.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "CGO_ENABLED=0")
		output, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, output)
		}
		return string(output)
	}
	goCommand("mod", "tidy")
	if got, want := goCommand("run", "."), "11 SGD(lr=0.1)\n"; got != want {
		t.Errorf("the program prints %q, want %q", got, want)
	}
	var module struct {
		Require []struct{ Path string }
	}
	if err := json.Unmarshal([]byte(goCommand("mod", "edit", "-json")), &module); err != nil {
		t.Fatal(err)
	}
	var required []string
	for _, r := range module.Require {
		required = append(required, r.Path)
	}
	slices.Sort(required)
	if want := []string{"github.com/lockstep-ml/lockstep", "golang.org/x/sys"}; !slices.Equal(required, want) {
		t.Errorf("go.mod requires %v, want %v", required, want)
	}
}
