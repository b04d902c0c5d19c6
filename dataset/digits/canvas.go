package digits

import "math/bits"

const (
	// Size is the number of rows and of columns of an image.
	Size = 28

	// sub is the number of samples along one edge of a pixel.
	sub = 8
	// samples is the number of samples along one edge of the canvas.
	samples = Size * sub
	// sampleUnit is the distance of two samples in canvas coordinates.
	sampleUnit = 256
	// pixelUnit is the edge of a pixel in canvas coordinates.
	pixelUnit = sub * sampleUnit
)

// A line is one row of samples, a bit each: sample i is bit i%64 of word i/64.
type line [(samples + 63) / 64]uint64

// A canvas holds 8x8 samples, inked or not, for each pixel of an image.
type canvas [samples]line

// ink sets the samples lo to hi (exclusive).
func (l *line) ink(lo, hi int) {
	for i := range l {
		from, to := max(lo-64*i, 0), min(hi-64*i, 64)
		if from < to {
			l[i] |= ^uint64(0) >> (64 - to + from) << from
		}
	}
}

// thicken moves the edges of the ink outwards by about n samples, or inwards by
// -n if n is negative. Squares and diamonds take turns, which makes an octagon
// of what should be a circle.
func (c *canvas) thicken(n int) {
	if n < 0 {
		c.invert()
		c.thicken(-n)
		c.invert()
		return
	}
	for i := range n {
		c.spread(i%2 == 1)
	}
}

// invert inks what is blank, and the other way round.
func (c *canvas) invert() {
	for y := range c {
		for i := range c[y] {
			c[y][i] = ^c[y][i]
		}
	}
}

// spread inks the neighbours of every inked sample: the four at its sides, or
// with diagonals all eight.
func (c *canvas) spread(diagonals bool) {
	var above line // line y-1, before it was changed
	for y := range c {
		here, below := c[y], line{}
		if y+1 < samples {
			below = c[y+1]
		}
		vertical := above.or(below)
		if diagonals {
			vertical = vertical.widen()
		}
		c[y] = here.widen().or(vertical)
		above = here
	}
}

// or returns the samples that are inked in l or m.
func (l line) or(m line) line {
	for i := range l {
		l[i] |= m[i]
	}
	return l
}

// widen returns l with the samples to the left and right of inked ones inked.
func (l line) widen() line {
	wide := l
	for i, word := range l {
		wide[i] |= word<<1 | word>>1
		if i > 0 {
			wide[i] |= l[i-1] >> 63
		}
		if i+1 < len(l) {
			wide[i] |= l[i+1] << 63
		}
	}
	return wide
}

// coverage returns how many of the 64 samples of a pixel are inked.
func (c *canvas) coverage(row, col int) int {
	n := 0
	for _, l := range c[row*sub : (row+1)*sub] {
		n += bits.OnesCount8(uint8(l[col*sub/64] >> (col * sub % 64)))
	}
	return n
}
