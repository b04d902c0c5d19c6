package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/lockstep-ml/lockstep/dataset"
	"github.com/lockstep-ml/lockstep/kernels"
)

// input is what a file holds.
type input struct {
	name    string
	rows    [][]float64
	labels  []string  // to compare with; nil without
	numbers []float64 // the same of a regression
}

// readInput reads a file, or standard input by the name "-".
func readInput(name string, stdin io.Reader, s *settings, m *model) (*input, error) {
	r := stdin
	if name == "-" {
		name = "standard input"
	} else {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		r = f
	}
	in := &input{name: name}
	plain, start, err := uncompressed(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	switch {
	case bytes.HasPrefix(start, []byte("\x89PNG")):
		err = in.readPNG(plain)
	case bytes.HasPrefix(start, []byte{0, 0}):
		err = in.readIDX(plain, s.labels)
	default:
		err = in.readCSV(plain, s, m)
	}
	if err != nil {
		return nil, err
	}
	if width := len(in.rows[0]); width != m.inputs {
		return nil, fmt.Errorf("%s: images of %d pixels, but the model has %d inputs", name, width, m.inputs)
	}
	if s.eval && in.labels == nil && in.numbers == nil {
		return nil, fmt.Errorf("%s: no labels to compare with: a CSV file has them in a column of its own, images in the file of -labels", name)
	}
	return in, nil
}

// uncompressed returns what r reads, without gzip, and how it starts.
func uncompressed(r io.Reader) (*bufio.Reader, []byte, error) {
	plain := bufio.NewReader(r)
	start, err := plain.Peek(4)
	if bytes.HasPrefix(start, []byte{0x1f, 0x8b}) {
		unzipped, gzipErr := gzip.NewReader(plain)
		if gzipErr != nil {
			return nil, nil, gzipErr
		}
		plain = bufio.NewReader(unzipped)
		start, err = plain.Peek(4)
	}
	if err == io.EOF {
		err = nil // a short file
	}
	return plain, start, err
}

// readCSV reads a column for each input, and that of the labels if there is one.
func (in *input) readCSV(r io.Reader, s *settings, m *model) error {
	table, err := dataset.ReadCSV(r, in.name, dataset.CSVOptions{})
	if err != nil {
		return err
	}
	features, target, labelled := m.columnsOf(table.Names(), s.target)
	if len(features) != m.inputs {
		return fmt.Errorf("%s: %d columns, want one for each of the model's %d inputs, and at most one more for the label", in.name, len(table.Names()), m.inputs)
	}
	if in.rows, err = table.Rows(features...); err != nil || !s.eval || !labelled {
		return err
	}
	if m.classes != nil {
		in.labels, err = table.Labels(target)
		return err
	}
	column, err := table.Rows(target)
	for _, row := range column {
		in.numbers = append(in.numbers, row[0])
	}
	return err
}

// columnsOf returns which columns are the inputs: those of their names if there are all of
// them, in whatever order, else all but the target. With no target given it is the one
// column that is left over, or else the last one.
func (m *model) columnsOf(names []string, target string) (features []string, label string, labelled bool) {
	features = slices.Clone(names)
	rest := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(m.columns, name) })
	byName := m.columns != nil && len(rest) == len(names)-m.inputs
	labelled = target != "" && slices.Contains(names, target)
	if target == "" && len(names) == m.inputs+1 {
		target, labelled = names[m.inputs], true // which may have no name
		if byName {
			target = rest[0]
		}
	}
	if byName {
		features = m.columns
	} else if labelled {
		features = slices.DeleteFunc(features, func(name string) bool { return name == target })
	}
	return features, target, labelled
}

// readIDX reads images, and their labels from another file unless it has no name.
func (in *input) readIDX(r io.Reader, labels string) error {
	idx, err := dataset.ReadIDX(r, in.name, 3)
	if err != nil {
		return err
	}
	size := idx.Dims[1] * idx.Dims[2]
	for image := range slices.Chunk(idx.Data, size) {
		in.rows = append(in.rows, pixelRow(image))
	}
	if labels == "" {
		return nil
	}
	f, err := os.Open(labels)
	if err != nil {
		return fmt.Errorf("-labels: %w", err)
	}
	defer f.Close()
	classes, err := dataset.ReadIDX(f, labels, 1)
	if err != nil {
		return fmt.Errorf("-labels: %w", err)
	}
	if len(classes.Data) != len(in.rows) {
		return fmt.Errorf("-labels: %s holds %d labels, but %s %d images", labels, len(classes.Data), in.name, len(in.rows))
	}
	for _, class := range classes.Data {
		in.labels = append(in.labels, fmt.Sprint(class))
	}
	return nil
}

// readPNG reads an image of a digit.
func (in *input) readPNG(r io.Reader) error {
	ink, err := decodePNG(r)
	if err == nil {
		var pixels []byte
		pixels, err = ink.likeMNIST()
		in.rows = [][]float64{pixelRow(pixels)}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", in.name, err)
	}
	return nil
}

// pixelRow returns pixels as networks are trained on them, see dataset.Images.
func pixelRow(pixels []byte) []float64 {
	narrow, row := make([]float32, len(pixels)), make([]float64, len(pixels))
	kernels.FromUint8(narrow, pixels, float32(1)/255)
	kernels.ToFloat64(row, narrow)
	return row
}

var errBlank = errors.New("the image is blank, want a digit")
