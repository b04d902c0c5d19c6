package gonumblas

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	lapackgonum "gonum.org/v1/gonum/lapack/gonum"
	"gonum.org/v1/gonum/mat"

	"github.com/lockstep-ml/lockstep/internal/parallel"
)

// TestDiagonalize looks at the relative errors of singular values of bidiagonal matrices, tiny
// ones among them, and multiplies the factors.
func TestDiagonalize(t *testing.T) {
	const n = 60
	random := values[float64](2 * n)
	for name, element := range map[string]func(i int) float64{
		"even":     func(i int) float64 { return random[i] },
		"falling":  func(i int) float64 { return math.Ldexp(random[i], -i) },
		"rising":   func(i int) float64 { return math.Ldexp(random[i], i-2*n) },
		"zeros":    func(i int) float64 { return random[i] * float64(i%7) },
		"diagonal": func(i int) float64 { return random[i] * float64(1-i%2) },
		"blocks":   func(i int) float64 { return random[i] * float64((i%6+4)/5) },
		"tiny":     func(i int) float64 { return math.Ldexp(random[i], -900) },
		"zero":     func(i int) float64 { return 0 },
	} {
		t.Run(name, func(t *testing.T) {
			d, e := make([]float64, n), make([]float64, n)
			b := mat.NewDense(n, n, nil)
			for i := range n {
				d[i] = element(2 * i)
				b.Set(i, i, d[i])
				if i < n-1 {
					e[i] = element(2*i + 1)
					b.Set(i, i+1, e[i])
				}
			}
			want, work := slices.Clone(d), make([]float64, 4*n)
			if !(lapackgonum.Implementation{}).Dbdsqr(blas.Upper, n, 0, 0, 0, want, slices.Clone(e), nil, 1, nil, 1, nil, 1, work) {
				t.Fatal("gonum does not converge")
			}
			u, vt := identity(n), identity(n)
			if !diagonalize(parallel.NewTeam(1), d, e, u, vt) {
				t.Fatal("does not converge")
			}
			sortValues(d, u, vt)
			for i, v := range d {
				if math.Abs(v-want[i]) > 1e-13*want[i] {
					t.Errorf("singular value %d is %v, want %v", i, v, want[i])
				}
			}
			left, right := part64(u, n, n), part64(vt, n, n)
			checkOrthogonal(t, "U", left)
			checkOrthogonal(t, "V^T", right)
			var product mat.Dense
			product.Product(left, mat.NewDiagDense(n, d), right)
			product.Sub(&product, b)
			if off := largest(&product); off > 1e-13*d[0] {
				t.Errorf("the product of the factors is off by %v", off)
			}
		})
	}
}

func identity(n int) blas64.General {
	a := newMatrix(n, n)
	extend(a, 0)
	return a
}

// TestDiagonalizeGivesUp makes sure that an iteration that cannot converge ends.
func TestDiagonalizeGivesUp(t *testing.T) {
	d, e := values[float64](20), values[float64](20)
	d[10] = math.NaN()
	if diagonalize(parallel.NewTeam(1), d, e, blas64.General{}, blas64.General{}) {
		t.Error("converged to singular values of NaN")
	}
}
