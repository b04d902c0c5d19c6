// Command pca finds the principal components of a table with gonum's package stat, before and
// after the two lines that put gonumblas to use, one for matrices and one for the
// singular value decomposition:
//
//	go run -C gonumblas ./examples/pca
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/lockstep-ml/lockstep/gonumblas"
	"github.com/lockstep-ml/lockstep/gonumblas/examples/internal/stopwatch"
)

func main() {
	observations := flag.Int("observations", 2000, "rows of the table")
	features := flag.Int("features", 400, "columns of the table")
	flag.Parse()
	if err := run(os.Stdout, *observations, *features); err != nil {
		log.Fatal(err)
	}
}

func run(w io.Writer, observations, features int) error {
	const causes = 3
	table := observed(observations, features, causes)

	var components stat.PC
	ok := true
	analyse := func() { ok = components.PrincipalComponents(table, nil) && ok }

	before := stopwatch.Best(analyse)
	blas64.Use(gonumblas.Implementation{}) // the lines
	lapack64.Use(gonumblas.LAPACK{})
	after := stopwatch.Best(analyse)
	if !ok {
		return errors.New("the decomposition did not converge")
	}

	fmt.Fprintf(w, "%d observations of %d features with %d causes\n", observations, features, causes)
	stopwatch.Print(w, before, after)
	variances := components.VarsTo(nil)
	total, explained := 0.0, 0.0
	for i, v := range variances {
		total += v
		if i < causes {
			explained += v
		}
	}
	fmt.Fprintf(w, "%d components explain %.1f %% of the variance\n", causes, 100*explained/total)
	return nil
}

// observed returns a table whose features are sums of a few causes, and noise.
func observed(observations, features, causes int) *mat.Dense {
	random := rand.New(rand.NewPCG(1, 2))
	normal := func(rows, cols int) *mat.Dense {
		m := mat.NewDense(rows, cols, nil)
		m.Apply(func(i, j int, v float64) float64 { return random.NormFloat64() }, m)
		return m
	}
	noise := normal(observations, features)
	noise.Scale(0.1, noise)
	var table mat.Dense
	table.Mul(normal(observations, causes), normal(causes, features))
	table.Add(&table, noise)
	return &table
}
