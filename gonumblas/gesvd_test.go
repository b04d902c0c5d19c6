package gonumblas

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	lapackgonum "gonum.org/v1/gonum/lapack/gonum"
	"gonum.org/v1/gonum/mat"

	"github.com/lockstep-ml/lockstep/kernels"
)

// decompose returns the decomposition of a matrix whose rows, as those of the factors, do not
// follow one another at once.
func decompose(impl lapack.Float64, jobU, jobVT lapack.SVDJob, a *mat.Dense) (s []float64, u, vt *mat.Dense, ok bool) {
	m, n := a.Dims()
	spread := func(rows, cols int) blas64.General { return mat.NewDense(rows, cols+3, nil).RawMatrix() }
	c := spread(m, n)
	for i := range m {
		copy(c.Data[i*c.Stride:], a.RawRowView(i))
	}
	left, right := spread(m, m), spread(n, n)
	s = make([]float64, min(m, n))
	work := make([]float64, 1)
	impl.Dgesvd(jobU, jobVT, m, n, c.Data, c.Stride, s, left.Data, left.Stride, right.Data, right.Stride, work, -1)
	work = make([]float64, int(work[0]))
	ok = impl.Dgesvd(jobU, jobVT, m, n, c.Data, c.Stride, s, left.Data, left.Stride, right.Data, right.Stride, work, len(work))
	cols, _ := vectors(jobU, m, min(m, n))
	rows, _ := vectors(jobVT, n, min(m, n))
	return s, part64(left, m, cols), part64(right, rows, n), ok
}

// part64 returns a copy of the first rows and columns of a matrix, nil if there are none.
func part64(a blas64.General, rows, cols int) *mat.Dense {
	if rows == 0 || cols == 0 {
		return nil
	}
	var whole mat.Dense
	whole.SetRawMatrix(a)
	return mat.DenseCopyOf(whole.Slice(0, rows, 0, cols))
}

var svdShapes = []struct{ m, n int }{{48, 48}, {70, 70}, {80, 60}, {60, 80}, {150, 50}, {50, 150}, {131, 129}}

// testMatrices are matrices of each sort that takes another way.
var testMatrices = map[string]func(m, n int) *mat.Dense{
	"general": func(m, n int) *mat.Dense { return mat.NewDense(m, n, values[float64](m*n)) },
	"zero":    func(m, n int) *mat.Dense { return mat.NewDense(m, n, nil) },
	"rank 3": func(m, n int) *mat.Dense {
		var a mat.Dense
		a.Mul(mat.NewDense(m, 3, values[float64](m*3)), mat.NewDense(3, n, values[float64](3*n)))
		return &a
	},
	"diagonal blocks": func(m, n int) *mat.Dense {
		a := mat.NewDense(m, n, values[float64](m*n))
		a.Apply(func(i, j int, v float64) float64 {
			if i/4 != j/4 {
				return 0
			}
			return v
		}, a)
		return a
	},
	"falling": func(m, n int) *mat.Dense { return graded(m, n, -1) },
	"rising":  func(m, n int) *mat.Dense { return graded(m, n, 1) },
	"tiny":    func(m, n int) *mat.Dense { return scaled(m, n, 0x1p-1000) },
	"huge":    func(m, n int) *mat.Dense { return scaled(m, n, 0x1p1000) },
}

// graded returns a matrix whose rows and columns grow, or shrink, by many orders.
func graded(m, n, sign int) *mat.Dense {
	a := mat.NewDense(m, n, values[float64](m*n))
	a.Apply(func(i, j int, v float64) float64 { return math.Ldexp(v, sign*(i+j)/4) }, a)
	return a
}

func scaled(m, n int, factor float64) *mat.Dense {
	a := mat.NewDense(m, n, values[float64](m*n))
	a.Scale(factor, a)
	return a
}

// TestSVD multiplies the factors, and compares singular values with gonum's.
func TestSVD(t *testing.T) {
	const tolerance = 1e-13
	shapes := svdShapes
	if testing.Short() {
		shapes = shapes[3:]
	}
	for name, make := range testMatrices {
		for _, shape := range shapes {
			t.Run(fmt.Sprintf("%s/%dx%d", name, shape.m, shape.n), func(t *testing.T) {
				a := make(shape.m, shape.n)
				want, _, _, _ := decompose(lapackgonum.Implementation{}, lapack.SVDStore, lapack.SVDStore, a)
				s, u, vt, ok := decompose(LAPACK{}, lapack.SVDAll, lapack.SVDAll, a)
				if !ok {
					t.Fatal("did not converge")
				}
				for i, v := range s {
					if math.Abs(v-want[i]) > tolerance*want[0] || math.Signbit(v) || i > 0 && v > s[i-1] {
						t.Fatalf("singular value %d is %v, want %v, after %v", i, v, want[i], s[max(i, 1)-1])
					}
				}
				checkOrthogonal(t, "U", u)
				checkOrthogonal(t, "V", mat.DenseCopyOf(vt.T()))
				sigma := mat.NewDense(shape.m, shape.n, nil)
				for i, v := range s {
					sigma.Set(i, i, v)
				}
				var product mat.Dense
				product.Mul(u, sigma)
				product.Mul(&product, vt)
				product.Sub(&product, a)
				if d := largest(&product); d > tolerance*s[0] {
					t.Errorf("U*S*V^T differs from A by %v times the largest singular value", d/s[0])
				}
				checkJobs(t, a, s, u, vt)
			})
		}
	}
}

