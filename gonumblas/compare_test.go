package gonumblas

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

var (
	transpositions = []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}
	sides          = []blas.Side{blas.Left, blas.Right}
	triangles      = []blas.Uplo{blas.Lower, blas.Upper}
	diagonals      = []blas.Diag{blas.NonUnit, blas.Unit}
)

// TestFloat32 compares with gonum, whose own tests are of float64 alone, sizes that are
// split and shared, and increments of either sign.
func TestFloat32(t *testing.T) {
	forAll(t, func(t *testing.T, impl Implementation) {
		for _, s := range [][3]int{{1, 1, 1}, {3, 5, 2}, {17, 70, 33}, {130, 67, 90}} {
			m, n, k := s[0], s[1], s[2]
			for _, beta := range []float32{0, 1, 0.5} {
				compareProducts(t, impl, m, n, k, beta)
				compareSymmetric(t, impl, m, n, k, beta)
				compareVectors(t, impl, m, n, beta)
			}
			compareTriangular(t, impl, m, n)
		}
	})
}

// same runs one routine of both libraries and compares what it does to a copy of out.
func same(t *testing.T, impl Implementation, name string, out []float32, run func(l library, out []float32)) {
	t.Helper()
	got, want := append([]float32{}, out...), append([]float32{}, out...)
	run(impl, got)
	run(gonum.Implementation{}, want)
	for i := range want {
		if d := math.Abs(float64(got[i] - want[i])); !(d <= 1e-4*(1+math.Abs(float64(want[i])))) {
			t.Fatalf("%s: element %d is %v, want %v as from gonum", name, i, got[i], want[i])
		}
	}
}

func compareProducts(t *testing.T, impl Implementation, m, n, k int, beta float32) {
	const pad = 3
	for _, tA := range transpositions {
		for _, tB := range transpositions {
			lda, ldb, ldc := k+m+pad, k+n+pad, n+pad
			a, b := values[float32](max(m, k)*lda), values[float32](max(n, k)*ldb)
			same(t, impl, fmt.Sprintf("Sgemm %c%c %d %d %d", tA, tB, m, n, k), values[float32](m*ldc), func(l library, c []float32) {
				l.Sgemm(tA, tB, m, n, k, 0.7, a, lda, b, ldb, beta, c, ldc)
			})
		}
	}
}

func compareSymmetric(t *testing.T, impl Implementation, m, n, k int, beta float32) {
	for _, ul := range triangles {
		for _, side := range sides {
			order, _ := swapIf(side == blas.Right, m, n)
			a, b := values[float32](order*order), values[float32](m*n)
			same(t, impl, fmt.Sprintf("Ssymm %c%c %d %d", side, ul, m, n), values[float32](m*n), func(l library, c []float32) {
				l.Ssymm(side, ul, m, n, 0.7, a, order, b, n, beta, c, n)
			})
		}
		for _, tA := range transpositions {
			ld := max(n, k)
			a, b := values[float32](ld*ld), values[float32](ld*ld+1)
			same(t, impl, fmt.Sprintf("Ssyrk %c%c %d %d", ul, tA, n, k), values[float32](n*n), func(l library, c []float32) {
				l.Ssyrk(ul, tA, n, k, 0.7, a, ld, beta, c, n)
			})
			same(t, impl, fmt.Sprintf("Ssyr2k %c%c %d %d", ul, tA, n, k), values[float32](n*n), func(l library, c []float32) {
				l.Ssyr2k(ul, tA, n, k, 0.7, a, ld, b, ld, beta, c, n)
			})
		}
	}
}

func compareTriangular(t *testing.T, impl Implementation, m, n int) {
	for _, side := range sides {
		order, _ := swapIf(side == blas.Right, m, n)
		a := values[float32](order * order)
		for i := range a {
			a[i] /= float32(order) // else solutions grow beyond measure
		}
		for i := range order {
			a[i*order+i] += 2
		}
		for _, ul := range triangles {
			for _, tA := range transpositions {
				for _, d := range diagonals {
					kind := fmt.Sprintf(" %c%c%c%c %d %d", side, ul, tA, d, m, n)
					same(t, impl, "Strmm"+kind, values[float32](m*n), func(l library, b []float32) {
						l.Strmm(side, ul, tA, d, m, n, 0.7, a, order, b, n)
					})
					same(t, impl, "Strsm"+kind, values[float32](m*n), func(l library, b []float32) {
						l.Strsm(side, ul, tA, d, m, n, 0.7, a, order, b, n)
					})
				}
			}
		}
	}
}

