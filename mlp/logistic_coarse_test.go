package mlp

import (
	"math"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// manyRows returns so many rows that L-BFGS sets out with products in float32, of
// overlapping classes.
func manyRows(classes int) ([][]float64, []int) {
	const rows, columns = 2100, 128
	x, y := make([][]float64, rows), make([]int, rows)
	for i := range x {
		y[i] = i % classes
		for j := range columns {
			v := float64((i*(2*j+3)+7*j)%61)/30 - 1
			if j%classes == y[i] {
				v += 0.1
			}
			x[i] = append(x[i], v)
		}
	}
	return x, y
}

// The hashes of version 1 of the bit contract, for 2 and 3 classes.
var coarseHashes = map[int]string{
	2: "89d5085671244b048dbba875135ba3ccd26cc48631b6d32469cd79f567b78b76",
	3: "e61135fed1b0e93643918f98fca801eb0d39f4ff2e690484bf49b31c0c800a3c",
}

func TestCoarseSameBits(t *testing.T) {
	for classes, want := range coarseHashes {
		x, y := manyRows(classes)
		r := NewLogisticRegression[int]()
		r.MaxIter = 6
		var curve []float64
		inEveryTier(t, func(t *testing.T, workers int) {
			r.Workers = workers
			m := mustFitLogistic(t, r, x, y)
			if got := m.Hash(); got != want {
				t.Errorf("%d classes, %d workers: hash %s, want %s", classes, workers, got, want)
			}
			if curve == nil {
				curve = m.LossCurve()
			} else if !slices.Equal(m.LossCurve(), curve) {
				t.Errorf("%d classes, %d workers: loss curve %v, want %v", classes, workers, m.LossCurve(), curve)
			}
		})
	}
}

// TestCoarseSearchEndsExactly compares what L-BFGS finds, which sets out coarsely, with
// what Newton's method does in float64.
func TestCoarseSearchEndsExactly(t *testing.T) {
	for _, c := range []struct {
		name    string
		classes int
		change  func(r *LogisticRegression[int], x [][]float64)
	}{
		{"no intercept", 2, func(r *LogisticRegression[int], _ [][]float64) { r.FitIntercept = false }},
		{"weights", 3, func(r *LogisticRegression[int], _ [][]float64) { r.ClassWeight = map[int]float64{0: 3} }},
		{"far from 0", 2, func(_ *LogisticRegression[int], x [][]float64) {
			for _, row := range x {
				row[3] = 4000 + 10*row[3]
			}
		}},
	} {
		x, y := manyRows(c.classes)
		r := NewLogisticRegression[int]()
		r.Tol, r.MaxIter = 1e-8, 1000
		c.change(r, x)
		checkSolversAgree(t, c.name, r, x, y)
	}
}

// checkSolversAgree compares what L-BFGS finds with what Newton's method does: of
// several classes the intercepts, too, which the loss fixes but for their sum.
func checkSolversAgree[L Label](t *testing.T, name string, r *LogisticRegression[L], x [][]float64, y []L) {
	t.Helper()
	var found [][]float32
	for _, r.Solver = range []Solver{LBFGS, NewtonCG} {
		m := mustFitLogistic(t, r, x, y)
		if len(m.Warnings()) != 0 {
			t.Errorf("%s, %s: %v", name, r.Solver, m.Warnings())
		}
		found = append(found, append(m.Coef().Data, m.Intercept()...))
	}
	largest, difference := 0.0, 0.0
	for i, v := range found[1] {
		largest = max(largest, math.Abs(float64(v)))
		difference = max(difference, math.Abs(float64(v-found[0][i])))
	}
	if difference > 1e-5*largest {
		t.Errorf("%s: parameters differ by %g of the largest one", name, difference/largest)
	}
}

// TestCoarseEvaluation compares a coarse evaluation with an exact one.
func TestCoarseEvaluation(t *testing.T) {
	team := parallel.NewTeam(2)
	defer team.Close()
	for _, classes := range []int{2, 3} {
		rows, class := manyRows(classes)
		x, err := Rows(rows).matrix(nil)
		if err != nil {
			t.Fatal(err)
		}
		weights := make([]float32, len(rows))
		for i := range weights {
			weights[i] = float32(i%5) / 2
		}
		l := newLogisticLoss(team, x, class, weights, outputs(classes), true)
		l.decay = 0.01
		w := make([]float64, l.size())
		for i := range w {
			w[i] = float64(i%7)/10 - 0.2
		}
		g, coarse := make([]float64, len(w)), make([]float64, len(w))
		value := l.evaluate(w, g)
		probabilities := slices.Clone(l.probabilities)
		if l.goCoarse(); l.coarse == nil {
			t.Fatal("these are too few rows")
		}
		if got := l.evaluate(w, coarse); math.Abs(got-value) > 1e-6*value {
			t.Errorf("%d classes: value %v, want %v", classes, got, value)
		}
		for i, want := range g {
			if math.Abs(coarse[i]-want) > 1e-6 {
				t.Fatalf("%d classes: gradient %v, want %v", classes, coarse[i], want)
			}
		}
		for i, want := range probabilities {
			if math.Abs(l.probabilities[i]-want) > 1e-5 {
				t.Fatalf("%d classes: probability %v, want %v", classes, l.probabilities[i], want)
			}
		}
	}
}

// TestDiagonal compares the diagonal of the Hessian matrix with products of the
// matrix.
func TestDiagonal(t *testing.T) {
	team := parallel.NewTeam(2)
	defer team.Close()
	for _, classes := range []int{2, 3} {
		rows, class := manyRows(classes)
		x, err := Rows(rows).matrix(nil)
		if err != nil {
			t.Fatal(err)
		}
		mean := make([]float64, x.Cols)
		for j := range mean {
			mean[j] = float64(j) / 50
		}
		weights := make([]float32, len(rows))
		for i := range weights {
			weights[i] = float32(i%5) / 2
		}
		l := newLogisticLoss(team, x, class, weights, outputs(classes), true)
		l.decay = 0.01
		w := make([]float64, l.size())
		for i := range w {
			w[i] = float64(i%7)/10 - 0.2
		}
		l.evaluate(w, make([]float64, len(w)))
		diagonal := l.diagonal(mean)
		for _, i := range []int{0, 5, l.penalised() - 1, l.size() - 1} {
			d, hd := make([]float64, len(w)), make([]float64, len(w))
			d[i] = 1
			if i < l.penalised() { // a column less its mean is one with a part of the intercept
				d[l.penalised()+i/x.Cols] = -mean[i%x.Cols]
			}
			l.curvature(hd, d)
			if want := kernels.Dot(d, hd); math.Abs(diagonal[i]-want) > 1e-12 {
				t.Errorf("%d classes: element %d is %v, want %v", classes, i, diagonal[i], want)
			}
		}
	}
}
