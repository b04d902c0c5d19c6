package gonumblas

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	lapackgonum "gonum.org/v1/gonum/lapack/gonum"
	"gonum.org/v1/gonum/mat"

	"github.com/lockstep-ml/lockstep/kernels"
)

// eigen returns the eigenvalues of the symmetric matrix of which a has the given triangle, and
// what is in its place afterwards.
func eigen(impl lapack.Float64, job lapack.EVJob, uplo blas.Uplo, a *mat.Dense) (w []float64, after blas64.General, ok bool) {
	n, _ := a.Dims()
	b := mat.NewDense(n, n+3, nil).RawMatrix()
	for i := range n {
		copy(b.Data[i*b.Stride:], a.RawRowView(i))
	}
	w = make([]float64, n)
	work := make([]float64, 1)
	impl.Dsyev(job, uplo, n, b.Data, b.Stride, w, work, -1)
	work = make([]float64, int(work[0]))
	ok = impl.Dsyev(job, uplo, n, b.Data, b.Stride, w, work, len(work))
	return w, b, ok
}

// symmetricOf returns a symmetric matrix with the lower triangle of another.
func symmetricOf(a *mat.Dense) *mat.Dense {
	n, _ := a.Dims()
	s := mat.DenseCopyOf(a)
	for i := range n {
		for j := range i {
			s.Set(j, i, s.At(i, j))
		}
	}
	return s
}

// TestDsyev multiplies eigenvectors by the matrix, and compares eigenvalues with gonum's.
func TestDsyev(t *testing.T) {
	const tolerance = 1e-13
	orders := []int{131, 120, 190}
	if testing.Short() {
		orders = orders[:1]
	}
	for name, make := range testMatrices {
		for _, n := range orders {
			for _, uplo := range []blas.Uplo{blas.Lower, blas.Upper} {
				t.Run(fmt.Sprintf("%s/%d/%c", name, n, uplo), func(t *testing.T) {
					a := symmetricOf(make(n, n))
					want, _, _ := eigen(lapackgonum.Implementation{}, lapack.EVCompute, uplo, a)
					size := math.Max(math.Abs(want[0]), math.Abs(want[n-1]))
					for _, job := range []lapack.EVJob{lapack.EVNone, lapack.EVCompute} {
						w, after, ok := eigen(LAPACK{}, job, uplo, half64(a, uplo))
						if !ok || !slices.IsSorted(w) {
							t.Fatalf("job %c: ok %v, eigenvalues %v", job, ok, w)
						}
						for i, v := range w {
							if math.Abs(v-want[i]) > tolerance*size {
								t.Fatalf("job %c: eigenvalue %d is %v, want %v", job, i, v, want[i])
							}
						}
						if job == lapack.EVNone {
							checkUntouched(t, after, uplo)
							continue
						}
						z := part64(after, n, n)
						checkOrthogonal(t, "the matrix of eigenvectors", z)
						var product, scaled mat.Dense
						product.Mul(a, z)
						scaled.Mul(z, mat.NewDiagDense(n, w))
						product.Sub(&product, &scaled)
						if d := largest(&product); d > tolerance*size {
							t.Errorf("A*Z differs from Z*W by %v times the largest eigenvalue", d/size)
						}
					}
				})
			}
		}
	}
}

// half64 returns a matrix with the given triangle of a, and NaN elsewhere.
func half64(a *mat.Dense, uplo blas.Uplo) *mat.Dense {
	b := mat.DenseCopyOf(a)
	b.Apply(func(i, j int, v float64) float64 {
		if uplo == blas.Lower && j > i || uplo == blas.Upper && j < i {
			return math.NaN()
		}
		return v
	}, b)
	return b
}

// checkUntouched makes sure that the other triangle still has its NaN.
func checkUntouched(t *testing.T, a blas64.General, uplo blas.Uplo) {
	t.Helper()
	n := a.Rows
	for i := range n {
		for j := range i {
			v := a.Data[i*a.Stride+j]
			if uplo == blas.Lower {
				v = a.Data[j*a.Stride+i]
			}
			if !math.IsNaN(v) {
				t.Fatal("elements of the other triangle were overwritten")
			}
		}
	}
}

// TestDsyevNotFinite makes sure that matrices without eigenvalues end soon.
func TestDsyevNotFinite(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		a := general(130)
		a.Set(30, 20, v)
		w, _, ok := eigen(LAPACK{}, lapack.EVCompute, blas.Lower, a)
		if ok || slices.ContainsFunc(w, func(v float64) bool { return !math.IsNaN(v) }) {
			t.Errorf("%v: ok %v, eigenvalues %v", v, ok, w)
		}
	}
}

// TestDsyevWorkers makes sure that the number of workers changes no bit.
func TestDsyevWorkers(t *testing.T) {
	pool := kernels.NewPool(3)
	defer pool.Close()
	one := kernels.NewPool(1)
	defer one.Close()
	a := general(400)
	w1, z1, _ := eigen(LAPACK{Pool: one}, lapack.EVCompute, blas.Lower, a)
	w2, z2, _ := eigen(LAPACK{Pool: pool}, lapack.EVCompute, blas.Lower, a)
	if !slices.Equal(w1, w2) || !slices.Equal(z1.Data, z2.Data) {
		t.Error("one worker and three do not agree")
	}
}

// TestDsyevPanics compares what wrong arguments panic with to what gonum panics with.
func TestDsyevPanics(t *testing.T) {
	type arguments struct {
		job            lapack.EVJob
		uplo           blas.Uplo
		n, lda, lwork  int
		a, w, workSize int // lengths
	}
	const n = 130
	for what, change := range map[string]func(x *arguments){
		"nothing":     func(x *arguments) {},
		"job":         func(x *arguments) { x.job = 0 },
		"triangle":    func(x *arguments) { x.uplo = 0 },
		"n negative":  func(x *arguments) { x.n = -1 },
		"lda":         func(x *arguments) { x.lda = n - 1 },
		"lwork":       func(x *arguments) { x.lwork = 3*n - 2 },
		"short a":     func(x *arguments) { x.a-- },
		"short w":     func(x *arguments) { x.w-- },
		"short work":  func(x *arguments) { x.workSize-- },
		"only values": func(x *arguments) { x.job = lapack.EVNone },
	} {
		x := arguments{lapack.EVCompute, blas.Upper, n, n, 3*n - 1, n * n, n, 3*n - 1}
		change(&x)
		call := func(impl lapack.Float64) func() {
			return func() {
				impl.Dsyev(x.job, x.uplo, x.n, make([]float64, x.a), x.lda, make([]float64, x.w), make([]float64, x.workSize), x.lwork)
			}
		}
		if got, want := panicOf(call(LAPACK{})), panicOf(call(lapackgonum.Implementation{})); got != want {
			t.Errorf("%s: panics with %v, want %v", what, got, want)
		}
	}
}
