package nn

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/lockstep-ml/lockstep/kernels"
)

// gradTolerance is the largest error that [GradReport.Err] lets pass. What the
// rounding of float32 leaves of a difference is far below; a formula that is
// wrong is far above.
const gradTolerance = 0.01

// GradCheck compares the gradients of a batch with numerical ones: those of all
// parameters, of the outputs (the loss's own) and of the input. So it tests the
// layers and the loss, among them those of one's own. The network stays as it
// is. Dropout keeps its mask.
//
// A numerical gradient is a central difference of fourth order, of the width
// h = 1/64, or that much of the power of 2 below a larger |v|. Values near a kink,
// such as that of [ReLU], are skipped: where the difference of the width h/2 is
// another one, or the slopes to both sides do not draw nearer with it. Take x and
// the parameters of size 1 or so, and few rows.
//
// It returns an error if the shapes do not fit or the loss is not finite.
func GradCheck(n *Network, loss Loss, x, y kernels.Matrix) (*GradReport, error) {
	if x.Rows == 0 || x.Cols != n.inputs {
		return nil, fmt.Errorf("nn: GradCheck: the input is %d x %d, want some rows of %d", x.Rows, x.Cols, n.inputs)
	}
	w := n.newWorkspace(x.Rows, -1)
	if x.Rows < w.minRows {
		return nil, fmt.Errorf("nn: GradCheck: %d rows, want at least %d for %s", x.Rows, w.minRows, n.coupledName())
	}
	x = kernels.Matrix{Rows: x.Rows, Cols: x.Cols, Stride: x.Cols, Data: packed(x)}
	z := packed(w.Forward(x))
	outputs := kernels.Matrix{Rows: x.Rows, Cols: n.Outputs(), Stride: n.Outputs(), Data: z}
	value, err := w.Loss(loss, y)
	if err != nil {
		return nil, fmt.Errorf("nn: GradCheck: %w", err)
	}
	if value-value != 0 {
		return nil, fmt.Errorf("nn: GradCheck: the loss is %v: give targets and outputs for which it is a number", value)
	}
	w.gradients()

	whole := func() float64 {
		w.Forward(x)
		value, _ := w.Loss(loss, y) // fitted above
		return value
	}
	ofOutputs := func() float64 {
		for i := range outputs.Rows {
			copy(w.activations[len(n.layers)].Row(i), outputs.Row(i))
		}
		value, _ := w.Loss(loss, y)
		return value
	}
	checks := []gradCheck{
		{"output", z, slices.Clone(elements(w.deltas[len(n.layers)])), ofOutputs},
		{"input", x.Data, slices.Clone(elements(w.deltas[0])), whole},
	}
	for i, p := range n.params {
		checks = append(checks, gradCheck{n.names[i], p.Value.Data, p.Grad.Data, whole})
	}
	return runGradChecks(checks), nil
}

// packed returns the elements of m, row by row.
func packed(m kernels.Matrix) []float32 {
	var data []float32
	for i := range m.Rows {
		data = append(data, m.Row(i)...)
	}
	return data
}

// A gradCheck compares the gradient of f with respect to values.
type gradCheck struct {
	name     string
	values   []float32
	gradient []float32
	f        func() float64
}

// A GradReport is what [GradCheck] found.
type GradReport struct {
	Entries []GradEntry // output, input, then the parameters
}

// A GradEntry is the report on one parameter, the input, or the output.
type GradEntry struct {
	Name                string  // "0.weight", as in files, "input" or "output"
	Values              int     // compared
	Skipped             int     // because a kink is near
	Error               float64 // the largest difference, divided by the largest gradient of the entry or a hundredth of all
	Index               int     // of the value with that error, row by row
	Gradient, Numerical float64 // of that value
}

