package dataset

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Images is a set of labelled grey-scale images, all of one size.
//
// Its methods do not change it, so any number of goroutines may use them.
type Images struct {
	Rows, Cols int      // size of an image in pixels
	Pixels     []byte   // image after image, row after row: 0 is background, 255 full ink
	Labels     []uint8  // class of each image, an index into Classes
	Classes    []string // name of each class
}

// NewImages returns the set of the given images, without copying them. The
// classes are named "0", "1", ... up to the highest label; set Classes for
// other names.
//
// It is an error if the pixels are not rows*cols for each label.
func NewImages(rows, cols int, pixels []byte, labels []uint8) (*Images, error) {
	if rows < 1 || cols < 1 {
		return nil, fmt.Errorf("dataset: images of %d x %d pixels: both sizes must be at least 1", rows, cols)
	}
	// Divided, not multiplied: the product might overflow.
	if n := len(pixels) / rows / cols; n != len(labels) || n*rows*cols != len(pixels) {
		return nil, fmt.Errorf("dataset: %d labels with %d bytes of pixels: want %d x %d bytes for each label",
			len(labels), len(pixels), rows, cols)
	}
	highest := -1
	for _, label := range labels {
		highest = max(highest, int(label))
	}
	return &Images{Rows: rows, Cols: cols, Pixels: pixels, Labels: labels, Classes: numerals(highest + 1)}, nil
}

// numerals returns the names "0", "1", ... of n classes.
func numerals(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}

// Len returns the number of images.
func (m *Images) Len() int { return len(m.Labels) }

// Dims returns the widths of the rows that Gather writes: one input for each
// pixel, and one target, the class.
func (m *Images) Dims() (inputs, targets int) { return m.Rows * m.Cols, 1 }

// Image returns the pixels of image i. They share the set's memory.
func (m *Images) Image(i int) []byte {
	size := m.Rows * m.Cols
	return m.Pixels[i*size:][:size:size]
}

// pixelScale takes a pixel to [0, 1].
const pixelScale = float32(1) / 255

// Gather writes image rows[i] into row i of x, for every i: each pixel as
//
//	fl(float32(pixel) * fl(1/255))
//
// which is in [0, 1], and its class, as a number, into the one column of row i
// of y. It allocates nothing and may be called concurrently. It panics if a row
// is out of range or a matrix is too small.
func (m *Images) Gather(rows []int, x, y kernels.Matrix) {
	for i, row := range rows {
		kernels.FromUint8(x.Row(i), m.Image(row), pixelScale)
		y.Row(i)[0] = float32(m.Labels[row])
	}
}

// Prefetch asks the processor for the images of the given rows, to be gathered
// soon: memory takes longer to answer than the conversion takes.
func (m *Images) Prefetch(rows []int) {
	for _, row := range rows {
		kernels.Prefetch(m.Image(row))
	}
}

// Crop returns a copy of the images with the given number of rows and columns of
// pixels in their middle alone. If as many cannot be left out on both sides, one
// more is at the end.
//
// It is an error if an image has fewer rows or columns, or none are to be left.
func (m *Images) Crop(rows, cols int) (*Images, error) {
	if rows < 1 || cols < 1 || rows > m.Rows || cols > m.Cols {
		return nil, fmt.Errorf("dataset: %d x %d pixels of images of %d x %d: want from 1 to all of them", rows, cols, m.Rows, m.Cols)
	}
	cropped := *m
	cropped.Rows, cropped.Cols = rows, cols
	cropped.Pixels = make([]byte, 0, m.Len()*rows*cols)
	top, left := (m.Rows-rows)/2, (m.Cols-cols)/2
	for i := range m.Len() {
		image := m.Image(i)
		for r := range rows {
			cropped.Pixels = append(cropped.Pixels, image[(top+r)*m.Cols+left:][:cols]...)
		}
	}
	return &cropped, nil
}

// Limit returns the first n images, or all of them if there are fewer. They
// share the set's memory. It panics if n is negative.
func (m *Images) Limit(n int) *Images {
	n = min(n, m.Len())
	limited := *m
	limited.Pixels = m.Pixels[:n*m.Rows*m.Cols]
	limited.Labels = m.Labels[:n]
	return &limited
}

// Select returns a copy of the images of the given classes alone, in the order
// of the set. Their labels become 0, 1, ... in the order in which the classes
// are given, and Classes keeps their names.
//
// It is an error if no class is given, if one is not an index into Classes, or
// is given twice.
func (m *Images) Select(classes ...int) (*Images, error) {
	if len(classes) == 0 {
		return nil, fmt.Errorf("dataset: no classes selected: name at least one")
	}
	selected := &Images{Rows: m.Rows, Cols: m.Cols}
	var relabel [256]int // new label of each old one, -1 for none
	for i := range relabel {
		relabel[i] = -1
	}
	for i, class := range classes {
		if class < 0 || class >= len(m.Classes) {
			return nil, fmt.Errorf("dataset: class %d does not exist: the set has classes 0 to %d", class, len(m.Classes)-1)
		}
		if slices.Contains(classes[:i], class) {
			return nil, fmt.Errorf("dataset: class %d is selected twice", class)
		}
		relabel[class] = i
		selected.Classes = append(selected.Classes, m.Classes[class])
	}
	for i, label := range m.Labels {
		if to := relabel[label]; to >= 0 {
			selected.Pixels = append(selected.Pixels, m.Image(i)...)
			selected.Labels = append(selected.Labels, uint8(to))
		}
	}
	return selected, nil
}
