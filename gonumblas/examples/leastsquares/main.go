// Command leastsquares fits a linear model to noisy observations by QR with gonum's package
// mat, before and after the line that puts gonumblas to use:
//
//	go run -C gonumblas ./examples/leastsquares
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
	observations := flag.Int("observations", 4000, "rows of the table")
	features := flag.Int("features", 400, "columns of the table, fewer")
	flag.Parse()
	if err := run(os.Stdout, *observations, *features); err != nil {
		log.Fatal(err)
	}
}

func run(w io.Writer, observations, features int) error {
	const noise = 0.01
	table, truth, y := model(observations, features, noise)

	var fitted mat.VecDense
	var err error
	fit := func() { err = fitted.SolveVec(table, y) }

	before := stopwatch.Best(fit)
	blas64.Use(gonumblas.Implementation{}) // the line
	after := stopwatch.Best(fit)
	if err != nil {
		return err
	}

	fmt.Fprintf(w, "%d observations of %d features\n", observations, features)
	stopwatch.Print(w, before, after)
	var miss mat.VecDense
	miss.SubVec(&fitted, truth)
	fmt.Fprintf(w, "root mean square error of the coefficients %.2g, of the observations %.2g\n",
		mat.Norm(&miss, 2)/math.Sqrt(float64(features)), noise)
	return nil
}

// model returns a table of normally distributed features, coefficients, and their product with
// noise, as it was observed.
func model(observations, features int, noise float64) (table *mat.Dense, truth, y *mat.VecDense) {
	random := rand.New(rand.NewPCG(1, 2))
	table = mat.NewDense(observations, features, nil)
	table.Apply(func(i, j int, v float64) float64 { return random.NormFloat64() }, table)
	truth, y = mat.NewVecDense(features, nil), mat.NewVecDense(observations, nil)
	for j := range features {
		truth.SetVec(j, random.NormFloat64())
	}
	y.MulVec(table, truth)
	for i := range observations {
		y.SetVec(i, y.AtVec(i)+noise*random.NormFloat64())
	}
	return table, truth, y
}