func runGradChecks(checks []gradCheck) *GradReport {
	slopes := make([][]slope, len(checks))
	overall := 0.0
	for c, check := range checks {
		for i := range check.values {
			s := check.slope(i)
			slopes[c] = append(slopes[c], s)
			overall = max(overall, math.Abs(s.fine))
		}
	}
	report := &GradReport{}
	for c, check := range checks {
		report.Entries = append(report.Entries, check.compare(slopes[c], overall))
	}
	return report
}

// A slope is a numerical derivative, with a width and with half of it, and by
// how much those to both sides differ.
type slope struct{ coarse, fine, coarseGap, fineGap float64 }

func (c gradCheck) slope(i int) slope {
	v := c.values[i]
	_, exponent := math.Frexp(max(1, math.Abs(float64(v))))
	h := math.Ldexp(1./64, exponent-1)
	at := func(steps float64) float64 {
		c.values[i] = v + float32(float64(steps*h))
		return c.f()
	}
	middle, half, one, two := at(0), [2]float64{at(-0.5), at(0.5)}, [2]float64{at(-1), at(1)}, [2]float64{at(-2), at(2)}
	c.values[i] = v
	fourthOrder := func(inner, outer [2]float64, h float64) float64 {
		return (float64(8*(inner[1]-inner[0])) - (outer[1] - outer[0])) / (12 * h)
	}
	gap := func(ends [2]float64, h float64) float64 {
		return math.Abs((ends[1]-middle)-(middle-ends[0])) / h
	}
	return slope{fourthOrder(one, two, h), fourthOrder(half, one, h/2), gap(one, h), gap(half, h/2)}
}

// smooth reports whether no kink is near, as far as it would matter to a
// gradient of the given size.
func (s slope) smooth(scale float64) bool {
	const small = gradTolerance / 2
	return math.Abs(s.coarse-s.fine) <= small*scale && (s.fineGap <= small*scale || s.fineGap < 0.75*s.coarseGap)
}

func (c gradCheck) compare(slopes []slope, overall float64) GradEntry {
	entry := GradEntry{Name: c.name}
	scale := overall / 100
	for _, s := range slopes {
		scale = max(scale, math.Abs(s.fine))
	}
	for i, s := range slopes {
		if !s.smooth(scale) {
			entry.Skipped++
			continue
		}
		entry.Values++
		difference := math.Abs(float64(c.gradient[i]) - s.fine)
		if difference != 0 {
			difference /= scale
		}
		if !(difference <= entry.Error) || entry.Values == 1 {
			entry.Error, entry.Index = difference, i
			entry.Gradient, entry.Numerical = float64(c.gradient[i]), s.fine
		}
	}
	return entry
}

// Worst returns the entry with the largest error.
func (r *GradReport) Worst() GradEntry {
	worst := r.Entries[0]
	for _, e := range r.Entries {
		if !(e.Error <= worst.Error) {
			worst = e
		}
	}
	return worst
}

// Err returns an error that names the worst parameter if its error is above
// 0.01, or one of which nothing could be compared. If the gradient of the output
// is wrong, it names that, as all others follow from it.
func (r *GradReport) Err() error {
	w := r.Worst()
	if output := r.Entries[0]; !(output.Error <= gradTolerance) {
		w = output
	}
	if !(w.Error <= gradTolerance) {
		return fmt.Errorf("nn: GradCheck: the gradient of value %d of %s is %g, numerically %g", w.Index, w.Name, w.Gradient, w.Numerical)
	}
	for _, e := range r.Entries {
		if e.Values == 0 {
			return fmt.Errorf("nn: GradCheck: all %d values of %s are near kinks: give another input", e.Skipped, e.Name)
		}
	}
	return nil
}

// String returns the report as a table.
func (r *GradReport) String() string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "gradient of\tvalues\tskipped\terror\tworst\tgradient\tnumerical")
	for _, e := range r.Entries {
		fmt.Fprintf(t, "%s\t%d\t%d\t%.2g\t%d\t%.6g\t%.6g\n", e.Name, e.Values, e.Skipped, e.Error, e.Index, e.Gradient, e.Numerical)
	}
	t.Flush()
	return b.String()
}