// checkJobs makes sure that whoever asks for less gets a part of the same.
func checkJobs(t *testing.T, a *mat.Dense, s []float64, u, vt *mat.Dense) {
	t.Helper()
	jobs := []lapack.SVDJob{lapack.SVDAll, lapack.SVDStore, lapack.SVDNone}
	for _, jobU := range jobs {
		for _, jobVT := range jobs {
			s2, u2, vt2, ok := decompose(LAPACK{}, jobU, jobVT, a)
			if !ok || !isPart(u2, u) || !isPart(vt2, vt) {
				t.Errorf("jobs %c and %c: converged %v, not the same vectors", jobU, jobVT, ok)
			}
			for i, v := range s2 {
				if math.Abs(v-s[i]) > 1e-13*s[0] {
					t.Errorf("jobs %c and %c: singular value %d is %v, want %v", jobU, jobVT, i, v, s[i])
				}
			}
		}
	}
}

// isPart reports whether a matrix, which may be nil, is the beginning of another, but for rounding.
func isPart(part, whole *mat.Dense) bool {
	if part == nil {
		return true
	}
	rows, cols := part.Dims()
	return mat.EqualApprox(part, whole.Slice(0, rows, 0, cols), 1e-13)
}

func checkOrthogonal(t *testing.T, name string, a *mat.Dense) {
	t.Helper()
	var product mat.Dense
	product.Mul(a.T(), a)
	n, _ := product.Dims()
	for i := range n {
		product.Set(i, i, product.At(i, i)-1)
	}
	if d := largest(&product); d > 1e-13 {
		t.Errorf("%s is not orthogonal, by %v", name, d)
	}
}

// largest returns the largest magnitude.
func largest(a *mat.Dense) float64 { return max(mat.Max(a), -mat.Min(a)) }

// TestSVDNotFinite makes sure that matrices without a decomposition end soon.
func TestSVDNotFinite(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		a := general(60)
		a.Set(20, 30, v)
		s, _, _, ok := decompose(LAPACK{}, lapack.SVDStore, lapack.SVDStore, a)
		if ok || slices.ContainsFunc(s, func(v float64) bool { return !math.IsNaN(v) }) {
			t.Errorf("%v: ok %v, singular values %v", v, ok, s)
		}
	}
}

// TestSVDWorkers makes sure that the number of workers changes no bit.
func TestSVDWorkers(t *testing.T) {
	pool := kernels.NewPool(3)
	defer pool.Close()
	one := kernels.NewPool(1)
	defer one.Close()
	a := mat.NewDense(300, 290, values[float64](300*290))
	s1, u1, vt1, _ := decompose(LAPACK{Pool: one}, lapack.SVDAll, lapack.SVDAll, a)
	s2, u2, vt2, _ := decompose(LAPACK{Pool: pool}, lapack.SVDAll, lapack.SVDAll, a)
	if !slices.Equal(s1, s2) || !mat.Equal(u1, u2) || !mat.Equal(vt1, vt2) {
		t.Error("one worker and three do not agree")
	}
}

// TestSVDPanics compares what wrong arguments panic with to what gonum panics with.
func TestSVDPanics(t *testing.T) {
	type arguments struct {
		jobU, jobVT        lapack.SVDJob
		m, n, lda          int
		ldu, ldvt, lwork   int
		a, s, u, vt, works int // lengths
	}
	const n = 50
	for what, change := range map[string]func(x *arguments){
		"nothing":         func(x *arguments) {},
		"jobU":            func(x *arguments) { x.jobU = 0 },
		"jobVT":           func(x *arguments) { x.jobVT = 0 },
		"jobU overwrite":  func(x *arguments) { x.jobU = lapack.SVDOverwrite },
		"jobVT overwrite": func(x *arguments) { x.jobVT = lapack.SVDOverwrite },
		"m negative":      func(x *arguments) { x.m = -1 },
		"n negative":      func(x *arguments) { x.n = -1 },
		"m zero":          func(x *arguments) { x.m = 0 },
		"lda":             func(x *arguments) { x.lda = n - 1 },
		"ldu":             func(x *arguments) { x.ldu = n - 1 },
		"ldu zero":        func(x *arguments) { x.jobU, x.ldu = lapack.SVDNone, 0 },
		"ldvt":            func(x *arguments) { x.ldvt = n - 1 },
		"ldvt zero":       func(x *arguments) { x.jobVT, x.ldvt = lapack.SVDNone, 0 },
		"lwork":           func(x *arguments) { x.lwork = 5*n - 1 },
		"lwork negative":  func(x *arguments) { x.lwork = -2 },
		"short a":         func(x *arguments) { x.a-- },
		"short s":         func(x *arguments) { x.s-- },
		"short u":         func(x *arguments) { x.u-- },
		"short vt":        func(x *arguments) { x.vt-- },
		"short work":      func(x *arguments) { x.works-- },
	} {
		x := arguments{lapack.SVDAll, lapack.SVDStore, n, n, n, n, n, 5 * n, n * n, n, n * n, n * n, 5 * n}
		change(&x)
		call := func(impl lapack.Float64) func() {
			return func() {
				impl.Dgesvd(x.jobU, x.jobVT, x.m, x.n, make([]float64, x.a), x.lda, make([]float64, x.s),
					make([]float64, x.u), x.ldu, make([]float64, x.vt), x.ldvt, make([]float64, x.works), x.lwork)
			}
		}
		if got, want := panicOf(call(LAPACK{})), panicOf(call(lapackgonum.Implementation{})); got != want {
			t.Errorf("%s: panics with %v, want %v", what, got, want)
		}
	}
}
