package npy_test

import (
	"fmt"
	"log"

	"github.com/lockstep-ml/lockstep/dataset/npy"
)

func ExampleOpen() {
	array, err := npy.Open("testdata/matrix.npy") // np.save("matrix.npy", ...)
	if err != nil {
		log.Fatal(err)
	}
	rows, err := array.Rows() // what mlp.Rows takes
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(array.Shape, rows)
	// Output: [2 3] [[1 2 3] [4 5 6]]
}

func ExampleOpenArchive() {
	arrays, err := npy.OpenArchive("testdata/text.npz") // np.savez("text.npz", bytes=..., ...)
	if err != nil {
		log.Fatal(err)
	}
	names, err := arrays["bytes"].Strings()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(names)
	// Output: [setosa virginica]
}
