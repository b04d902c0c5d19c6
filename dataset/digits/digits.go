// Package digits draws a small set of images of the digits 0 to 9, for when
// there is no MNIST at hand: to try a training program without a network, and
// to test one.
//
// The images have MNIST's form, 28 x 28 pixels of one byte, but are printed
// digits, not handwriting: the outlines of the Go fonts, stretched, slanted,
// rotated, made thinner or bolder, lighter or darker, moved and covered with
// noise at random. They are easier than MNIST in some ways and harder in
// others, so accuracies on the two are not to be compared; whoever reports one
// says [Name].
//
// Every pixel is computed in integers from a seed and the index of its image
// alone. The same seed gives the same bytes on every platform, whichever
// images are drawn and in whichever order.
package digits

import "github.com/lockstep-ml/lockstep/dataset"

// Name is how results on these images name their data.
const Name = "digits (synthetic, not MNIST)"

// The sets that Load returns.
const (
	Seed      = 1
	TrainSize = 6000
	TestSize  = 1000
)

// Load returns the standard training and test set. They never change; drawing
// them takes a fraction of a second.
func Load() (train, test *dataset.Images) {
	return Generate(Seed, 0, TrainSize), Generate(Seed, TrainSize, TestSize)
}

// Generate returns n images of the endless sequence that belongs to a seed,
// from the one with index first on. Image i shows digit i mod 10.
func Generate(seed, first uint64, n int) *dataset.Images {
	images := &dataset.Images{
		Rows: Size, Cols: Size,
		Pixels:  make([]byte, n*Size*Size),
		Labels:  make([]uint8, n),
		Classes: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
	}
	p := newPrinter()
	for i := range n {
		index := first + uint64(i)
		digit := index % 10
		p.print(images.Image(i), int(digit), newRandom(seed, index))
		images.Labels[i] = uint8(digit)
	}
	return images
}
