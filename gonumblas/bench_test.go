package gonumblas

import (
	"fmt"
	"testing"
	"time"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/mat"
)

// A library is gonum or this package.
type library interface {
	blas.Float32
	blas.Float64
}

// contests are what both libraries are timed at, for matrices and vectors of order n.
var contests = []struct {
	name    string
	prepare func(n int) func(library)
}{
	{"Ddot", func(n int) func(library) {
		x, y := values[float64](n), values[float64](n)
		return func(l library) { l.Ddot(n, x, 1, y, 1) }
	}},
	{"Sdot", func(n int) func(library) {
		x, y := values[float32](n), values[float32](n)
		return func(l library) { l.Sdot(n, x, 1, y, 1) }
	}},
	{"Daxpy", func(n int) func(library) {
		x, y := values[float64](n), values[float64](n)
		return func(l library) { l.Daxpy(n, 1e-9, x, 1, y, 1) }
	}},
	{"Saxpy", func(n int) func(library) {
		x, y := values[float32](n), values[float32](n)
		return func(l library) { l.Saxpy(n, 1e-9, x, 1, y, 1) }
	}},
	{"Dscal", func(n int) func(library) {
		x := values[float64](n)
		return func(l library) { l.Dscal(n, -1, x, 1) }
	}},
	{"Dasum", func(n int) func(library) {
		x := values[float64](n)
		return func(l library) { l.Dasum(n, x, 1) }
	}},
	{"Snrm2", func(n int) func(library) {
		x := values[float32](n)
		return func(l library) { l.Snrm2(n, x, 1) }
	}},
	{"DgemvN", func(n int) func(library) {
		a, x, y := values[float64](n*n), values[float64](n), values[float64](n)
		return func(l library) { l.Dgemv(blas.NoTrans, n, n, 1, a, n, x, 1, 0, y, 1) }
	}},
	{"DgemvT", func(n int) func(library) {
		a, x, y := values[float64](n*n), values[float64](n), values[float64](n)
		return func(l library) { l.Dgemv(blas.Trans, n, n, 1, a, n, x, 1, 0, y, 1) }
	}},
	{"DgemvTStride", func(n int) func(library) {
		a, x, y := values[float64](n*n), values[float64](n*n), values[float64](n)
		return func(l library) { l.Dgemv(blas.Trans, n, n, -1, a, n, x, n, 0, y, 1) }
	}},
	{"SgemvT", func(n int) func(library) {
		a, x, y := values[float32](n*n), values[float32](n), values[float32](n)
		return func(l library) { l.Sgemv(blas.Trans, n, n, 1, a, n, x, 1, 0, y, 1) }
	}},
	{"Dger", func(n int) func(library) {
		a, x, y := values[float64](n*n), values[float64](n), values[float64](n)
		return func(l library) { l.Dger(n, n, 1e-9, x, 1, y, 1, a, n) }
	}},
	{"SgemvN", func(n int) func(library) {
		a, x, y := values[float32](n*n), values[float32](n), values[float32](n)
		return func(l library) { l.Sgemv(blas.NoTrans, n, n, 1, a, n, x, 1, 0, y, 1) }
	}},
	{"Sger", func(n int) func(library) {
		a, x, y := values[float32](n*n), values[float32](n), values[float32](n)
		return func(l library) { l.Sger(n, n, 1e-9, x, 1, y, 1, a, n) }
	}},
	{"Dgemm", func(n int) func(library) {
		a, b, c := values[float64](n*n), values[float64](n*n), values[float64](n*n)
		return func(l library) { l.Dgemm(blas.NoTrans, blas.NoTrans, n, n, n, 1, a, n, b, n, 0, c, n) }
	}},
	{"DgemmNT", func(n int) func(library) {
		a, b, c := values[float64](n*n), values[float64](n*n), values[float64](n*n)
		return func(l library) { l.Dgemm(blas.NoTrans, blas.Trans, n, n, n, 1, a, n, b, n, 0, c, n) }
	}},
	{"Sgemm", func(n int) func(library) {
		a, b, c := values[float32](n*n), values[float32](n*n), values[float32](n*n)
		return func(l library) { l.Sgemm(blas.NoTrans, blas.NoTrans, n, n, n, 1, a, n, b, n, 0, c, n) }
	}},
	{"Dsyrk", func(n int) func(library) {
		a, c := values[float64](n*n), values[float64](n*n)
		return func(l library) { l.Dsyrk(blas.Lower, blas.NoTrans, n, n, 1, a, n, 0, c, n) }
	}},
	{"Dsyr2k", func(n int) func(library) {
		a, b, c := values[float64](n*n), values[float64](n*n), values[float64](n*n)
		return func(l library) { l.Dsyr2k(blas.Lower, blas.NoTrans, n, n, 1, a, n, b, n, 0, c, n) }
	}},
	{"Dsymm", func(n int) func(library) {
		a, b, c := values[float64](n*n), values[float64](n*n), values[float64](n*n)
		return func(l library) { l.Dsymm(blas.Left, blas.Upper, n, n, 1, a, n, b, n, 0, c, n) }
	}},
	{"Dtrmm", func(n int) func(library) {
		a, b := nearIdentity(n), values[float64](n*n)
		return func(l library) { l.Dtrmm(blas.Left, blas.Lower, blas.NoTrans, blas.Unit, n, n, 1, a, n, b, n) }
	}},
	{"DtrsmLeft", func(n int) func(library) {
		a, b := nearIdentity(n), values[float64](n*n)
		return func(l library) { l.Dtrsm(blas.Left, blas.Lower, blas.NoTrans, blas.Unit, n, n, 1, a, n, b, n) }
	}},
	{"DtrsmRight", func(n int) func(library) {
		a, b := nearIdentity(n), values[float64](n*n)
		return func(l library) { l.Dtrsm(blas.Right, blas.Lower, blas.Trans, blas.Unit, n, n, 1, a, n, b, n) }
	}},
	{"mat.Mul", func(n int) func(library) {
		a, b, c := mat.NewDense(n, n, values[float64](n*n)), mat.NewDense(n, n, values[float64](n*n)), mat.NewDense(n, n, nil)
		return with(func() { c.Mul(a, b) })
	}},
	{"mat.LU", func(n int) func(library) {
		a, f := general(n), new(mat.LU)
		return with(func() { f.Factorize(a) })
	}},
	{"mat.Cholesky", func(n int) func(library) {
		a, f := positive(n), new(mat.Cholesky)
		return with(func() { f.Factorize(a) })
	}},
	{"mat.QR", func(n int) func(library) {
		a, f := general(n), new(mat.QR)
		return with(func() { f.Factorize(a) })
	}},
	{"mat.SVD", func(n int) func(library) {
		a, f := general(n), new(mat.SVD)
		return with(func() { f.Factorize(a, mat.SVDThin) })
	}},
	{"mat.EigenSym", func(n int) func(library) {
		a, f := positive(n), new(mat.EigenSym)
		return with(func() { f.Factorize(a, true) })
	}},
}

