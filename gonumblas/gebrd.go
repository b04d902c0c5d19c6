package gonumblas

import (
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// A bidiagonalization reduces a matrix A with no more columns than rows to upper bidiagonal
// form, as LAPACK's dgebrd does.
type bidiagonalization struct {
	reduction

	// What is left of A. Row k has, in the end, reflector k from the right beyond the diagonal.
	rows, cols, lda int
	a               []float64
	// A block of the columns' reflectors v and of the vectors x and y, where
	// A - v^T*y - x^T*u, with u the rows' reflectors, is what A should be.
	v, x, y []float64
}

// bidiagonalize overwrites A with the reflectors, and d, e, tauQ and tauP with what gonum's
// Dgebrd returns there.
func bidiagonalize(impl LAPACK, team *parallel.Team, a blas64.General, d, e, tauQ, tauP, work []float64) {
	const unblocked = 128 // columns that are left to gonum and single reflections
	b := bidiagonalization{
		reduction: reduction{impl: impl, team: team}, rows: a.Rows, cols: a.Cols, lda: a.Stride, a: a.Data,
		v: make([]float64, reductionBlock*a.Rows),
		x: make([]float64, reductionBlock*a.Rows),
		y: make([]float64, reductionBlock*a.Cols),
	}
	i := 0
	for ; b.cols > unblocked; i += reductionBlock {
		for j := range reductionBlock {
			d[i+j], tauQ[i+j] = b.reflectColumn(j)
			b.setY(j, tauQ[i+j])
			e[i+j], tauP[i+j] = b.reflectRow(j)
			b.setX(j, tauP[i+j])
		}
		b.next(d[i:], e[i:])
	}
	impl.Dgebd2(b.rows, b.cols, b.a, b.lda, d[i:], e[i:], tauQ[i:], tauP[i:], work)
}

// reflectColumn brings column i up to date and finds the reflection that leaves its
// diagonal element alone.
func (b *bidiagonalization) reflectColumn(i int) (diagonal, tau float64) {
	column := b.v[i*b.rows+i:][:b.rows-i]
	for j := range column {
		column[j] = b.a[(i+j)*b.lda+i]
	}
	b.subtract(column, b.column(b.y[i:], b.cols, i), b.v[i:], b.rows)
	b.subtract(column, b.column(b.a[i:], b.lda, i), b.x[i:], b.rows)
	diagonal, tau = b.impl.Dlarfg(len(column), column[0], column[1:], 1)
	column[0] = 1
	for j, v := range column {
		b.a[(i+j)*b.lda+i] = v
	}
	return diagonal, tau
}

// setY computes tau times the product of A as it should be, transposed, and reflector i.
func (b *bidiagonalization) setY(i int, tau float64) {
	column := b.v[i*b.rows+i:][:b.rows-i]
	y := b.y[i*b.cols+i+1:][:b.cols-i-1]
	a := b.a[i*b.lda+i+1:]
	b.share(len(y), len(column), func(lo, hi int) {
		kernels.Gemm(false, false, 1, hi-lo, len(column), 1, column, len(column), a[lo:], b.lda, 0, y[lo:], hi-lo)
	})
	b.subtract(y, b.products(b.v[i:], b.rows, i, column), b.y[i+1:], b.cols)
	b.subtract(y, b.products(b.x[i:], b.rows, i, column), b.a[i+1:], b.lda)
	kernels.Scale(y, y, tau)
}

// reflectRow brings row i up to date and finds the reflection that leaves its element beside
// the diagonal alone.
func (b *bidiagonalization) reflectRow(i int) (beside, tau float64) {
	row := b.a[i*b.lda+i+1:][:b.cols-i-1]
	b.subtract(row, b.column(b.v[i:], b.rows, i+1), b.y[i+1:], b.cols)
	b.subtract(row, b.column(b.x[i:], b.rows, i), b.a[i+1:], b.lda)
	beside, tau = b.impl.Dlarfg(len(row), row[0], row[1:], 1)
	row[0] = 1
	return beside, tau
}

// setX computes tau times the product of A as it should be and the reflector of row i.
func (b *bidiagonalization) setX(i int, tau float64) {
	row := b.a[i*b.lda+i+1:][:b.cols-i-1]
	x := b.x[i*b.rows+i+1:][:b.rows-i-1]
	a := b.a[(i+1)*b.lda+i+1:]
	b.share(len(x), len(row), func(lo, hi int) {
		dotRows(hi-lo, len(row), 1, a[lo*b.lda:], b.lda, row, 0, x[lo:], 1)
	})
	b.subtract(x, b.products(b.y[i+1:], b.cols, i+1, row), b.v[i+1:], b.rows)
	b.subtract(x, b.products(b.a[i+1:], b.lda, i, row), b.x[i+1:], b.rows)
	kernels.Scale(x, x, tau)
}

// next applies a block of reflections to the rest of A and goes on to that.
func (b *bidiagonalization) next(d, e []float64) {
	const k = reductionBlock
	rest := b.a[k*b.lda+k:]
	pool := b.impl.Pool
	multiply(pool, true, false, b.rows-k, b.cols-k, k, -1, b.v[k:], b.rows, b.y[k:], b.cols, 1, rest, b.lda)
	multiply(pool, true, false, b.rows-k, b.cols-k, k, -1, b.x[k:], b.rows, b.a[k:], b.lda, 1, rest, b.lda)
	for i := range k {
		b.a[i*b.lda+i], b.a[i*b.lda+i+1] = d[i], e[i]
	}
	b.rows, b.cols, b.a = b.rows-k, b.cols-k, rest
}
