package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// shownActivations makes the functions of activations.md with the settings
// that its figures are for.
var shownActivations = map[string]func() nn.Layer{
	"ReLU": nn.ReLU, "PReLU": nn.PReLU, "ColumnPReLU": nn.ColumnPReLU, "SELU": nn.SELU, "GELU": nn.GELU, "GELUTanh": nn.GELUTanh,
	"SiLU": nn.SiLU, "Mish": nn.Mish, "Softplus": nn.Softplus, "Tanh": nn.Tanh, "Sigmoid": nn.Sigmoid, "HardSigmoid": nn.HardSigmoid,
	"Identity": nn.Identity, "Softmax": nn.Softmax, "LogSoftmax": nn.LogSoftmax,
	"ReLU6": nn.ReLU6, "HardSwish": nn.HardSwish, "Softsign": nn.Softsign, "LogSigmoid": nn.LogSigmoid,
	"HardTanh":  func() nn.Layer { return nn.HardTanh(-1, 1) },
	"CELU":      func() nn.Layer { return nn.CELU(2) },
	"LeakyReLU": func() nn.Layer { return nn.LeakyReLU(0.01) },
	"ELU":       func() nn.Layer { return nn.ELU(1) },
}

// TestActivations: every activation of package nn has its row, section and plot in
// activations.md, and the figures in the row are those of the layer.
func TestActivations(t *testing.T) {
	page := read(t, "activations.md")
	for _, name := range activationNames(t) {
		make, known := shownActivations[name]
		if !known {
			t.Errorf("%s is not in the test's table", name)
			continue
		}
		if !strings.Contains(page, "\n## "+name+"\n\n![") {
			t.Errorf("activations.md has no section on %s", name)
		}
		if plot, err := os.ReadFile(filepath.Join("activations", name+".svg")); err != nil || !strings.Contains(string(plot), "<path") {
			t.Errorf("no plot of %s: %v", name, err)
		}
		row := "| " + strings.Join(derivatives(t, make, name), " | ") + " |"
		if _, rest, found := strings.Cut(page, "\n| ["+name+"](#"+strings.ToLower(name)+") | "); !found {
			t.Errorf("activations.md has no row for %s", name)
		} else if line, _, _ := strings.Cut(rest, "\n"); !strings.Contains(line, row) {
			t.Errorf("the row of %s is %q, want %q in it: run go run -C bench ./activations", name, line, row)
		}
	}
	if rows := strings.Count(page, "\n| ["); rows != len(activationNames(t)) {
		t.Errorf("activations.md has %d rows, want %d", rows, len(activationNames(t)))
	}
}

// derivatives returns what a layer multiplies a gradient by at the points of the
// table.
func derivatives(t *testing.T, make func() nn.Layer, name string) (text []string) {
	t.Helper()
	width := 1
	if strings.Contains(name, "Softmax") {
		width = 2 // the other element is 0
	}
	for _, v := range []float32{-4, -1, 0, 1, 4} {
		layer := make()
		if _, err := nn.Sequential(width, 0, layer); err != nil {
			t.Fatal(err)
		}
		x, y := kernels.NewMatrix(1, width), kernels.NewMatrix(1, width)
		dx, dy := kernels.NewMatrix(1, width), kernels.NewMatrix(1, width)
		x.Data[0], dy.Data[0] = v, 1
		layer.Forward(nn.Context{}, y, x)
		layer.Delta(nn.Context{}, dx, dy, x, y)
		text = append(text, strconv.FormatFloat(float64(dx.Data[0]), 'g', 3, 32))
	}
	return text
}

// activationNames returns the functions in the activations' files that make a
// layer.
func activationNames(t *testing.T) (names []string) {
	t.Helper()
	for _, file := range []string{"activation.go", "activation_composed.go", "prelu.go", "softmax.go"} {
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "nn", file), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || f.Name.Name == "Activation" || f.Type.Results == nil {
				continue
			}
			if result, ok := f.Type.Results.List[0].Type.(*ast.Ident); ok && result.Name == "Layer" {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}
