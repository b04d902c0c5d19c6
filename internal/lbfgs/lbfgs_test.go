package lbfgs

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// rosenbrock is the extended function of Rosenbrock (Moré et al., ACM TOMS 7,
// 1981, problem 21); its minimum is 0, at 1.
func rosenbrock(x, g []float64) (float64, error) {
	sum := 0.0
	for i := 0; i < len(x); i += 2 {
		a, b := 1-x[i], x[i+1]-float64(x[i]*x[i])
		sum += float64(a*a) + float64(100*float64(b*b))
		g[i], g[i+1] = -2*a-float64(400*float64(x[i]*b)), 200*b
	}
	return sum, nil
}

func rosenbrockStart(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = []float64{-1.2, 1}[i%2]
	}
	return x
}

// scaledQuadratic is sum_i c^i (x[i] - i)^2 / 2 with condition c^(n-1).
func scaledQuadratic(c float64) Objective {
	return func(x, g []float64) (float64, error) {
		sum, factor := 0.0, 1.0
		for i, v := range x {
			d := v - float64(i)
			g[i] = factor * d
			sum += float64(g[i]*d) / 2
			factor *= c
		}
		return sum, nil
	}
}

// logistic is the regularised loss of a logistic regression on a fixed
// data set, whose classes overlap.
func logistic(x, g []float64) (float64, error) {
	const rows, decay = 200, 0.01
	sum := 0.0
	for j, w := range x {
		sum += float64(decay / 2 * float64(w*w))
		g[j] = decay * w
	}
	for i := range rows {
		var row [5]float64
		z := 0.0
		for j := range row {
			row[j] = float64((i*(7+2*j)+3*j)%19)/9 - 1
			z += float64(row[j] * x[j])
		}
		y := 0.0
		if i*13%31+i%19 > 24 {
			y = 1
		}
		sum += (detmath.Log1p(detmath.Exp(-math.Abs(z))) + max(z, 0) - float64(y*z)) / rows
		p := 1 / (1 + detmath.Exp(-z))
		for j := range row {
			g[j] += float64((p-y)*row[j]) / rows
		}
	}
	return sum, nil
}

// minimise takes steps until the search ends, and checks that it does.
func minimise(t *testing.T, f Objective, x []float64, options Options) *Minimizer {
	t.Helper()
	m, err := New(f, x, options)
	if err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		status, err := m.Step()
		if err != nil {
			t.Fatal(err)
		}
		if status != Running {
			return m
		}
	}
	t.Fatalf("no end after 2000 steps: value %g, gradient %g", m.Value(), m.LargestGradient())
	return nil
}

func TestMinimise(t *testing.T) {
	for _, c := range []struct {
		name        string
		f           Objective
		start       []float64
		evaluations int // about twice of what SciPy's L-BFGS-B takes
	}{
		{"quadratic", scaledQuadratic(10), make([]float64, 7), 150},
		{"identity", scaledQuadratic(1), make([]float64, 20), 10},
		{"rosenbrock", rosenbrock, rosenbrockStart(2), 90},
		{"rosenbrock 100", rosenbrock, rosenbrockStart(100), 110},
		{"logistic", logistic, make([]float64, 5), 40},
	} {
		for _, history := range []int{2, 5, 0} {
			m := minimise(t, c.f, c.start, Options{History: history, GradTolerance: 1e-9})
			if m.Status() != GradSmall || !(m.LargestGradient() <= 1e-9) {
				t.Errorf("%s, history %d: ended because %v, with a gradient of %g", c.name, history, m.Status(), m.LargestGradient())
			}
			if history == 0 && m.Evaluations() > c.evaluations {
				t.Errorf("%s: %d evaluations, want at most %d", c.name, m.Evaluations(), c.evaluations)
			}
		}
	}
}

