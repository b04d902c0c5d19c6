package gonumblas_test

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/lockstep-ml/lockstep/gonumblas"
	"github.com/lockstep-ml/lockstep/kernels"
)

// A system of linear equations, solved by package mat. The first lines are all
// that is new; a program has them in main or in an init function.
func Example() {
	blas64.Use(gonumblas.Implementation{})
	blas32.Use(gonumblas.Implementation{})
	lapack64.Use(gonumblas.LAPACK{})

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

// A line through four points, by least squares.
func ExampleImplementation() {
	blas64.Use(gonumblas.Implementation{})

	a := mat.NewDense(4, 2, []float64{
		1, 0,
		1, 1,
		1, 2,
		1, 3,
	})
	y := mat.NewVecDense(4, []float64{1, 3, 5.2, 6.8})
	var line mat.VecDense
	if err := line.SolveVec(a, y); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("y = %.2f + %.2f x\n", line.AtVec(0), line.AtVec(1))
	// Output: y = 1.06 + 1.96 x
}

// A program that has other work for its processors gives gonum a single one.
func ExampleImplementation_pool() {
	one := kernels.NewPool(1)
	defer one.Close()
	blas64.Use(gonumblas.Implementation{Pool: one})
	defer blas64.Use(gonumblas.Implementation{}) // nobody may use a pool that is closed

	var c mat.Dense
	c.Mul(mat.NewDense(2, 2, []float64{1, 2, 3, 4}), mat.NewDense(2, 2, []float64{0, 1, 1, 0}))
	fmt.Println(c.RawMatrix().Data)
	// Output: [2 1 4 3]
}

// The principal components of four points: the singular value decomposition of the table is
// what takes the time, if it is large.
func ExampleLAPACK() {
	blas64.Use(gonumblas.Implementation{})
	lapack64.Use(gonumblas.LAPACK{})

	table := mat.NewDense(4, 2, []float64{
		1, 1,
		2, 2,
		3, 3,
		4, 4.2,
	})
	var components stat.PC
	if !components.PrincipalComponents(table, nil) {
		fmt.Println("the decomposition did not converge")
		return
	}
	fmt.Printf("variances %.3f\n", components.VarsTo(nil))
	// Output: variances [3.541 0.002]
}
