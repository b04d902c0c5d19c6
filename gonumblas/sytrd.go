package gonumblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// A tridiagonalization reduces a symmetric matrix A, both of whose triangles are there, to
// tridiagonal form, as LAPACK's dsytrd does. With both triangles a product with a vector is one
// of rows.
type tridiagonalization struct {
	reduction

	// What is left of A.
	order, lda int
	a          []float64
	// A block of the reflectors v and of the vectors w, where A - v^T*w - w^T*v is what A should
	// be.
	v, w []float64
}

// tridiagonalize overwrites A with the reflectors, below the diagonal, and d, e and tau with
// what gonum's Dsytrd returns there.
func tridiagonalize(impl LAPACK, team *parallel.Team, a blas64.General, d, e, tau []float64) {
	const unblocked = 32 // columns that are left to gonum and single reflections
	t := tridiagonalization{
		reduction: reduction{impl: impl, team: team}, order: a.Rows, lda: a.Stride, a: a.Data,
		v: make([]float64, reductionBlock*a.Rows),
		w: make([]float64, reductionBlock*a.Rows),
	}
	i := 0
	for ; t.order > unblocked; i += reductionBlock {
		for j := range reductionBlock {
			d[i+j], e[i+j], tau[i+j] = t.reflect(j)
			t.setW(j, tau[i+j])
		}
		t.next(d[i:], e[i:])
	}
	impl.Dsytd2(blas.Lower, t.order, t.a, t.lda, d[i:], e[i:], tau[i:])
}

// reflect brings column i, which is row i, up to date and finds the reflection that leaves the
// element beside its diagonal one alone.
func (t *tridiagonalization) reflect(i int) (diagonal, beside, tau float64) {
	column := t.v[i*t.order+i:][:t.order-i]
	copy(column, t.a[i*t.lda+i:])
	t.subtract(column, t.column(t.w[i:], t.order, i), t.v[i:], t.order)
	t.subtract(column, t.column(t.v[i:], t.order, i), t.w[i:], t.order)
	diagonal, column = column[0], column[1:]
	beside, tau = t.impl.Dlarfg(len(column), column[0], column[1:], 1)
	column[0] = 1
	for j, v := range column {
		t.a[(i+1+j)*t.lda+i] = v
	}
	return diagonal, beside, tau
}

// setW computes w of column i: p = tau * A as it should be * v, and w = p - tau/2 * (p^T * v) * v.
func (t *tridiagonalization) setW(i int, tau float64) {
	v := t.v[i*t.order+i+1:][:t.order-i-1]
	w := t.w[i*t.order+i+1:][:t.order-i-1]
	a := t.a[(i+1)*t.lda+i+1:]
	t.share(len(w), len(v), func(lo, hi int) {
		dotRows(hi-lo, len(v), 1, a[lo*t.lda:], t.lda, v, 0, w[lo:], 1)
	})
	t.subtract(w, t.products(t.w[i+1:], t.order, i, v), t.v[i+1:], t.order)
	t.subtract(w, t.products(t.v[i+1:], t.order, i, v), t.w[i+1:], t.order)
	kernels.Scale(w, w, tau)
	kernels.Axpy(-0.5*tau*kernels.Dot(w, v), v, w)
}

// next applies a block of reflections to the rest of A and goes on to that.
func (t *tridiagonalization) next(d, e []float64) {
	const k = reductionBlock
	rest, n := t.a[k*t.lda+k:], t.order-k
	multiply(t.impl.Pool, true, false, n, n, k, -1, t.v[k:], t.order, t.w[k:], t.order, 1, rest, t.lda)
	multiply(t.impl.Pool, true, false, n, n, k, -1, t.w[k:], t.order, t.v[k:], t.order, 1, rest, t.lda)
	for i := range k {
		t.a[i*t.lda+i], t.a[(i+1)*t.lda+i] = d[i], e[i]
	}
	t.order, t.a = n, rest
}
