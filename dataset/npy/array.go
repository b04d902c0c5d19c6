package npy

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/lockstep-ml/lockstep/kernels"
)

// An Array is an array from a file. Its methods do not change it.
type Array struct {
	Shape []int // empty for a scalar

	name  string // of the file, for errors
	dtype dtype
	data  []byte // row-major
}

// Open reads a .npy file.
func Open(path string) (*Array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f, path)
}

// Read reads a .npy file up to the end of r; name is used in errors only.
func Read(r io.Reader, name string) (*Array, error) {
	a := &Array{name: name}
	if err := a.read(r); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return a, nil
}

func (a *Array) read(r io.Reader) error {
	h, err := readHeader(r)
	if err != nil {
		return err
	}
	// Memory grows with what arrives; of text after the data one byte is enough.
	limit := int64(h.size)
	if limit < math.MaxInt64 {
		limit++
	}
	if a.data, err = io.ReadAll(io.LimitReader(r, limit)); err != nil {
		return fmt.Errorf("data: %w", err)
	}
	switch {
	case len(a.data) < h.size:
		return fmt.Errorf("data: %w", truncated(len(a.data), h.size))
	case len(a.data) > h.size:
		return fmt.Errorf("data: the file goes on after the %d bytes that its header announces", h.size)
	}
	a.Shape, a.dtype = h.shape, h.dtype
	if h.fortran && len(h.shape) > 1 {
		a.data = rowMajor(a.data, h.shape, h.dtype.width)
	}
	return nil
}

// rowMajor brings elements whose first index varies fastest into the order in which the last
// does.
func rowMajor(data []byte, shape []int, width int) []byte {
	strides := make([]int, len(shape)) // in data
	stride := width
	for d, length := range shape {
		strides[d] = stride
		stride *= length
	}
	ordered := make([]byte, 0, len(data))
	index, offset := make([]int, len(shape)), 0
	for len(ordered) < len(data) {
		ordered = append(ordered, data[offset:offset+width]...)
		for d := len(shape) - 1; d >= 0; d-- {
			index[d]++
			offset += strides[d]
			if index[d] < shape[d] {
				break
			}
			offset -= index[d] * strides[d]
			index[d] = 0
		}
	}
	return ordered
}

// Len returns the number of elements.
func (a *Array) Len() int {
	n := 1
	for _, length := range a.Shape {
		n *= length
	}
	return n
}

// Floats returns the elements as float64, row-major: true is 1, and whole numbers beyond
// 2^53 are rounded. It fails for text.
func (a *Array) Floats() ([]float64, error) {
	number, err := a.numbers()
	if err != nil {
		return nil, err
	}
	values := make([]float64, a.Len())
	for i := range values {
		values[i] = number(i)
	}
	return values, nil
}

// Ints returns the elements as whole numbers, row-major, such as labels. It fails for text,
// and for numbers that are not whole or beyond 2^53 in magnitude.
func (a *Array) Ints() ([]int, error) {
	number, err := a.numbers()
	if err != nil {
		return nil, err
	}
	values := make([]int, a.Len())
	for i := range values {
		v := number(i)
		values[i] = int(v)
		if float64(values[i]) != v || math.Abs(v) > 1<<53 {
			return nil, fmt.Errorf("%s: element %d is %v, want a whole number", a.name, i, v)
		}
	}
	return values, nil
}

// Rows returns the array as rows of numbers, which mlp.Rows takes: one for each index of the
// first dimension, with the elements of all others in it. A vector has rows of one
// number. It fails for text and for scalars.
func (a *Array) Rows() ([][]float64, error) {
	width, err := a.rowWidth()
	if err != nil {
		return nil, err
	}
	values, err := a.Floats()
	if err != nil {
		return nil, err
	}
	rows := make([][]float64, a.Shape[0])
	for i := range rows {
		rows[i] = values[i*width:][:width:width]
	}
	return rows, nil
}

// Matrix returns the array as [Array.Rows] does, in a matrix of float32. Numbers are rounded
// to nearest.
func (a *Array) Matrix() (kernels.Matrix, error) {
	width, err := a.rowWidth()
	if err != nil {
		return kernels.Matrix{}, err
	}
	number, err := a.numbers()
	if err != nil {
		return kernels.Matrix{}, err
	}
	m := kernels.NewMatrix(a.Shape[0], width)
	for i := range m.Data {
		m.Data[i] = float32(number(i))
	}
	return m, nil
}

// rowWidth returns the number of elements for each index of the first dimension.
func (a *Array) rowWidth() (int, error) {
	if len(a.Shape) == 0 {
		return 0, fmt.Errorf("%s: the array is a scalar, want rows", a.name)
	}
	if a.Len() == 0 {
		return 0, fmt.Errorf("%s: the array is empty (shape %v), want rows of numbers", a.name, a.Shape)
	}
	return a.Len() / a.Shape[0], nil
}

// Strings returns the elements of an array of text, row-major. It fails for numbers, and for
// what is no Unicode.
func (a *Array) Strings() ([]string, error) {
	if a.dtype.kind != 'U' && a.dtype.kind != 'S' {
		return nil, fmt.Errorf("%s: the array holds numbers, want text: read it by Ints or Floats", a.name)
	}
	values := make([]string, a.Len())
	for i := range values {
		text, ok := a.text(i)
		if !ok {
			return nil, fmt.Errorf("%s: element %d is not valid text", a.name, i)
		}
		values[i] = strings.TrimRight(text, "\x00") // NumPy pads
	}
	return values, nil
}