func compareVectors(t *testing.T, impl Implementation, m, n int, beta float32) {
	for _, inc := range [][2]int{{1, 1}, {2, 1}, {1, 3}, {-1, 1}, {1, -2}, {-2, -3}} {
		incX, incY := inc[0], inc[1]
		x, y := values[float32](3*max(m, n)), values[float32](3*max(m, n)+1)
		a := values[float32](m * n)
		kind := fmt.Sprintf(" %d %d inc %d %d", m, n, incX, incY)
		for _, tA := range transpositions {
			lenY, _ := swapIf(tA != blas.NoTrans, m, n)
			y := y[:(lenY-1)*max(incY, -incY)+1] // gonum's Sgemv may clear what is behind
			same(t, impl, fmt.Sprintf("Sgemv %c", tA)+kind, y, func(l library, y []float32) {
				l.Sgemv(tA, m, n, 0.7, a, n, x, incX, beta, y, incY)
			})
		}
		if incX > 0 && incY > 0 { // else see TestGerBackwards
			same(t, impl, "Sger"+kind, a, func(l library, a []float32) { l.Sger(m, n, 0.7, x, incX, y, incY, a, n) })
		}
		same(t, impl, "Saxpy"+kind, y, func(l library, y []float32) { l.Saxpy(n, 0.7, x, incX, y, incY) })
		same(t, impl, "Sscal"+kind, y, func(l library, y []float32) { l.Sscal(n, 0.7, y, incY) })
		same(t, impl, "Sdot"+kind, []float32{0}, func(l library, r []float32) { r[0] = l.Sdot(n, x, incX, y, incY) })
		same(t, impl, "Sasum"+kind, []float32{0}, func(l library, r []float32) { r[0] = l.Sasum(n, x, incX) })
		same(t, impl, "Snrm2"+kind, []float32{0}, func(l library, r []float32) { r[0] = l.Snrm2(n, x, incX) })
	}
}

// TestLargeVectors compares what several workers share.
func TestLargeVectors(t *testing.T) {
	const m, n = 1030, 1031 // above limits.shared
	a, x, y := values[float32](m*n), values[float32](n), values[float32](n)
	impl := Implementation{}
	same(t, impl, "Sger", a, func(l library, a []float32) { l.Sger(m, n, 0.7, x, 1, y, 1, a, n) })
	for _, tA := range transpositions {
		lenY, _ := swapIf(tA != blas.NoTrans, m, n)
		same(t, impl, "Sgemv", y[:lenY], func(l library, y []float32) { l.Sgemv(tA, m, n, 0.7, a, n, x, 1, 0.5, y, 1) })
	}
}

// TestGerBackwards compares vectors that run backwards with the same ones turned round.
func TestGerBackwards(t *testing.T) {
	const m, n = 3, 2
	x, y := []float64{1, 2, 3}, []float64{5, 0, 7}
	for _, c := range []struct {
		incX, incY int
		want       []float64
	}{
		{1, -2, []float64{7, 5, 14, 10, 21, 15}},
		{-1, 2, []float64{15, 21, 10, 14, 5, 7}},
		{-1, -2, []float64{21, 15, 14, 10, 7, 5}},
	} {
		a := make([]float64, m*n)
		Implementation{}.Dger(m, n, 1, x, c.incX, y, c.incY, a, n)
		if !slices.Equal(a, c.want) {
			t.Errorf("increments %d, %d: %v, want %v", c.incX, c.incY, a, c.want)
		}
	}
}

// TestSnrm2Overflow makes sure that no square overflows or vanishes.
func TestSnrm2Overflow(t *testing.T) {
	for _, scale := range []float32{0x1p100, 0x1p-100} {
		x := make([]float32, 64)
		for i := range x {
			x[i] = scale
		}
		if got := (Implementation{}).Snrm2(len(x), x, 1); got != 8*scale {
			t.Errorf("norm of 64 elements %v is %v, want %v", scale, got, 8*scale)
		}
	}
}
