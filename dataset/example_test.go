package dataset_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/lockstep-ml/lockstep/dataset"
	"github.com/lockstep-ml/lockstep/kernels"
)

// An IDX file of two images of 1 x 3 pixels.
var file = []byte{
	0, 0, 8, 3, // unsigned bytes in three dimensions
	0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3,
	0, 51, 255,
	255, 0, 0,
}

func ExampleReadIDX() {
	idx, err := dataset.ReadIDX(bytes.NewReader(file), "images", 3)
	fmt.Println(idx.Dims, idx.Data, err)

	_, err = dataset.ReadIDX(bytes.NewReader(file[:20]), "images", 3)
	fmt.Println(err)
	// Output:
	// [2 1 3] [0 51 255 255 0 0] <nil>
	// images: data: 4 of 6 bytes (dimensions [2 1 3]): the file ends early: it is truncated, fetch it again
}

// A trainer gathers the rows of a batch.
func ExampleImages_Gather() {
	images, err := dataset.NewImages(1, 3, []byte{0, 51, 255, 255, 0, 0}, []uint8{7, 2})
	if err != nil {
		log.Fatal(err)
	}
	inputs, targets := images.Dims()
	x, y := kernels.NewMatrix(2, inputs), kernels.NewMatrix(2, targets)
	images.Gather([]int{1, 0}, x, y)
	fmt.Printf("%.1f is of class %v\n", x.Row(0), y.Row(0)[0])
	fmt.Printf("%.1f is of class %v\n", x.Row(1), y.Row(1)[0])
	// Output:
	// [1.0 0.0 0.0] is of class 2
	// [0.0 0.2 1.0] is of class 7
}

func ExampleImages_Select() {
	images, err := dataset.NewImages(1, 1, []byte{10, 11, 12, 13}, []uint8{3, 8, 5, 8})
	if err != nil {
		log.Fatal(err)
	}
	eights, err := images.Select(8, 3) // tell eights from threes
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(eights.Labels, eights.Classes, eights.Pixels)
	// Output: [1 0 0] [8 3] [10 11 13]
}

func ExampleLoadMNIST() {
	mnist, err := dataset.LoadMNIST(context.Background(), dataset.MNISTOptions{
		Progress: func(file string, done, total int64) { fmt.Printf("\r%s: %d of %d bytes", file, done, total) },
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(mnist.Name, "from", mnist.Source)
	fmt.Println(mnist.Train.Len(), "images to train on,", mnist.Test.Len(), "to test with")
}

func ExampleReadCSV() {
	const flowers = `petal_length,petal_width,species
1.4,0.2,setosa
4.7,1.4,versicolor
,2.5,virginica
`
	table, err := dataset.ReadCSV(strings.NewReader(flowers), "flowers.csv", dataset.CSVOptions{})
	if err != nil {
		log.Fatal(err)
	}
	_, err = table.Rows("petal_length", "petal_width")
	fmt.Println(err)

	table = table.Complete()
	x, err := table.Rows("petal_length", "petal_width") // what mlp.Rows takes
	if err != nil {
		log.Fatal(err)
	}
	species, err := table.Column("species")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(x, species.Text)
	// Output:
	// flowers.csv:4: column "petal_length": the value is missing: leave the row out, or fill in a value
	// [[1.4 0.2] [4.7 1.4]] [setosa versicolor]
}
