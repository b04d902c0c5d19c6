// Package task has what gonum is timed at, by whatever BLAS it has in use.
package task

import (
	"fmt"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/lockstep-ml/lockstep/bench/internal/machine"
)

// A Task is something that programs do with gonum.
type Task struct {
	Name    string
	prepare func() func()
}

// All are the tasks, in the order of the tables.
var All = []Task{
	sgemm(64), sgemm(256), sgemm(512), sgemm(1024),
	dgemm(64), dgemm(256), dgemm(512), dgemm(1024),
	{"mat.Dense.Mul, 512", func() func() { return multiplication(512) }},
	{"mat.Dense.Mul, 1024", func() func() { return multiplication(1024) }},
	{"Dtrsm, left, 1000", func() func() { return triangularSolution(blas.Left) }},
	{"Dtrsm, right, 1000", func() func() { return triangularSolution(blas.Right) }},
	{"Dsyrk, 1000", rankUpdate},
	{"mat.LU, 1000", func() func() {
		a := general(1000, 1000)
		return func() { new(mat.LU).Factorize(a) }
	}},
	{"mat.Cholesky, 1000", func() func() {
		a := positive(1000)
		return func() { new(mat.Cholesky).Factorize(a) }
	}},
	{"mat.QR, 1000", func() func() {
		a := general(1000, 1000)
		return func() { new(mat.QR).Factorize(a) }
	}},
	{"mat.SVD, thin, 1000", func() func() {
		a := general(1000, 1000)
		return func() { new(mat.SVD).Factorize(a, mat.SVDThin) }
	}},
	{"mat.SVD, values alone, 1000", func() func() {
		a := general(1000, 1000)
		return func() { new(mat.SVD).Factorize(a, mat.SVDNone) }
	}},
	{"mat.EigenSym, 500", func() func() {
		a := positive(500)
		return func() { new(mat.EigenSym).Factorize(a, true) }
	}},
	{"mat.Dense.Solve, 1000, 10 right sides", func() func() { return solution(1000, 1000, 10) }},
	{"least squares, 4000 x 300", func() func() { return solution(4000, 300, 1) }},
	{"stat.PC, 2000 x 200", func() func() {
		a := general(2000, 200)
		return func() { new(stat.PC).PrincipalComponents(a, nil) }
	}},
}

// Named returns the task with a name.
func Named(name string) (Task, bool) {
	for _, t := range All {
		if t.Name == name {
			return t, true
		}
	}
	return Task{}, false
}

// A Timer times tasks. It keeps the arguments of the last one.
type Timer struct {
	held Task
	run  func()
}

// Time does a task a number of times, and returns the nanoseconds of one and the processor
// time by the time on the clock.
func (x *Timer) Time(t Task, count int) (ns, load float64) {
	if x.held.Name != t.Name {
		x.held, x.run = t, t.prepare()
		x.run()
	}
	start, used := machine.WallTime(), machine.ProcessorTime()
	for range count {
		x.run()
	}
	elapsed, used := machine.WallTime()-start, machine.ProcessorTime()-used
	return float64(elapsed) / float64(count), float64(used) / float64(max(elapsed, time.Nanosecond))
}

func sgemm(n int) Task {
	return Task{fmt.Sprintf("Sgemm, %d", n), func() func() {
		matrix := func() blas32.General {
			x := blas32.General{Rows: n, Cols: n, Stride: n, Data: make([]float32, n*n)}
			for i, v := range numbers(n * n) {
				x.Data[i] = float32(v)
			}
			return x
		}
		a, b, c := matrix(), matrix(), matrix()
		return func() { blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, a, b, 0, c) }
	}}
}

func dgemm(n int) Task {
	return Task{fmt.Sprintf("Dgemm, %d", n), func() func() {
		a, b, c := general(n, n).RawMatrix(), general(n, n).RawMatrix(), general(n, n).RawMatrix()
		return func() { blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, a, b, 0, c) }
	}}
}

func multiplication(n int) func() {
	a, b := general(n, n), general(n, n)
	var c mat.Dense
	return func() { c.Mul(a, b) }
}

// triangularSolution has a triangle close to that of the identity, so that solutions of solutions
// neither grow nor vanish.
func triangularSolution(side blas.Side) func() {
	const n = 1000
	a := general(n, n)
	a.Scale(1e-9, a)
	t := blas64.Triangular{N: n, Stride: n, Data: a.RawMatrix().Data, Uplo: blas.Lower, Diag: blas.Unit}
	b := general(n, n).RawMatrix()
	return func() { blas64.Trsm(side, blas.NoTrans, 1, t, b) }
}

func rankUpdate() func() {
	const n = 1000
	a := general(n, n).RawMatrix()
	c := blas64.Symmetric{N: n, Stride: n, Data: make([]float64, n*n), Uplo: blas.Lower}
	return func() { blas64.Syrk(blas.NoTrans, 1, a, 0, c) }
}

// solution is by LU, or by QR if there are more equations than unknowns.
func solution(equations, unknowns, right int) func() {
	a, b := general(equations, unknowns), general(equations, right)
	return func() {
		var x mat.Dense
		if err := x.Solve(a, b); err != nil {
			panic(err)
		}
	}
}

func general(rows, cols int) *mat.Dense { return mat.NewDense(rows, cols, numbers(rows*cols)) }

func positive(n int) *mat.SymDense {
	a := mat.NewSymDense(n, nil)
	a.SymOuterK(1, general(n, n))
	for i := range n {
		a.SetSym(i, i, a.At(i, i)+1)
	}
	return a
}

// numbers are in [-1, 1), and the same ones each time.
func numbers(n int) []float64 {
	random := rand.New(rand.NewPCG(uint64(n), 8))
	x := make([]float64, n)
	for i := range x {
		x[i] = 2*random.Float64() - 1
	}
	return x
}
