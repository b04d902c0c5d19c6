package gonumblas_test

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/lockstep-ml/lockstep/gonumblas"
)

// A system of linear equations, solved by package mat. The first two lines are all
// that is new; a program has them in main or in an init function.
func Example() {
	blas64.Use(gonumblas.Implementation{})
	blas32.Use(gonumblas.Implementation{})

	a := mat.NewDense(3, 3, []float64{
		2, 1, -1,
		-3, -1, 2,
		-2, 1, 2,
	})
	b := mat.NewVecDense(3, []float64{8, -11, -3})
	var x mat.VecDense
	if err := x.SolveVec(a, b); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f\n", x.RawVector().Data)
	// Output: [2.000 3.000 -1.000]
}
