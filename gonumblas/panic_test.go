package gonumblas

import (
	"strings"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// panicOf returns what a call panics with, nil if it does not.
func panicOf(f func()) (reason any) {
	defer func() { reason = recover() }()
	f()
	return nil
}

// TestPanics compares what wrong arguments panic with to what gonum panics with: each
// argument in turn is one that is wrong or at a limit.
func TestPanics(t *testing.T) {
	const n = 20 // every matrix is n x n
	good := arguments{n: n, k: n, lda: n, ldb: n, ldc: n, incX: 1, incY: 1, side: blas.Left, uplo: blas.Lower, trans: blas.NoTrans, diag: blas.Unit, size: n * n}
	wrong := map[string]func(a *arguments){
		"nothing":      func(a *arguments) {},
		"n negative":   func(a *arguments) { a.n = -1 },
		"n zero":       func(a *arguments) { a.n = 0 },
		"k negative":   func(a *arguments) { a.k = -1 },
		"k zero":       func(a *arguments) { a.k = 0 },
		"lda short":    func(a *arguments) { a.lda = n - 1 },
		"ldb short":    func(a *arguments) { a.ldb = n - 1 },
		"ldc short":    func(a *arguments) { a.ldc = n - 1 },
		"incX zero":    func(a *arguments) { a.incX = 0 },
		"incY zero":    func(a *arguments) { a.incY = 0 },
		"incX long":    func(a *arguments) { a.incX = n * n },
		"incY long":    func(a *arguments) { a.incY = -n * n },
		"side":         func(a *arguments) { a.side = 0 },
		"triangle":     func(a *arguments) { a.uplo = 0 },
		"transpose":    func(a *arguments) { a.trans = 0 },
		"diagonal":     func(a *arguments) { a.diag = 0 },
		"short slices": func(a *arguments) { a.size-- },
		"tiny slices":  func(a *arguments) { a.size = n - 1 },
	}
	forAll(t, func(t *testing.T, impl Implementation) {
		for what, change := range wrong {
			args := good
			change(&args)
			for name, call := range calls {
				got, want := panicOf(func() { call(impl, args) }), panicOf(func() { call(gonum.Implementation{}, args) })
				if got != want {
					t.Errorf("%s, %s: panics with %v, want %v", name, what, got, want)
				}
			}
		}
	})
}

// TestOverlap checks that overlapping operands are a panic of the caller, which it can
// recover from, even of what several workers do.
func TestOverlap(t *testing.T) {
	forAll(t, func(t *testing.T, impl Implementation) {
		for _, n := range []int{64, 300} {
			a := make([]float64, n*n+n)
			for i := range a {
				a[i] = 1
			}
			for _, side := range []blas.Side{blas.Left, blas.Right} {
				for name, call := range map[string]func(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int){
					"Dtrmm": impl.Dtrmm, "Dtrsm": impl.Dtrsm,
				} {
					reason := panicOf(func() { call(side, blas.Lower, blas.NoTrans, blas.NonUnit, n, n, 1, a[:n*n], n, a[n:], n) })
					if text, _ := reason.(string); n > 64 && !strings.Contains(text, "overlaps") {
						t.Errorf("%s of order %d, side %c: panics with %v, want one about the overlap", name, n, side, reason)
					}
				}
			}
		}
	})
}

type arguments struct {
	n, k, lda, ldb, ldc, incX, incY, size int
	side                                  blas.Side
	uplo                                  blas.Uplo
	trans                                 blas.Transpose
	diag                                  blas.Diag
}

func (x arguments) matrix() []float64 { return nearIdentity(20)[:x.size] }

var calls = map[string]func(l library, x arguments){
	"Ddot":  func(l library, x arguments) { l.Ddot(x.n, x.matrix(), x.incX, x.matrix(), x.incY) },
	"Daxpy": func(l library, x arguments) { l.Daxpy(x.n, 2, x.matrix(), x.incX, x.matrix(), x.incY) },
	"Dscal": func(l library, x arguments) { l.Dscal(x.n, 2, x.matrix(), x.incX) },
	"Dasum": func(l library, x arguments) { l.Dasum(x.n, x.matrix(), x.incX) },
	"Dgemv": func(l library, x arguments) {
		l.Dgemv(x.trans, x.n, x.k, 2, x.matrix(), x.lda, x.matrix(), x.incX, 2, x.matrix(), x.incY)
	},
	"Dger": func(l library, x arguments) {
		l.Dger(x.n, x.k, 2, x.matrix(), x.incX, x.matrix(), x.incY, x.matrix(), x.lda)
	},
	"Dgemm": func(l library, x arguments) {
		l.Dgemm(x.trans, blas.NoTrans, x.n, x.n, x.k, 2, x.matrix(), x.lda, x.matrix(), x.ldb, 2, x.matrix(), x.ldc)
	},
	"Dgemm, B": func(l library, x arguments) {
		l.Dgemm(blas.Trans, x.trans, x.n, x.n, x.k, 2, x.matrix(), x.lda, x.matrix(), x.ldb, 2, x.matrix(), x.ldc)
	},
	"Dsymm": func(l library, x arguments) {
		l.Dsymm(x.side, x.uplo, x.n, x.k, 2, x.matrix(), x.lda, x.matrix(), x.ldb, 2, x.matrix(), x.ldc)
	},
	"Dsyrk": func(l library, x arguments) {
		l.Dsyrk(x.uplo, x.trans, x.n, x.k, 2, x.matrix(), x.lda, 2, x.matrix(), x.ldc)
	},
	"Dsyr2k": func(l library, x arguments) {
		l.Dsyr2k(x.uplo, x.trans, x.n, x.k, 2, x.matrix(), x.lda, x.matrix(), x.ldb, 2, x.matrix(), x.ldc)
	},
	"Dtrmm": func(l library, x arguments) {
		l.Dtrmm(x.side, x.uplo, x.trans, x.diag, x.n, x.k, 2, x.matrix(), x.lda, x.matrix(), x.ldb)
	},
	"Dtrsm": func(l library, x arguments) {
		l.Dtrsm(x.side, x.uplo, x.trans, x.diag, x.n, x.k, 2, x.matrix(), x.lda, x.matrix(), x.ldb)
	},
}