// TestPlace compares with minima that are known.
func TestPlace(t *testing.T) {
	m := minimise(t, rosenbrock, rosenbrockStart(10), Options{GradTolerance: 1e-10})
	for i, v := range m.X() {
		if math.Abs(v-1) > 1e-8 {
			t.Errorf("rosenbrock: x[%d] = %v, want 1", i, v)
		}
	}
	m = minimise(t, scaledQuadratic(8), make([]float64, 6), Options{GradTolerance: 1e-10})
	for i, v := range m.X() {
		if math.Abs(v-float64(i)) > 1e-9 {
			t.Errorf("quadratic: x[%d] = %v, want %d", i, v, i)
		}
	}
}

// TestStrongWolfe checks the conditions of each step, far from convergence.
func TestStrongWolfe(t *testing.T) {
	m, err := New(rosenbrock, rosenbrockStart(20), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for step := range 15 {
		before := m.Value()
		g := append([]float64(nil), m.g...)
		if _, err := m.Step(); err != nil {
			t.Fatal(err)
		}
		slope, slopeAfter := 0.0, 0.0
		for i, d := range m.direction {
			slope += d * g[i]
			slopeAfter += d * m.g[i]
		}
		if !(m.Value() < before) || math.Abs(slopeAfter) > curvature*math.Abs(slope)*(1+1e-12) {
			t.Errorf("step %d: value from %g to %g, slope from %g to %g", step, before, m.Value(), slope, slopeAfter)
		}
	}
}

// TestRounded: values and gradients with the noise of float32 arithmetic
// lead as far as that noise allows, and the search ends.
func TestRounded(t *testing.T) {
	rounded := func(x, g []float64) (float64, error) {
		for i, v := range x {
			x[i] = float64(float32(v))
		}
		value, err := logistic(x, g)
		for i, v := range g {
			g[i] = float64(float32(v))
		}
		return float64(float32(value)), err
	}
	want := minimise(t, logistic, make([]float64, 5), Options{GradTolerance: 1e-12})
	m := minimise(t, rounded, make([]float64, 5), Options{GradTolerance: 1e-7})
	if !m.Status().Converged() || m.Evaluations() > 60 {
		t.Errorf("ended because %v, after %d evaluations", m.Status(), m.Evaluations())
	}
	for i, v := range m.X() {
		if math.Abs(v-want.X()[i]) > 1e-5 || float64(float32(v)) != v {
			t.Errorf("x[%d] = %v, want %v as float32", i, v, want.X()[i])
		}
	}
	if m := minimise(t, rounded, make([]float64, 5), Options{}); m.Status() != Stalled {
		t.Errorf("without a tolerance the search ended because %v, want Stalled", m.Status())
	}
}

func TestTolerance(t *testing.T) {
	m := minimise(t, rosenbrock, rosenbrockStart(2), Options{Tolerance: 1e-6})
	if m.Status() != DecreaseSmall || m.Value() > 1e-4 {
		t.Errorf("ended because %v, at the value %g", m.Status(), m.Value())
	}
	m = minimise(t, rosenbrock, []float64{1, 1}, Options{GradTolerance: 1e-6})
	if m.Status() != GradSmall || m.Evaluations() != 1 {
		t.Errorf("at the minimum: ended because %v, after %d evaluations", m.Status(), m.Evaluations())
	}
}

// TestForbidden: a function that is no number in part of the plane, and infinite in
// another.
func TestForbidden(t *testing.T) {
	barrier := func(x, g []float64) (float64, error) {
		g[0], g[1] = 1-0.01/x[0], float64(2*x[1])
		if x[1] > 2 {
			return math.Inf(1), nil
		}
		if x[0] <= 0 {
			return math.NaN(), nil
		}
		return x[0] - float64(0.01*detmath.Log(x[0])) + float64(x[1]*x[1]), nil
	}
	m := minimise(t, barrier, []float64{3, -2}, Options{GradTolerance: 1e-8})
	if math.Abs(m.X()[0]-0.01) > 1e-6 || math.Abs(m.X()[1]) > 1e-6 {
		t.Errorf("minimum at %v, want [0.01 0]", m.X())
	}
	if _, err := New(barrier, []float64{-1, 0}, Options{}); err == nil {
		t.Error("a start without a value is no error")
	}
}

// TestError: after an error the point is that before the step, and the search can go on.
func TestError(t *testing.T) {
	calls, stop := 0, errors.New("stop")
	f := func(x, g []float64) (float64, error) {
		calls++
		if calls == 7 {
			return 0, stop
		}
		return rosenbrock(x, g)
	}
	m, err := New(f, rosenbrockStart(4), Options{GradTolerance: 1e-8})
	for err == nil {
		before := m.Value()
		_, err = m.Step()
		if err != nil && m.Value() != before {
			t.Errorf("the value changed from %g to %g in a step that failed", before, m.Value())
		}
	}
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	for err = nil; m.Status() == Running && err == nil; {
		_, err = m.Step()
	}
	if err != nil || m.Value() > 1e-12 {
		t.Errorf("went on to %g, error %v", m.Value(), err)
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	m, err := New(rosenbrock, rosenbrockStart(100), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(20, func() { m.Step() }); n != 0 {
		t.Errorf("%v allocations a step", n)
	}
}

// TestGolden holds every platform and tier to the same path.
func TestGolden(t *testing.T) {
	const want = "a8ca5f1d694033d381bc444ad45090e495834f90ee152c183b83423b86480ff3"
	for _, x := range tier.Supported() {
		restore := tier.Force(x)
		hash := sha256.New()
		for _, f := range []Objective{rosenbrock, scaledQuadratic(1.005)} {
			m, err := New(f, rosenbrockStart(1000), Options{})
			if err != nil {
				t.Fatal(err)
			}
			for range 25 {
				m.Step()
				binary.Write(hash, binary.LittleEndian, m.X())
			}
		}
		if got := hex.EncodeToString(hash.Sum(nil)); got != want {
			t.Errorf("%v: SHA-256 of the path is %s, want %s", x, got, want)
		}
		restore()
	}
}

// TestSetScale tells the search of curvatures that differ by orders of magnitude.
func TestSetScale(t *testing.T) {
	evaluations := func(scale []float64) int {
		m, err := New(scaledQuadratic(10), make([]float64, 7), Options{GradTolerance: 1e-9})
		if err != nil {
			t.Fatal(err)
		}
		m.SetScale(scale)
		for m.Status() == Running {
			if _, err := m.Step(); err != nil {
				t.Fatal(err)
			}
		}
		if m.Status() != GradSmall {
			t.Errorf("ended because %v", m.Status())
		}
		return m.Evaluations()
	}
	scale, factor := make([]float64, 7), 1.0
	for i := range scale {
		scale[i] = 3 / factor // the factor common to all does not count
		factor *= 10
	}
	if with, without := evaluations(scale), evaluations(nil); with > without/2 {
		t.Errorf("%d evaluations with the scale, %d without, want at most half of them", with, without)
	}
}

// TestReevaluate lets the objective change when the search has ended.
func TestReevaluate(t *testing.T) {
	shift := 0.0
	f := func(x, g []float64) (float64, error) {
		g[0] = x[0] - shift
		return float64(g[0]*g[0]) / 2, nil
	}
	m := minimise(t, f, []float64{3}, Options{GradTolerance: 1e-9})
	shift = 0.1
	if err := m.Reevaluate(); err != nil || m.Status() != Running || math.Abs(m.Value()-0.005) > 1e-9 {
		t.Fatalf("%v, %v with value %v, want the search to go on from 0.005", err, m.Status(), m.Value())
	}
	for m.Status() == Running {
		if _, err := m.Step(); err != nil {
			t.Fatal(err)
		}
	}
	if math.Abs(m.X()[0]-shift) > 1e-9 {
		t.Errorf("ended at %v, want %v", m.X()[0], shift)
	}
}