// BenchmarkRace reports how many times as fast as gonum this package is. Both take
// turns, and the best turn of each counts, so that what else the machine does at
// times counts for neither. All of it takes longer than go test waits by default; choose:
//
//	go test -run - -bench 'Race/mat.Mul' -benchtime 10x
func BenchmarkRace(b *testing.B) {
	for _, contest := range contests {
		for _, n := range []int{1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 100, 128, 256, 512, 1000, 1024} {
			b.Run(fmt.Sprintf("%s/n=%d", contest.name, n), func(b *testing.B) { race(b, contest.prepare(n)) })
		}
	}
}

func race(b *testing.B, work func(library)) {
	ours, theirs := Implementation{}, gonum.Implementation{}
	repeats := 1
	for turn(work, ours, repeats) < 50*time.Microsecond {
		repeats *= 2
	}
	best, bestOfGonum := time.Hour, time.Hour
	for b.Loop() {
		best = min(best, turn(work, ours, repeats))
		bestOfGonum = min(bestOfGonum, turn(work, theirs, repeats))
	}
	b.ReportMetric(0, "ns/op") // of both together, which tells nothing
	b.ReportMetric(float64(best)/float64(repeats), "ns")
	b.ReportMetric(float64(bestOfGonum)/float64(repeats), "ns-gonum")
	b.ReportMetric(float64(bestOfGonum)/float64(best), "times-as-fast")
}

func turn(work func(library), l library, repeats int) time.Duration {
	start := time.Now()
	for range repeats {
		work(l)
	}
	return time.Since(start)
}

// with returns work that goes through gonum's packages.
func with(work func()) func(library) {
	return func(l library) {
		blas64.Use(l)
		work()
		blas64.Use(gonum.Implementation{})
	}
}
