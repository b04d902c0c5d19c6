// Package docs_test holds the documents to the code.
package docs_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// The example of section 10 of backprop.md. All numbers are exact in float32.
const learningRate = 0.5

var (
	inputs  = [2][2]float64{{1, 0.5}, {-1, 2}}
	targets = [2]float64{1, 0}
	initial = params{
		W1: [2][2]float64{{0.5, -0.25}, {0.25, 0.75}},
		b1: [2]float64{-0.125, 0.25},
		W2: [2]float64{1, -0.5},
		b2: 0.25,
	}
)

// params are the parameters of the example's network, or their gradient.
type params struct {
	W1 [2][2]float64
	b1 [2]float64
	W2 [2]float64
	b2 float64
}

// list returns the parameters in the order in which nn has them.
func (p *params) list() []*float64 {
	return []*float64{
		&p.W1[0][0], &p.W1[0][1], &p.W1[1][0], &p.W1[1][1],
		&p.b1[0], &p.b1[1], &p.W2[0], &p.W2[1], &p.b2,
	}
}

var paramNames = []string{
	"W1[0][0]", "W1[0][1]", "W1[1][0]", "W1[1][1]", "b1[0]", "b1[1]", "W2[0]", "W2[1]", "b2",
}

// row holds what section 10 shows of one row of the batch.
type row struct {
	z1, a1      [2]float64
	z2, p, loss float64
	dz2         float64
	da1, dz1    [2]float64
}

// forward computes a row's activations and loss by sections 2 and 4.
func (w *params) forward(x [2]float64, t float64) row {
	var r row
	r.z2 = w.b2
	for j := range 2 {
		r.z1[j] = x[0]*w.W1[0][j] + x[1]*w.W1[1][j] + w.b1[j]
		r.a1[j] = math.Tanh(r.z1[j])
		r.z2 += r.a1[j] * w.W2[j]
	}
	r.p = 1 / (1 + math.Exp(-r.z2))
	r.loss = -t*math.Log(r.p) - (1-t)*math.Log(1-r.p)
	return r
}

// backward completes a row and adds its part of the gradient.
func (w *params) backward(r *row, x [2]float64, t float64, gradient *params) {
	r.dz2 = (r.p - t) / float64(len(inputs))
	gradient.b2 += r.dz2
	for j := range 2 {
		gradient.W2[j] += r.a1[j] * r.dz2
		r.da1[j] = r.dz2 * w.W2[j]
		r.dz1[j] = r.da1[j] * (1 - r.a1[j]*r.a1[j])
		gradient.b1[j] += r.dz1[j]
		for p := range 2 {
			gradient.W1[p][j] += x[p] * r.dz1[j]
		}
	}
}

// cost returns the mean loss.
func (w *params) cost() float64 {
	sum := 0.0
	for i, x := range inputs {
		sum += w.forward(x, targets[i]).loss
	}
	return sum / float64(len(inputs))
}

// step returns the rows of the batch, the gradient and the parameters after
// the step.
func (w params) step() (rows [2]row, gradient, after params) {
	for i, x := range inputs {
		rows[i] = w.forward(x, targets[i])
		w.backward(&rows[i], x, targets[i], &gradient)
	}
	after = w
	for i, v := range after.list() {
		*v -= learningRate * *gradient.list()[i]
	}
	return rows, gradient, after
}

// costAround returns the cost with the first weight changed by h.
func (w params) costAround(h float64) float64 {
	w.W1[0][0] += h
	return w.cost()
}

