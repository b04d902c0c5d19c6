// Command solve solves linear equations by LU with gonum's package mat, before and after the
// line that puts gonumblas to use:
//
//	go run -C gonumblas ./examples/solve
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"math/rand/v2"
	"os"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/lockstep-ml/lockstep/gonumblas"
	"github.com/lockstep-ml/lockstep/gonumblas/examples/internal/stopwatch"
)

func main() {
	n := flag.Int("n", 1000, "equations and unknowns")
	flag.Parse()
	if err := run(os.Stdout, *n); err != nil {
		log.Fatal(err)
	}
}

func run(w io.Writer, n int) error {
	const rightSides = 10
	random := rand.New(rand.NewPCG(1, 2))
	a, b := matrix(random, n, n), matrix(random, n, rightSides)

	var x mat.Dense
	var err error
	solve := func() { err = x.Solve(a, b) }

	before := stopwatch.Best(solve)
	blas64.Use(gonumblas.Implementation{}) // the line
	after := stopwatch.Best(solve)
	if err != nil {
		return err
	}

	fmt.Fprintf(w, "%d equations, %d right sides\n", n, rightSides)
	stopwatch.Print(w, before, after)
	fmt.Fprintf(w, "largest residual %.2g\n", residual(a, &x, b))
	return nil
}

// residual returns the largest magnitude in A*X - B.
func residual(a, x, b mat.Matrix) float64 {
	var r mat.Dense
	r.Mul(a, x)
	r.Sub(&r, b)
	largest := 0.0
	for _, v := range r.RawMatrix().Data {
		largest = math.Max(largest, math.Abs(v))
	}
	return largest
}

// matrix returns one of normally distributed numbers.
func matrix(random *rand.Rand, rows, cols int) *mat.Dense {
	m := mat.NewDense(rows, cols, nil)
	m.Apply(func(i, j int, v float64) float64 { return random.NormFloat64() }, m)
	return m
}
