package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
)

// ink is a grey-scale image: 0 is background and 1 full ink. It has rows of pixels.
type ink [][]float64

// Sizes of MNIST's images.
const (
	fieldSize = 28 // of an image
	digitSize = 20 // of the box that a digit fills in height or width
)

// decodePNG reads an image. Whatever is the colour of its border is background.
func decodePNG(r io.Reader) (ink, error) {
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	const mostPixels = 50_000_000 // a header may promise any size
	config, err := png.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	if config.Width < 1 || config.Height < 1 || config.Width > mostPixels/config.Height {
		return nil, fmt.Errorf("an image of %d x %d pixels, the limit is %d in all: scale it down", config.Width, config.Height, mostPixels)
	}
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	k := inkOf(picture)
	if k.border() > 0.5 {
		for _, row := range k {
			for x := range row {
				row[x] = 1 - row[x]
			}
		}
	}
	return k, nil
}

// inkOf returns the brightness of a picture, on white where it is transparent.
func inkOf(picture image.Image) ink {
	bounds := picture.Bounds()
	k := make(ink, bounds.Dy())
	for y := range k {
		k[y] = make([]float64, bounds.Dx())
		for x := range k[y] {
			r, g, b, a := picture.At(bounds.Min.X+x, bounds.Min.Y+y).RGBA()
			// The luma of ITU-R BT.601, in whole numbers as image/color has it.
			luma := (19595*r + 38470*g + 7471*b + 1<<15) >> 16
			k[y][x] = float64(luma+0xffff-a) / 0xffff
		}
	}
	return k
}

// border returns the mean of the pixels at the edge.
func (k ink) border() float64 {
	sum, count := 0.0, 0
	for y, row := range k {
		for x, v := range row {
			if y == 0 || y == len(k)-1 || x == 0 || x == len(row)-1 {
				sum += v
				count++
			}
		}
	}
	return sum / float64(count)
}

// likeMNIST returns the pixels of the image as MNIST's were made (LeCun, Cortes, Burges, The
// MNIST database of handwritten digits): scaled to fit into 20 x 20 pixels, the ratio of
// width to height kept, and put into 28 x 28 such that the centre of mass is in the
// middle. An image of 28 x 28 pixels is taken to be prepared, and left as it is.
func (k ink) likeMNIST() ([]byte, error) {
	if len(k) == fieldSize && len(k[0]) == fieldSize {
		return k.place(0, 0), nil
	}
	k, err := k.crop()
	if err != nil {
		return nil, err
	}
	height, width := len(k), len(k[0])
	longer := max(height, width)
	k = k.scale(max(1, (height*digitSize+longer/2)/longer), max(1, (width*digitSize+longer/2)/longer))
	top, left := k.centre()
	return k.place(top, left), nil
}

// crop cuts the background around the digit off, and gives the darkest ink the value 1.
func (k ink) crop() (ink, error) {
	darkest := 0.0
	for _, row := range k {
		for _, v := range row {
			darkest = max(darkest, v)
		}
	}
	if darkest < 0.1 {
		return nil, errBlank
	}
	const faint = 0.2 // of the darkest: noise of the background
	top, bottom, left, right := len(k), 0, len(k[0]), 0
	for y, row := range k {
		for x, v := range row {
			if row[x] = max(0, v/darkest-faint) / (1 - faint); row[x] > 0 {
				top, bottom, left, right = min(top, y), max(bottom, y+1), min(left, x), max(right, x+1)
			}
		}
	}
	cropped := make(ink, 0, bottom-top)
	for _, row := range k[top:bottom] {
		cropped = append(cropped, row[left:right])
	}
	return cropped, nil
}

// scale returns the image in another size, each pixel the mean of the area that it covers.
func (k ink) scale(height, width int) ink {
	narrow := make(ink, len(k))
	for y, row := range k {
		narrow[y] = resample(row, width)
	}
	scaled := make(ink, height)
	for y := range scaled {
		scaled[y] = make([]float64, width)
	}
	column := make([]float64, len(narrow))
	for x := range width {
		for y, row := range narrow {
			column[y] = row[x]
		}
		for y, v := range resample(column, height) {
			scaled[y][x] = v
		}
	}
	return scaled
}

// resample returns n means of line: each of 1/n of its length.
func resample(line []float64, n int) []float64 {
	means := make([]float64, n)
	for i := range means {
		// In units in which both a pixel and a mean have whole lengths.
		begin, end := i*len(line), (i+1)*len(line)
		for j := begin / n; j*n < end; j++ {
			overlap := min(end, (j+1)*n) - max(begin, j*n)
			means[i] += float64(line[j] * float64(overlap))
		}
		means[i] /= float64(len(line))
	}
	return means
}

// centre returns where the image is to begin in the field, so that its centre of mass is in
// the middle, as nearly as it fits.
func (k ink) centre() (top, left int) {
	var mass, down, right float64
	for y, row := range k {
		for x, v := range row {
			mass += v
			down += float64(v * (float64(y) + 0.5))
			right += float64(v * (float64(x) + 0.5))
		}
	}
	begin := func(moment float64, size int) int {
		return min(max(0, int(math.Floor(fieldSize/2-moment/mass+0.5))), fieldSize-size)
	}
	return begin(down, len(k)), begin(right, len(k[0]))
}

// place returns a field of pixels with the image at the given place.
func (k ink) place(top, left int) []byte {
	pixels := make([]byte, fieldSize*fieldSize)
	for y, row := range k {
		for x, v := range row {
			pixels[(top+y)*fieldSize+left+x] = byte(float64(v*255) + 0.5)
		}
	}
	return pixels
}