// TestBackpropTables compares the tables of backprop.md with the example
// computed anew, in float64 and by the formulas of the page.
func TestBackpropTables(t *testing.T) {
	rows, gradient, after := initial.step()
	want := table{}
	perRow := func(name string, value func(r row) float64) { want.add(name, value(rows[0]), value(rows[1])) }
	for j := range 2 {
		perRow(fmt.Sprintf("z1[%d]", j), func(r row) float64 { return r.z1[j] })
		perRow(fmt.Sprintf("a1[%d]", j), func(r row) float64 { return r.a1[j] })
		perRow(fmt.Sprintf("da1[%d]", j), func(r row) float64 { return r.da1[j] })
		perRow(fmt.Sprintf("dz1[%d]", j), func(r row) float64 { return r.dz1[j] })
	}
	perRow("z2", func(r row) float64 { return r.z2 })
	perRow("p", func(r row) float64 { return r.p })
	perRow("loss", func(r row) float64 { return r.loss })
	perRow("dz2", func(r row) float64 { return r.dz2 })
	for i, name := range paramNames {
		want.add(name, *initial.list()[i], *gradient.list()[i], *after.list()[i])
	}
	want.add("C", initial.cost(), after.cost())
	for _, h := range []float64{1, 0.1, 0.01, 0.001} {
		above, below := initial.costAround(h), initial.costAround(-h)
		want.add(fmt.Sprintf("h = %v", h), above, below, (above-below)/(2*h))
	}

	got := readTable(t, "backprop.md")
	computed := map[string]bool{}
	for name, cells := range want {
		for cell := range strings.SplitSeq(cells, " | ") {
			computed[cell] = true
		}
		if got[name] != cells {
			t.Errorf("backprop.md has | `%s` | %s |, want | `%s` | %s |", name, got[name], name, cells)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("backprop.md has a row for %s, which nothing computes", name)
		}
	}
	for _, number := range sixDecimals.FindAllString(read(t, "backprop.md"), -1) {
		if !computed[number] {
			t.Errorf("backprop.md mentions %s, which nothing computes", number)
		}
	}
}

// sixDecimals finds the numbers of the example wherever they stand.
var sixDecimals = regexp.MustCompile(`-?\b\d+\.\d{6}\b`)

// TestBackpropInCode runs the loop of section 12 of backprop.md on the example
// and expects the page's cost, gradients and parameters of package nn.
func TestBackpropInCode(t *testing.T) {
	net, err := nn.Sequential(2, 1, nn.Dense(2), nn.Tanh(), nn.Dense(1))
	if err != nil {
		t.Fatal(err)
	}
	next := initial.list()
	for _, p := range net.Params() {
		for i := range p.Value.Data {
			p.Value.Data[i] = float32(*next[0])
			next = next[1:]
		}
	}
	x, y := kernels.NewMatrix(2, 2), kernels.NewMatrix(2, 1)
	for i := range inputs {
		x.Row(i)[0], x.Row(i)[1] = float32(inputs[i][0]), float32(inputs[i][1])
		y.Row(i)[0] = float32(targets[i])
	}

	w := net.NewWorkspace(x.Rows)
	updater, err := net.NewUpdater(nn.NewSGD(learningRate))
	if err != nil {
		t.Fatal(err)
	}
	w.Forward(x)
	cost, err := w.Loss(nn.BCEWithLogits(), y)
	if err != nil {
		t.Fatal(err)
	}
	w.Backward()
	updater.Step()

	_, gradient, after := initial.step()
	expect(t, "C", cost, initial.cost())
	i := 0
	for _, p := range net.Params() {
		for j := range p.Value.Data {
			expect(t, "dC/d"+paramNames[i], float64(p.Grad.Data[j]), *gradient.list()[i])
			expect(t, "updated "+paramNames[i], float64(p.Value.Data[j]), *after.list()[i])
			i++
		}
	}
	if i != len(paramNames) {
		t.Errorf("the network has %d parameters, want %d", i, len(paramNames))
	}
}

// expect compares a float32 result with the exact one, to about the last digit
// that the page shows.
func expect(t *testing.T, name string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 5e-7) {
		t.Errorf("%s = %.9f, want %.9f", name, got, want)
	}
}

// table maps the name in the first cell of a table's row to its other cells.
type table map[string]string

func (t table) add(name string, values ...float64) {
	var cells []string
	for _, v := range values {
		cells = append(cells, fmt.Sprintf("%.6f", v))
	}
	t[name] = strings.Join(cells, " | ")
}

// readTable reads the rows of numbers from all tables of a document: those
// whose first cell is a name in code font and whose others are plain.
func readTable(t *testing.T, file string) table {
	t.Helper()
	rows := table{}
	for line := range strings.Lines(read(t, file)) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		name := strings.Trim(cells[0], "`")
		if !strings.HasPrefix(line, "| `") || strings.Count(line, "`") != 2 {
			continue
		}
		if _, twice := rows[name]; twice {
			t.Errorf("%s has two rows for %s", file, name)
		}
		rows[name] = strings.Join(cells[1:], " | ")
	}
	return rows
}
